"""Sums and averages of many values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.errors import CalculationError, ToolError
from nodes.tools import aggregate

SHIPS = {"Astrid": "84 m", "Bore": "120 m", "Cora": "0.096 km"}


@pytest.mark.parametrize(
    ("values", "how", "value", "working"),
    [
        (SHIPS, "sum", "300 m", "84 m + 120 m + 0.096 km = 300 m"),
        (SHIPS, "mean", "100 m", "(84 m + 120 m + 0.096 km) / 3 = 100 m"),
        (SHIPS, "median", "96 m", "median of 84 m, 120 m, 0.096 km = 96 m"),
        (SHIPS, "count", 3, "3 values"),
        ([1, 2.5, "3"], "sum", 6.5, "1 + 2.5 + 3 = 6.5"),
        (["1,200 EUR", "EUR 300"], "sum", "1500 EUR", "1,200 EUR + EUR 300 = 1500 EUR"),
        (["12"], "mean", 12, "(12) / 1 = 12"),
        (list(range(1, 21)), "sum", 210, "sum of 20 values = 210"),
    ],
)
def test_aggregates(values, how, value, working):
    output = aggregate(values, how)
    assert (output.value, output.working) == (value, working)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=50))
def test_a_sum_is_a_sum(numbers):
    assert aggregate(numbers).value == sum(numbers)


@pytest.mark.parametrize(
    ("values", "error", "says"),
    [
        ({}, ToolError, "1 to 1000 values"),
        ("84 m", ToolError, "1 to 1000 values"),
        ({"Astrid": "between 80 and 90 m"}, ToolError, "the value of Astrid is no single number"),
        (["long"], ToolError, "the value of 1 is no single number"),
        (["84 m", "3 kg"], CalculationError, "do not measure the same thing"),
    ],
)
def test_says_which_value_cannot_be_used(values, error, says):
    with pytest.raises(error, match=says):
        aggregate(values)
