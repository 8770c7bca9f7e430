"""The approve node: a person looks at the plan before anything is done.

The resume value is `{"action": "approve"}`, `{"action": "edit", "plan": "..."}` or `{"action": "reject"}`; the bare
words `"approve"` and `"reject"` and a plain boolean are understood too. An edited plan is validated like any other; if
it is not valid the pause repeats with the problems.
"""

from collections.abc import Callable, Mapping
from typing import Any

from langgraph.types import StreamWriter, interrupt

from nodes.errors import PlanError
from nodes.events import PhaseChanged, to_wire
from nodes.language import render
from nodes.planning import Planning, check_plan
from nodes.state import Answer, State

REJECTED = "The plan was rejected in review; nothing was run."


def _decision(reply: Any) -> tuple[str, str]:
    """Return the action and the edited plan's text (empty unless the action is `edit`)."""
    if isinstance(reply, Mapping):
        return str(reply.get("action", "")), str(reply.get("plan", ""))
    if isinstance(reply, bool):
        return ("approve" if reply else "reject"), ""
    return str(reply), ""


def make_approve_node(deps: Planning) -> Callable[..., Any]:
    """Return the node."""

    async def approve(state: State, writer: StreamWriter) -> dict[str, Any]:
        writer(to_wire(PhaseChanged("awaiting_review")))
        payload: dict[str, Any] = {"kind": "plan_review", "question": state["question"], "plan": state["plan"]}
        while True:
            action, text = _decision(interrupt(payload))
            if action == "approve":
                return {}
            if action == "reject":
                answer = Answer(
                    text=REJECTED,
                    status="failed",
                    mode=state["mode"],
                    citations=[],
                    removed_citations=0,
                    reason="rejected in review",
                )
                return {"answer": answer}
            if action == "edit":
                try:
                    return {"plan": render(check_plan(deps, text, len(state.get("turns", [])))), "edited": True}
                except PlanError as error:
                    problems = [str(problem) for problem in error.problems]
            else:
                problems = [f"{action!r} is no decision; answer approve, edit with a plan, or reject"]
            payload = {**payload, "problems": problems}

    return approve
