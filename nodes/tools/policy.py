"""Whether a call may be made. Decisions are values, so that a reason is never lost.

This module does not know what happens to a denied step.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from nodes.tools.contract import Tool


@dataclass(frozen=True, slots=True)
class Allowed:
    """The call may be made."""


@dataclass(frozen=True, slots=True)
class Denied:
    """The call may not be made; `reason` is a sentence for the user."""

    reason: str


class Policy(Protocol):
    """Decides on each call with its resolved arguments. A policy that raises denies.

    Both methods are called on the event loop, so they must not block.
    """

    def decide(self, tool: Tool, args: Mapping[str, Any]) -> Allowed | Denied:
        """Decide on one call."""
        ...

    def refuses(self, tool: Tool) -> str | None:
        """Return why no plan may name the tool, whatever the arguments, or None."""
        ...


class AllowAll:
    """The policy of an agent that was given none."""

    def decide(self, tool: Tool, args: Mapping[str, Any]) -> Allowed | Denied:  # noqa: ARG002 - the Protocol's names
        """Allow every call."""
        return Allowed()

    def refuses(self, tool: Tool) -> str | None:  # noqa: ARG002 - the Protocol's names
        """Let plans name every tool."""
        return None
