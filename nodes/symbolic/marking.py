"""A question with a mark at the one thing of which a value is wanted: what the span reader is asked for an operand.

`before: The dish got dearer in [January]. By how many per cent?` asks for the value that goes into the computation as
the one before the change. Of words that are cut out of a question no other question can always be made; marked, they
keep what is around them. The span reader is trained on questions marked here (`benchmarks/training`).
"""

from collections.abc import Mapping
from typing import Final

VALUE: Final = "value"
"""The role of a thing of which the operation asks as of every other."""
_DIFFERENCE, _RATIO, _PART, _CHANGE = ("more", "less"), ("number", "per"), ("part", "whole"), ("before", "after")
_AMOUNT, _TIME = ("amount", "percentage"), ("start", "end")
_ROLES: Mapping[str, tuple[str, str]] = {
    "diff": _DIFFERENCE,
    "diff_rev": _DIFFERENCE[::-1],
    "ratio": _RATIO,
    "ratio_rev": _RATIO[::-1],
    "percent": _PART,
    "percent_rev": _PART[::-1],
    "change_pct": _CHANGE,
    "change_pct_rev": _CHANGE[::-1],
    "times": ("one", "other"),
    "less_pct": _AMOUNT,
    "plus_pct": _AMOUNT,
    "elapsed": _TIME,
    "duration": _TIME,
}


def role_of(operation: str, nth: int) -> str:
    """Return what the value of item `nth`, from 0, is in an operation."""
    return _ROLES.get(operation, (VALUE, VALUE))[nth] if nth < 2 else VALUE


def has_mark(within: str) -> bool:
    """Say whether a question is marked at a thing, rather than asking by the role alone."""
    return "[" in within


def marked(question: str, role: str, start: int = 0, end: int = 0) -> str:
    """Return a question for the value of what stands at `[start:end]`, or of what only the role says."""
    if start == end:
        return f"{role}: {question}"
    return f"{role}: {question[:start]}[{question[start:end]}]{question[end:]}"
