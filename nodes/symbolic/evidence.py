"""Judges ranked sentences: which one surely tells a value, and which ones are about the question at all.

The knowledge of what a sentence says lies in `values.py`; this module chooses among sentences and sets the thresholds.
"""

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from nodes.quantities import convertible, find_quantities
from nodes.state import Passage
from nodes.symbolic.asked import Asked
from nodes.symbolic.attributes import Attribute, telling_pattern
from nodes.symbolic.dates import find_dates
from nodes.symbolic.names import find_names, forms_of
from nodes.symbolic.owners import is_owned, owner_at
from nodes.symbolic.place import Place, Value
from nodes.symbolic.ranking import RankedSentence
from nodes.symbolic.values import find_value
from nodes.symbolic.words import THINGS, bare, content_stems, stem, tokens

CANDIDATES = 40
"""Sentences that are examined for a value, best first."""
BEGINNINGS = 8
"""Sentences that a quotation may begin with."""
SHORTEST = 4
"""Least words of a quoted sentence: what is shorter is a heading or a label."""
SPREAD_CHARS = 400
"""Words of the question that lie this many characters apart in a sentence cost it one unit of its score."""
VALUE = "?"
"""Stands for the kind of value that is asked for, among the words and names that a sentence has of a question."""

# Calibrated on 100 HotpotQA questions over their 994 paragraphs with all-MiniLM-L6-v2: 58 are answered, 54 of them with
# a gold paragraph cited and 33 with the answer's words; with the gold paragraphs taken away 15 still are.
NAMED = 0.6
"""Least share of the question's names that quoted sentences have to be about; all of them where `and` joins them."""
COVERAGE = 0.6
"""Least share of the question's words and names that quoted sentences have to hold."""
COVERAGE_INDIRECT = 0.65
"""The same for a question that describes something by way of something else: half an answer misleads."""
DENSE = 0.25
"""Least cosine between a question and a sentence that is quoted for it."""

