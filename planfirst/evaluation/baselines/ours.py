"""PlanFirst itself as one of the systems: its graph without checkpoints, with exactly the tools that it is given."""

from dataclasses import replace
from typing import TYPE_CHECKING

from graph.build import Dependencies, build_graph
from graph.compose import compose
from nodes.evidence import passages_in
from nodes.limits import Limits
from nodes.tools import Toolbox
from planfirst.evaluation.baselines.bridge import runner_of
from planfirst.evaluation.baselines.trial import Meter, System, Trial
from retrieval import KnowledgeBase

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


def planfirst(
    model: "BaseChatModel", toolbox: Toolbox, *, knowledge: KnowledgeBase | None = None, limits: Limits | None = None
) -> System:
    """Return PlanFirst's graph; the tools it adds by itself elsewhere are there only if they are in the toolbox.

    `knowledge` is what the solver falls back on where the plan's searches found little.
    """
    limits = limits or Limits()
    deps = compose(model=model, knowledge=knowledge, limits=limits)
    graph = build_graph(with_tools(deps, toolbox, limits))

    async def ask(question: str) -> Trial:
        meter = Meter()
        state = await graph.ainvoke({"question": question}, {"callbacks": [meter]})
        results, answer = state["results"].values(), state["answer"]
        found = (tuple(passage["document"] for passage in passages_in(result["value"])) for result in results)
        return meter.trial(
            answer["text"],
            sum(result["attempts"] > 0 for result in results),
            status=answer["status"],
            cited=tuple(dict.fromkeys(citation["document"] for citation in answer["citations"])),
            searches=tuple(documents for documents in found if documents),
        )

    return ask


def with_tools(deps: Dependencies, toolbox: Toolbox, limits: Limits) -> Dependencies:
    """Return the dependencies with these tools instead of theirs."""
    return replace(
        deps,
        planning=replace(deps.planning, tools=toolbox),
        execution=replace(deps.execution, runner=runner_of(toolbox, limits)),
    )
