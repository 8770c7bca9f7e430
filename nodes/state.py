"""The graph's state: JSON-able values only, one tested reducer per key.

This module does not know who writes which key; the node modules say so. Everything here is plain dictionaries, so that
any saver, also a foreign one, stores and restores it unchanged. They are typed with `typing_extensions.TypedDict`: on
Python 3.11 the standard library's gives null schemas in LangGraph Studio. `use_attribute_docstrings` puts what stands
under a key into those schemas.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, NewType, NotRequired

from langchain_core.messages import AnyMessage
from langgraph.graph.message import add_messages
from pydantic import with_config
from typing_extensions import TypedDict

SCHEMA_VERSION = 1
"""Raised whenever a stored state of an older version could be read wrongly."""

StepId = NewType("StepId", str)
"""A step's name without the hash sign, as `E3`."""
PassageId = NewType("PassageId", str)
RunId = NewType("RunId", str)

StepStatus = Literal["ok", "failed", "skipped", "denied"]
Mode = Literal["model", "extractive"]
AnswerStatus = Literal["answered", "insufficient", "partial", "failed"]


@with_config(use_attribute_docstrings=True)
class Passage(TypedDict):
    """A passage of a document, as `search` returns it: `text` is `[start:end]` of its stored extracted text."""

    passage_id: PassageId
    document: str
    title: str
    section: str
    text: str
    start: int
    end: int
    score: float
    collection: str
    best: NotRequired[str]
    """The sentence of the passage that fits the query best."""


class Source(TypedDict):
    """What an answer may cite: the characters `[start:end]` of a document's stored text, which are exactly `quote`."""

    passage_id: PassageId
    document: str
    title: str
    start: int
    end: int
    quote: str


@with_config(use_attribute_docstrings=True)
class Citation(Source):
    """A source under the number `n` (from 1) that the answer's markers `[n]` use."""

    n: int


class StepError(TypedDict):
    """Why a step has no value: a stable `kind` for programs and a `message` for people, free of evidence text."""

    kind: str
    message: str


class Usage(TypedDict):
    """What the model providers reported; None is unknown, which is not zero. `cost` is in US dollars."""

    prompt_tokens: int | None
    completion_tokens: int | None
    calls: int
    cost: float | None


def no_usage() -> Usage:
    """Return the usage of nothing."""
    return Usage(prompt_tokens=0, completion_tokens=0, calls=0, cost=0.0)


@with_config(use_attribute_docstrings=True)
class StepResult(TypedDict):
    """What became of one step. `value` is JSON-able; `seconds` is the time in the tool, all attempts together."""

    id: StepId
    tool: str
    status: StepStatus
    value: Any
    error: StepError | None
    attempts: int
    seconds: float
    sources: list[Source]
    """The sentences that the value was read from; empty for tools that do not say."""
    working: str | None
    """The working of a computation, as `139820 km / 12742 km = 10.97`."""
    fallback: str | None
    """The name of the fallback tool that gave the value, if the tool itself did not."""
    usage: Usage
    """What model calls inside the tool used."""
    fingerprint: str
    """Identifies the work: run, tool, resolved arguments, place in the plan's dataflow, and occurrence."""


@with_config(use_attribute_docstrings=True)
class Answer(TypedDict):
    """The reply to one question."""

    text: str
    status: AnswerStatus
    mode: Mode
    citations: list[Citation]
    removed_citations: int
    """Citation markers that pointed at nothing and were removed."""
    reason: str | None
    """Why the answer is partial or came from a fallback, in one sentence."""


class Turn(TypedDict):
    """A finished turn: `#A<n>` in a plan is the answer of the n-th, from 1."""

    question: str
    answer: str


class Reading(TypedDict):
    """What a reader found: a JSON-able value (text such as `139820 km`, a date, a sentence) and where it stands."""

    value: Any
    sources: list[Source]


def _sum(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a + b


def add_usage(old: Usage, new: Usage) -> Usage:
    """Sum two usages; an unknown part stays unknown."""
    prompt = _sum(old["prompt_tokens"], new["prompt_tokens"])
    completion = _sum(old["completion_tokens"], new["completion_tokens"])
    return Usage(
        prompt_tokens=None if prompt is None else int(prompt),
        completion_tokens=None if completion is None else int(completion),
        calls=old["calls"] + new["calls"],
        cost=_sum(old["cost"], new["cost"]),
    )


def latest(_old: Any, new: Any) -> Any:
    """Keep the newest value."""
    return new


def merge_results(old: dict[str, StepResult] | None, new: dict[str, StepResult] | None) -> dict[str, StepResult]:
    """Replace earlier results of the same step by later ones; `None` forgets all, as a new turn does."""
    return {} if new is None else {**(old or {}), **new}


def append(old: list[Any] | None, new: Sequence[Any] | None) -> list[Any]:
    """Add to the end."""
    return [*(old or []), *(new or [])]


Messages = Annotated[list[AnyMessage], add_messages]


@with_config(use_attribute_docstrings=True)
class Input(TypedDict, total=False):
    """What a caller gives: a `question`, or `messages` whose last one is the user's."""

    question: Annotated[str, latest]
    """What is to be answered; leave it out where a message asks."""
    messages: Messages
    """The conversation; the last message asks, if it is the user's."""


@with_config(use_attribute_docstrings=True)
class Output(TypedDict, total=False):
    """What a caller gets back."""

    question: Annotated[str, latest]
    """The question of the turn."""
    messages: Messages
    """The conversation; the last message is the answer with its sources."""
    plan: Annotated[str, latest]
    """The plan, one step a line."""
    results: Annotated[dict[str, StepResult], merge_results]
    """What became of each step, by its id."""
    answer: Annotated[Answer | None, latest]
    """The answer with its citations; none while a run waits for a person."""
    usage: Annotated[Usage, latest]
    """What the models used in this turn."""


class State(Output, total=False):
    """Everything a run remembers. A key belongs to the turn in progress unless it says otherwise."""

    schema_version: Annotated[int, latest]
    run_id: Annotated[RunId, latest]
    asked: Annotated[str | None, latest]
    """Id of the message that asked; None where the question came under `question`. Kept between turns."""
    mode: Annotated[Mode, latest]
    """Who made the plan."""
    notes: Annotated[list[str], latest]
    """Why a fallback was taken, one sentence each."""
    revision: Annotated[int, latest]
    passages: Annotated[list[Passage], latest]
    """What the solver may cite, best first."""
    turns: Annotated[list[Turn], append]
    """The finished turns of the conversation, oldest first. Kept between turns."""
