"""Whether values that several documents tell for one question agree, and which of them stand against each other.

Not every difference is a contradiction: values may be rounded, given in other units, given less fully, or be of other
years. What is left is for the reader of the answer to judge, so all of it is shown.
"""

import re
from collections.abc import Iterable, Sequence

from nodes.quantities import Quantity, convert, convertible, find_quantities
from nodes.symbolic.asked import Asked
from nodes.symbolic.dates import find_dates
from nodes.symbolic.evidence import Told
from nodes.symbolic.records import read_record
from nodes.symbolic.wanted import wanted

ABOUT = 0.05
"""Relative difference within which a value agrees with one that is given as `about` so much."""
_ABOUT = re.compile(
    r"\b(?:about|approximately|some|nearly|almost|roughly|around|circa|ca?\.|over|more than|less than|up to)\s$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")


def disagreeing(asked: Asked, told: Sequence[Told]) -> list[Told]:
    """Return the best-ranked of each of the different values that documents tell; empty where they agree."""
    apart: list[Told] = []
    for each in told:
        if all(_contradict(asked, each, other) for other in apart):
            apart.append(each)
    return apart if len(apart) > 1 else []


def _contradict(asked: Asked, one: Told, other: Told) -> bool:
    if one.sentence.document == other.sentence.document:
        return False
    if asked.kind == "date":
        return _differ_as_dates(one.value.text, other.value.text)
    years = _years(one), _years(other)
    if all(years) and not years[0] & years[1]:
        return False  # as turnovers, crews and counts of moons differ from year to year
    first, second = _quantity(one), _quantity(other)
    if first and second:
        return _differ_as_quantities(first, second, approximate=_is_about(one) or _is_about(other))
    place = wanted(asked.text).answer == "place"  # a town and its country are both right
    return not (first or second or place) and _differ_as_names(one.value.text, other.value.text)


def _differ_as_dates(one: str, other: str) -> bool:
    """Say whether two dates differ in what both say: `1957` agrees with `3 May 1957`."""
    first, second = (set(re.findall(r"[a-z]{3,}|\d+", text.lower())) for text in (one, other))
    return not (first <= second or second <= first)


def _differ_as_quantities(one: Quantity, other: Quantity, *, approximate: bool) -> bool:
    """Say whether two quantities of one kind differ by more than the rounding of the coarser one."""
    if not convertible(one.unit, other.unit):
        return False
    a, b = one.magnitude, convert(other.magnitude, other.unit, one.unit)
    step = convert(_step(other), other.unit, one.unit) if other.unit == one.unit or other.magnitude else 0.0
    slack = max(_step(one), step, ABOUT * max(abs(a), abs(b)) if approximate or one.unit != other.unit else 0.0)
    return abs(a - b) > slack


def _step(quantity: Quantity) -> float:
    """Return half the worth of the last digit that is not zero, in the quantity's unit."""
    digits = re.search(r"\d[\d,]*(?:\.\d+)?", quantity.text)
    written = digits[0].replace(",", "") if digits else "0"
    if not float(written):
        return 0.0
    whole, _, decimals = written.partition(".")
    place = 10.0 ** -len(decimals) if decimals else 10.0 ** (len(whole) - len(whole.rstrip("0")))
    return abs(quantity.magnitude / float(written)) * place / 2


def _quantity(told: Told) -> Quantity | None:
    found = find_quantities(told.value.text)
    return found[0] if len(found) == 1 and found[0].text == told.value.text else None


def _is_about(told: Told) -> bool:
    at = told.sentence.text.find(told.value.shown)
    return at > 0 and _ABOUT.search(told.sentence.text[max(0, at - 20) : at]) is not None


def _years(told: Told) -> frozenset[str]:
    """Return the years that a sentence is about; those of a row belong to its other columns."""
    in_row = read_record(told.sentence.text) is not None
    return frozenset() if in_row else frozenset(_YEAR.findall(told.sentence.text)) - {told.value.text}


def _differ_as_names(one: str, other: str) -> bool:
    """Say whether two answers have no word in common: `Huygens` agrees with `Christiaan Huygens`."""
    return not _words(one) & _words(other)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{2,}", text.lower()))


def all_named(told: Iterable[Told]) -> bool:
    """Say whether the values are names or texts, which may all be right, and not amounts or dates."""
    return not any(find_quantities(each.value.text) or find_dates(each.value.text) for each in told)
