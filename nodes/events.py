"""What a run reports while it runs: frozen events, emitted on LangGraph's `custom` stream as plain dictionaries.

Logging, metrics, the live view and Studio all read this one stream; the nodes know none of them.
"""

import time
from collections.abc import Callable, Mapping
from contextvars import copy_context
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal, get_args

from nodes.state import Attempt, Mode, Role, RunId, StepId, StepStatus, Usage

Phase = Literal["planning", "awaiting_review", "running", "solving"]


@dataclass(frozen=True, slots=True)
class PhaseChanged:
    """The run has entered a phase."""

    event: ClassVar[str] = "phase"
    phase: Phase


@dataclass(frozen=True, slots=True)
class PlanReady:
    """A valid plan stands, in canonical text. `revision` counts from 0."""

    event: ClassVar[str] = "plan"
    plan: str
    mode: Mode
    revision: int


@dataclass(frozen=True, slots=True)
class StepWaiting:
    """A step is known and waits for the steps it depends on."""

    event: ClassVar[str] = "step_waiting"
    id: StepId
    tool: str
    depends_on: tuple[StepId, ...]


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step's tool was called; `at` may lie before the step's turn, where it was run ahead of it."""

    event: ClassVar[str] = "step_started"
    id: StepId
    tool: str
    at: float = field(default_factory=time.time)
    """When, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class StepRetried:
    """An attempt failed with an error of `kind`; the next one starts in `delay` seconds."""

    event: ClassVar[str] = "step_retried"
    id: StepId
    attempt: int
    kind: str
    delay: float
    at: float = field(default_factory=time.time)
    """When, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A step has its result; `seconds` were spent in the tool."""

    event: ClassVar[str] = "step_finished"
    id: StepId
    tool: str
    status: StepStatus
    seconds: float
    attempts: int
    error: str | None
    """The error's message, where the status is not ok."""
    at: float = field(default_factory=time.time)
    """When, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class ApprovalNeeded:
    """A step waits for a person; the run pauses once everything independent of it is done.

    `origins` say for each argument where its parts come from, as `nodes.provenance.Origin`; `fingerprint` names exactly
    this call; `expires_at` is in seconds since 1970, None for never.
    """

    event: ClassVar[str] = "approval_needed"
    id: StepId
    tool: str
    args: dict[str, Any]
    fingerprint: str = ""
    origins: dict[str, Any] = field(default_factory=dict)
    expires_at: float | None = None


@dataclass(frozen=True, slots=True)
class AnswerReady:
    """The answer stands, its citations checked."""

    event: ClassVar[str] = "answer"
    text: str
    status: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class ModelCalled:
    """A language model was called, or the call was refused before it was made; the fields are those of `Attempt`."""

    event: ClassVar[str] = "model_called"
    role: Role
    model: str
    endpoint: str
    outcome: str
    seconds: float
    usage: Usage
    error: str | None


@dataclass(frozen=True, slots=True)
class RunStarted:
    """An agent has recorded the run and starts, or resumes, it."""

    event: ClassVar[str] = "run_started"
    run_id: RunId
    question: str


Event = (
    PhaseChanged
    | PlanReady
    | StepWaiting
    | StepStarted
    | StepRetried
    | StepFinished
    | ApprovalNeeded
    | AnswerReady
    | ModelCalled
    | RunStarted
)
Emit = Callable[[Event], None]

_BY_NAME: dict[str, Callable[..., Event]] = {kind.event: kind for kind in get_args(Event)}


def anchored(writer: Callable[[Any], None]) -> Callable[[Any], None]:
    """Return a stream's writer that may be called from anywhere.

    LangGraph's asks the context for the run that it is in; a step that began early reports from a context without one.
    """
    context = copy_context()

    def write(chunk: Any) -> None:
        context.run(writer, chunk)

    return write


def telling(writer: Callable[[Any], None]) -> Callable[[Attempt], None]:
    """Return what a meter calls to have each call of a model told on the stream."""
    return lambda attempt: writer(to_wire(ModelCalled(**attempt)))


def to_wire(event: Event) -> dict[str, Any]:
    """Return the event as a JSON-able dictionary with its name under `event`."""
    return {"event": event.event, **asdict(event)}


def from_wire(data: Any) -> Event | None:
    """Return the event that `to_wire` wrote, or None for what some other part of an app put on the same stream."""
    if not isinstance(data, Mapping) or data.get("event") not in _BY_NAME:
        return None
    fields = {name: tuple(v) if isinstance(v, list) else v for name, v in data.items() if name != "event"}
    return _BY_NAME[data["event"]](**fields)
