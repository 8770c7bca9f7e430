"""The built-in tool `compare`: which of several named values is the largest or smallest, or whether they are equal.

Values are numbers, text with one number and unit, or dates. This module does not find values in prose that holds
several.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from nodes.errors import ToolError
from nodes.quantities import convert, convertible, find_quantities, format_quantity
from nodes.tools.contract import ToolOutput
from nodes.tools.dates import read_date
from nodes.tools.declare import tool

_SYMBOLS = {"largest": ">", "smallest": "<"}
SHOWN = 5
"""Most values that a working shows; of a long table the rest are counted."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A value as text, and what it is compared by: a magnitude in `unit`, or a date of one to three parts."""

    shown: str
    magnitude: float = 0.0
    unit: str = ""
    date: tuple[int, ...] = ()
    whole: tuple[int, ...] = ()
    """The date with the parts that other dates leave open."""


@tool(effect="read", timeout=10.0)
def compare(values: dict[str, Any], mode: Literal["largest", "smallest", "equal"] = "largest") -> ToolOutput:
    """Name the largest (or latest) or smallest of {"Jupiter": "139820 km", "Earth": "12742 km"} or of a table.

    The value is a list of names where several are, and true or false for equal.
    Raises ToolError where a value is no single number or date, or where they do not measure the same thing.
    """
    if len(values) < 2:
        raise ToolError("compare needs at least two named values")
    readings = _aligned({name: _read(name, value) for name, value in values.items()})
    if mode == "equal":
        _refuse_open_dates(readings.values())
        return _equality(readings)
    order = sorted(readings, key=lambda name: _key(readings[name]), reverse=mode == "largest")
    winners = [name for name in order if _same(readings[name], readings[order[0]])]
    _refuse_open_dates([readings[name] for name in winners])
    return ToolOutput(winners[0] if len(winners) == 1 else winners, working=_working(order, readings, _SYMBOLS[mode]))


def _read(name: str, value: Any) -> _Reading:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return _Reading(format_quantity(value, ""), float(value))
    text = value if isinstance(value, str) else ""
    if date := read_date(text):
        return _Reading(" ".join(text.split())[:40], date=date)
    found = find_quantities(text)
    measured = [each for each in found if each.unit] or found
    if len({(each.magnitude, each.unit) for each in measured}) != 1:
        count = "no number" if not measured else "several numbers"
        raise ToolError(f"the value of {name} holds {count}; give one number with its unit, or one date")
    only = measured[0]
    return _Reading(format_quantity(only.magnitude, only.unit), only.magnitude, only.unit)


def _aligned(readings: Mapping[str, _Reading]) -> dict[str, _Reading]:
    """Bring all values to one unit, or all dates to the precision that they share."""
    dated = [each for each in readings.values() if each.date]
    first = next(iter(readings.values()))
    if not dated:
        return {name: _in_unit(name, each, first.unit) for name, each in readings.items()}
    with_years = {name: each if each.date else _year(name, each) for name, each in readings.items()}
    shared = min(len(each.date) for each in with_years.values())
    return {name: _Reading(each.shown, date=each.date[:shared], whole=each.date) for name, each in with_years.items()}


def _refuse_open_dates(readings: Collection[_Reading]) -> None:
    """Refuse to call dates the same that are so only because one leaves open what the other says."""
    if len({each.date for each in readings}) < len({each.whole for each in readings}):
        raise ToolError("some of the dates differ only in parts that others leave open; give them all to the day")


def _year(name: str, reading: _Reading) -> _Reading:
    if reading.unit or not reading.magnitude.is_integer() or not 0 < reading.magnitude < 10_000:
        raise ToolError(f"the value of {name} is not a date, and others are")
    return _Reading(reading.shown, date=(int(reading.magnitude),))


def _in_unit(name: str, reading: _Reading, unit: str) -> _Reading:
    if not convertible(reading.unit, unit):
        raise ToolError(f"the value of {name} does not measure the same thing as the others; give values of one kind")
    return _Reading(reading.shown, convert(reading.magnitude, reading.unit, unit), unit)


def _key(reading: _Reading) -> tuple[float, ...]:
    return reading.date or (reading.magnitude,)


def _same(one: _Reading, other: _Reading) -> bool:
    if one.date or other.date:
        return one.date == other.date
    return math.isclose(one.magnitude, other.magnitude, rel_tol=1e-9)


def _equality(readings: Mapping[str, _Reading]) -> ToolOutput:
    first, *others = readings.values()
    equal = all(_same(first, each) for each in others)
    return ToolOutput(equal, working=_working(list(readings), readings, "=" if equal else "≠"))


def _working(order: list[str], readings: Mapping[str, _Reading], symbol: str) -> str:
    """Show the values in order, as `Jupiter 139820 km > Earth 12742 km`."""
    shown = f"{order[0]} {readings[order[0]].shown}"
    for before, name in pairwise(order[:SHOWN]):
        same = symbol in _SYMBOLS.values() and _same(readings[before], readings[name])
        shown += f" {'=' if same else symbol} {name} {readings[name].shown}"
    return shown if len(order) <= SHOWN else f"{shown}, of {len(order)} values"
