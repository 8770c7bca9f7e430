"""A plan against the tools there are: every problem at once, each with its line and its mend.

This module does not know what a tool does, nor why a policy refuses one. Time is linear in the plan.
"""

import difflib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from nodes.errors import Problem
from nodes.language.binding import Signature, bind
from nodes.language.order import circles
from nodes.language.values import Plan, Step
from nodes.state import StepId

_SUGGESTED = 20
"""Most unknown names that similar ones are looked up for: the comparison is the one slow thing here."""
_COMPARED = 64
"""Most characters of a name that are compared."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A plan with arguments bound to names and tool names spelt as declared; valid if `problems` is empty."""

    plan: Plan
    problems: tuple[Problem, ...]


def validate(
    plan: Plan,
    signatures: Mapping[str, Signature],
    *,
    answers: int = 0,
    max_steps: int,
    allowed: Callable[[str], str | None],
) -> Checked:
    """Check a plan and complete it. Problems are values here; nothing is raised.

    `signatures` are the tools by name. `answers` is the number of earlier answers, so that `#A1` to `#A<answers>`
    exist. `allowed` is asked once for each known tool in the plan; it returns the policy's reason to refuse it, or
    None.
    """
    problems: list[Problem] = []
    steps = _bound(plan, signatures, problems)
    problems.extend(_too_many(plan, max_steps))
    problems.extend(_refused(steps, signatures, allowed))
    problems.extend(_duplicates(plan))
    problems.extend(_dangling(plan, answers))
    problems.extend(circles(plan.steps))
    return Checked(Plan(tuple(steps)), tuple(sorted(problems, key=lambda problem: problem.line)))


def _bound(plan: Plan, signatures: Mapping[str, Signature], problems: list[Problem]) -> list[Step]:
    """Return the steps with their tools' own names and named arguments, as far as they are known."""
    names = _Names(signatures)
    steps: list[Step] = []
    for step in plan.steps:
        name = names.find(step.tool)
        if name is None:
            message = f"there is no tool `{step.tool[:60]}`"
            problems.append(Problem(step.line, "unknown_tool", message, names.mend(step.tool)))
            steps.append(step)
        else:
            steps.append(bind(step, signatures[name], problems))
    return steps


class _Names:
    """The tools' names, found whatever their letter case where that is unambiguous."""

    def __init__(self, signatures: Mapping[str, Signature]) -> None:
        self._exact = signatures
        self._folded: defaultdict[str, list[str]] = defaultdict(list)
        for name in signatures:
            self._folded[name.casefold()].append(name)
        self._mends: dict[str, str] = {}

    def find(self, name: str) -> str | None:
        if name in self._exact:
            return name
        same = self._folded.get(name.casefold(), [])
        return same[0] if len(same) == 1 else None

    def mend(self, name: str) -> str:
        """Name the tools that are most like `name`, or some that there are."""
        folded = name.casefold()[:_COMPARED]
        if folded not in self._mends:
            if len(self._mends) == _SUGGESTED:
                return "use one of the tools that were given"
            near = [tool for fold in difflib.get_close_matches(folded, self._folded) for tool in self._folded[fold]]
            known = near or list(self._exact)[:10]
            self._mends[folded] = (
                f"use {' or '.join(known)}" if known else "there are no tools: write a plan of no steps"
            )
        return self._mends[folded]


def _too_many(plan: Plan, max_steps: int) -> Iterator[Problem]:
    if len(plan.steps) > max_steps:
        message = f"the plan has {len(plan.steps)} steps and {max_steps} are allowed"
        yield Problem(plan.steps[max_steps].line, "too_many_steps", message, "leave out or combine steps")


def _refused(
    steps: list[Step], signatures: Mapping[str, Signature], allowed: Callable[[str], str | None]
) -> Iterator[Problem]:
    reasons = {name: allowed(name) for name in dict.fromkeys(step.tool for step in steps) if name in signatures}
    for step in steps:
        if reason := reasons.get(step.tool):
            yield Problem(step.line, "denied", f"{step.tool} may not be used: {reason}", "plan without it")


def _duplicates(plan: Plan) -> Iterator[Problem]:
    first: dict[StepId, Step] = {}
    for step in plan.steps:
        if (earlier := first.setdefault(step.id, step)) is not step:
            where = f" on line {earlier.line}" if earlier.line else ""
            yield Problem(
                step.line, "duplicate", f"#{step.id} is already a step{where}", "give each step its own number"
            )


def _dangling(plan: Plan, answers: int) -> Iterator[Problem]:
    """Yield references that lead nowhere, and steps that refer to themselves."""
    known = {step.id for step in plan.steps}
    for step in plan.steps:
        for name in dict.fromkeys(reference.name for reference in step.references):
            if name == step.id:
                yield Problem(step.line, "cycle", f"#{name} refers to itself", "refer to an earlier step")
            elif name.startswith("A") and not 1 <= int(name[1:]) <= answers:
                message = f"#{step.id} refers to #{name}, and {_answers(answers)}"
                yield Problem(step.line, "dangling", message, "refer to a step, or to an answer there is")
            elif name.startswith("E") and name not in known:
                mend = f"add that step, or write ##{name} for the text #{name}"
                yield Problem(step.line, "dangling", f"#{step.id} refers to #{name}, which is no step", mend)


def _answers(count: int) -> str:
    if count == 0:
        return "there are no earlier answers"
    return f"the earlier answers are #A1 to #A{count}" if count > 1 else "the only earlier answer is #A1"
