"""Rows of tables and records as lines of text: `Vessel: MS Astrid; Length (m): 85; Built: 2009; Home port: Bergen`.

Every cell comes with its column's name, so that a line can be read by itself. This module knows how such a line is
spelled and which cell names the row's thing; it knows no questions.
"""

import re
from dataclasses import dataclass, replace

from nodes.quantities import find_quantities, unit_of
from nodes.symbolic.dates import find_dates
from nodes.symbolic.words import content_stems, stem, word_set

MAX_CHARS = 4_000
"""A longer line is no row."""
MAX_FIELDS = 100
PAIR_CHARS = 160
"""A longer line with one colon is prose."""
KEY_WORDS = 7
"""Most words of a column's name."""
_SEPARATOR = re.compile(r"\s{0,3};\s{1,3}(?=[^:;]{1,60}:(?:\s|$))")
_FIELD = re.compile(r"(?P<key>[(\[]?[^\W_][^:;|]{0,59}?)\s?:(?:\s{1,3}(?P<value>.{0,2000}))?", re.DOTALL)
_ONLY_UNIT = re.compile(r"[(\[]?(?P<unit>[^()\[\]]{1,24})[)\]]")
_UNIT = re.compile(r"(?P<key>.{1,50}?)(?:,?\s(?:in|as)\s(?P<word>[^,()]{1,24})|\s?[(\[](?P<unit>[^()\[\]]{1,24})[)\]])")
_COUNTED_UNITS = word_set("years months weeks days hours minutes seconds metres meters kilometres tonnes knots litres")
"""Units that may be a column's name, or its last word, without parentheses."""
_SCALES = word_set("thousand million billion")
LEAST_LABELLED = 2
"""Values that a row whose first column has no name must have."""
LABEL_CHARS = 60
"""A longer text before the first named cell is no row's label."""
_NUMBERING = word_set("id no no. nr nr. number index row rank key code #")
_NAMING = frozenset(map(stem, word_set("name title")))


@dataclass(frozen=True, slots=True)
class Field:
    """A cell: its column's name without the unit, its text, and the unit as the column's name spells it, or none."""

    key: str
    value: str
    unit: str = ""

    @property
    def stems(self) -> frozenset[str]:
        """The stems of the column's name."""
        return frozenset(content_stems(self.key)) or frozenset({stem(self.key)})

    @property
    def measured(self) -> str:
        """The cell's text, with the column's unit where it is a bare number."""
        found = find_quantities(self.value)
        alone = len(found) == 1 and not found[0].unit and found[0].text == self.value
        return f"{self.value} {self.unit}" if self.unit and alone else self.value

    @property
    def is_number(self) -> bool:
        """Whether the cell is a number, quantity or date and nothing else, so that it cannot name a thing."""
        quantities, dates = find_quantities(self.value), find_dates(self.value)
        return self.value in {*(each.text for each in quantities), *(each.text for each in dates)}


@dataclass(frozen=True, slots=True)
class Record:
    """A row: its fields, in order."""

    fields: tuple[Field, ...]

    @property
    def naming(self) -> Field | None:
        """The field that names the row's thing: the first called a name, else the first whose cell is no number."""
        filled = [each for each in self.fields if each.value and not each.is_number]
        texts = [each for each in filled if each.key.lower() not in _NUMBERING]
        return next((each for each in texts if each.stems & _NAMING), texts[0] if texts else None)


def read_record(line: str) -> Record | None:
    """Return the row that a line is; None for prose, in which a colon or a semicolon may stand too."""
    text = line.strip().rstrip(";").rstrip()
    if ":" not in text or ";" not in text or len(text) > MAX_CHARS:
        return None
    first, *others = _SEPARATOR.split(text)
    fields = [_field(first) or _label(first, len(others)), *map(_field, others)]
    whole = [field for field in fields if field is not None]
    if not 2 <= len(whole) == len(fields) <= MAX_FIELDS:
        return None
    unit = whole[0].unit if not whole[0].is_number else ""
    return Record(tuple(replace(each, unit=each.unit or unit) for each in whole) if unit else tuple(whole))


def read_pair(line: str) -> Record | None:
    """Return the single field that a line is, as `Passengers: 860` in a list of particulars, as a row."""
    field = _field(line.strip()) if ":" in line and len(line) <= PAIR_CHARS else None
    return Record((field,)) if field and field.value else None


def _field(part: str) -> Field | None:
    found = _FIELD.fullmatch(part.strip())
    if found is None or len(found["key"].split()) > KEY_WORDS:
        return None
    key, value = found["key"].replace("_", " ").strip(), (found["value"] or "").strip()
    if only := _ONLY_UNIT.fullmatch(key):
        return _labelled(value, _spelled(only["unit"]))
    name, unit = _united(key)
    last = key.split()[-1].lower()
    return Field(name, value, unit or (last if last in _COUNTED_UNITS else ""))


def _label(part: str, others: int) -> Field | None:
    """Return the first cell of a row whose column has no name: it labels a row of several values."""
    short = len(part) <= LABEL_CHARS and ":" not in part and not re.search(r"[.!?]\s", part)
    return _labelled(part.strip()) if short and others >= LEAST_LABELLED else None


def _labelled(label: str, unit: str = "") -> Field:
    """Return the cell that says what a row's values are, with their unit: `Revenue (EUR million)`."""
    name, own = _united(label)
    return Field("", name, own or unit)


def _united(text: str) -> tuple[str, str]:
    """Part a name from the unit behind it; the unit is empty where there is none."""
    found = _UNIT.fullmatch(text)
    unit = _spelled((found["unit"] or found["word"]).strip()) if found else ""
    return (found["key"], unit) if found and unit else (text, "")


def _spelled(unit: str) -> str:
    """Return a unit with its scale in front, as a number has it: `EUR thousand` is `thousand EUR`; empty if none."""
    words = unit.split()
    scale = next((word for word in words if word.lower() in _SCALES), "")
    rest = " ".join(word for word in words if word != scale)
    if scale and (not rest or unit_of(rest)):
        return f"{scale.lower()} {rest}".strip()
    return unit if unit_of(unit) else ""
