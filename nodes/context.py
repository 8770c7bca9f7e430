"""What a caller may choose for one run: JSON-able options only, so that LangGraph Studio can show and set them.

Nodes never read the context directly but through `options`, which knows that it may be absent (LangGraph passes None
where no context was given) or belong to a parent graph.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from langchain_core.runnables import RunnableConfig
from pydantic import with_config
from typing_extensions import TypedDict

from nodes.errors import ConfigurationError

Approve = Literal["none", "write", "unknown"]
"""Which steps wait for a person: none, those declared `write`, or those of unknown effect too. Each asks about more."""


@with_config(use_attribute_docstrings=True)  # Studio shows them
class Context(TypedDict, total=False):
    """Options of one run; every key may be left out."""

    review: bool
    """Pause after planning, so that a person approves, edits or rejects the plan (default: no)."""
    approve: Approve
    """Pause before steps that write, or also before those of unknown effect (default: none)."""
    expires: float | str | None
    """When a request to a person expires, which is a no: after so many seconds, or at a date as 2030-01-31T18:00Z
    (default: never)."""
    explain: bool
    """Have a model say in its plan what each step is for, which costs tokens (default: no)."""
    speculate: bool
    """Start steps that only read while the plan is still being written (default: yes). It takes a planner that streams,
    a run that an `Agent` drives, and no review."""


DEFAULTS = Context(review=False, approve="none", expires=None, explain=False, speculate=True)


def options(context: Any) -> Context:
    """Return the run's options, complete with defaults; a foreign context counts as none.

    Raises:
        ConfigurationError: `approve` is none of its allowed values, or `expires` neither a time nor a date.
    """
    given = context if isinstance(context, Mapping) else {}
    approve = given.get("approve", DEFAULTS["approve"])
    if approve not in get_args(Approve):
        raise ConfigurationError(f"approve={approve!r} is not known; use one of {', '.join(get_args(Approve))}")
    expires = given.get("expires", DEFAULTS["expires"])
    deadline(expires, 0.0)
    return Context(
        review=bool(given.get("review", DEFAULTS["review"])),
        approve=approve,
        expires=expires,
        explain=bool(given.get("explain", DEFAULTS["explain"])),
        speculate=bool(given.get("speculate", DEFAULTS["speculate"])),
    )


def deadline(expires: float | str | None, asked_at: float) -> float | None:
    """Return when a request expires, in seconds since 1970; a date that names no zone is UTC.

    Raises:
        ConfigurationError: `expires` is neither seconds nor a date.
    """
    if expires is None:
        return None
    try:
        seconds = float(expires)
    except ValueError:
        seconds = None
    if seconds is not None and 0 < seconds < math.inf:
        return asked_at + seconds
    try:
        date = datetime.fromisoformat(str(expires))
    except ValueError:
        raise ConfigurationError(
            f"expires={expires!r} is no time; write seconds above 0, or a date such as 2030-01-31T18:00Z"
        ) from None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()


def refuse_deadlock(config: RunnableConfig) -> None:
    """Refuse the one setting under which LangGraph cannot run tasks inside a node.

    Raises:
        ConfigurationError: the run allows LangGraph one thing at a time.
    """
    if config.get("max_concurrency") == 1:
        raise ConfigurationError(
            "max_concurrency=1 deadlocks LangGraph when a node runs tasks; "
            "leave it out and use Limits(concurrency=1) to run one step at a time"
        )
