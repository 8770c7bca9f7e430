"""Reads a count from a sentence: `97` from `Jupiter had 97 known moons`, and nothing from `the four largest moons`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from text_to_num import text2num  # type: ignore[import-untyped] # the package has no types

from nodes.quantities import find_quantities
from nodes.symbolic.asked import Asked
from nodes.symbolic.owners import is_owned, owner_at
from nodes.symbolic.place import Place, Value
from nodes.symbolic.words import stem, tokens

_HAS = re.compile(r"\b(?:has|have|had|with)\s(?:about\s|only\s|some\s|a total of\s)?$", re.IGNORECASE)
_KNOWN = re.compile(r"^.{0,80}\b(?:were|are|is|was)\sknown\b")
_OTHERS = re.compile(r"est\b|[,.;]|\b(?:of|other|more|unknown|named|major|large|main)\b")
"""What between number and noun makes the number another one's: `the four largest moons`."""
_UNITS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
_WORD = "|".join(
    f"{_UNITS} eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million".split()
)
_SPELLED = re.compile(rf"\b(?:{_WORD})(?:(?:[\s-]|\sand\s)(?:{_WORD})){{0,8}}\b|\bno\b", re.IGNORECASE)
NEAR = 3
"""Words within which the noun follows its number."""


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number, characters `[start:end]` of a sentence."""

    value: int
    start: int
    end: int


def read_count(asked: Asked, place: Place) -> Value | None:
    """Read `has 97 known moons`, and `28 moons of Uranus were known`; not `the four largest moons`."""
    for number in find_numbers(place.sentence):
        following = list(tokens(place.sentence[number.end : number.end + 80]))[:NEAR]
        noun = next((word for word in following if stem(word[0]) == asked.counted), None)
        before = place.sentence[: number.start]
        if noun is None or before.endswith("the "):
            continue
        start, end = number.end + noun.start(), number.end + noun.end()
        if _OTHERS.search(place.sentence[number.end : start]):
            continue
        has = _HAS.search(before)
        if has and not is_owned(owner_at(place.sentence, has.start(), number.start, place.subject), asked, place):
            continue
        if has or asked.words or _KNOWN.match(place.sentence[end:]):
            return Value(str(number.value), place.sentence[number.start : end])
    return None


def find_numbers(sentence: str) -> Iterator[Number]:
    """Yield the whole numbers of a sentence in order, written in digits or in words; `no` is none."""
    found = [
        Number(int(quantity.magnitude), quantity.start, quantity.end)
        for quantity in find_quantities(sentence)
        if not quantity.unit and quantity.magnitude.is_integer()
    ]
    for spelled in _SPELLED.finditer(sentence):
        value = 0 if spelled[0].lower() == "no" else _spelled(spelled[0].lower())
        if value is not None:
            found.append(Number(value, spelled.start(), spelled.end()))
    yield from sorted(found, key=lambda number: number.start)


def _spelled(words: str) -> int | None:
    try:
        return int(text2num(words, "en"))
    except ValueError:
        return None  # words that make no number together, as `one two`
