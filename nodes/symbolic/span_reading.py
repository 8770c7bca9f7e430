"""Reads an answer where no rule surely does: a span finder points at words, which have to be of the kind asked for.

What it finds is likely and not sure: the solver shows it with the sentence it stands in. Knows nothing of plans.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from nodes.errors import KnowledgeError
from nodes.state import Passage, Source
from nodes.symbolic.asked import Asked
from nodes.symbolic.count_reading import find_numbers
from nodes.symbolic.dates import find_dates
from nodes.symbolic.place import Value
from nodes.symbolic.quantity_reading import as_asked, measures, united
from nodes.symbolic.ranking import RANK_SECONDS, RankedSentence, source_of
from nodes.symbolic.record_reading import typed
from nodes.symbolic.records import read_record
from nodes.symbolic.words import bare
from retrieval.sentences import split

READ_PASSAGES = 8
"""Passages that are read, those with the best-ranked sentences."""
LONGEST = 80
"""Longest answer that is a name, in characters."""
Key = tuple[str, int]
"""A sentence: its passage, and where it begins in the document."""


class FoundSpan(Protocol):
    """Characters `[start:end]` of text number `text`, and by how much, in logits, they beat `no answer`."""

    @property
    def text(self) -> int: ...  # noqa: D102 - documented above
    @property
    def start(self) -> int: ...  # noqa: D102 - documented above
    @property
    def end(self) -> int: ...  # noqa: D102 - documented above
    @property
    def margin(self) -> float: ...  # noqa: D102 - documented above


class SpanFinder(Protocol):
    """Finds the words of texts that answer a question. May be called from several threads."""

    def find(self, question: str, texts: Sequence[str]) -> Sequence[FoundSpan]:
        """Return possible answers, the likeliest first."""
        ...


@dataclass(frozen=True, slots=True)
class Pointed:
    """A value that was pointed at, the sentence it stands in, and the margin."""

    value: Value
    source: Source
    margin: float

    @property
    def key(self) -> Key:
        """The sentence."""
        return str(self.source["passage_id"]), self.source["start"]


class SpanReading:
    """Reads with a span finder; without one nothing is found."""

    def __init__(self, finder: SpanFinder | None) -> None:
        self._finder = finder

    async def read(
        self,
        asked: Asked,
        sentences: Sequence[RankedSentence],
        passages: Sequence[Passage],
        wording: str = "",
        *,
        any_value: bool = False,
    ) -> list[Pointed] | None:
        """Return possible answers of the kind asked for, the likeliest first; None without a finder. Runs in a thread.

        `wording` is another wording of the question. With `any_value`, any date, quantity or number is taken, whatever
        kind the question seems to ask for.

        Raises:
            KnowledgeError: it took longer than RANK_SECONDS, or the model cannot be read.
        """
        finder, read = self._finder, _best_passages(sentences, passages)
        if finder is None:
            return None
        try:
            async with asyncio.timeout(RANK_SECONDS):
                spans = await asyncio.to_thread(finder.find, wording or asked.text, [_headed(each) for each in read])
        except TimeoutError as error:
            raise KnowledgeError(f"reading took longer than {RANK_SECONDS:g} s; try again") from error
        return list(_pointed(asked, spans, read, sentences, _any_value if any_value else _value))


def agreed(one: Sequence[Pointed], other: Sequence[Pointed]) -> list[Pointed]:
    """Return what two wordings of a question point at, with the mean of the margins, the likeliest first.

    What only one of them points at has, of the other, a margin below all that it gave.
    """
    if not one or not other:
        return [*one, *other]
    seconds = {(each.key, each.value.shown): each.margin for each in reversed(other)}
    firsts = {(each.key, each.value.shown): each for each in reversed(one)}
    lowest, least = (min(each.margin for each in all_) - 1 for all_ in (one, other))
    both = [replace(each, margin=(each.margin + seconds.get(key, least)) / 2) for key, each in firsts.items()]
    both += [
        replace(each, margin=(each.margin + lowest) / 2) for each in other if (each.key, each.value.shown) not in firsts
    ]
    return sorted(both, key=lambda each: -each.margin)


def margins(pointed: Sequence[Pointed] | None) -> Mapping[Key, float] | None:
    """Return the best margin in each sentence; None without a finder."""
    return None if pointed is None else {each.key: each.margin for each in reversed(pointed)}


def _best_passages(sentences: Sequence[RankedSentence], passages: Sequence[Passage]) -> list[Passage]:
    by_id = {str(passage["passage_id"]): passage for passage in passages}
    ids = dict.fromkeys(sentence.passage_id for sentence in sentences)
    return [by_id[each] for each in ids if each in by_id][:READ_PASSAGES]


def _heading(passage: Passage) -> str:
    return f"{passage['title']}, {passage['section']}: " if passage["section"] else f"{passage['title']}: "


def _headed(passage: Passage) -> str:
    return f"{_heading(passage)}{passage['text']}"


def _pointed(
    asked: Asked,
    spans: Sequence[FoundSpan],
    passages: Sequence[Passage],
    sentences: Sequence[RankedSentence],
    value_at: Callable[[Asked, str, int, int], Value | None],
) -> Iterator[Pointed]:
    for span in spans:
        passage = passages[span.text]
        heading = _heading(passage)
        start, end = span.start - len(heading), span.end - len(heading)
        if start >= 0:
            first, last = _sentence_at(passage["text"], start)
            quote = passage["text"][first:last]
            value = value_at(asked, quote, start - first, min(end, last) - first)
            source = _source(passage, first, quote)
        else:  # a name that stands in the heading: the passage's best sentence says it of that
            best = next(each for each in sentences if each.passage_id == passage["passage_id"])
            named = asked.kind == "text" and end <= 0
            value, source = Value(*[heading[span.start : span.end]] * 2) if named else None, source_of(best)
        if value:
            yield Pointed(value, source, span.margin)


def _sentence_at(text: str, at: int) -> tuple[int, int]:
    return next((span for span in split(text) if span[0] <= at < span[1]), (0, len(text)))


def _source(passage: Passage, start: int, quote: str) -> Source:
    return Source(
        passage_id=passage["passage_id"],
        document=passage["document"],
        title=passage["title"],
        start=passage["start"] + start,
        end=passage["start"] + start + len(quote),
        quote=quote,
    )


def _any_value(asked: Asked, sentence: str, start: int, end: int) -> Value | None:
    """Return what stands at `[start:end]` as a date, a quantity or a number in words; None where it is none."""
    as_date, as_quantity = replace(asked, kind="date"), replace(asked, kind="quantity", units=())
    place = (sentence, start, end)
    return _value(as_date, *place) or _value(as_quantity, *place) or _count(*place)


def _value(asked: Asked, sentence: str, start: int, end: int) -> Value | None:
    """Return what stands at `[start:end]` as a value of the kind asked for; None where it is none."""
    if asked.kind == "quantity" and (record := read_record(sentence)):
        cells = [field for field in record.fields if sentence[start:end].strip() in field.value]
        return typed(asked, cells[0]) if len(cells) == 1 else None
    if asked.kind == "date":
        dates = [date for date in find_dates(sentence) if date.start < end and date.end > start]
        shown = str(dates[0].year) if dates and asked.year_only else dates[0].text if dates else ""
        return Value(shown, shown) if dates else None
    if asked.kind == "quantity":
        found = [each for each in united(sentence) if each.start < end and each.end > start]
        fitting = [each for each in found if measures(each, asked.units)]
        return as_asked(fitting[0], asked) if len(fitting) == 1 else None
    if asked.kind == "count":
        return _count(sentence, start, end)
    text = bare(sentence[start:end])
    return Value(text, text) if 0 < len(text) <= LONGEST else None


def _count(sentence: str, start: int, end: int) -> Value | None:
    numbers = [each for each in find_numbers(sentence) if each.start < end and each.end > start]
    return Value(str(numbers[0].value), sentence[numbers[0].start : numbers[0].end]) if numbers else None
