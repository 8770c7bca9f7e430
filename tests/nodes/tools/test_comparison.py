"""Comparing numbers, quantities and dates by name."""

import pytest

from nodes.errors import ToolError
from nodes.tools import compare

PLANETS = {"Earth": "12742 km", "Jupiter": "139,820 km", "Mars": "6779000 m"}


@pytest.mark.parametrize(
    ("values", "mode", "value", "working"),
    [
        (PLANETS, "largest", "Jupiter", "Jupiter 139820 km > Earth 12742 km > Mars 6779000 m"),
        (PLANETS, "smallest", "Mars", "Mars 6779000 m < Earth 12742 km < Jupiter 139820 km"),
        ({"a": "1 km", "b": "1000 m"}, "equal", True, "a 1 km = b 1000 m"),
        ({"a": "1 km", "b": "1000 m", "c": "1 m"}, "largest", ["a", "b"], "a 1 km = b 1000 m > c 1 m"),
        ({"a": 1, "b": 2.5}, "largest", "b", "b 2.5 > a 1"),
        ({"a": 1, "b": 2}, "equal", False, "a 1 ≠ b 2"),
        ({"a": "about 45 % of it", "b": 0.5}, "largest", "b", "b 0.5 > a 45%"),
        ({"a": "-153 °C", "b": "200 K"}, "largest", "b", "b 200 K > a -153 °C"),
        ({"a": "14 July 2015", "b": "2006-01-19"}, "largest", "a", "a 14 July 2015 > b 2006-01-19"),
        ({"a": "July 14, 2015", "b": "14 July 2015"}, "equal", True, "a July 14, 2015 = b 14 July 2015"),
        ({"a": "14 July 2015", "b": "1969"}, "smallest", "b", "b 1969 < a 14 July 2015"),
        ({"a": "Dec. 2004", "b": "January 2005"}, "smallest", "a", "a Dec. 2004 < b January 2005"),
        ({"a": "in 1990", "b": 1969}, "largest", "a", "a 1990 > b 1969"),
        ({"a": "11 m in 2003", "b": "9 m"}, "largest", "a", "a 11 m > b 9 m"),
    ],
)
def test_compares(values, mode, value, working):
    outcome = compare(values, mode)
    assert (outcome.value, outcome.working) == (value, working)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"a": 1}, "at least two"),
        ({"a": 1, "b": "no idea"}, "the value of b holds no number"),
        ({"a": 1, "b": None}, "the value of b holds no number"),
        ({"a": 1, "b": True}, "the value of b holds no number"),
        ({"a": "1 km", "b": "2 km and 3 km"}, "the value of b holds several numbers"),
        ({"a": "1 km", "b": "2 kg"}, "the value of b does not measure the same"),
        ({"a": "14 July 2015", "b": "5 km"}, "the value of b is not a date"),
        ({"a": "14 July 2015", "b": "2015", "c": "16 July 2015"}, "give them all to the day"),
        ({"a": float("nan"), "b": 1}, "the value of a holds no number"),
    ],
)
def test_refuses_what_cannot_be_compared(values, said):
    with pytest.raises(ToolError, match=said):
        compare(values)


def test_the_working_of_a_long_table_is_bounded():
    outcome = compare({f"T{n}": n for n in range(40)})
    assert (outcome.value, outcome.working) == ("T39", "T39 39 > T38 38 > T37 37 > T36 36 > T35 35, of 40 values")


def test_dates_that_leave_something_open_matter_only_among_the_winners():
    dates = {"A": "12 May 1995", "B": "May 1995", "C": "2 June 1990"}
    assert compare(dates, "smallest").value == "C"
    with pytest.raises(ToolError, match="differ only in parts"):
        compare(dates, "largest")
