"""The plan node: from a question to a valid plan, before anything is read or done.

It takes the question from the state, has the plan made (`nodes/planning.py`), and starts the turn afresh: what an
earlier turn of the conversation left behind is cleared here and nowhere else.
"""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from nodes.context import Context, options
from nodes.errors import InputError, LimitError
from nodes.events import PhaseChanged, PlanReady, telling, to_wire
from nodes.evidence import answers_in
from nodes.language import render
from nodes.limits import Limits
from nodes.metering import Meter, metered
from nodes.planning import Planning, plan_in_graph, request_for
from nodes.prefetch import Known
from nodes.state import SCHEMA_VERSION, RunId, State

RUN_KEY = "planfirst_run"
"""Key under `configurable` that names the run; a caller who sets none gets a random name."""


def read_question(state: State, limits: Limits) -> tuple[str, str | None]:
    """Return the question and the id of the message that asks it (None where it came under `question`).

    A message counts when it is the user's, the last one, and was not answered in an earlier turn.

    Raises:
        InputError: there is no question.
        LimitError: it is longer than `limits.question_chars`.
    """
    messages = state.get("messages", [])
    last = messages[-1] if messages else None
    if isinstance(last, HumanMessage) and last.id != state.get("asked"):
        question, asked = str(last.text), last.id
    else:
        question, asked = state.get("question") or "", None
    if not question.strip():
        raise InputError("the question is empty; give one under `question`, or as the last user message")
    if len(question) > limits.question_chars:
        raise LimitError("question_chars", len(question), limits.question_chars)
    return question.strip(), asked


def make_plan_node(deps: Planning) -> Callable[..., Any]:
    """Return the node."""

    async def plan(state: State, config: RunnableConfig, runtime: Runtime[Context]) -> dict[str, Any]:
        writer = runtime.stream_writer
        writer(to_wire(PhaseChanged("planning")))
        question, asked = read_question(state, deps.limits)
        request = await request_for(deps, question, state, rationales=options(runtime.context)["explain"])
        known = Known(answers_in(state))
        with metered(Meter(deps.limits.budgets, on_attempt=telling(writer))) as meter:
            planned = await plan_in_graph(deps, request, config, runtime.context, known)
        text = render(planned.plan)
        writer(to_wire(PlanReady(text, planned.mode, 0)))
        configurable: Mapping[str, Any] = config.get("configurable", {})
        return {
            "schema_version": SCHEMA_VERSION,
            "run_id": RunId(configurable.get(RUN_KEY) or uuid.uuid4().hex),
            "question": question,
            "asked": asked,
            "approve": options(runtime.context)["approve"],
            "plan": text,
            "mode": planned.mode,
            "edited": False,
            "notes": list(planned.notes),
            "revision": 0,
            "results": None,
            "passages": [],
            "answer": None,
            **meter.onto({}),
        }

    return plan
