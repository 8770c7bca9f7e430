"""The composition root of the graph: which concrete planner, tools, reader, solver and knowledge base play together.

One chat model plays all roles; without one, the embedded default does: symbolic planner, extractive reader and solver.
With a model the same pair is what the run falls back on.
"""

from collections.abc import Sequence

from nodes.state import Passage
from retrieval import KnowledgeBase

COLLECTIONS_SECONDS = 20.0


class KnowledgeRetriever:
    """A knowledge base as the retrieve node needs it."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge

    def passages(self, query: str, k: int) -> Sequence[Passage]:
        """Return the best `k` passages for the query, best first."""
        return [as_passage(hit) for hit in self._knowledge.search(query, k)]
