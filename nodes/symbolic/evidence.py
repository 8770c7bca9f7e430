"""Ranked sentences in their documents, and which of them surely tells a value.

The knowledge of what a sentence says lies in `values.py`; which sentences are quoted where none is sure is decided in
`quoting.py`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from nodes.state import Passage, Source
from nodes.symbolic.asked import Asked
from nodes.symbolic.attributes import AREA
from nodes.symbolic.likelihood import BY_RULES, WITH_SPANS, Features, Pointed, likelihood, squashed
from nodes.symbolic.names import forms_of, mentions, plain_title, stands_in
from nodes.symbolic.place import Place, Value
from nodes.symbolic.ranking import RankedSentence, source_of
from nodes.symbolic.support import VALUE, met, words_of_meaning
from nodes.symbolic.values import find_value
from nodes.symbolic.wanted import wanted
from nodes.symbolic.words import content_stems
from retrieval.sentences import split

CANDIDATES = 40
"""Sentences that are examined for a value, best first."""
LEANING = re.compile(r"(?:It|Its|They|Their|He|She|His|Her|This|These)\b")
UNPOINTED = -10.0
"""The margin of a sentence that nothing pointed at."""
PRONOUN = re.compile(r"\b(?:he|she|it|they|his|her|its|their|him|them)\b", re.IGNORECASE)
ANTECEDENTS = 4
"""How many sentences back a pronoun's antecedent is looked for."""
ANTECEDENT_CHARS = 1_200
LED_CHARS = 300
"""Longest sentence that is quoted for the sake of a pronoun in the next."""

