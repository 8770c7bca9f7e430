"""Reads a plan while it is being written, and starts the steps that only read as soon as their line stands.

Nothing of it binds: a line counts when its newline is there and it is valid by itself; the finished plan is validated
as ever, and what it does not hold is ended. This module knows neither planners nor tools, only what a step is declared
to do.
"""

from collections.abc import Callable

from nodes.language import Plan, PlanParser, Step, topological
from nodes.metering import Meter
from nodes.prefetch import Job, Known, Prefetch
from nodes.state import StepId
from nodes.steps import Names, structure_of

Check = Callable[[Step], Step | None]
"""Returns a step with its arguments bound to their names, or None where no plan could hold it."""


class Ahead:
    """Follows the drafts of one plan, one after the other."""

    def __init__(self, prefetch: Prefetch, check: Check, known: Known, max_steps: int, meter: Meter) -> None:
        self._prefetch, self._check, self._known, self._max_steps = prefetch, check, known, max_steps
        self._meter = meter
        self.begin()

    def begin(self) -> None:
        """A new draft begins; steps that an earlier one had in common with it are not run again."""
        self._parser = PlanParser()
        self._names = Names()
        self._steps: dict[StepId, Step] = {}
        self._waiting: dict[StepId, Step] = {}
        self._jobs: dict[StepId, Job] = {}
        self._given_up = False

    async def feed(self, text: str) -> None:
        """Take in the next piece of the draft. At the first line that cannot be right, everything is ended."""
        if self._given_up:
            return
        sound = all(self._take(step) for step in self._parser.feed(text))
        if not sound or self._parser.is_flawed:
            self._given_up = True
            await self.drop()

    async def drop(self) -> None:
        """The draft will not do: end what it started."""
        await self._prefetch.drop_unfinished()

    async def keep(self, plan: Plan) -> None:
        """The plan stands: end what is not in it, and count what that has used in vain."""
        await self._prefetch.keep(set(structure_of(topological(plan)).values()))
        for part in self._prefetch.take_dropped():
            self._meter.adopt(part)

    def _take(self, step: Step) -> bool:
        """Take in a step; return whether it can be right."""
        if step.id in self._steps:
            return self._steps[step.id] == step  # models repeat their plan
        bound = self._check(step)
        if bound is None or len(self._steps) == self._max_steps:
            return False
        self._steps[step.id] = step
        if self._prefetch.runner.toolbox[bound.tool].effect == "read" and self._has_its_answers(bound):
            self._waiting[bound.id] = bound
            self._start()
        return True

    def _has_its_answers(self, step: Step) -> bool:
        numbers = [int(reference.name[1:]) for reference in step.references if reference.name.startswith("A")]
        return all(1 <= number <= len(self._known.answers) for number in numbers)

    def _start(self) -> None:
        """Start what has all its inputs; a step may stand before what it needs."""
        while ready := [step for step in self._waiting.values() if self._jobs.keys() >= set(step.depends_on)]:
            for step in ready:
                del self._waiting[step.id]
                inputs, name = {id_: self._jobs[id_] for id_ in step.depends_on}, self._names.name(step)
                self._jobs[step.id] = self._prefetch.start(name, step, inputs, self._known, self._meter)
