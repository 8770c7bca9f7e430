"""Chooses the sentences that answer a question together, and refuses where they are not likely to.

The first is the best-ranked one. Each further one is chosen for its own rank, for words of the question that those
before lack, and for a name that links it to them: on 100 HotpotQA questions five sentences chosen so hold the answer
for 69, the five best-ranked ones for 48.
"""

import asyncio
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from nodes.errors import KnowledgeError
from nodes.symbolic.asked import Asked
from nodes.symbolic.evidence import Evidence
from nodes.symbolic.names import find_names, names_asked, stands_in
from nodes.symbolic.ranking import RANK_SECONDS, RankedSentence, SentenceRanker
from nodes.symbolic.records import read_record
from nodes.symbolic.words import bare, content_stems, tokens

EXAMINED = 25
"""Best-ranked sentences among which quotations are chosen."""
JUDGED = 0.5
"""What a likelihood of 1 adds to a sentence's rank."""
SHORTEST = 4
"""Least words of a quoted sentence: what is shorter is a heading or a label."""
SAME = 0.9
"""Share of words in common from which two sentences say the same."""
LACKING, LINKED = 2.0, 0.4
"""What all of the question's words that were lacking, and a link by a name that no other has, add to a score."""
LACKING_DIRECT, LINKED_DIRECT = 0.3, 0.1
"""The same for a question that describes nothing by way of something else."""
WORTH = 0.6
"""Share of the first sentence's score that another one needs, with what it adds, to be quoted too."""
_NUMBERED = re.compile(r"\b(?:19|20)\d\d\b|(?<![\d.,])\d{1,3}\.\d{1,3}(?![\d.])")
_ACRONYM = re.compile(r"[A-Z]{2,5}|[A-Z]")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Sentences that are quoted together, the best first, and how likely the likeliest of them answers."""

    sentences: tuple[RankedSentence, ...]
    likelihood: float
    needed: float
    """The least likelihood at which they are offered as an answer."""

    @property
    def answers(self) -> bool:
        """Whether they are likely enough to hold the answer."""
        return self.likelihood >= self.needed


class Quoting:
    """Quotes from ranked sentences. `ranker` is usually the knowledge base."""

    def __init__(self, ranker: SentenceRanker) -> None:
        self._ranker = ranker

    async def quote(self, evidence: Evidence, k: int) -> Quotation:
        """Choose at most `k` sentences, in a thread.

        Raises:
            KnowledgeError: it took longer than RANK_SECONDS, or the knowledge base cannot be read.
        """
        try:
            async with asyncio.timeout(RANK_SECONDS):
                return await asyncio.to_thread(self._chosen, evidence, k)
        except TimeoutError as error:
            raise KnowledgeError(f"choosing sentences took longer than {RANK_SECONDS:g} s; try again") from error

    def _chosen(self, evidence: Evidence, k: int) -> Quotation:
        asked, needed = evidence.asked, evidence.needed
        long_enough = [sentence for sentence in evidence.sentences if len(sentence.text.split()) >= SHORTEST]
        candidates = _distinct(long_enough)[:EXAMINED]
        candidates.sort(key=lambda each: -each.score - JUDGED * evidence.judged(each).likelihood)
        rarity = self._ranker.weigh_words(asked.text) if candidates else {}
        if not rarity:
            return Quotation((), 0.0, needed)
        whole = [f"{evidence.place(sentence).heading}: {sentence.text}" for sentence in candidates]
        matched = list(zip(*self._ranker.match_words(list(rarity), whole), strict=True))
        at = _chain(asked, candidates, [text.lower() for text in whole], list(rarity.values()), matched, k)
        sentences = tuple(candidates[n] for n in at)
        likeliest = max(evidence.judged(sentence).likelihood for sentence in sentences)
        return Quotation(sentences, 0.0 if _lacks_a_name(asked, whole) else likeliest, needed)


def _lacks_a_name(asked: Asked, whole: Sequence[str]) -> bool:
    """Say whether a name of the question is not met, all its words together, in any sentence that was looked at.

    A year, or the number of a version, is a name too.
    """
    there = [{bare(word[0]).lower() for word in tokens(text)} for text in whole]
    wanted = [{bare(word[0]).lower() for word in tokens(name)} for name in names_asked(asked.text)]
    missing = any(not any(name <= words for words in there) for name in wanted)
    numbers = _NUMBERED.findall(asked.text)
    return missing or any(not any(stands_in(number, text) for text in whole) for number in numbers)


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
    telling = _telling(links, texts)
    total = sum(rarity) or 1.0
    chosen = [0]
    while len(chosen) < min(k, len(candidates)):
        names = set[str]().union(*(links[n] for n in chosen))
        missing = [0.0 if any(matched[n][word] for n in chosen) else weight for word, weight in enumerate(rarity)]

        def gain(n: int, names: set[str] = names, missing: Sequence[float] = missing) -> float:
            new = sum(weight for weight, has in zip(missing, matched[n], strict=True) if has) / total
            link = max((telling[name] for name in names if name in texts[n]), default=0.0)
            return candidates[n].score + lacking * new + linked * link

        best = max((n for n in range(len(candidates)) if n not in chosen), key=gain)
        if gain(best) < WORTH * candidates[0].score:
            break
        chosen.append(best)
    return chosen


def _telling(links: Sequence[set[str]], texts: Sequence[str]) -> dict[str, float]:
    """Return for each name how much it tells, 0 to 1, by how few of the texts have it: a job title links everybody."""
    names = set[str]().union(*links)
    having = {name: sum(name in text for text in texts) for name in names}
    most = math.log(len(texts) + 1)
    return {name: math.log((len(texts) + 1) / max(1, count)) / most for name, count in having.items()}


def _links(asked: Asked, sentence: RankedSentence) -> set[str]:
    """Return the names in a sentence, and the texts in a row's cells, that the question does not have.

    Acronyms are left out: they are mostly organisations, which link everything with everything.
    """
    said = asked.text.lower()
    record = read_record(sentence.text)
    cells = [field.value for field in record.fields if not field.is_number] if record else []
    names = [name.name for name in find_names(sentence.text) if not _ACRONYM.fullmatch(name.name)]
    return {text.lower() for text in (*names, *cells) if 2 < len(text) <= 40 and text.lower() not in said}
