"""The order in which steps can run, and the circles that leave none.

Dependencies on steps that do not exist, and of a step on itself, are the validator's business and are passed over here.
"""

import heapq
from collections.abc import Iterator, Sequence

from nodes.errors import PlanError, Problem
from nodes.language.values import Plan, Step
from nodes.state import StepId

_SHOWN = 8
"""Most steps of a circle that a message names."""


def topological(plan: Plan) -> list[Step]:
    """Return the steps so that each comes after all that it depends on; among those that could be next, plan order.

    The order depends on the plan alone, so it is the same in every process that resumes a run.

    Raises:
        PlanError: steps depend on each other in a circle; a validated plan has none.
    """
    ordered, left = _sorted(plan.steps)
    if left:
        raise PlanError(list(circles(plan.steps)))
    return ordered


def circles(steps: Sequence[Step]) -> Iterator[Problem]:
    """Yield a problem for circles of steps that depend on each other; every step that cannot run leads to one."""
    _, left = _sorted(steps)
    following = {step.id: _first(step, left) for step in left.values()}
    walked: dict[StepId, StepId] = {}
    for start in following:
        path: list[StepId] = []
        current = start
        while current not in walked:
            walked[current] = start
            path.append(current)
            current = following[current]
        if walked[current] == start:
            yield _circle(path[path.index(current) :], left[current].line)


def _first(step: Step, among: dict[StepId, Step]) -> StepId:
    return next(name for name in step.depends_on if name in among and name != step.id)


def _circle(names: list[StepId], line: int) -> Problem:
    shown = [f"#{name}" for name in names[:_SHOWN]] + (["..."] if len(names) > _SHOWN else [])
    message = f"steps need each other in a circle: {' needs '.join([*shown, f'#{names[0]}'])}"
    return Problem(line, "cycle", message, "take out one of these references")


def _sorted(steps: Sequence[Step]) -> tuple[list[Step], dict[StepId, Step]]:
    """Return the steps in order, and those that no order has room for, by id."""
    place: dict[StepId, int] = {}
    for index, step in enumerate(steps):
        place.setdefault(step.id, index)
    missing: dict[int, int] = {}
    dependents: dict[int, list[int]] = {}
    for index in place.values():
        needed = [place[name] for name in steps[index].depends_on if name in place and name != steps[index].id]
        missing[index] = len(needed)
        for other in needed:
            dependents.setdefault(other, []).append(index)
    ready = [index for index, count in missing.items() if count == 0]  # ascending, so it is a heap
    ordered: list[Step] = []
    while ready:
        done = heapq.heappop(ready)
        ordered.append(steps[done])
        for index in dependents.get(done, ()):
            missing[index] -= 1
            if missing[index] == 0:
                heapq.heappush(ready, index)
    return ordered, {steps[index].id: steps[index] for index, count in missing.items() if count}
