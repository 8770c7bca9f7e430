"""Reads one attribute of many things: every name that the passages give a value for, in rows and in sentences.

What a single sentence or row tells is known to `values.py` and `record_reading.py`; this module walks over all of
them, and decides which names are of the kind asked for and which values can be compared.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from nodes.quantities import convertible, find_quantities, format_quantity
from nodes.state import Passage, Source
from nodes.symbolic.asked import Asked, understand
from nodes.symbolic.dates import find_dates
from nodes.symbolic.list_reading import items
from nodes.symbolic.names import find_names, forms_of, names_asked, stands_in
from nodes.symbolic.place import Place
from nodes.symbolic.record_reading import cell_value
from nodes.symbolic.records import Record, read_record
from nodes.symbolic.row_counting import NAME, described_rows
from nodes.symbolic.sheet_reading import read_column, variants
from nodes.symbolic.telling import telling_stems
from nodes.symbolic.values import find_value
from nodes.symbolic.words import STOP_WORDS, content_stems, stem
from retrieval.sentences import split

MAX_ROWS = 500
LEAST = 2
"""Rows of one table that are taken for all things of a kind; fewer are looked for in all that the passages say."""
_ANYTHING = "Anything"
"""A name that stands for the thing while the attribute is taken apart."""
_BEGUN = ("founded", "opened", "established", "completed", "launched", "released", "born")
"""What else tells how old something is."""
_NOUN_ENDS = (
    r"(?=\s(?:of|in|on|at|to|from|by|for|with|that|which|who|and|between|around|ever|known|built|made|named|after)\b"
    r"|[.,;:(]|$)"
)
_NOUN = rf"(?:the|an?)\s((?:[\w-]{{1,30}}\s){{0,5}}?[\w-]{{1,30}}){_NOUN_ENDS}"
_IS_A = re.compile(rf"\s(?:is|was|are|were)\s(?:(?:one|part) of\s)?{_NOUN}|,\s{_NOUN}")
_SORT = re.compile(
    r"\b(?:(?:[Tt]he|an?|[Ii]ts)\s(?:[a-z-]{1,20}\s){0,2}?([a-z]{2,30}(?<!s)(?<!ed)(?<!ing))"
    r"|([a-z]{3,30}s)\s(?:[A-Z][\w-]{1,30}\s){1,3}and)\s$"
)
_HEAD = re.compile(r"\s(?:of|in|on|at|to|from|by|for|with|that|which|who)\s")
"""What a phrase for a kind of thing goes on with: `mountain in the Kettle Hills`."""
_PRONOUN = re.compile(r"^(?:It|He|She)(?=\s)")


@dataclass(frozen=True, slots=True)
class Row:
    """A name, its value as tools can use it, and where it stands."""

    name: str
    value: str
    source: Source


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence or row of a passage, with the sentence before it."""

    passage: Passage
    start: int
    text: str
    before: str


def tabulated(attribute: str, passages: Sequence[Passage], of: str = "") -> list[Row]:
    """Return a row for each name whose attribute the passages tell, in order; `of` is the kind of thing, as `vessel`.

    Only values that can be compared with each other are kept: the unit, or the dates, that most of them have.
    """
    asked = understand(_question(attribute, _ANYTHING))
    if attribute == NAME:
        return [Row(name, name, source) for name, source in described_rows(of, passages).items()]
    if of and (told := _of_table(attribute, passages, of)):
        return comparable(told)[:MAX_ROWS]
    about = [passage for passage in passages if _is_about(passage, names_asked(of))]
    lines = list(_lines(about))
    titles = frozenset(passage["title"] for passage in passages)
    rows: dict[str, Row] = {}
    for line in lines:
        record = read_record(line.text)
        found = list(_of_record(asked, record, line, of) if record else _of_prose(asked, attribute, line, titles))
        if not record and of and _is_kind(of, f"{line.passage['title']} {line.passage['section']} {line.before}"):
            found = [*_of_list(asked, line), *found]
        for row in found:
            rows.setdefault(row.name.lower(), row)
    return comparable(_of_kind(list(rows.values()), lines, of))[:MAX_ROWS]


def _of_table(attribute: str, passages: Sequence[Passage], of: str) -> list[Row]:
    """Return the rows of the one table that tells all the words, or none where fewer than two do.

    `large` is not always a diameter, and a mark is a number: where that column is not there, any number is looked for.
    """
    asked = understand(_question(attribute, of))
    if asked.kind == "text":
        asked = understand(f"amount of {attribute} of {of}")
    dated = (
        [understand(f"When was {of} {event}") for event in _BEGUN] if attribute in {"year built", "date built"} else []
    )
    for question in (asked, *dated, *variants(asked, of)):
        told = read_column(question, passages, _HEAD.split(of, maxsplit=1)[0])
        if len(told) >= LEAST:
            return [Row(name, value.text, source) for name, (value, source) in told.items()]
    return []


def _is_about(passage: Passage, names: Iterable[str]) -> bool:
    """Say whether a passage, with its headings, has every name that a phrase describes things by."""
    told = f"{passage['title']} {passage['section']} {passage['text']}"
    return all(stands_in(name, told) for name in names)


