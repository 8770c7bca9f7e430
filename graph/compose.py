"""The composition root of the graph: which concrete planner, tools, reader, solver and knowledge base play together.

A role that no model plays is played by the embedded default: symbolic planner, extractive reader and solver. Where a
role's models fail, the same is what the run falls back on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from graph.build import Dependencies
from graph.examples import ExampleStore, recalled
from graph.ladders import Ladders
from graph.prices import read_prices
from graph.roles import ModelChoice, ModelSettings
from graph.settings import Settings
from nodes.drafts import CollectionLine
from nodes.errors import ConfigurationError
from nodes.execute import Execution
from nodes.limits import Limits
from nodes.planning import Planner, Planning, check_plan
from nodes.retrieve import Retrieval
from nodes.solve import Solver, Solving
from nodes.state import Passage
from nodes.symbolic import (
    ExtractiveReader,
    ExtractiveSolver,
    Rankable,
    RankedSentence,
    SentenceRanker,
    SymbolicPlanner,
)
from nodes.tools import (
    AllowAll,
    Keep,
    Policy,
    Reader,
    Tool,
    Toolbox,
    ToolRunner,
    aggregate,
    calculate,
    compare,
    elapsed,
    now,
    passage_of,
    read_tool,
    reason_tool,
    search_tool,
    tabulate_tool,
)
from retrieval import KnowledgeBase, QuestionTagger, SpanReader, default_embedder

if TYPE_CHECKING:
    from nodes.models import Price

COLLECTIONS_SECONDS = 20.0
"""Longest time to read the collections' descriptions."""


