"""How a valid plan comes about: propose, validate, repair once, fall back.

The planner sees the user's own words, tool signatures and what an operator wrote about the collections; it never sees
an ingested document or a tool's output. This module knows neither models nor rules, only the `Planner` protocol.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, Protocol, runtime_checkable

from langchain_core.runnables import RunnableConfig
from langgraph.func import task

from nodes.ahead import Ahead
from nodes.context import options, refuse_deadlock
from nodes.drafts import CollectionLine, Earlier, Example, PlanRequest, Proposal, ToolLine
from nodes.errors import ConfigurationError, LimitError, ModelError, PlanError
from nodes.language import Checked, Plan, Step, parse, validate
from nodes.limits import Limits
from nodes.metering import Meter, current, metered
from nodes.prefetch import Known, prefetch_in
from nodes.state import Mode, State
from nodes.tools import Policy, Toolbox


class Planner(Protocol):
    """Writes a plan in one go. `plan` raises ModelError, or LimitError, when no usable reply can be had."""

    revises: bool
    """Whether a second look at how steps ended can lead it to another plan."""

    @property
    def name(self) -> str:
        """What to call it when it has failed."""

    async def plan(self, request: PlanRequest) -> Proposal:
        """Return a plan as text in any dialect."""


@runtime_checkable
class StreamingPlanner(Planner, Protocol):
    """A planner whose plan can be read while it is being written; any planner may be one."""

    def stream(self, request: PlanRequest) -> AsyncGenerator[str | Proposal, None]:
        """Yield the plan's text in pieces of any size as they come, and last the Proposal, which is what counts.

        Its text is the plan as `plan` would have returned it. A planner that has to begin anew just goes on: what was
        yielded before is early and binds nobody. Raises as `plan` does, at any moment. Closing the generator ends the
        call; what was used is on the meter in force.
        """


async def no_examples(question: str) -> Sequence[Example]:
    """Return the examples that a planner sees where an operator keeps none."""
    del question
    return []


@dataclass(frozen=True, slots=True)
class Planning:
    """What planning depends on."""

    planners: Sequence[Planner]
    """The rungs: each is asked where all before it failed, or gave a plan that is invalid even after one repair."""
    tools: Toolbox
    policy: Policy
    collections: Callable[[], Awaitable[Sequence[CollectionLine]]]
    limits: Limits
    examples: Callable[[str], Awaitable[Sequence[Example]]] = no_examples
    """Gives the operator's examples for a question, the most similar first."""

    @property
    def may_revise(self) -> bool:
        """Whether the first choice can make something of how the steps of a plan ended."""
        return self.planners[0].revises


@dataclass(frozen=True, slots=True)
class Planned:
    """A valid plan, who made it, and why it was not the first choice."""

    plan: Plan
    mode: Mode
    notes: tuple[str, ...] = ()


Ask = Callable[[Planner, PlanRequest], Awaitable[Proposal]]
"""How a planner is asked: in the graph so that the reply is stored, outside just so."""


async def propose(planner: Planner, request: PlanRequest, ahead: Ahead | None = None) -> Proposal:
    """Ask a planner; one that streams is followed by `ahead`.

    Raises:
        ModelError, LimitError: no usable reply can be had.
    """
    if ahead is None or not isinstance(planner, StreamingPlanner):
        return await planner.plan(request)
    ahead.begin()
    proposal: Proposal | None = None
    async with aclosing(planner.stream(request)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Proposal):
                proposal = piece
            else:
                await ahead.feed(piece)
    if proposal is None:
        raise ModelError("the planner's stream ended without a proposal")
    return proposal


# Mypy cannot solve the type variables of LangGraph's decorator for a protocol.
@task(name="draft")  # type: ignore[arg-type]
async def _draft(planner: Planner, request: PlanRequest, ahead: Ahead | None, meter: Meter) -> dict[str, Any]:
    with metered(meter):
        proposal = await propose(planner, request, ahead)
    return {"proposal": asdict(proposal), "attempts": meter.attempts}


