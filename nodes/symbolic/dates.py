"""Dates in prose: finding them and naming their year. Knows the Gregorian calendar's English spellings only."""

import re
from dataclasses import dataclass

_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_YEAR = r"(?:1[0-9]|20)\d\d"
_DATE = re.compile(
    rf"\b(?:\d{{1,2}} {_MONTH},? (?P<dmy>{_YEAR})|{_MONTH} \d{{1,2}},? (?P<mdy>{_YEAR})|{_MONTH} (?P<my>{_YEAR})"
    rf"|(?P<iso>{_YEAR})-\d\d-\d\d|(?P<year>{_YEAR}))(?![\w-]|,\d|\.\d)"
)
_A_YEAR = re.compile(
    r"\b(?:in|since|until|of|by|from|to|and|between|around|about|during|early|late|[(–-])\s?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Date:
    """A date as it stands in a text, `[start:end]`, with its year."""

    text: str
    year: int
    start: int
    end: int


def find_dates(text: str) -> list[Date]:
    """Return the dates of a text in order. Four digits alone count only where a preposition makes them a year."""
    dates: list[Date] = []
    for found in _DATE.finditer(text):
        alone = found["year"] is not None
        if not alone or _A_YEAR.search(text[max(0, found.start() - 10) : found.start()]):
            dates.append(Date(found[0], int(found[found.lastgroup or 0]), found.start(), found.end()))
    return dates
