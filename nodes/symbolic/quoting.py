"""Chooses the sentences that answer a question together, and refuses where they are not likely to.

The first is the best-ranked one. Each further one is chosen for its own rank, for words of the question that those
before lack, and for a name that links it to them: on 100 HotpotQA questions five sentences chosen so hold the answer
for 65, the five best-ranked ones for 48.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nodes.errors import KnowledgeError
from nodes.symbolic.answerable import THRESHOLD, Support, Words, probability, support
from nodes.symbolic.asked import Asked
from nodes.symbolic.names import find_names
from nodes.symbolic.ranking import RANK_SECONDS, RankedSentence, SentenceRanker
from nodes.symbolic.records import read_record
from nodes.symbolic.words import content_stems

EXAMINED = 25
"""Best-ranked sentences among which quotations are chosen."""
SHORTEST = 4
"""Least words of a quoted sentence: what is shorter is a heading or a label."""
SAME = 0.9
"""Share of words in common from which two sentences say the same."""
LACKING, LINKED = 1.0, 0.2
"""What all of the question's words that were lacking, and a link by name, add to a sentence's score."""
LACKING_DIRECT, LINKED_DIRECT = 0.3, 0.1
"""The same for a question that describes nothing by way of something else."""
WORTH = 0.6
"""Share of the first sentence's score that another one needs, with what it adds, to be quoted too."""
_ACRONYM = re.compile(r"[A-Z]{2,5}|[A-Z]")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Sentences that are quoted together, the best first, with what was measured of them; None where there are none."""

    sentences: tuple[RankedSentence, ...]
    support: Support | None

    @property
    def answers(self) -> bool:
        """Whether they are likely enough to hold the answer."""
        return self.support is not None and probability(self.support) >= THRESHOLD


class Quoting:
    """Quotes from ranked sentences. `ranker` is usually the knowledge base."""

    def __init__(self, ranker: SentenceRanker) -> None:
        self._ranker = ranker

    async def quote(
        self, asked: Asked, sentences: Sequence[RankedSentence], sections: Mapping[str, str], k: int
    ) -> Quotation:
        """Choose at most `k` sentences, in a thread; `sections` names the section of each passage.

        Raises:
            KnowledgeError: it took longer than RANK_SECONDS, or the knowledge base cannot be read.
        """
        long_enough = [sentence for sentence in sentences if len(sentence.text.split()) >= SHORTEST]
        candidates = _distinct(long_enough)[:EXAMINED]
        if not candidates:
            return Quotation((), None)
        titles = [f"{sentence.title} {sections.get(sentence.passage_id, '')}".strip() for sentence in candidates]
        try:
            async with asyncio.timeout(RANK_SECONDS):
                return await asyncio.to_thread(self._chosen, asked, candidates, titles, k)
        except TimeoutError as error:
            raise KnowledgeError(f"choosing sentences took longer than {RANK_SECONDS:g} s; try again") from error

    def _chosen(self, asked: Asked, candidates: Sequence[RankedSentence], titles: Sequence[str], k: int) -> Quotation:
        rarity = self._ranker.weigh_words(asked.text)
        whole = [f"{title}: {sentence.text}" for title, sentence in zip(titles, candidates, strict=True)]
        met = self._ranker.match_words(list(rarity), whole)
        at = _chain(asked, candidates, whole, list(rarity.values()), met, k)
        texts = [whole[n] for n in at]
        words = Words(rarity, [[row[n] for n in at] for row in met], self._ranker.near_words(list(rarity), texts))
        chosen = [candidates[n] for n in at]
        first = chosen[0]
        measured = support(
            asked, [each.text for each in chosen], [titles[n] for n in at], first.dense, first.overlap, words
        )
        return Quotation(tuple(chosen), measured)


def _distinct(sentences: Sequence[RankedSentence]) -> list[RankedSentence]:
    """Leave out sentences that say the same as a better-ranked one."""
    kept: list[RankedSentence] = []
    known: list[frozenset[str]] = []
    for sentence in sentences:
        stems = frozenset(content_stems(sentence.text))
        if not any(len(stems & other) >= SAME * max(1, len(stems | other)) for other in known):
            kept.append(sentence)
            known.append(stems)
    return kept


def _chain(
    asked: Asked,
    candidates: Sequence[RankedSentence],
    texts: Sequence[str],
    rarity: Sequence[float],
    met: Sequence[Sequence[bool]],
    k: int,
) -> list[int]:
    """Return the places of the chosen candidates, in the order of their choice."""
    lacking, linked = (LACKING, LINKED) if asked.indirect else (LACKING_DIRECT, LINKED_DIRECT)
    low, links = [text.lower() for text in texts], [_links(asked, sentence) for sentence in candidates]
    total = sum(rarity) or 1.0
    chosen = [0]
    while len(chosen) < min(k, len(candidates)):
        names = set[str]().union(*(links[n] for n in chosen))
        missing = [w * (not any(row[n] for n in chosen)) for w, row in zip(rarity, met, strict=True)]

        def gain(n: int, names: set[str] = names, missing: Sequence[float] = missing) -> float:
            new = sum(w for w, row in zip(missing, met, strict=True) if row[n]) / total
            return candidates[n].score + lacking * new + linked * any(name in low[n] for name in names)

        best = max((n for n in range(len(candidates)) if n not in chosen), key=gain)
        if gain(best) < WORTH * candidates[0].score:
            break
        chosen.append(best)
    return chosen


def _links(asked: Asked, sentence: RankedSentence) -> set[str]:
    """Return the names in a sentence, and the texts in a row's cells, that the question does not have.

    Acronyms are left out: they are mostly organisations, which link everything with everything.
    """
    said = asked.text.lower()
    record = read_record(sentence.text)
    cells = [field.value for field in record.fields if not field.is_number] if record else []
    names = [name.name for name in find_names(sentence.text) if not _ACRONYM.fullmatch(name.name)]
    return {text.lower() for text in (*names, *cells) if 2 < len(text) <= 40 and text.lower() not in said}
