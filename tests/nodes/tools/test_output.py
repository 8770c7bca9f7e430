"""Output: everything becomes bounded JSON, cuts are visible, and nothing is lost where it fits."""

import dataclasses
import datetime
import enum
import json
import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from nodes.tools.contract import OutputError
from nodes.tools.output import Shaper

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@given(json_values)
def test_json_that_fits_is_unchanged(value):
    assert Shaper(1_000_000).shape(value) == value


anything = st.recursive(
    st.none() | st.floats() | st.integers() | st.text() | st.binary(max_size=20) | st.dates() | st.decimals(),
    lambda inner: st.lists(inner, max_size=8) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner, max_size=5)
    | st.lists(inner, max_size=5).map(iter),
    max_leaves=30,
)  # fmt: skip


@given(anything, st.integers(1, 300))
def test_whatever_it_is_the_result_is_bounded_json(value, budget):
    try:
        shaped = Shaper(budget).shape(value)
    except OutputError:
        return
    text = json.dumps(shaped, ensure_ascii=False, allow_nan=False)
    text.encode()
    assert len(text) <= 12 * budget + 200  # escapes, and a mark or two


class Colour(str, enum.Enum):  # noqa: UP042 - unlike StrEnum's, its str() is its name
    RED = "red"


@dataclasses.dataclass
class Point:
    x: int


class Model(BaseModel):
    when: datetime.date


class Array:
    def tolist(self):
        return [1.5, 2.5]


@pytest.mark.parametrize(
    ("value", "shaped"),
    [
        ((1, 2), [1, 2]), ({3, 1, 2}, [1, 2, 3]), ({1: "a"}, {"1": "a"}), (Colour.RED, "red"), ([Colour.RED], ["red"]),
        (Point(1), {"x": 1}), (Model(when=datetime.date(2015, 7, 14)), {"when": "2015-07-14"}), (Array(), [1.5, 2.5]),
        (math.nan, None), ([math.inf], [None]), (2**63, float(2**63)), (Decimal("1.5"), "1.5"), (b"a\xff", "a\ufffd"),
        ("a\ud800b", "a\ufffdb"), ({"\ud800": 1}, {"\ufffd": 1}), (True, True), (None, None), (iter("ab"), "ab"),
        (iter([1, "b"]), [1, "b"]), (iter([]), []), ({"rows": iter([1])}, {"rows": [1]}),
    ],
)  # fmt: skip
def test_values_beyond_json_become_json(value, shaped):
    assert Shaper(1000).shape(value) == shaped


@pytest.mark.parametrize(
    ("value", "shaped"),
    [
        ("x" * 200, "x" * 100 + "… [cut: 100 of 200 characters]"),
        (["y" * 40] * 5, ["y" * 40] * 2 + ["… [cut: 2 of 5 items]"]),
        (("y" * 40 for _ in range(5)), "y" * 80 + "… [cut: 80 of more characters]"),
        (iter([["y" * 40]] * 5), [["y" * 40]] * 2 + ["… [cut: 2 of more items]"]),
        ({"a": "x" * 200, "b": 1}, {"a": "x" * 85 + "… [cut: 85 of 200 characters]", "b": 1}),
    ],
)
def test_cuts_are_visible(value, shaped):
    assert Shaper(100).shape(value) == shaped


def test_a_dictionary_keeps_its_keys_while_what_is_in_it_is_cut():
    shaped = Shaper(1000).shape({"rows": ["y" * 40] * 100, "text": "x" * 500, "count": 100})
    assert list(shaped) == ["rows", "text", "count"]
    assert shaped["rows"][-1].startswith("… [cut: ")
    assert shaped["text"].endswith(" of 500 characters]")
    assert shaped["count"] == 100


@pytest.mark.parametrize("value", [{str(n): n for n in range(1000)}, [{"k" * 2000: 1}], object(), [object()]])
def test_what_cannot_be_cut_or_kept_is_refused(value):
    with pytest.raises(OutputError):
        Shaper(100).shape(value)


def test_deep_and_circular_values_are_refused():
    deep = []
    for _ in range(10_000):
        deep = [deep]
    circular = {}
    circular["self"] = circular
    for value in (deep, circular):
        with pytest.raises(OutputError, match="nested more than 64 deep"):
            Shaper(1_000_000).shape(value)
