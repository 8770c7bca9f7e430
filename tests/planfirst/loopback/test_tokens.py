"""The tokenizer: the same everywhere, and its pieces are the text again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planfirst.loopback.tokens import count, pieces


def test_counting_is_word_pieces():
    assert pieces('#E1 = search(query="x")\n') == [
        "#",
        "E",
        "1 ",
        "= ",
        "search",
        "(",
        "query",
        "=",
        '"',
        "x",
        '"',
        ")\n",
    ]
    assert count("") == 0


@given(st.text())
def test_pieces_are_the_text_again(text):
    assert "".join(pieces(text)) == text
    assert len(pieces(text)) == max(count(text), 1 if text else 0)


@pytest.mark.parametrize("text", ["  한국어 é ﬁ 👩‍🚀 [SEP] \x00 x", "a\nb\r\n\n c\t", "\u2028  ", "�\ufeff"])
def test_strange_texts_too(text):
    assert "".join(pieces(text)) == text
