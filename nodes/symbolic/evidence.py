"""Judges ranked sentences: which one surely tells a value, and which ones are about the question at all.

The knowledge of what a sentence says lies in `values.py`; this module chooses among sentences and sets the thresholds.
"""

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from nodes.state import Passage
from nodes.symbolic.asked import Asked
from nodes.symbolic.likelihood import ANSWERS, Features, likelihood
from nodes.symbolic.names import find_names, forms_of, plain_title, stands_in
from nodes.symbolic.place import Place, Value
from nodes.symbolic.ranking import RankedSentence
from nodes.symbolic.support import VALUE, met, words_of_meaning
from nodes.symbolic.values import find_value
from nodes.symbolic.wanted import wanted
from nodes.symbolic.words import THINGS, bare, stem, tokens
from retrieval.sentences import split

CANDIDATES = 40
"""Sentences that are examined for a value, best first."""
RIVAL = 0.35
"""Share of the best sentence's likelihood that another has to have to be quoted beside it."""
BEGINNINGS = 8
"""Sentences that a quotation may begin with."""
SHORTEST = 4
"""Least words of a quoted sentence: what is shorter is a heading or a label."""
SPREAD_CHARS = 400
"""Words of the question that lie this many characters apart in a sentence cost it one unit of its score."""

# Calibrated on 100 HotpotQA questions over their 994 paragraphs with all-MiniLM-L6-v2: 58 are answered, 54 of them with
# a gold paragraph cited and 33 with the answer's words; with the gold paragraphs taken away 15 still are.
NAMED = 0.6
"""Least share of the question's names that quoted sentences have to be about; all of them where `and` joins them."""
WORDS = 0.6
"""Least share of the question's words that quoted sentences have to tell: one of one, two of two, two of three."""
COVERAGE = 0.6
"""Least share of the question's words and names that quoted sentences have to hold."""
COVERAGE_INDIRECT = 0.65
"""The same for a question that describes something by way of something else: half an answer misleads."""
DENSE = 0.25
"""Least cosine between a question and a sentence that is quoted for it."""

