"""Ranked sentences in their documents, and which of them surely tells a value.

The knowledge of what a sentence says lies in `values.py`; which sentences are quoted where none is sure is decided in
`quoting.py`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nodes.state import Passage
from nodes.symbolic.asked import Asked
from nodes.symbolic.names import forms_of, plain_title
from nodes.symbolic.place import Place, Value
from nodes.symbolic.ranking import RankedSentence
from nodes.symbolic.values import find_value
from retrieval.sentences import split

CANDIDATES = 40
"""Sentences that are examined for a value, best first."""
LEANING = re.compile(r"(?:It|Its|They|Their|He|She|His|Her|This|These)\b")
ANTECEDENTS = 4
"""How many sentences back a pronoun's antecedent is looked for."""
ANTECEDENT_CHARS = 1_200


@dataclass(frozen=True, slots=True)
class Told:
    """A value and the sentence that tells it."""

    value: Value
    sentence: RankedSentence


class Evidence:
    """The ranked sentences for one question, with the passages they come from."""

    def __init__(self, asked: Asked, sentences: Sequence[RankedSentence], passages: Iterable[Passage]) -> None:
        self.asked = asked
        self.sentences = sentences
        self._passages = {str(passage["passage_id"]): passage for passage in passages}
        self._titles = frozenset(plain_title(sentence.title) for sentence in sentences)

    def place(self, sentence: RankedSentence) -> Place:
        """Return a sentence with what its document is called and what the asked names may be called in it."""
        passage, title = self._passages.get(sentence.passage_id), plain_title(sentence.title)
        text, section = (passage["text"], passage["section"]) if passage else (sentence.text, "")
        names = {name: forms_of(name, title, self._titles, text) for name in self.asked.names}
        return Place(sentence.text, title, names, _before(text, sentence.text), f"{sentence.title} {section}")

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


def _before(text: str, sentence: str) -> str:
    """Return what comes before a sentence, from the last sentence that does not begin with a pronoun."""
    before = text.partition(sentence)[0][-ANTECEDENT_CHARS:]
    spans = split(before)[-ANTECEDENTS:]
    free = [start for start, end in spans if not LEANING.match(before[start:end])]
    return before[free[-1] if free else spans[-1][0] :].strip() if spans else ""
