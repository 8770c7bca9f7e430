"""The bound on tokens holds against a real tokenizer, and is no more than a small multiple of it."""

from pathlib import Path

import pytest

from nodes.tokens import at_most
from planfirst.loopback import count_tokens

ROOT = Path(__file__).resolve().parents[2]
TEXTS = {
    "prose": "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "data" / "corpus").glob("*.md"))),
    "code": (ROOT / "nodes" / "gate.py").read_text(encoding="utf-8"),
    "numbers": "1,234.56 99 1e27 142984 km " * 50,
    "Chinese": "木星的赤道直径是142984公里，约为地球的11倍。" * 20,
    "Russian": "Юпитер большая планета " * 20,
    "emoji": "\U0001f600\U0001f389 ok " * 20,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_it_is_above_what_a_tokenizer_counts_and_not_far(text):
    assert count_tokens(text) <= at_most(text) <= 4 * count_tokens(text)


def test_nothing_is_nothing():
    assert at_most("") == 0