_LARGE = re.compile(r"\b(?:large|big|size)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Told:
    """A value and the sentence that tells it."""

    value: Value
    sentence: RankedSentence


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

    def __init__(
        self,
        asked: Asked,
        sentences: Sequence[RankedSentence],
        passages: Iterable[Passage],
        margins: Mapping[tuple[str, int], float] | None = None,
    ) -> None:
        """`margins` are those of the spans that a finder pointed at, by passage and start of the sentence."""
        self.asked = asked
        self.sentences = sentences
        self._margins = margins
        self._passages = {str(passage["passage_id"]): passage for passage in passages}
        self._documents: dict[str, str] = {}
        for passage in self._passages.values():
            self._documents[passage["document"]] = f"{self._documents.get(passage['document'], '')}\n{passage['text']}"
        self._titles = frozenset(plain_title(sentence.title) for sentence in sentences)
        self._words = words_of_meaning(asked)
        self._unknown = self._share_unknown()
        self._judged: dict[tuple[str, int], Judged] = {}

    def with_margins(self, margins: Mapping[tuple[str, int], float] | None) -> "Evidence":
        """Return the same evidence, judged also by what a span finder pointed at."""
        return self if margins is None else Evidence(self.asked, self.sentences, self._passages.values(), margins)

    @property
    def needed(self) -> float:
        """The least likelihood at which sentences are offered as an answer."""
        scale = BY_RULES if self._margins is None else WITH_SPANS
        return scale.described if self.asked.indirect or self.asked.coordinated else scale.likely

    def is_about(self, passage_id: str, start: int) -> bool:
        """Say whether the sentence that begins there has, with its headings and what it leans on, every name asked."""
        found = [each for each in self.sentences if (each.passage_id, each.start) == (passage_id, start)]
        if not found:
            return False
        place, passage = self.place(found[0]), self._passages.get(passage_id)
        leads = passage["text"] if passage and PRONOUN.search(place.sentence) else place.lead
        told = f"{place.heading}\n{leads}\n{place.sentence}"
        return all(place.names_it(name) or _stands_in(place.forms(name), told) for name in self.asked.names)

    def place(self, sentence: RankedSentence) -> Place:
        """Return a sentence with what its document is called and what the asked names may be called in it."""
        passage, title = self._passages.get(sentence.passage_id), plain_title(sentence.title)
        text, section = (passage["text"], passage["section"]) if passage else (sentence.text, "")
        whole = self._documents.get(sentence.document, text)
        names = {name: forms_of(name, title, self._titles, whole) for name in self.asked.names}
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
            names=len({name.lower() for name in names} & has) / len(names) if names else 0.5,
            words=len(self._words & has) / len(self._words) if self._words else 0.8,
            value=float(VALUE in has),
            unknown=self._unknown,
            read=float(value is not None),
        )
        if self._margins is not None:
            margin = self._margins.get((sentence.passage_id, sentence.start), UNPOINTED)
            features = Pointed(**asdict(features), pointed=squashed(margin))
        answers = not self._is_of_others(place, has) and self._relates(has)
        return Judged(sentence, has, value, features, likelihood(features) if answers else 0.0)

    def _relates(self, has: frozenset[str]) -> bool:
        """Say whether a sentence tells the verb or role that `who` asks for; without it, it names somebody else."""
        relation = wanted(self.asked.text).relation if self.asked.text.lower().startswith("who") else ""
        return self.asked.indirect or relation not in self.asked.words or relation in has

    def _is_of_others(self, place: Place, has: frozenset[str]) -> bool:
        """Say whether a sentence mentions what is asked about only to tell of another thing, as the moons of Saturn."""
        names = self.asked.names
        return not {name.lower() for name in names} & has and any(map(place.mentioned, names))

    def cited(self, sentence: RankedSentence) -> Source:
        """Return a sentence as something to cite, with those before it that its pronoun leans on."""
        source, passage = source_of(sentence), self._passages.get(sentence.passage_id)
        if passage is None or any(map(self.place(sentence).mentioned, self.asked.names)):
            return source
        at = sentence.start - passage["start"]
        start = led_from(passage["text"], at)
        return {**source, "start": passage["start"] + start, "quote": passage["text"][start : at + len(sentence.text)]}

    def cited_together(self, sentences: Iterable[RankedSentence]) -> list[Source]:
        """Return sentences as things to cite, without those that another one has within it."""
        sources = [self.cited(sentence) for sentence in sentences]
        return [each for each in sources if not any(each is not other and _is_within(each, other) for other in sources)]

    def values(self) -> list[Told]:
        """Return the values that sentences surely tell, by the rank of the sentences."""
        judged = [(self.judged(sentence).value, sentence) for sentence in self.sentences[:CANDIDATES]]
        return [Told(value, sentence) for value, sentence in judged if value]

    def _area(self) -> Told | None:
        """Return what is told of the area, where it was asked how large something without a diameter is."""
        attribute = self.asked.attribute
        if attribute is None or attribute.noun != "diameter" or not _LARGE.search(self.asked.text):
            return None
        asked = replace(self.asked, attribute=AREA, units=AREA.units)
        found = Evidence(asked, self.sentences, self._passages.values()).values()
        return found[0] if found else None

    def value(self) -> Told | None:
        """Return the value that the best-ranked sentence surely tells; of two dates in one year, the fuller one."""
        found = self.values()
        if not found:
            return self._area()
        if self.asked.kind != "date" or self.asked.year_only:
            return found[0] if found else None
        same = [told for told in found if told.value.text[-4:] == found[0].value.text[-4:]]
        return max(same, key=lambda told: len(told.value.text))


def _stands_in(forms: Iterable[str], text: str) -> bool:
    """Say whether a name stands in a text as a name of its own; one in small letters by all its words."""
    stems = frozenset(content_stems(text))
    return any(mentions(form, text) if form != form.lower() else set(content_stems(form)) <= stems for form in forms)


def _is_within(source: Source, other: Source) -> bool:
    same = source["passage_id"] == other["passage_id"]
    return same and other["start"] <= source["start"] and source["end"] <= other["end"]


def led_from(text: str, at: int) -> int:
    """Return where the sentences begin that one at `at` leans on with a pronoun; `at` where it leans on none."""
    paragraph = text.rfind("\n", 0, at) + 1
    spans = split(text[paragraph:at])
    while spans and LEANING.match(text, at) and at - paragraph - spans[-1][0] <= LED_CHARS:
        at = paragraph + spans.pop()[0]
    return at


def _before(text: str, sentence: str) -> str:
    """Return what comes before a sentence, from the last sentence that does not begin with a pronoun."""
    before = text.partition(sentence)[0][-ANTECEDENT_CHARS:]
    spans = split(before)[-ANTECEDENTS:]
    free = [start for start, end in spans if not LEANING.match(before[start:end])]
    return before[free[-1] if free else spans[-1][0] :].strip() if spans else ""
