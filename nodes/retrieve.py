"""The retrieve node: RAG for the solver. Ranks every passage the run has gathered and fits them to the solver's budget.

Passages found by several steps, or high in a step's list, come first (reciprocal-rank fusion, Cormack et al. 2009).
Where a plan searched but found little, hits for the question itself are added. Any question is nearest to something, so
a knowledge base that has nothing for it is empty, and the answer will say so.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from nodes.evidence import current_results, gather
from nodes.limits import Limits
from nodes.state import Passage, PassageId, State
from nodes.tokens import at_most

EMPTY = "The knowledge base holds no documents yet; `planfirst ingest FOLDER` adds some."
THIN = 3
"""Fewer passages than this are thin support."""
RRF_K = 60
RETRIEVE_SECONDS = 30.0


class Retriever(Protocol):
    """A knowledge base as this node needs it; blocking, so it is called in a thread."""

    def passages(self, query: str, k: int) -> Sequence[Passage]:
        """Return the best `k` passages for the query, best first."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What retrieval depends on."""

    retriever: Retriever | None
    limits: Limits


def fuse(rankings: Iterable[Sequence[Passage]]) -> list[Passage]:
    """Merge ranked lists into one, each passage once; ties fall to the smaller passage id."""
    scores: dict[PassageId, float] = {}
    found: dict[PassageId, Passage] = {}
    for ranking in rankings:
        for rank, passage in enumerate(ranking, start=1):
            key = passage["passage_id"]
            scores[key] = scores.get(key, 0.0) + 1.0 / (RRF_K + rank)
            found.setdefault(key, passage)
    return [found[key] for key in sorted(found, key=lambda key: (-scores[key], key))]


def fit(passages: Sequence[Passage], limits: Limits) -> list[Passage]:
    """Keep the best passages that fit the budget; where one is too long, a shorter later one may still fit."""
    kept: list[Passage] = []
    room = limits.solver_tokens
    for passage in passages:
        if len(kept) == limits.passages:
            break
        if (tokens := at_most(passage["text"])) <= room:
            kept.append(passage)
            room -= tokens
    return kept


def make_retrieve_node(deps: Retrieval) -> Callable[..., Any]:
    """Return the node."""

    async def retrieve(state: State) -> dict[str, Any]:
        results = current_results(state)
        rankings = gather(results)
        searched = any(result["tool"] == "search" for result in results.values())
        if deps.retriever is not None and searched and sum(map(len, rankings)) < THIN:
            async with asyncio.timeout(RETRIEVE_SECONDS):
                rankings.append(list(await asyncio.to_thread(deps.retriever.passages, state["question"], 5)))
            if not any(rankings) and EMPTY not in state["notes"]:
                return {"passages": [], "notes": [*state["notes"], EMPTY]}
        return {"passages": fit(fuse(rankings), deps.limits)}

    return retrieve
