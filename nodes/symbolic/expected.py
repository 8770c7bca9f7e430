"""What kind of thing an answer has to hold, and whether a text holds one: a date, an amount of money, a name.

Looser than reading a value: it says that something of the kind is there, not that it is the one asked for.
"""

import re
from dataclasses import dataclass
from typing import Literal

from nodes.quantities import CURRENCIES, convertible, find_quantities
from nodes.symbolic.asked import Asked
from nodes.symbolic.dates import find_dates
from nodes.symbolic.names import find_names
from nodes.symbolic.records import read_record
from nodes.symbolic.words import STOP_WORDS, THINGS, stem, word_set

Form = Literal["date", "amount", "name", "any"]

_TIME_OF_DAY = re.compile(r"\b\d{1,2}[:.]\d\d\b")
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
_NUMBER_WORD = re.compile(r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|once|twice)\b")
_MONEY = re.compile(
    r"\b(?:costs?|prices?|pay|paid|fees?|fares?|salary|how much (?:is|are|does|do|was|were))\b", re.IGNORECASE
)
_LASTS = re.compile(r"^(?:for )?how long\b", re.IGNORECASE)
_MEASURES = re.compile(r"^how (?:far|close|deep|tall|high|wide|big|large|thick)\b", re.IGNORECASE)
_COUNTS = re.compile(r"\bhow (?:many|much|often|old)\b", re.IGNORECASE)
_WHO = re.compile(r"^(?:who|whom|whose|where|to whom|by whom|from where)\b", re.IGNORECASE)
_WHEN = re.compile(r"\b(?:what|which) (?:time|day|date|year|month)\b|^(?:since |until |by )?when\b", re.IGNORECASE)
_NOUN = r"((?:[\w'-]{1,30} ){0,3}?[\w'-]{1,30})"
_ENDS = r"(?= (?:is|was|were|are|do|does|did|has|have|had|can|could|will|would|of|for|on|in|at|to|that|which|with)\b|$)"
_HEADS = (
    re.compile(rf"\bhow many {_NOUN}{_ENDS}", re.IGNORECASE),
    re.compile(rf"^(?:(?:in|on|at|by|from|for|to|of) )?(?:what|which) {_NOUN}{_ENDS}", re.IGNORECASE),
    re.compile(
        rf"^(?:what|who)(?:'s| is| was| are| were) (?:the |a |an )?{_NOUN}(?= (?:of|for|on|in|at|to)\b)", re.IGNORECASE
    ),
    re.compile(rf"^{_NOUN} (?:of|for) ", re.IGNORECASE),
)
_IDLE = STOP_WORDS | THINGS | word_set("day date year time month name kind type sort happened happens called")


@dataclass(frozen=True, slots=True)
class Expected:
    """The form of the answer, the units an amount may have (none for any number), and the nouns asked for."""

    form: Form
    units: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()


def expected(asked: Asked) -> Expected:
    """Return what a text with the answer has to hold."""
    question = asked.text
    heads = _heads(question)
    if asked.kind == "date" or _WHEN.search(question):
        return Expected("date", heads=heads)
    if _LASTS.match(question):
        return Expected("amount", ("second", "meter"), heads)
    if _MEASURES.match(question):
        return Expected("amount", asked.units or ("meter",), heads)
    if _MONEY.search(question):
        return Expected("amount", CURRENCIES, heads)
    if asked.attribute or _COUNTS.search(question):
        return Expected("amount", tuple(unit for unit in asked.units if unit), heads)
    return Expected("name" if _WHO.match(question) else "any", heads=heads)


def _heads(question: str) -> tuple[str, ...]:
    found = next((match for pattern in _HEADS if (match := pattern.search(question))), None)
    words = found[1].lower().split() if found else []
    return tuple(word for word in words if word not in _IDLE)


def holds(wanted: Expected, text: str, question: str) -> bool:
    """Say whether a text holds something of the form expected; a name has to be one that the question does not have."""
    if wanted.form == "date":
        return bool(find_dates(text) or _YEAR.search(text) or _TIME_OF_DAY.search(text))
    if wanted.form == "amount":
        return _holds_amount(wanted, text)
    if wanted.form == "name":
        said = question.lower()
        return any(name.name.lower() not in said for name in find_names(text))
    return True


def _holds_amount(wanted: Expected, text: str) -> bool:
    record = read_record(text)
    shown = "; ".join(f"{field.key}: {field.measured}" for field in record.fields) if record else text
    found = find_quantities(shown)
    if not wanted.units:
        return bool(found or _NUMBER_WORD.search(text))
    with_unit = (quantity.unit for quantity in found if quantity.unit)
    return any(convertible(unit, each) for unit in with_unit for each in wanted.units)


def head_stems(wanted: Expected) -> frozenset[str]:
    """Return the stems of the nouns asked for."""
    return frozenset(map(stem, wanted.heads))
