"""How a spreadsheet's value reads to a person: its number format's units, signs and grouping, dates in words.

Every digit of a number is kept, also those that the sheet rounds away on the screen.
"""

import datetime as dt
import re

_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|([$€£¥])')
_DIGITS = re.compile(r"[0#?]")
_FORMAT_CHARS = 200


def shown(value: object, number_format: str) -> str:
    """A cell's value as text."""
    match value:
        case bool():
            return str(value).upper()
        case int() | float():
            return _number(value, number_format[:_FORMAT_CHARS])
        case dt.datetime():
            timed = value.time() != dt.time() or "h" in number_format.lower()
            return f"{_date(value)} {_time(value.time())}" if timed else _date(value)
        case dt.date():
            return _date(value)
        case dt.time():
            return _time(value)
        case _:
            return str(value)


def _date(day: dt.date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _time(time: dt.time) -> str:
    return time.strftime("%H:%M:%S" if time.second else "%H:%M")


def _number(value: float, number_format: str) -> str:
    pattern = number_format.split(";", maxsplit=1)[0]
    bare = _LITERAL.sub("", pattern)
    if "%" in bare:
        return f"{value * 100:.12g}%"
    digits = _DIGITS.search(pattern)
    before = after = ""
    if digits:
        before = "".join(map(_literal, _LITERAL.finditer(pattern, 0, digits.start())))
        after = "".join(map(_literal, _LITERAL.finditer(pattern, digits.start())))
    number = f"{value:,}" if isinstance(value, int) else f"{value:,.15g}"
    return f"{before}{number if ',' in bare else number.replace(',', '')}{after}".strip()


def _literal(found: re.Match[str]) -> str:
    return next((group for group in found.groups() if group is not None), "")


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)  # fmt: skip - month names of the calendar module change with the locale
