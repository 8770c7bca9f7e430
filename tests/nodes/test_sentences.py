"""An answer's text cut into sentences: markers stay with what they mark, and nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.sentences import markers, sentences_of, without_markers


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It is so. It is not.", ["It is so.", "It is not."]),
        ("It is so [1]. It is not [2].", ["It is so [1].", "It is not [2]."]),
        ("It is so. [1] It is not. [2][3]", ["It is so. [1]", "It is not. [2][3]"]),
        ("One line\nand another [1]", ["One line", "and another [1]"]),
        ("[1] It is so.", ["[1] It is so."]),
        ("1. It is so. [1]\n2. It is not.", ["1. It is so. [1]", "2. It is not."]),
        ("Dr. Stone led it. [1]", ["Dr. Stone led it. [1]"]),
        ("", []),
        ("\n \n", []),
    ],
)
def test_a_marker_belongs_to_what_stands_before_it(text, sentences):
    assert list(sentences_of(text)) == sentences


@given(st.text(alphabet="aB1.[]! \n", max_size=60))
def test_no_character_is_lost_or_added(text):
    def letters(shown: str) -> str:
        return "".join(shown.split())

    assert letters("".join(sentences_of(text))) == letters(text)


def test_markers_are_read_once_and_in_order_and_can_be_taken_out():
    assert markers("A [2] b [1, 3][2].") == [2, 1, 3]
    assert without_markers("A [2]  b [1, 3][2].") == "A b."
