from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences.split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("It is 139,820 km wide. Next.", ["It is 139,820 km wide.", "Next."]),
        ("It takes 11.86 years. Then more.", ["It takes 11.86 years.", "Then more."]),
        ("Dr. Stone led it. He left.", ["Dr. Stone led it.", "He left."]),
        ("The U.S. Navy came. It went.", ["The U.S. Navy came.", "It went."]),
        ("J. Oort saw it. So did we.", ["J. Oort saw it.", "So did we."]),
        ("It was a Saturn V. The crew slept.", ["It was a Saturn V.", "The crew slept."]),
        ("John F. Kennedy spoke.", ["John F. Kennedy spoke."]),
        ("See No. 5 there. No. The end.", ["See No. 5 there.", "No.", "The end."]),
        ('He said "Go." Then he went.', ['He said "Go."', "Then he went."]),
        ("It (approx. 5 km) is far. (Very far.) Yes.", ["It (approx. 5 km) is far.", "(Very far.)", "Yes."]),
        ("first item\nsecond item", ["first item", "second item"]),
        ("木星は最大の惑星です。地球は三番目です。", ["木星は最大の惑星です。", "地球は三番目です。"]),
        ("Launched at 9 a.m. on Monday.", ["Launched at 9 a.m. on Monday."]),
        ("  \n ", []),
        ("", []),
    ],
)
def test_splits_where_a_reader_would(text, expected):
    assert split(text) == expected


@given(st.text(alphabet=st.sampled_from("aZ .!?…\n\"'()5。”"), max_size=200) | st.text(max_size=100))
def test_spans_are_ordered_trimmed_and_lose_only_white_space(text):
    spans = sentences.split(text)
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())


def test_a_text_without_boundaries_is_one_sentence_however_long():
    assert split("a." * 500_000) == ["a." * 500_000]