_ACRONYM = re.compile(r"[A-Z]{2,5}|[A-Z]")
LEANING = re.compile(r"(?:It|Its|They|Their|He|She|His|Her|This|These)\b")
ANTECEDENTS = 4
"""How many sentences back a pronoun's antecedent is looked for."""
ANTECEDENT_CHARS = 1_200


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


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence with what it has of the question, the value that is surely read from it, and its likelihood."""

    sentence: RankedSentence
    met: frozenset[str]
    value: Value | None
    features: Features
    likelihood: float


class Evidence:
    """The ranked sentences for one question, with the passages they come from."""

    def __init__(self, asked: Asked, sentences: Sequence[RankedSentence], passages: Iterable[Passage]) -> None:
        self.asked = asked
        self.sentences = sentences
        self._passages = {str(passage["passage_id"]): passage for passage in passages}
        self._titles = frozenset(plain_title(sentence.title) for sentence in sentences)
        relation = wanted(asked.text).relation
        self._relation = relation if relation in asked.words else ""
        self._words = words_of_meaning(asked)
        self._wanted = self._words | {name.lower() for name in asked.names}
        self._unknown = self._share_unknown()
        self._judged: dict[tuple[str, int], Judged] = {}

    def place(self, sentence: RankedSentence) -> Place:
        """Return a sentence with what its document is called and what the asked names may be called in it."""
        passage, title = self._passages.get(sentence.passage_id), plain_title(sentence.title)
        text, section = (passage["text"], passage["section"]) if passage else (sentence.text, "")
        names = {name: forms_of(name, title, self._titles, text) for name in self.asked.names}
        return Place(sentence.text, title, names, _before(text, sentence.text), f"{sentence.title} | {section}")

    def _share_unknown(self) -> float:
        """Return the share of the names asked about that stand in no passage and no title: things not told of."""
        told = "\n".join(f"{each['title']}\n{each['text']}" for each in self._passages.values())
        names = self.asked.names
        return sum(not stands_in(name, told) for name in names) / max(1, len(names))

    def judged(self, sentence: RankedSentence) -> Judged:
        """Return what a sentence has of the question, and how likely it answers; each sentence is judged once."""
        key = (sentence.passage_id, sentence.start)
        if key not in self._judged:
            self._judged[key] = self._judge(sentence)
        return self._judged[key]

    def _judge(self, sentence: RankedSentence) -> Judged:
        place = self.place(sentence)
        has, value, names = met(self.asked, place), find_value(self.asked, place), self.asked.names
        features = Features(
            dense=sentence.dense,
            overlap=sentence.overlap,
            names=len({name.lower() for name in names} & has) / len(names) if names else 0.5,
            words=len(self._words & has) / len(self._words) if self._words else 0.8,
            value=float(VALUE in has),
            unknown=self._unknown,
            read=float(value is not None),
        )
        return Judged(sentence, has, value, features, likelihood(features))

    def value(self) -> Told | None:
        """Return the value that the best-ranked sentence surely tells; of two dates in one year, the fuller one."""
        found = (
            Told(judged.value, sentence)
            for sentence in self.sentences[:CANDIDATES]
            if (judged := self.judged(sentence)).value
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
        own = [sentence for sentence in near if not self._is_of_others(sentence) and self._relates(sentence)]
        likely = sorted(own, key=lambda sentence: -self.judged(sentence).likelihood)
        if not (self.asked.indirect or self.asked.coordinated):
            return self._likeliest(likely, k)
        chains = [self._chain(first, near, k) for first in likely[:BEGINNINGS]]
        best = max(chains, key=lambda chain: (len(chain.met), len(chain.begins), chain.closeness), default=None)
        return list(best.sentences) if best and self._answers(best) else []

    def _relates(self, sentence: RankedSentence) -> bool:
        """Say whether a sentence tells the verb or role that `who` asks for; without it, it names somebody else."""
        asks_who = self.asked.text.lower().startswith("who")
        return not (asks_who and self._relation) or self.asked.indirect or self._relation in self._met(sentence)

    def _is_of_others(self, sentence: RankedSentence) -> bool:
        """Say whether a sentence mentions what is asked about only to tell of another thing, as the moons of Saturn."""
        names, place = self.asked.names, self.place(sentence)
        return not {name.lower() for name in names} & self._met(sentence) and any(map(place.mentioned, names))

    def _likeliest(self, likely: Sequence[RankedSentence], k: int) -> list[RankedSentence]:
        """Return the likeliest sentences that come near the best one."""
        least = max(ANSWERS, RIVAL * self.judged(likely[0]).likelihood) if likely else 1.0
        return [sentence for sentence in likely[:k] if self.judged(sentence).likelihood >= least]

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
        if self._relation and self._relation not in chain.met:
            return False
        described = self.asked.indirect or self.asked.coordinated
        if not described and len(self._words & chain.met) < WORDS * len(self._words):
            return False
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

    def _met(self, sentence: RankedSentence) -> frozenset[str]:
        return self.judged(sentence).met


def _before(text: str, sentence: str) -> str:
    """Return what comes before a sentence, from the last sentence that does not begin with a pronoun."""
    before = text.partition(sentence)[0][-ANTECEDENT_CHARS:]
    spans = split(before)[-ANTECEDENTS:]
    free = [start for start, end in spans if not LEANING.match(before[start:end])]
    return before[free[-1] if free else spans[-1][0] :].strip() if spans else ""


def _spread(wanted: Set[str], text: str) -> int:
    """Return how many characters lie between the first and the last word asked for."""
    at = [word.start() for word in tokens(text) if stem(bare(word[0])) in wanted or bare(word[0]).lower() in wanted]
    return at[-1] - at[0] if at else 0
