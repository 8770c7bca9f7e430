"""How a valid plan comes about: propose, validate, repair once, fall back.

The planner sees the user's own words, tool signatures and what an operator wrote about the collections; it never sees
an ingested document or a tool's output. This module knows neither models nor rules, only the `Planner` protocol.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from nodes.drafts import CollectionLine, Earlier, PlanRequest, Proposal, ToolLine
from nodes.errors import ModelError, PlanError
from nodes.language import Plan, parse, validate
from nodes.limits import Limits
from nodes.metering import total
from nodes.state import Mode, State, Usage
from nodes.tools import Policy, Toolbox


class Planner(Protocol):
    """Writes a plan in one go. `plan` raises ModelError when no usable reply can be had."""

    revises: bool
    """Whether a second look at how steps ended can lead it to another plan."""

    async def plan(self, request: PlanRequest) -> Proposal:
        """Return a plan as text in any dialect."""


@dataclass(frozen=True, slots=True)
class Planning:
    """What planning depends on."""

    planner: Planner
    fallback: Planner | None
    """Asked when the planner fails, or its plan is invalid even after one repair."""
    tools: Toolbox
    policy: Policy
    collections: Callable[[], Awaitable[Sequence[CollectionLine]]]
    limits: Limits


@dataclass(frozen=True, slots=True)
class Planned:
    """A valid plan, who made it, what that used, and why it was not the first choice."""

    plan: Plan
    mode: Mode
    usage: Usage
    notes: tuple[str, ...] = ()


async def make_plan(deps: Planning, request: PlanRequest, answers: int) -> Planned:
    """Propose, validate, repair once, fall back.

    Raises:
        PlanError: no planner gave a valid plan.
        ModelError: the planner failed and there is no fallback.
    """
    spent: list[Usage] = []
    try:
        planned = await _propose(deps, request, answers, spent)
    except (ModelError, PlanError) as error:
        if deps.fallback is None:
            raise
        cause = f"the planner's model failed ({error})" if isinstance(error, ModelError) else str(error)
        proposal = await deps.fallback.plan(replace(request, earlier=None))
        plan = check_plan(deps, proposal.text, answers)
        note = f"The plan was made without a model: {cause}."
        planned = Planned(plan, proposal.mode, proposal.usage, (note,))
    return replace(planned, usage=total(*spent, planned.usage))


async def _propose(deps: Planning, request: PlanRequest, answers: int, spent: list[Usage]) -> Planned:
    """Ask the planner, and once more with the list of problems where its plan is not valid."""
    proposal = await deps.planner.plan(request)
    try:
        return Planned(check_plan(deps, proposal.text, answers), proposal.mode, proposal.usage)
    except PlanError as error:
        spent.append(proposal.usage)
        repair = replace(request, earlier=Earlier(proposal.text, error.problems))
    proposal = await deps.planner.plan(repair)
    try:
        return Planned(check_plan(deps, proposal.text, answers), proposal.mode, proposal.usage)
    except PlanError:
        spent.append(proposal.usage)
        raise


def check_plan(deps: Planning, text: str, answers: int) -> Plan:
    """Return the plan in `text`, arguments bound to their names.

    Raises:
        PlanError: with every problem of the text at once.
    """
    checked = validate(
        parse(text),
        deps.tools,
        answers=answers,
        max_steps=deps.limits.steps,
        allowed=lambda name: deps.policy.refuses(deps.tools[name]),
    )
    if checked.problems:
        raise PlanError(checked.problems)
    return checked.plan


async def request_for(deps: Planning, question: str, state: State, earlier: Earlier | None = None) -> PlanRequest:
    """Gather what the planner may see."""
    return PlanRequest(
        question=question,
        turns=[turn["question"] for turn in state.get("turns", [])],
        tools=[ToolLine(tool.name, tool.signature) for tool in deps.tools.values()],
        collections=await deps.collections(),
        max_steps=deps.limits.steps,
        earlier=earlier,
    )
