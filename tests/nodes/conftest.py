"""Makers of the small values that node tests pass around."""

import pytest

from nodes.state import Passage, Source, StepResult, no_usage


@pytest.fixture
def passage():
    """Make a passage; its text starts at character 100 of its document."""

    def make(passage_id: str = "p1", text: str = "Jupiter is large. Earth is small.", **fields) -> Passage:
        given = {
            "passage_id": passage_id,
            "document": "planets.md",
            "title": "Planets",
            "section": "",
            "text": text,
            "start": 100,
            "end": 100 + len(text),
            "score": 1.0,
            "collection": "default",
        }
        return Passage(**{**given, **fields})

    return make


@pytest.fixture
def source():
    """Make the source of a quote in a passage."""

    def make(passage: Passage, quote: str) -> Source:
        start = passage["start"] + passage["text"].index(quote)
        return Source(
            passage_id=passage["passage_id"],
            document=passage["document"],
            title=passage["title"],
            start=start,
            end=start + len(quote),
            quote=quote,
        )

    return make


@pytest.fixture
def step_result():
    """Make a step's result."""

    def make(step_id: str = "E1", value=None, **fields) -> StepResult:
        given = {
            "id": step_id,
            "tool": "search",
            "status": "ok",
            "value": value,
            "error": None,
            "attempts": 1,
            "seconds": 0.0,
            "sources": [],
            "working": None,
            "fallback": None,
            "usage": no_usage(),
            "fingerprint": step_id,
        }
        return StepResult(**{**given, **fields})

    return make
