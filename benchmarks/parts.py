"""Planners and solvers that take no time, so that what is measured is PlanFirst itself."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from graph.build import Graph, build_graph
from graph.compose import compose
from nodes.drafts import Draft, PlanRequest, Proposal, SolveRequest


class FixedPlanner:
    """Always proposes the same plan."""

    name = "the fixed planner"
    revises = False

    def __init__(self, plan: str) -> None:
        self._plan = plan

    async def plan(self, request: PlanRequest) -> Proposal:
        """Return the plan."""
        del request
        return Proposal(self._plan, "model")


class FixedSolver:
    """Always gives the same answer."""

    async def solve(self, request: SolveRequest) -> Draft:
        """Return the answer."""
        del request
        return Draft("done")


def graph_of(plan: str, tools: Iterable[Any], checkpointer: Any = None) -> Graph:
    """Return a graph without a knowledge base that carries out `plan`."""
    deps = compose(tools=tools, knowledge=None)
    planning = replace(deps.planning, planners=[FixedPlanner(plan)])
    solving = replace(deps.solving, solver=FixedSolver(), fallback=None)
    return build_graph(replace(deps, planning=planning, solving=solving), checkpointer=checkpointer)
