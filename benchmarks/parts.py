"""Planners and solvers that take no time, so that what is measured is PlanFirst itself."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from graph.build import Dependencies, Graph, build_graph
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

    def __init__(self, answer: str = "done") -> None:
        self._answer = answer

    async def solve(self, request: SolveRequest) -> Draft:
        """Return the answer."""
        del request
        return Draft(self._answer)


def graph_of(plan: str, tools: Iterable[Any], checkpointer: Any = None) -> Graph:
    """Return a graph without a knowledge base that carries out `plan`."""
    return build_graph(composed_of(plan)(tools=tools, knowledge=None), checkpointer=checkpointer)


def composed_of(plan: str, answer: str = "done") -> Callable[..., Dependencies]:
    """Return what composes as `compose` does, but for planner and solver; put it in its place for an `Agent`."""

    def composed(**options: Any) -> Dependencies:
        deps = compose(**options)
        planning = replace(deps.planning, planners=[FixedPlanner(plan)])
        solving = replace(deps.solving, solver=FixedSolver(answer), fallback=None)
        return replace(deps, planning=planning, solving=solving)

    return composed
