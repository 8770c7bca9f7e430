"""Whether a sentence states a step's value, and whether it only repeats a quote. Knows text and numbers, no plans.

A match is a finding and no proof: a model's sentence may have a number for another reason. It is therefore strict where
values are common (names, small whole numbers), and an explanation says that a value matches, not that it was meant.
"""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from nodes.quantities import Quantity, convert, convertible, find_quantities
from nodes.symbolic.words import content_stems

COMMON = 12
"""Whole numbers up to this one stand in sentences for many reasons."""
_LEAVES = 50
"""Values examined in a list or mapping."""
_PROSE_WORDS = 6
"""Text of at least so many words is not in a sentence by chance."""
_DIGITS = re.compile(r"\d[\d,.\u00a0]*")
_YES_NO = re.compile(r"(yes|no)\b", re.IGNORECASE)


def repeats(sentence: str, quote: str) -> bool:
    """Say whether a sentence is part of a quote, word for word, or holds all of it."""
    return is_in(sentence, quote) or is_in(quote, sentence)


def is_in(part: str, text: str) -> bool:
    """Say whether a text has all of a part, whatever the spacing and the case of letters."""
    return bool(part.strip()) and _plain(part) in _plain(text)


def states(sentence: str, value: Any, known: str) -> bool:
    """Say whether a sentence states a value. `known` are the words of the question and of the step's arguments.

    A number counts as written with its last digit rounded. A name counts where the sentence says nothing beyond it and
    what is `known`.
    """
    if isinstance(value, bool):
        found = _YES_NO.match(sentence)
        return found is not None and (found[1].lower() == "yes") is value
    if isinstance(value, list | Mapping):
        leaves = list(_leaves(value))
        together = isinstance(value, list) and all(isinstance(leaf, str) for leaf in leaves)
        hits = (_states_one(sentence, leaf, f"{known} {' '.join(map(str, leaves))}") for leaf in leaves)
        return bool(leaves) and (all(hits) if together else any(hits))
    return _states_one(sentence, value, known)


def _leaves(value: Any, depth: int = 0) -> Iterator[Any]:
    """Yield the first numbers and texts in a value, outside in."""
    items = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else [value]
    for item in items[:_LEAVES]:
        if isinstance(item, list | Mapping) and depth < 3:
            yield from _leaves(item, depth + 1)
        elif isinstance(item, int | float | str) and not isinstance(item, bool):
            yield item


def _states_one(sentence: str, value: Any, known: str) -> bool:
    if isinstance(value, int | float):
        return any(_is_number(quantity, float(value), sentence, known) for quantity in find_quantities(sentence))
    if not isinstance(value, str) or not value.strip():
        return False
    measured = find_quantities(value)
    if len(measured) == 1 and measured[0].text == value.strip():
        return any(_is_quantity(quantity, measured[0], sentence, known) for quantity in find_quantities(sentence))
    said, wanted = _plain(sentence), _plain(value).rstrip(".")
    if not re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", said):
        return False
    return len(wanted.split()) >= _PROSE_WORDS or _says_nothing_else(sentence, f"{known} {value}")


def _is_number(quantity: Quantity, value: float, sentence: str, known: str) -> bool:
    if quantity.unit == "percent" or not _rounds_to(quantity, quantity.magnitude, value):
        return False
    common = value.is_integer() and abs(value) <= COMMON
    return not common or _says_nothing_else(sentence, known)


def _is_quantity(quantity: Quantity, value: Quantity, sentence: str, known: str) -> bool:
    if not value.unit:
        return _is_number(quantity, value.magnitude, sentence, known)
    if not quantity.unit or (quantity.unit != value.unit and not convertible(quantity.unit, value.unit)):
        return False
    return _rounds_to(quantity, quantity.magnitude, convert(value.magnitude, value.unit, quantity.unit))


def _rounds_to(quantity: Quantity, written: float, value: float) -> bool:
    """Say whether `value`, rounded to the digits that were written, is `written`; one digit alone has to be exact."""
    if math.isclose(written, value, rel_tol=1e-9):
        return True
    digits = _significant(quantity.text)
    if digits < 2 or not written or not math.isfinite(value):
        return False
    unit = 10.0 ** (math.floor(math.log10(abs(written))) - digits + 1)
    return abs(written - value) <= unit / 2 * (1 + 1e-9)


def _significant(text: str) -> int:
    """Count the digits written on purpose: without leading zeros, and without those that a whole number ends in."""
    found = _DIGITS.search(text)
    digits = re.sub(r"[,\u00a0]", "", found[0]).rstrip(".") if found else ""
    kept = digits.replace(".", "") if "." in digits else digits.rstrip("0")
    return len(kept.lstrip("0"))


def _says_nothing_else(sentence: str, known: str) -> bool:
    return set(content_stems(sentence)) <= set(content_stems(known)) | {"answer", "result"}


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
