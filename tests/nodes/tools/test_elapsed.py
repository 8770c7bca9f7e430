"""The time between two dates."""

import pytest

from nodes.errors import ToolError
from nodes.tools import elapsed


@pytest.mark.parametrize(
    ("start", "end", "unit", "value", "working"),
    [
        ("14 April 1629", "8 July 1695", "years", 66, "14 April 1629 to 8 July 1695 = 66 years"),
        ("8 July 1629", "14 April 1695", "years", 65, "8 July 1629 to 14 April 1695 = 65 years"),
        ("1 March 2024", "15 April 2024", "days", 45, "1 March 2024 to 15 April 2024 = 45 days"),
        ("2024-02-28", "March 1, 2024", "days", 2, "2024-02-28 to March 1, 2024 = 2 days"),
        ("1 January 2024", "31 March 2024", "months", 2, "1 January 2024 to 31 March 2024 = 2 months"),
        ("1 January 2024", "20 January 2024", "weeks", 2, "1 January 2024 to 20 January 2024 = 2 weeks"),
        ("15 April 2024", "1 March 2024", "days", -45, "15 April 2024 to 1 March 2024 = -45 days"),
        ("15 April 2024", "1 March 2023", "years", -1, "15 April 2024 to 1 March 2023 = -1 years"),
        (1957, "20 July 1969", "years", 12, "1969 - 1957 = 12, by calendar years"),
        ("October 1957", "1969", "years", 12, "1969 - 1957 = 12, by calendar years"),
    ],
)
def test_counts_whole_units(start, end, unit, value, working):
    output = elapsed(start, end, unit)
    assert (output.value, output.working) == (value, working)


@pytest.mark.parametrize(
    ("start", "end", "unit", "says"),
    [
        ("long ago", "1969", "years", "the value of start is no date"),
        ("1969", True, "years", "the value of end is no date"),
        ("1969", ["1970"], "years", "the value of end is no date"),
        ("1957", "20 July 1969", "days", "needs both dates to the day"),
    ],
)
def test_says_what_is_missing(start, end, unit, says):
    with pytest.raises(ToolError, match=says):
        elapsed(start, end, unit)
