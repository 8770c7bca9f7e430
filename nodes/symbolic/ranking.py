"""What the reader and the solver need of a knowledge base: sentences of given passages, ranked for a question."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from nodes.errors import KnowledgeError
from nodes.state import Passage, PassageId, Source

RANK_SECONDS = 30.0
"""Longest time that ranking may take; it runs in a thread, because embedding a question blocks."""


@dataclass(frozen=True, slots=True)
class Rankable:
    """A passage as rankers take it: `text` starts at character `start` of the document's stored text."""

    passage_id: PassageId
    document: str
    title: str
    text: str
    start: int
    score: float


class RankedSentence(Protocol):
    """A sentence of a passage: `text` is characters `[start:end]` of the document's stored text.

    `dense` is its cosine with the question; `overlap`, 0 to 1, the share of the question's words that it has, weighted
    by their rarity; `score` is what ranks.
    """

    @property
    def passage_id(self) -> str: ...  # noqa: D102 - documented above
    @property
    def document(self) -> str: ...  # noqa: D102 - documented above
    @property
    def title(self) -> str: ...  # noqa: D102 - documented above
    @property
    def start(self) -> int: ...  # noqa: D102 - documented above
    @property
    def end(self) -> int: ...  # noqa: D102 - documented above
    @property
    def text(self) -> str: ...  # noqa: D102 - documented above
    @property
    def score(self) -> float: ...  # noqa: D102 - documented above
    @property
    def dense(self) -> float: ...  # noqa: D102 - documented above
    @property
    def overlap(self) -> float: ...  # noqa: D102 - documented above


class SentenceRanker(Protocol):
    """Ranks the sentences of passages. May be called from several threads."""

    def rank_sentences(self, question: str, hits: Sequence[Rankable], k: int) -> Sequence[RankedSentence]:
        """Return the best `k` sentences for the question, best first."""

    def weigh_words(self, question: str) -> Mapping[str, float]:
        """Return the question's words of meaning, each with its rarity in the documents, in order."""

    def similarities(self, text: str, others: Sequence[str]) -> Sequence[float]:
        """Return the cosine of a text with each of some others."""

    def match_words(self, words: Sequence[str], texts: Sequence[str]) -> Sequence[Sequence[bool]]:
        """Return for each word which of the texts have it in any form."""


async def ranked(
    ranker: SentenceRanker, question: str, passages: Sequence[Passage], k: int
) -> Sequence[RankedSentence]:
    """Rank the sentences of passages, each passage once, in a thread.

    Raises:
        KnowledgeError: it took longer than RANK_SECONDS, or the knowledge base cannot be read.
    """
    hits = {
        passage["passage_id"]: Rankable(
            passage["passage_id"],
            passage["document"],
            passage["title"],
            passage["text"],
            passage["start"],
            passage["score"],
        )
        for passage in passages
    }
    if not hits:
        return []
    try:
        async with asyncio.timeout(RANK_SECONDS):
            return await asyncio.to_thread(ranker.rank_sentences, question, list(hits.values()), k)
    except TimeoutError as error:
        raise KnowledgeError(f"ranking sentences took longer than {RANK_SECONDS:g} s; try again") from error


def source_of(sentence: RankedSentence) -> Source:
    """Return the sentence as something to cite."""
    return Source(
        passage_id=PassageId(sentence.passage_id),
        document=sentence.document,
        title=sentence.title,
        start=sentence.start,
        end=sentence.end,
        quote=sentence.text,
    )
