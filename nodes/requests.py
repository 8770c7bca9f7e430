"""Asking a person: a request that stays as it was first shown, and what the reply to it comes to.

The request is a task of its own, so it is stored: after a pause of any length the reply is held against what the person
was shown, and the time it was shown at. This module does not know what is asked about.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from langgraph.func import task
from langgraph.types import interrupt

from nodes.context import deadline

Request = dict[str, Any]
CHANGED = "its arguments have changed since it was asked about; look at them again"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person said: `approve`, `reject`, `edit` with a `plan`, or something else; or `expired`: nobody did."""

    action: str
    plan: str = ""
    reason: str = ""


@task(name="request")  # type: ignore[arg-type]  # mypy cannot solve the decorator's type variables for a mapping
async def _keep(request: Request) -> Request:
    return request


async def ask(request: Request, expires: float | str | None, tell: Callable[[Request], None]) -> Reply:
    """Pause for a person and return the reply. `tell` is given the request as it is shown, at each attempt at the run.

    `request` may have a `fingerprint` of what is asked about: an approval of another one does not count, and it is
    asked again. The interrupt's value is the request with `expires_at`, in seconds since 1970 or None.
    """
    while True:
        shown: Request = await _keep({**request, "expires_at": deadline(expires, time.time())})  # type: ignore[arg-type]
        tell(shown)
        said = interrupt(shown)
        reply = _read(said)
        if _is_late(shown, said):
            return Reply("expired")
        if reply.action != "approve" or shown.get("fingerprint") == request.get("fingerprint"):
            return reply
        request = {**request, "problems": [CHANGED]}


def _read(said: Any) -> Reply:
    if isinstance(said, Mapping):
        return Reply(*(str(said.get(key) or "") for key in ("action", "plan", "reason")))
    if isinstance(said, bool):
        return Reply("approve" if said else "reject")
    return Reply(str(said))


def _is_late(shown: Request, said: Any) -> bool:
    """Say whether the request had expired when it was answered; a reply that does not say when was given just now."""
    when = said.get("at") if isinstance(said, Mapping) else None
    return shown["expires_at"] is not None and (when or time.time()) > shown["expires_at"]
