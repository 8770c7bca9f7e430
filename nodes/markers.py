"""Citation markers: `[1]` for a source, `[E3]` for a step's own result, in the spellings that models use."""

import re
from collections.abc import Callable

from nodes.markup import outside_code

_STEP = r"#?E\d{1,4}"
_NUMBER = r"\^?\d{1,4}(?:\s?[-–]\s?\d{1,4})?"
_ITEM = rf"(?:{_STEP}|{_NUMBER})"
MARKER = re.compile(rf"[^\S\n]?\[({_ITEM}(?:\s?[,;]\s?{_ITEM}){{0,20}})\]")
"""`[3]`, `[1, 2]`, `[1-3]`, `[E3]` or `[1, E3]`, with the blank before it, which goes when the marker goes."""
_FOREIGN = re.compile(r"【(\d{1,4})[^】\n]{0,200}】")
"""How some models were taught to cite: the number, then where in the source."""
_LONGEST_RANGE = 20


def items(marker: re.Match[str]) -> list[str]:
    """Return what a marker names, in order: numbers as `3`, steps as `E3`; a range is every number in it."""
    found: list[str] = []
    for part in re.split(r"\s?[,;]\s?", marker[1]):
        name = part.lstrip("#^")
        first, _, last = re.sub(r"\s", "", name).replace("–", "-").partition("-")
        if last and 0 < int(last) - int(first) <= _LONGEST_RANGE:
            found += map(str, range(int(first), int(last) + 1))
        else:
            found += [part for part in (first, last) if part]
    return found


def rewrite(text: str, change: Callable[[re.Match[str]], str]) -> str:
    """Return the text with each marker replaced by what `change` makes of it; in code, `[1]` is an index."""
    return outside_code(text, lambda part: MARKER.sub(change, _FOREIGN.sub(r"[\1]", part)))
