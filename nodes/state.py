"""The graph's state: JSON-able values only, one tested reducer per key.

This module does not know who writes which key; the node modules say so. Everything here is plain dictionaries, so that
any saver, also a foreign one, stores and restores it unchanged. They are typed with `typing_extensions.TypedDict`: on
Python 3.11 the standard library's gives null schemas in LangGraph Studio. `use_attribute_docstrings` puts what stands
under a key into those schemas.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, NewType, NotRequired, TypeVar

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
_Number = TypeVar("_Number", int, float)

StepStatus = Literal["ok", "failed", "skipped", "denied"]
Mode = Literal["model", "extractive"]
Role = Literal["planner", "worker", "solver"]
"""The parts that a language model can play."""
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
    links: NotRequired[list[str]]
    """The web addresses that the document's metadata names; an answer that cites it may link there."""


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


class StepCitation(TypedDict):
    """A step that the answer's marker `[E3]` cites: its tool, and its working or its value as short text."""

    id: StepId
    tool: str
    value: str


class StepError(TypedDict):
    """Why a step has no value: a stable `kind` for programs and a `message` for people, free of evidence text."""

    kind: str
    message: str


@with_config(use_attribute_docstrings=True)
class Usage(TypedDict):
    """What the model providers reported; None is unknown, which is not zero."""

    prompt_tokens: int | None
    completion_tokens: int | None
    calls: int
    cost: float | None
    """In US dollars, by the price table."""
    cached_tokens: NotRequired[int | None]
    """Those of the prompt's tokens that came from the provider's cache. Missing in what older versions stored."""
    reasoning_tokens: NotRequired[int | None]
    """Those of the completion's tokens that were thought and not shown. Missing in what older versions stored."""


def no_usage() -> Usage:
    """Return the usage of nothing."""
    return Usage(prompt_tokens=0, completion_tokens=0, calls=0, cost=0.0, cached_tokens=0, reasoning_tokens=0)


@with_config(use_attribute_docstrings=True)
class Attempt(TypedDict):
    """One call of a language model, or one that was refused before it was made."""

    role: Role
    model: str
    endpoint: str
    outcome: str
    """`ok`, the ModelError's kind, `limit`, `cancelled`; `invalid` says that the plan of the call before was not."""
    seconds: float
    usage: Usage
    error: str | None
    """What went wrong, in one sentence free of what the endpoint said."""


class Spent(TypedDict):
    """What a turn has taken of its budgets beside what its models used. `seconds` does not count waiting for people."""

    seconds: float
    steps: int
    tool_calls: int


def nothing_spent() -> Spent:
    """Return the beginning of a turn."""
    return Spent(seconds=0.0, steps=0, tool_calls=0)


class Whole(TypedDict):
    """Where a value that was cut is kept whole: under its `digest`; `chars` is the length of its JSON."""

    digest: str
    chars: int


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
    model_calls: NotRequired[list[Attempt]]
    """Those calls, in the order in which they ended. Missing in what older versions stored."""
    fingerprint: str
    """Identifies the work: run, tool, resolved arguments, place in the plan's dataflow, and occurrence."""
    whole: NotRequired[Whole]
    """Where all of the value is, if `value` was cut and the run's record keeps it."""
    set_by: NotRequired[Literal["person"]]
    """Who gave the value, where no tool did; its fingerprint is then the step's place in the dataflow alone."""
    carried_from: NotRequired[RunId]
    """The run whose call gave the value, where that is another one."""


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
    """Why the answer is partial or came from a fallback, or what was removed from it, one sentence each."""
    cited_steps: NotRequired[list[StepCitation]]
    """The steps whose own results the markers `[E3]` cite. Missing in what older versions stored, as the next two."""
    unsupported: NotRequired[list[str]]
    """The sentences, as they stand in `text`, that claim something and cite and repeat nothing that was gathered."""
    removed_markup: NotRequired[dict[str, int]]
    """How many images (`image`), pieces of HTML (`html`) and links (`link`) were taken out of the text."""


class Turn(TypedDict):
    """A finished turn: `#A<n>` in a plan is the answer of the n-th, from 1."""

    question: str
    answer: str


class Reading(TypedDict):
    """What a reader found: a JSON-able value (text such as `139820 km`, a date, a sentence) and where it stands."""

    value: Any
    sources: list[Source]


def _sum(a: _Number | None, b: _Number | None) -> _Number | None:
    return None if a is None or b is None else a + b


def add_usage(old: Usage, new: Usage) -> Usage:
    """Sum two usages; an unknown part stays unknown."""
    return Usage(
        prompt_tokens=_sum(old["prompt_tokens"], new["prompt_tokens"]),
        completion_tokens=_sum(old["completion_tokens"], new["completion_tokens"]),
        calls=old["calls"] + new["calls"],
        cost=_sum(old["cost"], new["cost"]),
        cached_tokens=_sum(old.get("cached_tokens"), new.get("cached_tokens")),
        reasoning_tokens=_sum(old.get("reasoning_tokens"), new.get("reasoning_tokens")),
    )


def latest(_old: Any, new: Any) -> Any:
    """Keep the newest value."""
    return new


def merge_results(old: dict[str, StepResult] | None, new: dict[str, StepResult] | None) -> dict[str, StepResult]:
    """Replace earlier results of the same step by later ones, which stand last; `None` forgets all, for a new turn."""
    if new is None:
        return {}
    return {**{id_: result for id_, result in (old or {}).items() if id_ not in new}, **new}


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
    attempts: Annotated[list[Attempt], latest]
    """Every call of a model in this turn, in order, also those that failed: which model answered, and why that one."""


class State(Output, total=False):
    """Everything a run remembers. A key belongs to the turn in progress unless it says otherwise."""

    schema_version: Annotated[int, latest]
    run_id: Annotated[RunId, latest]
    approve: Annotated[str, latest]
    """Which steps wait for a person, as the turn began with: one that is resumed without its context asks no less."""
    asked: Annotated[str | None, latest]
    """Id of the message that asked; None where the question came under `question`. Kept between turns."""
    mode: Annotated[Mode, latest]
    """Who made the plan."""
    edited: Annotated[bool, latest]
    """Whether a person has written the plan that stands. Missing in what older versions stored."""
    notes: Annotated[list[str], latest]
    """Why a fallback was taken, one sentence each."""
    revision: Annotated[int, latest]
    spent: Annotated[Spent, latest]
    exhausted: Annotated[str | None, latest]
    """The budget that ran out, in one sentence."""
    passages: Annotated[list[Passage], latest]
    """What the solver may cite, best first."""
    turns: Annotated[list[Turn], append]
    """The finished turns of the conversation, oldest first. Kept between turns."""