async def make_plan(
    deps: Planning, request: PlanRequest, answers: int, ask: Ask = propose, ahead: Ahead | None = None
) -> Planned:
    """Propose, validate, repair once; then the same with the next planner.

    What `ahead` has started and no plan asks for is ended.

    Raises:
        PlanError, ModelError, LimitError: the last planner's failure, or that of one whose key is wrong.
    """
    notes: list[str] = []
    for planner in deps.planners:
        asked = request if planner.revises else replace(request, earlier=None)
        try:
            proposal, plan = await _propose(deps, planner, asked, answers, ask, ahead)
        except (ModelError, PlanError, LimitError) as error:
            if ahead is not None:
                await ahead.drop()
            if planner is deps.planners[-1] or (isinstance(error, ModelError) and error.fatal):
                raise
            notes.append(f"{planner.name} made no plan: {error}.")
            continue
        if ahead is not None:
            await ahead.keep(plan)
        if notes and proposal.mode == "extractive":
            notes.append("The plan was made without a model.")
        return Planned(plan, proposal.mode, tuple(notes))
    raise ConfigurationError("there is no planner; give Planning at least one")


async def _propose(
    deps: Planning, planner: Planner, request: PlanRequest, answers: int, ask: Ask, ahead: Ahead | None
) -> tuple[Proposal, Plan]:
    """Ask a planner, and once more with the list of problems where its plan is not valid."""
    proposal = await ask(planner, request)
    try:
        return proposal, check_plan(deps, proposal.text, answers)
    except PlanError as error:
        current().condemn("invalid", str(error))
        repair = replace(request, earlier=Earlier(proposal.text, error.problems))
    if ahead is not None:
        await ahead.drop()
    proposal = await ask(planner, repair)
    try:
        return proposal, check_plan(deps, proposal.text, answers)
    except PlanError as error:
        current().condemn("invalid", str(error))
        raise


async def plan_in_graph(
    deps: Planning, request: PlanRequest, config: RunnableConfig, context: Any, known: Known
) -> Planned:
    """Make a plan inside a node. Its steps start ahead where the run allows that.

    Each proposal is a task of its own, so that a run that is killed later does not ask for it again.

    Raises:
        ConfigurationError: LangGraph may do one thing at a time.
        PlanError, ModelError, LimitError: as `make_plan`.
    """
    refuse_deadlock(config)
    prefetch, chosen = prefetch_in(config, deps.tools), options(context)
    ahead = None
    if prefetch is not None and chosen["speculate"] and not chosen["review"]:
        check = partial(check_step, deps, len(known.answers))
        ahead = Ahead(prefetch, check, known, deps.limits.steps, current())

    async def ask(planner: Planner, request: PlanRequest) -> Proposal:
        meter = current().child()
        drafted: dict[str, Any] = await _draft(planner, request, ahead, meter)  # type: ignore[arg-type]  # see there
        if not meter.attempts:  # stored before a crash
            current().recall(drafted["attempts"])
        return Proposal(**drafted["proposal"])

    return await make_plan(deps, request, len(known.answers), ask, ahead)


def check_plan(deps: Planning, text: str, answers: int) -> Plan:
    """Return the plan in `text`, arguments bound to their names.

    Raises:
        PlanError: with every problem of the text at once.
    """
    checked = _checked(deps, parse(text), answers)
    if checked.problems:
        raise PlanError(checked.problems)
    return checked.plan


def check_step(deps: Planning, answers: int, step: Step) -> Step | None:
    """Return one step of a plan whose rest is not known yet, arguments bound; None where no rest can make it valid."""
    checked = _checked(deps, Plan((step,)), answers)
    if any(problem.kind != "dangling" for problem in checked.problems):
        return None
    return checked.plan.steps[0]


def _checked(deps: Planning, plan: Plan, answers: int) -> Checked:
    return validate(
        plan,
        deps.tools,
        answers=answers,
        max_steps=deps.limits.steps,
        allowed=lambda name: deps.policy.refuses(deps.tools[name]),
    )


async def request_for(
    deps: Planning, question: str, state: State, earlier: Earlier | None = None, *, rationales: bool = False
) -> PlanRequest:
    """Gather what the planner may see."""
    return PlanRequest(
        question=question,
        turns=[turn["question"] for turn in state.get("turns", [])],
        tools=[ToolLine(tool.name, tool.signature, tool.parameters) for tool in deps.tools.values()],
        collections=await deps.collections(),
        max_steps=deps.limits.steps,
        earlier=earlier,
        rationales=rationales,
        examples=await deps.examples(question),
    )
