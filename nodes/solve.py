"""The solve node: one answer from the gathered evidence, held to its contract (`nodes/contract.py`). It has no tools.

A solver that fails is replaced by the fallback solver, and the answer says so. An answer with too little evidence may
lead to one more plan (the revise node), as often as the limits allow.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.types import StreamWriter

from nodes.contract import Run, Settled, settle
from nodes.drafts import Draft, SolveRequest
from nodes.errors import LimitError, ModelError
from nodes.events import AnswerReady, PhaseChanged, telling, to_wire
from nodes.evidence import current_results, gather
from nodes.limits import Limits
from nodes.metering import Meter, metered
from nodes.state import State, StepId, StepResult, Turn

QUICK_CHARS = 4_000
"""Longest draft that is settled on the event loop: that takes milliseconds."""


class Solver(Protocol):
    """Answers from evidence. Raises ModelError, or LimitError, when no usable reply can be had."""

    async def solve(self, request: SolveRequest) -> Draft:
        """Return an answer whose markers `[n]` stand for its sources."""


@dataclass(frozen=True, slots=True)
class Solving:
    """What solving depends on."""

    solver: Solver
    fallback: Solver | None
    limits: Limits
    may_revise: bool
    """Whether the planner can make something of how the steps ended."""


async def make_draft(deps: Solving, request: SolveRequest) -> tuple[Draft, str | None]:
    """Return a draft and, where the fallback wrote it, why."""
    try:
        return await deps.solver.solve(request), None
    except (ModelError, LimitError) as error:
        if deps.fallback is None or (isinstance(error, ModelError) and error.fatal):
            raise
        note = f"The answer was made without a model: {error}."
        return await deps.fallback.solve(request), note


def run_of(state: State, results: Mapping[StepId, StepResult], note: str | None, exhausted: str | None) -> Run:
    """Return the turn as the answer's contract reads it; `note` says why the fallback wrote the answer."""
    gathered = [passage for ranking in gather(results) for passage in ranking]
    return Run(
        questions=[*(turn["question"] for turn in state.get("turns", [])), state["question"]],
        plan=state["plan"],
        results=results,
        passages=[*gathered, *state.get("passages", [])],
        notes=[*state.get("notes", []), *([note] if note else [])],
        exhausted=exhausted,
    )


def turn_messages(state: State, message: str) -> list[AnyMessage]:
    """Return what the turn adds to the conversation; the user's message only where it is not there yet."""
    asked: list[AnyMessage] = [] if state.get("asked") else [HumanMessage(state["question"])]
    return [*asked, AIMessage(message)]


async def _settled(draft: Draft, run: Run) -> Settled:
    """Settle a draft; a long one in a thread, since text made to be slow to read may take seconds."""
    return settle(draft, run) if len(draft.text) <= QUICK_CHARS else await asyncio.to_thread(settle, draft, run)


def make_solve_node(deps: Solving) -> Callable[..., Any]:
    """Return the node."""

    async def solve(state: State, writer: StreamWriter) -> dict[str, Any]:
        writer(to_wire(PhaseChanged("solving")))
        results = current_results(state)
        edited = state.get("edited", False)
        request = SolveRequest(state["question"], state["plan"], results, state.get("passages", []), edited)
        with metered(Meter.of(state, deps.limits.budgets, telling(writer))) as meter:
            draft, note = await make_draft(deps, request)
        used = meter.onto(state)
        again = deps.may_revise and state["revision"] < deps.limits.revisions and used["exhausted"] is None
        if draft.status == "insufficient" and again:
            return used
        settled = await _settled(draft, run_of(state, results, note, used["exhausted"]))
        answer = settled.answer
        writer(to_wire(AnswerReady(answer["text"], answer["status"], answer["mode"])))
        return {
            "answer": answer,
            **used,
            "messages": turn_messages(state, settled.message),
            "turns": [Turn(question=state["question"], answer=answer["text"])],
        }

    return solve