_ACRONYM = re.compile(r"[A-Z]{2,5}|[A-Z]")
_SENTENCE_END = re.compile(r"\n|(?<=[a-z\d)][.!?])\s(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Told:
    """A value and the sentence that tells it."""

    value: Value
    sentence: RankedSentence


@dataclass(frozen=True, slots=True)
class Chain:
    """Sentences quoted together, what of the question they hold, what the first of them holds, and how well it fits."""

    sentences: tuple[RankedSentence, ...]
    met: frozenset[str]
    begins: frozenset[str]
    closeness: float


class Evidence:
    """The ranked sentences for one question, with the passages they come from."""

    def __init__(self, asked: Asked, sentences: Sequence[RankedSentence], passages: Iterable[Passage]) -> None:
        self.asked = asked
        self.sentences = sentences
        self._texts = {str(passage["passage_id"]): passage["text"] for passage in passages}
        self._titles = frozenset(sentence.title for sentence in sentences)
        self._wanted = frozenset(asked.words) | {name.lower() for name in asked.names}

    def place(self, sentence: RankedSentence) -> Place:
        """Return a sentence with what its document is called and what the asked names may be called in it."""
        text = self._texts.get(sentence.passage_id, sentence.text)
        names = {name: forms_of(name, sentence.title, self._titles, text) for name in self.asked.names}
        before = text.partition(sentence.text)[0].rstrip()
        return Place(sentence.text, sentence.title, names, _SENTENCE_END.split(before)[-1])

    def value(self) -> Told | None:
        """Return the value that the best-ranked sentence surely tells; of two dates in one year, the fuller one."""
        found = (
            Told(value, sentence)
            for sentence in self.sentences[:CANDIDATES]
            if (value := find_value(self.asked, self.place(sentence)))
        )
        first = next(found, None)
        if first is None or self.asked.kind != "date" or self.asked.year_only:
            return first
        same = [told for told in found if told.value.text[-4:] == first.value.text[-4:]]
        return max([first, *same], key=lambda told: len(told.value.text))

    def quotable(self, k: int) -> list[RankedSentence]:
        """Return at most `k` sentences that together answer; none where the documents do not say.

        Of the chains that begin with the best sentences, the one that holds most of the question; of equal ones, that
        whose first sentence has the question's words closest together, and then the better ranked.
        """
        near = [
            sentence
            for sentence in self.sentences[:CANDIDATES]
            if sentence.dense >= DENSE and len(sentence.text.split()) >= SHORTEST
        ]
        chains = [self._chain(first, near, k) for first in near[:BEGINNINGS]]
        best = max(chains, key=lambda chain: (len(chain.met), len(chain.begins), chain.closeness), default=None)
        return list(best.sentences) if best and self._answers(best) else []

    def _chain(self, first: RankedSentence, near: Sequence[RankedSentence], k: int) -> Chain:
        """Add to a sentence those that go with it and have something more of what is asked."""
        closeness = first.score - _spread(self._wanted, first.text) / SPREAD_CHARS
        chain = Chain((first,), self._met(first), self._met(first), closeness)
        bridges = self._bridges(first)
        for sentence in near:
            met = self._met(sentence)
            if len(chain.sentences) < k and self._adds(met - chain.met, self._bridges(sentence) & bridges):
                chain = Chain((*chain.sentences, sentence), chain.met | met, chain.begins, chain.closeness)
                bridges |= self._bridges(sentence)
        return chain

    def _adds(self, new: Set[str], shared: Set[str]) -> bool:
        """Say whether a sentence goes with those before: by a shared name, or as another of the things asked."""
        named = self.asked.coordinated and any(name.lower() in new for name in self.asked.names)
        return bool(named or (self.asked.indirect and new and shared))

    def _answers(self, chain: Chain) -> bool:
        names = {name.lower() for name in self.asked.names}
        least = COVERAGE_INDIRECT if self.asked.indirect else COVERAGE
        return (
            VALUE in chain.met
            and len(names & chain.met) >= (1.0 if self.asked.coordinated else NAMED) * len(names)
            and len(self._wanted & chain.met) >= least * len(self._wanted)
        )

    def _bridges(self, sentence: RankedSentence) -> set[str]:
        """Return the names in a sentence that are not the question's, each in full and by its last word.

        Acronyms are left out: they are mostly organisations, which link everything with everything.
        """
        asked = {word for name in self.asked.names for word in name.lower().split()}
        names = [mention.name for mention in find_names(sentence.text) if not _ACRONYM.fullmatch(mention.name)]
        bridges = {form.lower() for name in names for form in (name, name.rpartition(" ")[2])}
        return {form for form in bridges if not asked & set(form.split())} - THINGS

    def _speaks_of_it(self, sentence: RankedSentence) -> bool:
        """Say whether a sentence speaks of the kind of value that is asked for; where none is, any does."""
        if self.asked.attribute:
            units = [quantity.unit for quantity in find_quantities(sentence.text) if quantity.unit]
            measured = self.asked.words and any(
                unit and convertible(found, unit) for found in units for unit in self.asked.units
            )
            return bool(measured) or self._tells_it(sentence, self.asked.attribute)
        if self.asked.kind == "date":
            return bool(find_dates(sentence.text))
        return self.asked.kind != "count" or self.asked.counted in content_stems(sentence.text)

    def _tells_it(self, sentence: RankedSentence, attribute: Attribute) -> bool:
        """Say whether a sentence speaks of the attribute, and not surely of another thing's.

        Where the thing is described by way of another, the sentence names it and the question does not.
        """
        place, told = self.place(sentence), telling_pattern(attribute)
        if self.asked.indirect:
            return told.search(sentence.text) is not None
        owners = (
            owner_at(place.sentence, found.start(), found.end(), place.title) for found in told.finditer(place.sentence)
        )
        return any(owner is None or owner.part or is_owned(owner, self.asked, place) for owner in owners)

    def _met(self, sentence: RankedSentence) -> frozenset[str]:
        """Return what a sentence has of the words and names asked for."""
        place = self.place(sentence)
        named = {name.lower() for name in self.asked.names if place.is_about(name, self.asked)}
        spoken = frozenset({VALUE} if self._speaks_of_it(sentence) else ())
        return self.asked.words & set(content_stems(sentence.text)) | named | spoken


def _spread(wanted: Set[str], text: str) -> int:
    """Return how many characters lie between the first and the last word asked for."""
    at = [word.start() for word in tokens(text) if stem(bare(word[0])) in wanted or bare(word[0]).lower() in wanted]
    return at[-1] - at[0] if at else 0
