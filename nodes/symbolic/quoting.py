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
from nodes.symbolic.answerable import (
    THRESHOLD,
    Support,
    Told,
    lacks_a_name,
    lacks_what_is_asked,
    nearness,
    probability,
    support,
)
from nodes.symbolic.asked import Asked
from nodes.symbolic.names import find_names
from nodes.symbolic.ranking import RANK_SECONDS, RankedSentence, SentenceRanker
from nodes.symbolic.records import read_record
from nodes.symbolic.words import content_stems

EXAMINED = 25
"""Best-ranked sentences among which quotations are chosen."""
NEAR = 8
"""Of these, the ones whose words are compared one by one with the question's: that takes embedding them."""
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
    """Sentences that are quoted together, the best first, with what was measured of them; None where nothing can do."""

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
        under = [f"{sentence.title} {sections.get(sentence.passage_id, '')}".strip() for sentence in candidates]
        try:
            async with asyncio.timeout(RANK_SECONDS):
                return await asyncio.to_thread(self._chosen, asked, candidates, under, k)
        except TimeoutError as error:
            raise KnowledgeError(f"choosing sentences took longer than {RANK_SECONDS:g} s; try again") from error

    def _chosen(self, asked: Asked, candidates: Sequence[RankedSentence], under: Sequence[str], k: int) -> Quotation:
        rarity = self._ranker.weigh_words(asked.text)
        words, told = list(rarity), self._told(list(rarity), candidates, under)
        matched = [[met == 1.0 for met in each.met] for each in told]
        at = _chain(asked, candidates, [each.whole for each in told], list(rarity.values()), matched, k)
        sentences = tuple(candidates[n] for n in at)
        looked_at = [told[n] for n in sorted({*at, *range(min(NEAR, len(told)))})]
        if not words or lacks_a_name(asked, told) or lacks_what_is_asked(asked, looked_at, words):
            return Quotation(sentences, None)
        first = sentences[0]
        return Quotation(sentences, support(asked, [told[n] for n in at], rarity, first.dense, first.overlap))

    def _told(self, words: Sequence[str], candidates: Sequence[RankedSentence], under: Sequence[str]) -> list[Told]:
        """Measure how nearly each sentence meets each word: near relatives are looked for in the best few only."""
        whole = [f"{title}: {sentence.text}" for title, sentence in zip(under, candidates, strict=True)]
        matches = self._ranker.match_words(words, whole)
        cosines = self._ranker.near_words(words, whole[:NEAR])
        return [
            Told(
                sentence.text,
                title,
                [
                    nearness(match[n], cosine[n] if n < NEAR else 0.0)
                    for match, cosine in zip(matches, cosines, strict=True)
                ],
            )
            for n, (sentence, title) in enumerate(zip(candidates, under, strict=True))
        ]


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
    matched: Sequence[Sequence[bool]],
    k: int,
) -> list[int]:
    """Return the places of the chosen candidates, in the order of their choice."""
    lacking, linked = (LACKING, LINKED) if asked.indirect else (LACKING_DIRECT, LINKED_DIRECT)
    links = [_links(asked, sentence) for sentence in candidates]
    total = sum(rarity) or 1.0
    chosen = [0]
    while len(chosen) < min(k, len(candidates)):
        names = set[str]().union(*(links[n] for n in chosen))
        missing = [0.0 if any(matched[n][word] for n in chosen) else weight for word, weight in enumerate(rarity)]

        def gain(n: int, names: set[str] = names, missing: Sequence[float] = missing) -> float:
            new = sum(weight for weight, has in zip(missing, matched[n], strict=True) if has) / total
            return candidates[n].score + lacking * new + linked * any(name in texts[n] for name in names)

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
