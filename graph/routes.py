"""Where a run goes next. Pure functions of the state and the run's options."""

from typing import Literal

from langgraph.runtime import Runtime

from nodes.context import Context, options
from nodes.state import State


def after_plan(state: State, runtime: Runtime[Context]) -> Literal["approve", "execute", "solve"]:
    """Review where the run asks for it, else work; a plan of no steps is answered directly."""
    if options(runtime.context)["review"]:
        return "approve"
    return after_approve(state)  # type: ignore[return-value]  # without an answer it never says `__end__`


def after_approve(state: State) -> Literal["execute", "solve", "__end__"]:
    """End where the plan was rejected."""
    if state.get("answer") is not None:
        return "__end__"
    return "execute" if state["plan"].strip() else "solve"


def after_solve(state: State) -> Literal["revise", "__end__"]:
    """Plan once more where solve left the question open."""
    return "revise" if state.get("answer") is None else "__end__"
