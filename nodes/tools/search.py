"""The built-in tool `search`: passages of a knowledge base, each with its best sentence.

This module does not know the knowledge base, only what it has to offer.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Protocol

from nodes.links import links_of
from nodes.state import Passage, PassageId, Source
from nodes.tools.contract import Tool, ToolOutput
from nodes.tools.declare import tool

CONCURRENCY = 8
"""Searches at the same time: they share one index, and more would only queue inside it."""
MAX_PASSAGES = 50
MAX_CHARS = 80_000
"""Room for that many passages of the usual length, each with its best sentence."""
HOPS = 2
"""Passages of an earlier search whose best sentences each widen the query of the next: measured on HotpotQA, one finds
both gold paragraphs for 84 of 100 questions, two for 88, three for no more."""
_SENTENCES_PER_PASSAGE = 20


class FoundSentence(Protocol):
    """A part of a document's stored text, the characters `[start:end]`, which are exactly `text`."""

    passage_id: str
    document: str
    title: str
    text: str
    start: int
    end: int


class FoundPassage(FoundSentence, Protocol):
    """A passage as a knowledge base returns it; see `nodes.state.Passage` for the fields.

    It may have `metadata`, a mapping of what its document says about itself.
    """

    section: str
    score: float
    collection: str


class Searcher(Protocol):
    """A knowledge base. Both methods may block, and may be called from several threads at once."""

    def search(
        self, query: str, k: int = 5, *, collection: str | None = None, filters: Mapping[str, Any] | None = None
    ) -> Sequence[Any]:
        """Return at most `k` passages (FoundPassage), best first."""
        ...

    def rank_sentences(self, question: str, hits: Sequence[Any], k: int = 5) -> Sequence[Any]:
        """Return at most `k` sentences (FoundSentence) of the passages, best first."""
        ...


def search_tool(searcher: Searcher) -> Tool:
    """Return the tool `search` over a knowledge base."""

    @tool(effect="read", concurrency=CONCURRENCY, max_chars=MAX_CHARS)
    def search(query: str, k: int = 5, collection: str | None = None, after: list[Any] | None = None) -> ToolOutput:
        """Find the k best passages, best first.

        With the passages of another search as `after`, take the second hop: what those lead to, and do not hold. Each
        has its text, its title, and its `best` sentence.
        """
        wanted = max(1, min(k, MAX_PASSAGES))
        hits: Sequence[FoundPassage] = _hop(
            query, after or [], wanted, lambda text, n: searcher.search(text, n, collection=collection)
        )
        best = _best_sentences(searcher, query, hits)
        passages = [passage_of(hit, best.get(hit.passage_id)) for hit in hits]
        return ToolOutput(
            passages, sources=tuple(_source(best[hit.passage_id]) for hit in hits if hit.passage_id in best)
        )

    return search


def _hop(query: str, after: Sequence[Any], k: int, search: Callable[[str, int], Sequence[Any]]) -> list[Any]:
    """Return the best k hits for the query; after passages, those for the query with what each of the first says.

    A query for each passage, taken in turns: one query with all of it would find what is half like everything.
    """
    known = {passage["passage_id"] for passage in after if isinstance(passage, dict) and "passage_id" in passage}
    leads = [passage["best"] for passage in after if isinstance(passage, dict) and passage.get("best")][:HOPS]
    rankings = [search(f"{query} {lead}", k + len(known)) for lead in leads] or [search(query, k + len(known))]
    hits = {hit.passage_id: hit for rank in zip_longest(*rankings) for hit in rank if hit is not None}
    return [hit for passage_id, hit in hits.items() if passage_id not in known][:k]


def _best_sentences(searcher: Searcher, query: str, hits: Sequence[FoundPassage]) -> dict[str, FoundSentence]:
    best: dict[str, FoundSentence] = {}
    for sentence in searcher.rank_sentences(query, hits, _SENTENCES_PER_PASSAGE * len(hits)) if hits else ():
        best.setdefault(sentence.passage_id, sentence)
    return best


def passage_of(hit: Any, best: FoundSentence | None = None) -> Passage:
    """Return a hit (FoundPassage) as steps and solvers are given it."""
    passage = Passage(
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
    if best is not None:
        passage["best"] = best.text
    if links := links_of(getattr(hit, "metadata", None) or {}):
        passage["links"] = links
    return passage


def _source(sentence: FoundSentence) -> Source:
    return Source(
        passage_id=PassageId(sentence.passage_id),
        document=sentence.document,
        title=sentence.title,
        start=sentence.start,
        end=sentence.end,
        quote=sentence.text,
    )
