"""Naming what went wrong with a call: a stable kind for programs, a bounded message for people.

This module does not know whether anything is tried again.
"""

import asyncio

from nodes.errors import LimitError, ModelError, PlanFirstError
from nodes.state import StepError
from nodes.tools.boundary import contained
from nodes.tools.contract import PROGRAMMING_ERRORS, ArgumentsError, NoAnswerError, OutputError, Tool

MESSAGE_CHARS = 300
FINAL_KINDS = frozenset({"unknown_tool", "arguments", "denied", "no_answer", "bad_key"})
"""Failures that neither another attempt nor a fallback mends."""


class AttemptTimeoutError(TimeoutError):
    """An attempt took longer than the tool's timeout."""


class BusyError(TimeoutError):
    """No slot came free: the calls that hold them do not end."""


_KINDS: tuple[tuple[type[BaseException], str], ...] = (
    (ArgumentsError, "arguments"),
    (OutputError, "output"),
    (NoAnswerError, "no_answer"),
    (AttemptTimeoutError, "timeout"),
    (BusyError, "busy"),
    (ModelError, "model"),
    (LimitError, "limit"),
    (asyncio.CancelledError, "cancelled"),
    (SystemExit, "exit"),
    (KeyboardInterrupt, "exit"),
)


def step_error(error: BaseException) -> StepError:
    """Describe an error; one whose own `str` raises is described by its type alone."""
    kind = "bad_key" if isinstance(error, ModelError) and error.fatal else _kind(error)
    said = contained(lambda: str(error)).value or ""
    named = isinstance(error, PlanFirstError | AttemptTimeoutError | BusyError)
    message = said if named and said else f"{type(error).__name__}: {said}" if said else type(error).__name__
    return StepError(
        kind=kind, message=message if len(message) <= MESSAGE_CHARS else message[: MESSAGE_CHARS - 1] + "…"
    )


def _kind(error: BaseException) -> str:
    return next((kind for type_, kind in _KINDS if isinstance(error, type_)), "exception")


def worth_retrying(tool: Tool, error: BaseException) -> bool:
    """Say whether another attempt may help: by default after any error but those that repeat for certain."""
    declared = tool.reliability.retry_on
    if declared is not None:
        return isinstance(error, declared)
    return isinstance(error, Exception) and not isinstance(error, (PlanFirstError, *PROGRAMMING_ERRORS))
