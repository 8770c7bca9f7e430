"""Where a run goes next. Pure functions of the state and the run's options."""

from typing import Final, Literal

from langchain_core.runnables import RunnableConfig

from nodes.context import options
from nodes.state import State

RUNTIME_KEY: Final = "__pregel_runtime"
"""Where LangGraph keeps what it would inject as `runtime`. It has none while `update_state` asks where a run goes next,
as from Studio, and then refuses to call a function that wants one."""


def after_plan(state: State, config: RunnableConfig) -> Literal["approve", "execute", "solve"]:
    """Review where the run asks for it, else work; a plan of no steps is answered directly."""
    runtime = config.get("configurable", {}).get(RUNTIME_KEY)
    if options(getattr(runtime, "context", None))["review"]:
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
