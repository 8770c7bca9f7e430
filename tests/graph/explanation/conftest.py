"""Run records to explain, made by hand: what an agent stores, in as few words as possible."""

import pytest

from graph.runs import RunRecord


@pytest.fixture
def result():
    """Make a step's stored result."""

    def make(id_: str, tool: str, value=None, **fields):
        whole = {
            "id": id_, "tool": tool, "status": "ok", "value": value, "error": None, "attempts": 1, "seconds": 0.5,
            "sources": [], "working": None, "fallback": None, "fingerprint": id_,
            "usage": {"prompt_tokens": 0, "completion_tokens": 0, "calls": 0, "cost": 0.0},
        }  # fmt: skip
        return {**whole, **fields}

    return make


@pytest.fixture
def record():
    """Make a run's record from its plan, the results of its steps, and the text of its answer."""

    def make(plan: str, *results, text: str | None = None, citations=(), question="How wide is it?", **fields):
        answer = None
        if text is not None:
            answer = {
                "text": text, "status": "answered", "mode": "model", "removed_citations": 0, "reason": None,
                "citations": [{**citation, "n": n} for n, citation in enumerate(citations, start=1)],
                **fields.pop("answer", {}),
            }  # fmt: skip
        given = {
            "id": "abc123", "thread": "abc123", "question": question, "tools": {}, "prompt_version": "1",
            "mode": "model", "status": "done" if text else "paused", "plan": plan, "answer": answer,
            "results": {each["id"]: each for each in results} or None,
        }  # fmt: skip
        return RunRecord(**{**given, **fields})

    return make
