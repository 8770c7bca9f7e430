"""The approve node: a person looks at the plan before anything is done.

The resume value is `{"action": "approve"}`, `{"action": "edit", "plan": "..."}` or `{"action": "reject"}`; the bare
words `"approve"` and `"reject"` and a plain boolean are understood too. An edited plan is validated like any other; if
it is not valid the pause repeats with the problems.
"""

from collections.abc import Callable
from typing import Any

from langgraph.runtime import Runtime

from nodes.context import Context, options
from nodes.errors import PlanError
from nodes.events import PhaseChanged, to_wire
from nodes.language import render
from nodes.planning import Planning, check_plan
from nodes.requests import Request, ask
from nodes.state import Answer, State

REJECTED = "The plan was rejected in review; nothing was run."
ENDED = {
    "reject": (REJECTED, "rejected in review"),
    "expired": ("Nobody reviewed the plan in time; nothing was run.", "the review expired"),
}
"""The answer's text, and the reason for it, where a plan is not to be carried out."""


def make_approve_node(deps: Planning) -> Callable[..., Any]:
    """Return the node."""

    async def approve(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        runtime.stream_writer(to_wire(PhaseChanged("awaiting_review")))
        request: Request = {"kind": "plan_review", "question": state["question"], "plan": state["plan"]}
        while True:
            reply = await ask(request, options(runtime.context)["expires"], lambda _: None)
            if reply.action == "approve":
                return {}
            if reply.action in ENDED:
                text, reason = ENDED[reply.action]
                return {"answer": _no_answer(state, text, f"{reason}: {reply.reason}" if reply.reason else reason)}
            if reply.action == "edit":
                try:
                    edited = check_plan(deps, reply.plan, len(state.get("turns", [])))
                except PlanError as error:
                    problems = [str(problem) for problem in error.problems]
                else:
                    return {"plan": render(edited), "edited": True}
            else:
                problems = [f"{reply.action!r} is no decision; answer approve, edit with a plan, or reject"]
            request = {**request, "problems": problems}

    return approve


def _no_answer(state: State, text: str, reason: str) -> Answer:
    return Answer(text=text, status="failed", mode=state["mode"], citations=[], removed_citations=0, reason=reason)
