"""What a caller may choose for one run: JSON-able options only, so that LangGraph Studio can show and set them.

Nodes never read the context directly but through `options`, which knows that it may be absent (LangGraph passes None
where no context was given) or belong to a parent graph.
"""

from collections.abc import Mapping
from typing import Any, Literal, get_args

from pydantic import with_config
from typing_extensions import TypedDict

from nodes.errors import ConfigurationError

Approve = Literal["none", "write", "unknown"]
"""Which steps wait for a person: none, those declared `write`, or those of unknown effect too."""


@with_config(use_attribute_docstrings=True)  # Studio shows them
class Context(TypedDict, total=False):
    """Options of one run; every key may be left out."""

    review: bool
    """Pause after planning, so that a person approves, edits or rejects the plan (default: no)."""
    approve: Approve
    """Pause before steps that write, or also before those of unknown effect (default: none)."""


DEFAULTS = Context(review=False, approve="none")


def options(context: Any) -> Context:
    """Return the run's options, complete with defaults; a foreign context counts as none.

    Raises:
        ConfigurationError: `approve` is none of its allowed values.
    """
    given = context if isinstance(context, Mapping) else {}
    approve = given.get("approve", DEFAULTS["approve"])
    if approve not in get_args(Approve):
        raise ConfigurationError(f"approve={approve!r} is not known; use one of {', '.join(get_args(Approve))}")
    return Context(review=bool(given.get("review", DEFAULTS["review"])), approve=approve)
