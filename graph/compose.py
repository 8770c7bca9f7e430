"""The composition root of the graph: which concrete planner, tools, reader, solver and knowledge base play together.

One chat model plays all roles; without one, the embedded default does: symbolic planner, extractive reader and solver.
With a model the same pair is what the run falls back on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph.build import Dependencies
from nodes.drafts import CollectionLine
from nodes.execute import Execution
from nodes.limits import Limits
from nodes.planning import Planner, Planning
from nodes.retrieve import Retrieval
from nodes.solve import Solver, Solving
from nodes.state import Passage, PassageId
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
    Policy,
    Reader,
    Tabulator,
    Toolbox,
    ToolRunner,
    aggregate,
    calculate,
    compare,
    elapsed,
    now,
    read_tool,
    search_tool,
    tabulate_tool,
)
from retrieval import KnowledgeBase

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

COLLECTIONS_SECONDS = 20.0
"""Longest time to read the collections' descriptions."""


class KnowledgeRetriever:
    """A knowledge base as the retrieve node needs it."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge

    def passages(self, query: str, k: int) -> Sequence[Passage]:
        """Return the best `k` passages for the query, best first."""
        return [
            Passage(
                passage_id=PassageId(hit.passage_id),
                document=hit.document,
                title=hit.title,
                section=hit.section,
                text=hit.text,
                start=hit.start,
                end=hit.end,
                score=hit.score,
                collection=hit.collection,
            )
            for hit in self._knowledge.search(query, k)
        ]


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

    def match_words(self, words: Sequence[str], texts: Sequence[str]) -> Sequence[Sequence[bool]]:
        """Return that no text has any of the words."""
        return [[False] * len(texts) for _ in words]

    def near_words(self, words: Sequence[str], texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """Return that no text comes near any of the words."""
        return [[0.0] * len(texts) for _ in words]


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

    planner: Planner
    reader: Reader
    solver: Solver
    tabulator: Tabulator
    """Reads tables by rules in any mode: that is exact and takes no tokens."""
    fallback_planner: Planner | None = None
    fallback_solver: Solver | None = None


def cast_roles(model: "BaseChatModel | None", knowledge: KnowledgeBase | None, limits: Limits) -> Roles:
    """Give every role to the model, the embedded default standing in; without a model the default plays them."""
    ranker: SentenceRanker = NoSentences() if knowledge is None else knowledge
    reader = ExtractiveReader(ranker)
    symbolic = Roles(SymbolicPlanner(), reader, ExtractiveSolver(ranker), reader)
    if model is None:
        return symbolic
    from nodes.models import ChatPlanner, ChatReader, ChatSolver  # noqa: PLC0415 - only where there is a model

    return Roles(
        ChatPlanner(model, seconds=limits.model_seconds),
        ChatReader(model, seconds=limits.model_seconds),
        ChatSolver(model, seconds=limits.model_seconds),
        reader,
        fallback_planner=symbolic.planner,
        fallback_solver=symbolic.solver,
    )


def compose(
    *,
    model: "BaseChatModel | None" = None,
    tools: Iterable[Any] = (),
    knowledge: KnowledgeBase | None = None,
    policy: Policy | None = None,
    limits: Limits | None = None,
) -> Dependencies:
    """Return what the graph depends on; the arguments are those of `Agent`.

    Raises:
        ToolError: a tool cannot be used, or two have the same name.
    """
    limits, policy = limits or Limits(), policy or AllowAll()
    roles = cast_roles(model, knowledge, limits)
    searches = [] if knowledge is None else [search_tool(knowledge)]
    built_in = [read_tool(roles.reader), tabulate_tool(roles.tabulator), calculate, compare, aggregate, elapsed, now]
    toolbox = Toolbox([*searches, *built_in, *tools])
    runner = ToolRunner(
        toolbox,
        policy=policy,
        default_timeout=limits.step_seconds,
        default_max_chars=limits.step_chars,
        concurrency=limits.concurrency,
    )
    return Dependencies(
        planning=Planning(roles.planner, roles.fallback_planner, toolbox, policy, described(knowledge), limits),
        execution=Execution(runner),
        retrieval=Retrieval(None if knowledge is None else KnowledgeRetriever(knowledge), limits),
        solving=Solving(roles.solver, roles.fallback_solver, limits, may_revise=roles.planner.revises),
    )
