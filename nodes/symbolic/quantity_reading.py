"""Reads a quantity from a sentence: the one that belongs to the property asked for, of the thing asked about."""

import re
from collections.abc import Iterable

from nodes.quantities import Quantity, convert, convertible, find_quantities, format_quantity, unit_of
from nodes.symbolic.asked import Asked
from nodes.symbolic.attributes import telling_pattern
from nodes.symbolic.owners import is_owned, owner_at
from nodes.symbolic.place import Place, Value
from nodes.symbolic.words import content_stems

_BOUND = re.compile(
    r"\b(?:(?:less|more|fewer) than|at least|at most|up to|over|under|below|above|exceed(?:s|ing)?|within)\s"
    r"(?:about\s)?$",
    re.IGNORECASE,
)
_RANGE_BEFORE = re.compile(
    r"\d[\d,.]{0,20}(?:\s[a-z]{1,12}){0,5}?\s?(?:to|and|–|-)\s(?:about\s)?$|\b(?:from|between)\s(?:about\s)?$",
    re.IGNORECASE,
)
_RANGE_AFTER = re.compile(r"^(?:\sto\s(?:about\s)?\d|\s?[–-]\s?\d)")
_COMPARED = re.compile(
    r"^\s(?:less|more|larger|smaller|longer|shorter|farther|further|taller|higher|heavier|lighter|closer|times|wider|nearer|"
    r"above|below|before|after|later|earlier|ago)\b"
)
_EXTREMES = re.compile(
    r"\b(?:maximum|minimum|lowest|highest|record|peak|daytime|night(?:time)?|coldest|hottest|perihelion|aphelion)\b",
    re.IGNORECASE,
)
_MANNER = r"(?:Earth|terrestrial|Julian|sidereal|solar|metric|calendar)"
_SUBJECT_FOLLOWS = re.compile(r",\s(?:the\s)?")
NEAR = 14
"""Characters that may stand between a quantity and the word behind it that says what it is."""
_COMPOUND = re.compile(r"^(?:,?\s(?:and\s)?)$")


def read_quantity(asked: Asked, place: Place) -> Value | None:
    """Return the quantity nearest to the words that tell the property, if the right thing owns it."""
    if asked.attribute is None:
        return None
    sentence = place.sentence
    told = [(found.start(), found.end()) for found in telling_pattern(asked.attribute).finditer(sentence)]
    best: tuple[int, Value] | None = None
    for quantity in united(sentence):
        if not told or not is_exact(quantity, asked, sentence) or not measures(quantity, asked.units):
            continue
        if not _covered_outside(asked, sentence, quantity):
            continue
        start, end = min(told, key=lambda span: _distance(span, quantity))
        if not _tells((start, end), quantity, sentence):
            continue
        if is_owned(owner_at(sentence, start, end, place.subject), asked, place) and _names_near(
            asked, place, quantity
        ):
            ranked = (_distance((start, end), quantity), as_asked(quantity, asked))
            best = min(best, ranked, key=lambda pair: pair[0]) if best else ranked
    return best[1] if best else None


def _covered_outside(asked: Asked, sentence: str, quantity: Quantity) -> bool:
    """Say whether the words asked for stand beside the value: a `day` of `225 Earth days` is none."""
    rest = f"{sentence[: quantity.start]} {sentence[quantity.end :]}"
    return asked.words <= set(content_stems(rest))


def _distance(span: tuple[int, int], quantity: Quantity) -> int:
    return quantity.start - span[1] if quantity.start >= span[1] else span[0] - quantity.end


def _tells(span: tuple[int, int], quantity: Quantity, sentence: str) -> bool:
    """Say whether the telling word goes with the quantity: before it in one clause, or right behind (`110 m tall`)."""
    if span[0] >= quantity.end:
        return span[0] - quantity.end <= NEAR and "," not in sentence[quantity.end : span[0]]
    return not re.search(r"[;:]|, (?:and|but|which|while)\b", sentence[span[1] : quantity.start])


def is_exact(quantity: Quantity, asked: Asked, sentence: str) -> bool:
    """Say whether the sentence gives the quantity itself: not a bound, a range, a difference or an extreme."""
    before, after = sentence[: quantity.start][-60:], sentence[quantity.end :]
    clause = before.rpartition(", ")[2] + sentence[quantity.start : quantity.end]
    if any(pattern.search(before) for pattern in (_BOUND, _RANGE_BEFORE)):
        return False
    if _RANGE_AFTER.match(after) or _COMPARED.match(after):
        return False
    extreme = _EXTREMES.search(clause)
    return extreme is None or extreme[0].lower() in asked.text.lower()


def measures(quantity: Quantity, units: Iterable[str]) -> bool:
    """Say whether a quantity measures what one of the canonical units does; a bare number only fits a bare one."""
    return not units or any(bool(unit) == bool(quantity.unit) and convertible(quantity.unit, unit) for unit in units)


def _names_near(asked: Asked, place: Place, quantity: Quantity) -> bool:
    """Say whether every name stands before the value, or directly behind it: what follows a comma is a comparison."""
    for name in asked.names:
        found = place.mentioned(name)
        gaps = [place.sentence[quantity.end : mention.start] for mention in found if mention.start >= quantity.end]
        behind = gaps and len(gaps) == len(found)
        if behind and "," in gaps[0] and not _SUBJECT_FOLLOWS.fullmatch(gaps[0]):
            return False
    return True


def united(sentence: str) -> list[Quantity]:
    """Return the quantities, with `11.9 Earth years` read as years, and `2 hours and 31 minutes` as one."""
    merged: list[Quantity] = []
    for quantity in (_with_manner(found, sentence) for found in find_quantities(sentence)):
        last = merged[-1] if merged else None
        if last and _continues(last, quantity, sentence):
            total = convert(last.magnitude, last.unit, quantity.unit) + quantity.magnitude
            text = sentence[last.start : quantity.end]
            merged[-1] = Quantity(total, quantity.unit, last.start, quantity.end, text)
        else:
            merged.append(quantity)
    return merged


def _with_manner(quantity: Quantity, sentence: str) -> Quantity:
    found = None if quantity.unit else re.match(rf"\s{_MANNER}\s([a-z]{{1,12}})\b", sentence[quantity.end :])
    unit = unit_of(found[1]) if found else None
    if found is None or unit is None:
        return quantity
    end = quantity.end + found.end()
    return Quantity(quantity.magnitude, unit, quantity.start, end, sentence[quantity.start : end])


def _continues(last: Quantity, quantity: Quantity, sentence: str) -> bool:
    """Say whether a duration goes on with a smaller unit."""
    if not (_COMPOUND.match(sentence[last.end : quantity.start]) and last.unit and quantity.unit):
        return False
    if not (convertible(last.unit, "second") and convertible(quantity.unit, "second")):
        return False
    return convert(1, quantity.unit, "second") < convert(1, last.unit, "second")


def as_asked(quantity: Quantity, asked: Asked) -> Value:
    """Return a quantity in the unit that the question names, if it names one."""
    wanted = (
        asked.units[0] if len(asked.units) == 1 and asked.attribute and asked.units != asked.attribute.units else ""
    )
    unit, magnitude = quantity.unit, quantity.magnitude
    if wanted and wanted != unit:
        unit, magnitude = wanted, convert(magnitude, unit, wanted)
    return Value(format_quantity(magnitude, unit), quantity.text)
