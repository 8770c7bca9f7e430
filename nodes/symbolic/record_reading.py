"""Reads a value from a row of a table: the cell whose column is asked for, in the row of the thing asked about."""

import re

from nodes.quantities import find_quantities
from nodes.symbolic.asked import Asked
from nodes.symbolic.attributes import Attribute
from nodes.symbolic.dates import find_dates
from nodes.symbolic.names import mentions
from nodes.symbolic.place import Place, Value
from nodes.symbolic.quantity_reading import as_asked, measures
from nodes.symbolic.records import Field, Record
from nodes.symbolic.telling import telling_stems
from nodes.symbolic.wanted import wanted
from nodes.symbolic.words import MODIFIERS, THINGS, content_stems, stem, word_set

_HAVING = word_set(
    "fit have hold carry accommodate seat sleep take contain list offer provide show report record state"
)
"""Verbs that say no more than that a row has a cell."""
_IDLE = frozenset(map(stem, _HAVING | THINGS - {"building"}))
_THINGS = frozenset(map(stem, THINGS)) | frozenset(map(stem, word_set("person people company man woman")))
_MODIFIERS = frozenset(map(stem, MODIFIERS))
_DATE_STEMS = frozenset(map(stem, word_set("year date day month time")))
_TIME = re.compile(r"\d{1,2}[:.]\d\d(?:\s?(?:a\.?m\.?|p\.?m\.?|h))?", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[0-9]|20)\d\d")


def read_record_value(asked: Asked, place: Place, record: Record) -> Value | None:
    """Return the value that the row has for the question, or None where it does not surely have it."""
    if _is_about(asked, place, record):
        return cell_value(asked, record, place.heading)
    return _named_by(asked, place, record)


def read_pair_value(asked: Asked, place: Place, record: Record) -> Value | None:
    """Return the value of a line of particulars that stands under a heading with every name asked about."""
    return cell_value(asked, record, place.heading) if all(map(place.heads, asked.names)) else None


def cell_value(asked: Asked, record: Record, title: str = "") -> Value | None:
    """Return what the row says of whatever it is about: the cell of the one column that fits the question best."""
    if _untold(asked, record, title):
        return None
    noun = wanted(asked.text).noun
    named = [field for field in record.fields if noun and noun in field.stems]
    if noun and not named and noun not in _THINGS and asked.kind == "text":
        return None
    fits = [(_fit(asked, field), value) for field in named or record.fields if (value := typed(asked, field))]
    best = max((fit for fit, _ in fits), default=0.0)
    values = [value for fit, value in fits if fit == best]
    return values[0] if best > 0 and len(values) == 1 else None


def has_column(asked: Asked, record: Record) -> bool:
    """Say whether a row has a column with the kind of value asked for."""
    return any(_fit(asked, field) > 0 and typed(asked, field) for field in record.fields)


def _untold(asked: Asked, record: Record, title: str) -> frozenset[str]:
    """Return the question's words that stand in no cell, no column's name and not in the title."""
    known = set(content_stems(f"{title} {' '.join(f'{each.key} {each.value}' for each in record.fields)}"))
    words = asked.words - _idle(asked) - {wanted(asked.text).noun}
    return frozenset(word for word in words if not telling_stems(word) & known)


def _is_about(asked: Asked, place: Place, record: Record) -> bool:
    """Say whether the row's thing is one asked about, and every other name of the question stands in row or title."""
    naming = record.naming
    if naming is None or not asked.names:
        return False
    named = [name for name in asked.names if any(mentions(form, naming.value) for form in place.forms(name))]
    others = [name for name in asked.names if name not in named]
    return bool(named) and all(place.mentioned(name) or mentions(name, place.title) for name in others)


def _named_by(asked: Asked, place: Place, record: Record) -> Value | None:
    """Return the row's own name for `who is the captain of Astrid` where a cell says captain, and another Astrid."""
    naming, want = record.naming, wanted(asked.text)
    if naming is None or asked.kind != "text" or want.answer not in {"role", "agent", "named"}:
        return None
    cells = " ; ".join(field.value for field in record.fields if field is not naming)
    held = all(mentions(name, cells) for name in asked.names) and asked.names
    role = want.answer != "role" or any(want.relation in content_stems(field.value) for field in record.fields)
    if not held or not role or _untold(asked, record, place.heading) or has_column(asked, record):
        return None
    return Value(naming.value, naming.value)


def _idle(asked: Asked) -> frozenset[str]:
    """Return the stems that need not be met: verbs of having, sorts of things, and how a quantity was measured."""
    return _IDLE | _MODIFIERS if asked.kind == "quantity" else _IDLE


def _fit(asked: Asked, field: Field) -> float:
    """Return how well a column's name fits what is asked, 0 to 1: the share of its words that the question has."""
    if asked.kind == "quantity" and asked.attribute and not any(asked.units):
        named = attribute_stems(asked.attribute)
        if not frozenset().union(*map(telling_stems, named)) & field.stems and asked.attribute.noun != "amount":
            return 0.0
    stems = field.stems - _idle(asked) or field.stems
    if asked.kind == "count" and not telling_stems(asked.counted) & stems:
        return 0.0
    words = asked.words - _idle(asked)
    told = frozenset[str]().union(*map(telling_stems, words)) | _heads(asked, field)
    return len(stems & told) / len(stems)


def _heads(asked: Asked, field: Field) -> frozenset[str]:
    """Return the stems that stand for the kind of value asked for."""
    if asked.kind == "count":
        return frozenset({asked.counted, stem("number")})
    if asked.kind == "date":
        return _DATE_STEMS if asked.words & field.stems or not asked.words else frozenset()
    return attribute_stems(asked.attribute) if asked.attribute else frozenset()


def attribute_stems(attribute: Attribute) -> frozenset[str]:
    """Return the stems of the words that name an attribute."""
    return frozenset(content_stems(" ".join((attribute.noun, *attribute.nouns))))


def typed(asked: Asked, field: Field) -> Value | None:
    """Return the cell as the kind of value asked for; None where it is another kind, or several values."""
    if asked.kind == "date":
        return _date(asked, field.value)
    if asked.kind == "text":
        want = wanted(asked.text)
        by_name = want.answer in {"agent", "place", "named"} and not telling_stems(want.noun) & field.stems
        return Value(field.measured, field.measured) if field.value and not (by_name and field.is_number) else None
    found = find_quantities(field.measured)
    if len(found) != 1 or found[0].text != field.measured:
        return None
    if asked.kind == "count":
        return None if found[0].unit else as_asked(found[0], asked)
    return as_asked(found[0], asked) if measures(found[0], asked.units) else None


def _date(asked: Asked, text: str) -> Value | None:
    dates = find_dates(text)
    if _TIME.fullmatch(text) and not asked.year_only:
        return Value(text, text)
    if not dates and _YEAR.fullmatch(text):
        return Value(text, text)
    if len(dates) != 1:
        return None
    shown = str(dates[0].year) if asked.year_only else dates[0].text
    return Value(shown, shown)
