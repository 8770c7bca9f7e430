"""The solve node: one answer from the gathered evidence, with citations that are checked in code. It has no tools.

A solver that fails is replaced by the fallback solver, and the answer says so. An answer with too little evidence may
lead to one more plan (the revise node), as often as the limits allow.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.types import StreamWriter

from nodes.citations import check
from nodes.drafts import Draft, SolveRequest
from nodes.errors import ModelError
from nodes.events import AnswerReady, PhaseChanged, to_wire
from nodes.evidence import current_results, gather
from nodes.limits import Limits
from nodes.metering import total
from nodes.state import Answer, AnswerStatus, State, StepId, StepResult, Turn

SHOWN = 5
"""Most failed steps that an answer's reason lists."""


class Solver(Protocol):
    """Answers from evidence. Raises ModelError when no usable reply can be had."""

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
    except ModelError as error:
        if deps.fallback is None:
            raise
        note = f"The answer was made without a model: the solver's model failed ({error})."
        return await deps.fallback.solve(request), note


def unmet(results: Mapping[StepId, StepResult]) -> str | None:
    """Say which steps did not do what the plan asked; evidence that turned out to say nothing is not among them."""
    lines = [
        f"#{result['id']} ({result['tool']}) {result['status']}: {result['error']['message']}"
        for result in results.values()
        if result["error"] and result["error"]["kind"] != "no_answer"
    ]
    if len(lines) > SHOWN:
        lines[SHOWN:] = [f"and {len(lines) - SHOWN} more"]
    return "; ".join(lines) or None


def conclude(draft: Draft, state: State, results: Mapping[StepId, StepResult], note: str | None) -> Answer:
    """Check the draft's citations and say how far the answer can be relied on."""
    gathered = [passage for ranking in gather(results) for passage in ranking]
    checked = check(draft, [*gathered, *state.get("passages", [])])
    failures = unmet(results)
    status: AnswerStatus = draft.status
    if failures and status == "answered":
        status = "partial"
    reasons = [*state.get("notes", []), *([note] if note else []), *([failures] if failures else [])]
    return Answer(
        text=checked.text,
        status=status,
        mode=draft.mode,
        citations=list(checked.citations),
        removed_citations=checked.removed,
        reason=" ".join(reasons) or None,
    )


def as_message(answer: Answer) -> str:
    """Return the answer as a chat shows it: its text, the places it cites, and why it is less than was asked for.

    Quotes stay in `citations`: a document's own words are no part of what a chat window renders as Markdown.
    """
    places = [
        f"- [{citation['n']}] {' '.join(citation['title'].split())} "
        f"({citation['document']}, characters {citation['start']}-{citation['end']})"
        for citation in answer["citations"]
    ]
    return "\n\n".join(filter(None, [answer["text"], "\n".join(places), answer["reason"]]))


def turn_messages(state: State, answer: Answer) -> list[AnyMessage]:
    """Return what the turn adds to the conversation; the user's message only where it is not there yet."""
    asked: list[AnyMessage] = [] if state.get("asked") else [HumanMessage(state["question"])]
    return [*asked, AIMessage(as_message(answer))]


def make_solve_node(deps: Solving) -> Callable[..., Any]:
    """Return the node."""

    async def solve(state: State, writer: StreamWriter) -> dict[str, Any]:
        writer(to_wire(PhaseChanged("solving")))
        results = current_results(state)
        request = SolveRequest(state["question"], state["plan"], results, state.get("passages", []))
        draft, note = await make_draft(deps, request)
        usage = total(state["usage"], draft.usage)
        if draft.status == "insufficient" and deps.may_revise and state["revision"] < deps.limits.revisions:
            return {"usage": usage}
        answer = conclude(draft, state, results, note)
        writer(to_wire(AnswerReady(answer["text"], answer["status"], answer["mode"])))
        return {
            "answer": answer,
            "usage": usage,
            "messages": turn_messages(state, answer),
            "turns": [Turn(question=state["question"], answer=answer["text"])],
        }

    return solve
