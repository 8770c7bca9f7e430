"""The built-in tool `elapsed`: the time from one date to another, in whole years, months, weeks or days."""

from datetime import date
from typing import Any, Literal

from dateutil.relativedelta import relativedelta

from nodes.errors import ToolError
from nodes.tools.contract import ToolOutput
from nodes.tools.dates import read_date, read_year
from nodes.tools.declare import tool

_SHOWN_CHARS = 60


@tool(effect="read", timeout=10.0)
def elapsed(start: Any, end: Any, unit: Literal["years", "months", "weeks", "days"] = "years") -> ToolOutput:
    """Count the whole years, months, weeks or days from one date to another, as from 14 April 1629 to 8 July 1695.

    Where a date is only a year, the value is the difference of the calendar years, and no other unit can be had. A
    negative number says that the end comes first. Raises ToolError where a value is no date, or not exact enough.
    """
    dates = _read("start", start), _read("end", end)
    shown = " to ".join(" ".join(str(value).split())[:_SHOWN_CHARS] for value in (start, end))
    if min(map(len, dates)) == 3:
        count = _between(date(*dates[0]), date(*dates[1]), unit)
        return ToolOutput(count, working=f"{shown} = {count} {unit}")
    if unit != "years":
        raise ToolError(f"the time in {unit} needs both dates to the day; ask for years, or give fuller dates")
    count = dates[1][0] - dates[0][0]
    return ToolOutput(count, working=f"{dates[1][0]} - {dates[0][0]} = {count}, by calendar years")


def _read(name: str, value: Any) -> tuple[int, ...]:
    found = read_date(value) if isinstance(value, str) else ()
    year = None if found else read_year(value)
    if year is None and not found:
        raise ToolError(f"the value of {name} is no date; give one as 8 July 1695 or 1695-07-08, or a year")
    return found or (int(year or 0),)


def _between(start: date, end: date, unit: str) -> int:
    days = (end - start).days
    apart = relativedelta(end, start)
    months = 12 * apart.years + apart.months
    whole = {"days": days, "weeks": int(days / 7), "months": months, "years": int(months / 12)}
    return whole[unit]
