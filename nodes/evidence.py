"""Reads the evidence out of the state: the results of the plan that stands, and the passages among them."""

from collections.abc import Iterator, Mapping
from typing import Any

from nodes.language import parse_canonical
from nodes.state import Passage, Source, State, StepId, StepResult

BY_PERSON = "set by a person"
"""What stands beside a value that no tool gave, wherever it is shown or cited."""
PASSAGE_KEYS = {"passage_id", "document", "title", "text", "start", "end"}


def current_results(state: State) -> dict[StepId, StepResult]:
    """Return the results of the plan that stands, in its order; those of a plan since revised are left out."""
    results = state.get("results", {})
    steps = parse_canonical(state["plan"]).steps
    return {step.id: results[step.id] for step in steps if step.id in results}


def is_given(result: Mapping[str, Any] | None) -> bool:
    """Tell whether a person set the value, and no tool gave it."""
    return result is not None and result.get("set_by") == "person"


def answers_in(state: State) -> list[str]:
    """Return the conversation's earlier answers; the n-th, from 1, is `#A<n>` in a plan."""
    return [turn["answer"] for turn in state.get("turns", [])]


def carried_results(state: State) -> dict[str, StepResult]:
    """Return the turn's successful results by fingerprint: what a later plan of the turn takes over."""
    return {result["fingerprint"]: result for result in state.get("results", {}).values() if result["status"] == "ok"}


def passages_in(value: Any) -> Iterator[Passage]:
    """Yield the passages that a step's value is, or holds in a list."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, Mapping) and item.keys() >= PASSAGE_KEYS:
            yield Passage(**item)  # type: ignore[typeddict-item]  # the keys were just checked


def whole_source(passage: Passage) -> Source:
    """Return all of a passage as something to cite."""
    return Source(
        passage_id=passage["passage_id"],
        document=passage["document"],
        title=passage["title"],
        start=passage["start"],
        end=passage["end"],
        quote=passage["text"],
    )


def part_of(passage: Passage, start: int, end: int) -> Source:
    """Return the characters `[start:end]` of a passage's text as something to cite."""
    where = {"start": passage["start"] + start, "end": passage["start"] + end, "quote": passage["text"][start:end]}
    return whole_source(passage) | where  # type: ignore[return-value]  # the keys stay Source's


def gather(results: Mapping[StepId, StepResult]) -> list[list[Passage]]:
    """Return one ranked list for each step that returned passages."""
    lists = [list(passages_in(result["value"])) for result in results.values()]
    return [ranking for ranking in lists if ranking]
