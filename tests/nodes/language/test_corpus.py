"""Replies as models write them, each with what it is read as.

A file of `corpus/` holds the reply, the separating line, and the plan in canonical form, or the problems, one a line
after an exclamation mark. To add one, write the reply and the separator and copy what the failing test shows, once it
is right.
"""

from pathlib import Path

import pytest

from nodes.errors import PlanError
from nodes.language import PlanParser, parse, render

SEPARATOR = "\n\n----- is read as -----\n"
FILES = sorted((Path(__file__).parent / "corpus").glob("*.txt"))


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def reply(request):
    text = request.param.read_bytes().decode()
    return text.split(SEPARATOR)


def _read(read):
    try:
        return render(read())
    except PlanError as error:
        return "\n".join(f"! {problem}" for problem in error.problems)


def test_a_reply_is_read_as_the_corpus_says(reply):
    text, expected = reply
    assert _read(lambda: parse(text)) == expected.removesuffix("\n")


def test_a_streamed_reply_is_read_as_the_whole_one(reply):
    text, expected = reply
    parser = PlanParser()
    for start in range(0, len(text), 7):
        parser.feed(text[start : start + 7])
    assert _read(parser.close) == expected.removesuffix("\n")


def test_what_a_reply_is_read_as_is_canonical(reply):
    _, expected = reply
    if not expected.startswith("!"):
        assert render(parse(expected)) == expected.removesuffix("\n")
