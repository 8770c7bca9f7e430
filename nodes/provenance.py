"""Where each argument of a step comes from: the user's own words, the plan, an earlier answer, or evidence.

Evidence is followed back through the steps that made it to the places in documents that it was read from. This module
is pure; it does not know who wants to know.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from nodes.errors import ReferencePathError
from nodes.evidence import PASSAGE_KEYS, passages_in
from nodes.language import Reference, Step, Template, Value, render_value, resolve_path
from nodes.state import StepId, StepResult

PLACES = 5
"""Most places in documents that are named for one reference."""
QUOTE_CHARS = 200


class Place(TypedDict):
    """Where evidence stands: the step that found it, the document, and the quote, cut to `QUOTE_CHARS`."""

    step: StepId
    document: str
    title: str
    start: int
    end: int
    quote: str


class Origin(TypedDict):
    """Where one part of an argument comes from; `at` leads to it from the argument, `text` is the part as written.

    `question` is text that stands word for word in what the user asked, `plan` a value that the planner wrote itself,
    `answer` an earlier answer of the conversation, `step` the value of a step.
    """

    kind: Literal["question", "plan", "answer", "step"]
    at: str
    text: str
    tool: NotRequired[str]
    places: NotRequired[list[Place]]
    more: NotRequired[int]
    """How many places beyond those in `places` there are."""


@dataclass(frozen=True, slots=True)
class Background:
    """What origins are found in: the user's questions, the plan's steps, and the results that there are."""

    questions: Sequence[str]
    steps: Mapping[StepId, Step]
    results: Mapping[StepId, StepResult]


def origins(step: Step, known: Background) -> dict[str, list[Origin]]:
    """Return for each argument where its parts come from, in the order they are written."""
    return {name: [_origin(at, part, known) for at, part in _parts(value, "")] for name, value in step.args.items()}


def ancestors(step: Step, steps: Mapping[StepId, Step]) -> list[StepId]:
    """Return the steps that a step's value is made of, each once."""
    found: dict[StepId, None] = {}
    pending = list(step.depends_on)
    while pending:
        name = pending.pop(0)
        if name not in found and name in steps:
            found[name] = None
            pending += steps[name].depends_on
    return list(found)


def _parts(value: Value, at: str) -> Iterator[tuple[str, Any]]:
    """Yield the literals and references in a value, outside in."""
    match value:
        case Template(parts):
            yield from ((at, part) for part in parts if not isinstance(part, str) or re.search(r"\w", part))
        case list():
            for index, item in enumerate(value):
                yield from _parts(item, f"{at}[{index}]")
        case dict():
            for key, item in value.items():
                yield from _parts(item, f"{at}.{key}")
        case _:
            yield at, value


def _origin(at: str, part: Any, known: Background) -> Origin:
    if not isinstance(part, Reference):
        asked = isinstance(part, str | int | float) and not isinstance(part, bool) and _is_asked(str(part), known)
        text = part.strip() if isinstance(part, str) else render_value(part)
        return Origin(kind="question" if asked else "plan", at=at, text=text)
    if part.name.startswith("A"):
        return Origin(kind="answer", at=at, text=str(part))
    name = StepId(part.name)
    found = list({(p["document"], p["start"], p["end"]): p for p in _places(name, part.path, known)}.values())
    tool = known.steps[name].tool
    return Origin(
        kind="step", at=at, text=str(part), tool=tool, places=found[:PLACES], more=max(len(found) - PLACES, 0)
    )


def _is_asked(text: str, known: Background) -> bool:
    wanted = " ".join(text.casefold().split())
    pattern = rf"(?<!\w){re.escape(wanted)}(?!\w)"
    return bool(wanted) and any(re.search(pattern, " ".join(each.casefold().split())) for each in known.questions)


def _places(name: StepId, path: Sequence[str | int], known: Background) -> Iterator[Place]:
    """Yield where a step's value was read from; where it does not say, where what it was made of was read from."""
    result = known.results.get(name)
    if result is None:
        return
    if result["sources"]:
        for source in result["sources"]:
            yield _place(name, source, source["quote"])
        return
    passages = list(passages_in(_meant(result["value"], path)))
    for passage in passages:
        yield _place(name, passage, passage.get("best") or passage["text"])
    if not passages:
        for below in known.steps[name].depends_on if name in known.steps else ():
            yield from _places(below, (), known)


def _meant(value: Any, path: Sequence[str | int]) -> Any:
    """Return the passage that a path leads to or into; the whole value where it leads to none."""
    for length in range(1, len(path) + 1):
        try:
            part = resolve_path(value, tuple(path[:length]))
        except ReferencePathError:
            break
        if isinstance(part, Mapping) and part.keys() >= PASSAGE_KEYS:
            return part
    return value


def _place(step: StepId, source: Any, quote: str) -> Place:
    shown = " ".join(quote.split())
    return Place(
        step=step,
        document=source["document"],
        title=source["title"],
        start=source["start"],
        end=source["end"],
        quote=shown if len(shown) <= QUOTE_CHARS else f"{shown[: QUOTE_CHARS - 1]}…",
    )
