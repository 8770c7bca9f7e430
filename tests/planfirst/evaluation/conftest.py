"""Questions and replies without a run behind them."""

import pytest

from planfirst.evaluation.asking import Reply
from planfirst.evaluation.questions import Question
from planfirst.evaluation.quick import Outcome, judge


@pytest.fixture
def reply():
    """Make a reply that cites and found these documents, one search for each list."""

    def make(text="", *searches, status="answered", cited=()):
        return Reply(text, status, tuple(cited), tuple(map(tuple, searches)), seconds=0.5)

    return make


@pytest.fixture
def question():
    """Make a question whose answer is `Io`."""

    def make(kind="single-hop", **changes):
        fields = {"id": "q", "question": "Which?", "gold": [["Io"]], "documents": ["a.md", "b.md"], "holdout": False}
        return Question.model_validate(fields | {"kind": kind} | changes)

    return make


@pytest.fixture
def outcome(question, reply):
    """Make the outcome of a question of this kind, answered with this text."""

    def make(kind, text, *, status="answered", plan_seconds=0.001, **changes):
        asked = question(kind, **changes)
        said = reply(text, ["a.md"], ["c.md"], status=status, cited=["b.md"])
        return Outcome(asked, said, judge(asked, said), plan_seconds)

    return make
