"""What a person decides about the requests of a run, as LangGraph's mapping of interrupt ids to resume values."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from nodes.errors import InputError

STEP_ACTIONS = ("approve", "reject")
PLAN_ACTIONS = ("approve", "reject", "edit")


def answers_by_id(pending: Sequence[Mapping[str, Any]], decision: Any) -> dict[str, Any]:
    """Return LangGraph's resume mapping: interrupt id to the decision for it.

    A mapping without an `action` answers those alone that its keys name: a step's id, as `E2` or as `E2@fingerprint`
    where exactly that call is meant (the beginning of it will do), or an interrupt's id. Anything else answers
    everything pending. What has expired is answered with that, whatever the decision.

    Raises:
        InputError: nothing waits by such a name, it is no longer what the fingerprint says, or it is no decision.
    """
    now = time.time()
    chosen = _chosen(pending, decision)
    answers = {id_: _checked(pending, id_, value, now) for id_, value in chosen.items()}
    for request in pending:
        if request.get("expires_at") is not None and request["expires_at"] < now:
            answers[request["interrupt_id"]] = {"action": "expired", "at": now}
    return answers


def _chosen(pending: Sequence[Mapping[str, Any]], decision: Any) -> dict[str, Any]:
    if decision is None:
        return {}
    if not isinstance(decision, Mapping) or "action" in decision:
        return {request["interrupt_id"]: decision for request in pending}
    return {_named(pending, str(key)): value for key, value in decision.items()}


def _named(pending: Sequence[Mapping[str, Any]], key: str) -> str:
    """Return the id of the interrupt that `key` names."""
    name, at, fingerprint = key.removeprefix("#").partition("@")
    for request in pending:
        if name not in {request["interrupt_id"], request.get("step")}:
            continue
        if at and not (fingerprint and str(request.get("fingerprint", "")).startswith(fingerprint)):
            raise InputError(f"what waits as {name} is not {key} any more; `planfirst show` shows what is asked now")
        return str(request["interrupt_id"])
    waiting = ", ".join(str(request.get("step") or "the plan") for request in pending) or "nothing"
    raise InputError(f"nothing waits for a decision as {key}; what waits is {waiting}")


def _checked(pending: Sequence[Mapping[str, Any]], id_: str, value: Any, now: float) -> Any:
    """Return a decision in its full form, with the moment it was made; a reply to what a tool asks is as it is."""
    (request,) = (each for each in pending if each["interrupt_id"] == id_)
    is_review = request.get("kind") == "plan_review"
    if not is_review and "fingerprint" not in request:
        return value
    full = dict(value) if isinstance(value, Mapping) else {"action": value}
    if isinstance(full.get("action"), bool):
        full["action"] = "approve" if full["action"] else "reject"
    allowed = PLAN_ACTIONS if is_review else STEP_ACTIONS
    if full.get("action") not in allowed:
        raise InputError(
            f"{full.get('action')!r} is no decision about {request.get('step') or 'the plan'}; "
            f"use {' or '.join(allowed)}"
        )
    return {**full, "at": now}
