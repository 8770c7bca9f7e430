"""Dates in values that tools are given: to the year and month, or to the day. This module finds no years alone."""

import re

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_YEAR = r"(?P<year>[12]\d{3})"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH},?\s{_YEAR}\b",
        rf"\b{_MONTH}\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s{_YEAR}\b",
        r"\b(?P<year>[12]\d{3})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)",
        rf"\b{_MONTH},?\s{_YEAR}\b",
    )
)


def read_date(text: str) -> tuple[int, ...]:
    """Return (year, month, day), or (year, month), of the date in a text; empty where there is none."""
    for pattern in _DATES:
        if found := pattern.search(text[:1_000]):
            parts = found.groupdict()
            month = _MONTHS.get(parts["month"].lower()) or int(parts["month"])
            return (int(parts["year"]), month, *([int(parts["day"])] if parts.get("day") else []))
    return ()


def read_year(value: object) -> int | None:
    """Return the year that a number or a text of four digits is; None for anything else."""
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if re.fullmatch(r"[12]\d{3}", text) else None
