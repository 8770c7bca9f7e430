"""What has been read of a plan so far: steps, what is wrong, and what the text says besides.

This module does not know how anything is read.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import pairwise

from nodes.errors import PlanError, Problem
from nodes.language.values import Plan, Step

_NO_STEP = Problem(0, "syntax", "there is no step in this text", "write #E1 = tool(name=value, ...), one step a line")
_SEVERAL = "the text offers several plans to choose from"
_INVENTED = "this step stands behind an invented observation, on which it may rest"


class Tier(IntEnum):
    """How surely text is meant as steps; where there are steps of a higher tier, those of a lower one do not count.

    Models number their prose too, and prose can look like a call; so proper names go before calls that are numbered or
    stand alone, and calls go before fields.
    """

    NAMED = 0
    CALLS = 1
    FIELDS = 2


@dataclass(slots=True)
class _Found:
    """What one tier holds.

    A part is a run of steps without talk between them, known by the place of its first step; `finals` are parts that
    talk calls final, with the line of that, and `others` those that it offers for choosing.
    """

    steps: list[Step] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    finals: dict[int, int] = field(default_factory=dict)
    others: set[int] = field(default_factory=set)


class Findings:
    """Gathers steps and problems, and says in the end what they amount to.

    `chatter` is text that is no part of a plan; `deliberate` says that the text speaks of a plan, so that no step means
    a plan of no steps.
    """

    def __init__(self) -> None:
        self.chatter = False
        self.deliberate = False
        self._tiers = {tier: _Found() for tier in Tier}
        self._fresh: list[Step] = []
        self._talked = False
        self._final_line = 0
        self._is_other = False
        self._observed = False
        self._mentions: list[tuple[str, int]] = []
        self._calls: set[str] = set()
        self._compared = 0
        """How many of the steps with proper names are in `_calls`, which is what the others are compared with."""

    @property
    def count(self) -> int:
        """How many steps with proper names there are."""
        return len(self._tiers[Tier.NAMED].steps)

    @property
    def has_steps(self) -> bool:
        """Whether there are steps of any kind."""
        return any(found.steps for found in self._tiers.values())

    def talk(self, line: int, *, final: bool = False, other: bool = False) -> None:
        """Take in a line of talk, and whether it calls what follows final, or another plan to choose from."""
        self.chatter = self._talked = True
        if final:
            self._final_line = line
        self._is_other = self._is_other or other

    def mention(self, number: int, line: int) -> None:
        """Take in a step that is only quoted."""
        self._mentions.append((f"E{number}", line))

    def observe(self) -> None:
        """Take in what only running the plan could tell; steps behind it are not the plan's own any more."""
        self.talk(0)
        self._observed = self._observed or self.has_steps

    def add(self, steps: Iterable[Step], tier: Tier = Tier.NAMED) -> None:
        """Take in complete steps."""
        found, new = self._tiers[tier], list(steps)
        if any(self._tiers[higher].steps for higher in Tier if higher < tier):
            self._pass_over(new, tier)
            return
        if self._observed:
            mend = "write the whole plan at once, with #E<n> for what a step returns"
            self.report([Problem(step.line, "invented", _INVENTED, mend) for step in new], tier)
            return
        if new and self._talked and found.steps:
            at = len(found.steps)
            found.parts.append(at)
            if self._final_line:
                found.finals[at] = self._final_line
            if self._is_other:
                found.others.add(at)
        if new:
            self._talked = self._is_other = False
            self._final_line = 0
        found.steps.extend(new)
        self._fresh.extend(new)

    def _lost(self, names: Set[str]) -> list[Problem]:
        """Return the problems of steps that are quoted and stand nowhere else."""
        mend = "write it on a line of its own, or leave it out"
        return [
            Problem(line, "ambiguous", f"#{name} is only quoted", mend)
            for name, line in self._mentions
            if name not in names
        ]

    def _pass_over(self, steps: list[Step], tier: Tier) -> None:
        """Leave out calls behind steps with proper names, but for calls that are none of those steps."""
        if tier is Tier.CALLS:
            named = self._tiers[Tier.NAMED]
            self._calls.update(map(_call, named.steps[self._compared :]))
            self._compared = len(named.steps)
            mend = "write #E<n> = before it, or leave it out"
            named.problems += [
                Problem(step.line, "ambiguous", f"this call of {step.tool} has no name, as the others have", mend)
                for step in steps
                if _call(step) not in self._calls
            ]

    def report(self, problems: Iterable[Problem], tier: Tier = Tier.NAMED) -> None:
        """Take in what is wrong."""
        self._tiers[tier].problems.extend(problems)

    @property
    def is_flawed(self) -> bool:
        """Whether the plan as read so far cannot be right."""
        return bool(self._counting().problems)

    def drain(self) -> list[Step]:
        """Return the steps added since the last call."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def _counting(self) -> _Found:
        """Return what the highest tier holds that holds anything."""
        return next((each for each in self._tiers.values() if each.steps or each.problems), _Found())

    def result(self) -> Plan:
        """Return the plan.

        Raises:
            PlanError: with every problem in line order.
        """
        found = self._counting()
        steps, problems = _settled(found)
        if steps and (lost := self._lost({step.id for step in steps})):
            problems = [*problems, *lost]
        if not steps and not problems and self.chatter and not self.deliberate:
            problems = [_NO_STEP]
        if problems:
            raise PlanError(sorted(problems, key=lambda problem: problem.line))
        return Plan(tuple(steps))


def _call(step: Step) -> str:
    """Return what a step does, whatever it is called."""
    return repr((step.tool, step.args, step.positional))


def _settled(found: _Found) -> tuple[Sequence[Step], Sequence[Problem]]:
    """Return the plan that counts where the text has it more than once: said twice, or corrected.

    Steps that are different under one number stay, for the validator to say so.
    """
    versions = _versions(found)
    last = versions[-1]
    if len(versions) > 1 and last in found.finals:
        line = found.finals[last]
        return found.steps[last:], [problem for problem in found.problems if problem.line >= line]
    if found.others:
        step = found.steps[min(found.others)]
        return [], [*found.problems, Problem(step.line, "ambiguous", _SEVERAL, "write one plan")]
    bounds = [*versions, len(found.steps)]
    texts = [
        [(step.id, step.tool, step.args, step.positional) for step in found.steps[start:end]]
        for start, end in pairwise(bounds)
    ]
    same = len(versions) > 1 and all(text == texts[0] for text in texts[1:])
    return found.steps[: bounds[1]] if same else found.steps, found.problems


def _versions(found: _Found) -> list[int]:
    """Return where the plan begins, and begins again behind talk with a number that it had before."""
    starts, seen, done = [0], set[str](), 0
    for part in found.parts:
        seen.update(step.id for step in found.steps[done:part])
        done = part
        if found.steps[part].id in seen:
            starts.append(part)
            seen.clear()
    return starts
