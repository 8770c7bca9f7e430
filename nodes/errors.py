"""PlanFirst's one error tree; errors carry their context as attributes.

PlanFirstError
├── InputError                 the caller's input cannot be used
├── ConfigurationError         a setting or a combination of parts cannot work
├── PlanError                  a plan cannot be read or is not valid; `.problems` lists everything at once
├── ReferencePathError         a reference's path does not fit the value it points into
├── ToolError                  a tool was declared or called in a way that cannot work
│   ├── CalculationError       an expression cannot be computed
│   ├── ArgumentsError         a call's arguments do not fit the tool (nodes/tools/contract.py, as the next two)
│   ├── OutputError            what a tool returned cannot be kept
│   └── NoAnswerError          the evidence does not say
├── ModelError                 a language model did not give a usable reply; `.kind`, `.status`, `.model`, `.endpoint`
├── LimitError                 a limit was reached; `.kind`, `.value`, `.limit`
├── RunError                   a run cannot do what was asked; `.run_id`
│   ├── UnknownRunError        there is no such run
│   ├── RunStateError          the run's status does not allow it
│   └── ToolsChangedError      a tool that the run needs is missing or has changed; `.tools`
├── CheckpointError            the checkpoint or run database cannot be read or written
├── ScriptError                a loopback server's script cannot answer (planfirst/loopback/models.py)
└── KnowledgeError             the knowledge base (retrieval/errors.py)
    ├── IndexInUseError
    ├── IndexCorruptError
    ├── EmbedderMismatchError
    ├── StorageError
    └── DocumentError
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from retrieval.errors import InputError, KnowledgeError, PlanFirstError, StorageError

__all__ = [
    "CalculationError",
    "CheckpointError",
    "ConfigurationError",
    "InputError",
    "KnowledgeError",
    "LimitError",
    "ModelError",
    "ModelErrorKind",
    "PlanError",
    "PlanFirstError",
    "Problem",
    "ReferencePathError",
    "RunError",
    "RunStateError",
    "StorageError",
    "ToolError",
    "ToolsChangedError",
    "UnknownRunError",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a plan.

    `line` is 1-based in the text that was parsed, 0 where no line applies. `kind` is a stable word for programs
    (`syntax`, `unknown_tool`, `argument`, `duplicate`, `dangling`, `cycle`, `too_many_steps`, `too_long`, `denied`;
    `truncated` where the text ends inside a step, `ambiguous` where it can be meant in several ways, `invented` for a
    step behind an observation that no step has made); `message` says what is wrong and `mend` what to write instead.
    """

    line: int
    kind: str
    message: str
    mend: str

    def __str__(self) -> str:
        """One line for people and for a repair prompt."""
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.message}; {self.mend}"


class ConfigurationError(PlanFirstError):
    """A setting, or a combination of parts, cannot work."""


class PlanError(PlanFirstError):
    """A plan cannot be read or is not valid. `problems` holds everything that is wrong, in line order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        shown = "; ".join(str(problem) for problem in self.problems[:5])
        more = f"; and {len(self.problems) - 5} more" if len(self.problems) > 5 else ""
        super().__init__(f"the plan is not valid: {shown}{more}")


class ReferencePathError(PlanFirstError):
    """A reference's path does not fit the value it points into, as `#E1.rows[3]` where there are two rows."""


class ToolError(PlanFirstError):
    """A tool was declared, or called, in a way that cannot work."""


class CalculationError(ToolError):
    """An expression cannot be computed; the message says why."""


ModelErrorKind = Literal[
    "timeout",
    "rate_limit",
    "quota",
    "server",
    "connection",
    "context",
    "content_filter",
    "bad_key",
    "denied",
    "not_found",
    "rejected",
    "malformed",
    "unavailable",
]
"""Why a model gave no usable reply; `nodes/models/failures.py` says of which errors each is made.

`quota` is a rate limit that waiting does not lift; `context` is a prompt longer than the model takes; `rejected` is a
request that the endpoint does not understand; `unavailable` is an endpoint left alone after it failed several times.
"""


class ModelError(PlanFirstError):
    """A language model did not give a usable reply. `kind` decides what is done about it, and never the message.

    `status` is the HTTP status and `code` the endpoint's own word for it, where there were any; `parameter` is the part
    of the request that it objects to; `retry_after` is how long the endpoint asks to be left alone, in seconds.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: ModelErrorKind = "malformed",
        model: str | None = None,
        endpoint: str | None = None,
        status: int | None = None,
        code: str | None = None,
        parameter: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.kind, self.model, self.endpoint = kind, model, endpoint
        self.status, self.code, self.parameter, self.retry_after = status, code, parameter, retry_after
        super().__init__(message)

    @property
    def fatal(self) -> bool:
        """Whether the run should fail: a wrong key is the caller's to mend, and not to be papered over."""
        return self.kind == "bad_key"


class LimitError(PlanFirstError):
    """A limit was reached: `kind` names it, `value` is what was met, `limit` what is allowed, in the same unit."""

    def __init__(self, kind: str, value: float, limit: float) -> None:
        self.kind, self.value, self.limit = kind, value, limit
        super().__init__(
            f"the limit on {kind} is {limit:g} and {value:g} was reached; raise it in Limits if that is intended"
        )


class RunError(PlanFirstError):
    """A run cannot do what was asked."""

    def __init__(self, run_id: str, message: str) -> None:
        self.run_id = run_id
        super().__init__(message)


class UnknownRunError(RunError):
    """There is no run of that id."""


class RunStateError(RunError):
    """The run's status does not allow what was asked."""


class ToolsChangedError(RunError):
    """Tools that the run's plan needs are missing or differ from those it was planned with; `tools` names them."""

    def __init__(self, run_id: str, tools: Sequence[str], message: str) -> None:
        self.tools = tuple(tools)
        super().__init__(run_id, message)


class CheckpointError(PlanFirstError):
    """The checkpoint or run database cannot be read or written."""
