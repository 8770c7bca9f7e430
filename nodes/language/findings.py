"""What has been read of a plan so far: steps, what is wrong, and what the text says besides.

This module does not know how anything is read.
"""

from collections.abc import Iterable

from nodes.errors import PlanError, Problem
from nodes.language.values import Plan, Step

_NO_STEP = Problem(0, "syntax", "there is no step in this text", "write #E1 = tool(name=value, ...), one step a line")


class Findings:
    """Gathers steps and problems, and says in the end what they amount to.

    Numbered steps count only where no step has a proper name: models number their prose too, and prose can look like a
    call. `chatter` is text that is no part of a plan; `deliberate` says that the text speaks of a plan, so that no step
    means a plan of no steps.
    """

    def __init__(self) -> None:
        self.chatter = False
        self.deliberate = False
        self._steps: list[Step] = []
        self._problems: list[Problem] = []
        self._numbered_steps: list[Step] = []
        self._numbered_problems: list[Problem] = []
        self._fresh: list[Step] = []

    @property
    def count(self) -> int:
        """How many steps with proper names there are."""
        return len(self._steps)

    def add(self, steps: Iterable[Step], *, numbered: bool = False) -> None:
        """Take in complete steps."""
        if numbered and self._steps:
            return
        new = list(steps)
        (self._numbered_steps if numbered else self._steps).extend(new)
        self._fresh.extend(new)

    def report(self, problems: Iterable[Problem], *, numbered: bool = False) -> None:
        """Take in what is wrong."""
        (self._numbered_problems if numbered else self._problems).extend(problems)

    def drain(self) -> list[Step]:
        """Return the steps added since the last call."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def result(self) -> Plan:
        """Return the plan.

        Raises:
            PlanError: with every problem in line order.
        """
        if self._steps or self._problems:
            steps, problems = self._steps, self._problems
        else:
            steps, problems = self._numbered_steps, self._numbered_problems
        if not steps and not problems and self.chatter and not self.deliberate:
            problems = [_NO_STEP]
        if problems:
            raise PlanError(sorted(problems, key=lambda problem: problem.line))
        return Plan(tuple(steps))