def _question(attribute: str, name: str) -> str:
    """Return the question for the attribute of one thing: `year built` becomes `year when X was built`."""
    if dated := re.fullmatch(r"date (?!of\b)([\w -]{2,40})", attribute, re.IGNORECASE):
        return f"When was {name} {dated[1]}"
    event = re.fullmatch(r"(?:year|date|when) (?!of\b)(?:it )?(?:was )?([\w -]{2,40})", attribute, re.IGNORECASE)
    return f"year when {name} was {event[1]}" if event else f"{attribute} of {name}"


def _lines(passages: Iterable[Passage]) -> Iterator[_Line]:
    for passage in passages:
        before = ""
        for start, end in split(passage["text"]):
            text = passage["text"][start:end]
            yield _Line(passage, start, text, before)
            before = text


def _of_record(asked: Asked, record: Record, line: _Line, of: str) -> Iterator[Row]:
    naming, value = record.naming, cell_value(asked, record, line.passage["title"])
    kinds = f"{line.passage['title']} {line.passage['section']} " + " ".join(
        f"{field.key} {field.value}" for field in record.fields
    )
    if naming and value and _is_kind(of, kinds):
        yield Row(naming.value, value.text, _source(line))


def _is_kind(of: str, kinds: str) -> bool:
    """Say whether a row is said to be of a kind, in any word for it: a ship is a vessel."""
    there = set(content_stems(kinds))
    return all(telling_stems(word) & there for word in content_stems(of))


def _of_prose(asked: Asked, attribute: str, line: _Line, titles: frozenset[str]) -> Iterator[Row]:
    title, text = line.passage["title"], line.text
    if asked.kind == "text" or not (
        find_dates(text) if asked.kind == "date" else find_quantities(text) or asked.counted
    ):
        return
    for name in dict.fromkeys([*(mention.name for mention in find_names(text)), title]):
        of_name = understand(_question(attribute, name))
        if name not in of_name.names:
            continue
        place = Place(text, title, {name: forms_of(name, title, titles, line.passage["text"])}, line.before)
        if value := find_value(of_name, place):
            yield Row(title if place.is_titled(name) else name, value.text, _source(line))


def _of_list(asked: Asked, line: _Line) -> Iterator[Row]:
    for item, quantity in items(asked, line.text):
        yield Row(item, format_quantity(quantity.magnitude, quantity.unit), _source(line))


def _source(line: _Line) -> Source:
    start = line.passage["start"] + line.start
    return Source(
        passage_id=line.passage["passage_id"],
        document=line.passage["document"],
        title=line.passage["title"],
        start=start,
        end=start + len(line.text),
        quote=line.text,
    )


def _of_kind(rows: list[Row], lines: Sequence[_Line], of: str) -> list[Row]:
    """Keep the rows of tables, and of names said to be of the kind: a planet is no cost of the year, however large.

    A name of which no sentence says what it is counts where its document's title or section names the kind.
    """
    if not of:
        return rows
    wanted, kinds = stem(_HEAD.split(of, maxsplit=1)[0].rsplit(maxsplit=1)[-1]), _kinds(lines)
    headed = {
        line.passage["passage_id"]
        for line in lines
        if wanted in content_stems(f"{line.passage['title']} {line.passage['section']} {line.before}")
    }

    def is_said(row: Row) -> bool:
        if row.name.lower() not in kinds and row.source["passage_id"] in headed:
            return True
        nouns = kinds.get(row.name.lower())
        in_table = read_record(row.source["quote"]) is not None
        return in_table or (wanted in nouns if nouns else row.source["passage_id"] in headed)

    return [row for row in rows if is_said(row)]


def kinds_of(passages: Iterable[Passage]) -> Mapping[str, set[str]]:
    """Return the stems of what the names in passages are said to be, by the names in small letters."""
    return _kinds(_lines(passages))


def _kinds(lines: Iterable[_Line]) -> Mapping[str, set[str]]:
    """Return the stems of what names are said to be: `moon` for the Titan of `Titan is the largest moon of Saturn`."""
    kinds: dict[str, set[str]] = {}
    for line in lines:
        title = _PRONOUN.match(line.text)
        mentioned = [(name.name, name.start, name.end) for name in find_names(line.text)]
        for name, start, end in [*mentioned, *([(line.passage["title"], 0, title.end())] if title else [])]:
            before, behind = _SORT.search(line.text[max(0, start - 120) : start]), _IS_A.match(line.text, end)
            nouns = [before[1] or before[2]] if before else []
            nouns += [(behind[1] or behind[2]).split()[-1]] if behind else []
            kinds.setdefault(name.lower(), set()).update(stem(noun) for noun in nouns if noun not in STOP_WORDS)
    return {name: nouns for name, nouns in kinds.items() if nouns}


def comparable(rows: list[Row]) -> list[Row]:
    """Keep the values of the unit that most have, or the dates, each spelled as `compare` shows it."""
    measured = [(row, _measured(row.value)) for row in rows]
    units = Counter(found[0] for _, found in measured if found)
    common = units.most_common(1)[0][0] if units else ""
    return [replace(row, value=found[1]) for row, found in measured if found and _alike(found[0], common)]


def _measured(value: str) -> tuple[str, str] | None:
    """Return a value's unit, `date` for dates, and the value as it is shown; None where it is no single value."""
    if find_dates(value):
        return "date", value
    found = find_quantities(value)
    alone = len(found) == 1 and found[0].text == value
    return (found[0].unit, format_quantity(found[0].magnitude, found[0].unit)) if alone else None


def _alike(unit: str, common: str) -> bool:
    return unit == common or ("date" not in {unit, common} and convertible(unit, common))