class KnowledgeRetriever:
    """A knowledge base as the retrieve node needs it."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge

    def passages(self, query: str, k: int) -> Sequence[Passage]:
        """Return the best `k` passages for the query, best first."""
        return [passage_of(hit) for hit in self._knowledge.search(query, k)]


class NoSentences:
    """What the extractive reader and solver rank with where there is no knowledge base: nothing is to be quoted."""

    def rank_sentences(self, question: str, hits: Sequence[Rankable], k: int = 5) -> Sequence[RankedSentence]:
        """Return no sentence."""
        del question, hits, k
        return []

    def weigh_words(self, question: str) -> Mapping[str, float]:
        """Return no word."""
        del question
        return {}

    def similarities(self, text: str, others: Sequence[str]) -> Sequence[float]:
        """Return that nothing is like anything."""
        del text
        return [0.0] * len(others)

    def match_words(self, words: Sequence[str], texts: Sequence[str]) -> Sequence[Sequence[bool]]:
        """Return that no text has any of the words."""
        return [[False] * len(texts) for _ in words]


def described(knowledge: KnowledgeBase | None) -> Callable[[], Awaitable[Sequence[CollectionLine]]]:
    """Return a function that reads what the operator wrote about the collections."""

    async def collections() -> Sequence[CollectionLine]:
        if knowledge is None:
            return []
        async with asyncio.timeout(COLLECTIONS_SECONDS):
            found = await asyncio.to_thread(knowledge.collections)
        return [CollectionLine(info.name, info.description) for info in found]

    return collections


@dataclass(frozen=True, slots=True)
class Roles:
    """Who plans, reads and solves, and who stands in where the first choice fails."""

    planners: Sequence[Planner]
    tools: Sequence[Tool]
    """Those that have a worker in them."""
    solver: Solver
    fallback_solver: Solver | None = None


def cast_roles(ladders: Ladders | None, knowledge: KnowledgeBase | None, limits: Limits) -> Roles:
    """Give each role to its models, the embedded default standing in; without a model the default plays it."""
    ranker: SentenceRanker = NoSentences() if knowledge is None else knowledge
    models = None if knowledge is None else knowledge.models
    tagger, finder = (None, None) if models is None else (QuestionTagger(models), SpanReader(models))
    reader, solver, symbolic = (
        ExtractiveReader(ranker, finder),
        ExtractiveSolver(ranker, finder),
        SymbolicPlanner(tagger),
    )
    tabulate = tabulate_tool(reader)  # by rules in any mode: that is exact and takes no tokens
    if ladders is None:
        return Roles([symbolic], [read_tool(reader), tabulate], solver)
    from nodes.models import ChatPlanner, ChatSolver, Ladder  # noqa: PLC0415 - only where there is a model

    planners = [ChatPlanner(caller, ladders.settings.plan_format) for caller in ladders.of("planner")]
    solving = ladders.of("solver")
    return Roles(
        [*planners, symbolic],
        [*_worker_tools(ladders, reader, limits), tabulate],
        ChatSolver(Ladder(solving), tokens=limits.solver_tokens) if solving else solver,
        fallback_solver=solver if solving else None,
    )


def _worker_tools(ladders: Ladders, reader: Reader, limits: Limits) -> list[Tool]:
    """Return what reads and reasons. Where models fail the extractive reader reads, and nothing reasons."""
    working = ladders.of("worker")
    if not working:
        return [read_tool(reader)]
    from nodes.models import ChatWorker, Ladder  # noqa: PLC0415 - see above

    worker = ChatWorker(Ladder(working))
    timeout = limits.step_seconds + limits.model_seconds * len(working)
    extractive = read_tool(reader, name="read_extractively")
    return [read_tool(worker, timeout=timeout, fallback=extractive), reason_tool(worker, timeout=timeout)]


def compose(
    *,
    model: ModelChoice | ModelSettings | None = None,
    tools: Iterable[Any] = (),
    knowledge: KnowledgeBase | None = None,
    policy: Policy | None = None,
    limits: Limits | None = None,
    prices: "Mapping[str, Price] | None" = None,
    keep: Keep | None = None,
) -> Dependencies:
    """Return what the graph depends on; the arguments are those of `Agent`.

    `model` plays every role, or says who plays which. Nothing is read from the environment but the models' keys.
    `prices` are US dollars by model name; left out, those that come with PlanFirst. `keep` keeps whole what is cut.

    Raises:
        ConfigurationError: a model has no key, or money is budgeted and a model has no price.
        ToolError: a tool cannot be used, or two have the same name.
    """
    limits, policy = limits or Limits(), policy or AllowAll()
    ladders = _ladders(model, prices, limits)
    roles = cast_roles(ladders, knowledge, limits)
    searches = [] if knowledge is None else [search_tool(knowledge)]
    toolbox = Toolbox([*searches, *roles.tools, calculate, compare, aggregate, elapsed, now, *tools])
    runner = ToolRunner(
        toolbox,
        policy=policy,
        default_timeout=limits.step_seconds,
        default_max_chars=limits.step_chars,
        concurrency=limits.concurrency,
        keep=keep,
    )
    planning = Planning(roles.planners, toolbox, policy, described(knowledge), limits)
    return Dependencies(
        planning=planning,
        execution=Execution(runner, limits.budgets),
        retrieval=Retrieval(None if knowledge is None else KnowledgeRetriever(knowledge), limits),
        solving=Solving(roles.solver, roles.fallback_solver, limits, may_revise=planning.may_revise),
        ladders=ladders,
    )


def _ladders(
    model: ModelChoice | ModelSettings | None, prices: "Mapping[str, Price] | None", limits: Limits
) -> Ladders | None:
    settings = model if isinstance(model, ModelSettings) else ModelSettings().playing(model)
    if not settings.names:
        return None
    prices = read_prices() if prices is None else prices
    unpriced = sorted(settings.names - prices.keys())
    if limits.budgets.cost is not None and unpriced:
        raise ConfigurationError(
            f"a budget on money cannot hold for models without a price: {', '.join(unpriced)}; "
            "write their prices into a file and name it in PLANFIRST_PRICES"
        )
    return Ladders(settings, prices, limits)


def with_examples(deps: Dependencies, settings: Settings) -> tuple[Dependencies, ExampleStore]:
    """Return the dependencies with a planner that sees the operator's examples, and the examples."""
    embedder = default_embedder(settings.models_path)
    store = ExampleStore(settings.examples_path, embedder, lambda text: check_plan(deps.planning, text, 0))
    return replace(deps, planning=replace(deps.planning, examples=recalled(store))), store
