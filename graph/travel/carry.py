"""Which results of one run stand in another: those of steps that would do the very same.

A step's fingerprint names its run, so what is taken over is found under the old run's name and kept under the new
one's: a step that runs anew gets another key, and a tool that knows keys takes its call for another. Pure functions.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from nodes.errors import ReferencePathError
from nodes.language import Step, parse_canonical, topological
from nodes.state import RunId, StepId, StepResult
from nodes.steps import digest, resolve, result_of, structure_of

Found = Mapping[str, StepResult]
"""Successful results by fingerprint."""
_BY_PERSON: Final = "person"


def successful(results: Iterable[Mapping[str, Any]], unchanged: Mapping[str, bool]) -> dict[str, StepResult]:
    """Return the successful results of tools that are still what they were, by fingerprint."""
    return {
        result["fingerprint"]: StepResult(**result)  # type: ignore[typeddict-item]  # as it was stored
        for result in results
        if result["status"] == "ok" and result.get("fingerprint") and unchanged.get(result["tool"])
    }


def given_by_person(step: Step, place: str, value: Any) -> StepResult:
    """Return a result for a step's `place` in the plan's dataflow, which counts whatever the step's inputs are."""
    return result_of(step, "ok", place, value=value, set_by=_BY_PERSON)


def carried_over(
    plan: str, found: Found, given: Mapping[StepId, Any], answers: Sequence[str], runs: tuple[RunId, RunId]
) -> dict[StepId, StepResult]:
    """Return the results of `plan` that need no new call, by step; `runs` are the old run and the new one.

    `given` are values of steps as a person wants them: what depends on them has other arguments and is not here.
    """
    old, new = runs
    steps = topological(parse_canonical(plan))
    places = structure_of(steps)
    carried: dict[StepId, StepResult] = {}
    for step in steps:
        place = places[step.id]
        if step.id in given:
            carried[step.id] = given_by_person(step, place, given[step.id])
        elif earlier := found.get(place):  # a person gave it to the run that this one is made from
            carried[step.id] = StepResult(**{**earlier, "id": step.id})
        elif carried.keys() >= set(step.depends_on):
            args = _args(step, answers, carried)
            if args is not None and (earlier := found.get(digest(old, step.tool, args, place))):
                carried[step.id] = _renamed(earlier, step.id, digest(new, step.tool, args, place), old)
    return carried


def _args(step: Step, answers: Sequence[str], results: Mapping[StepId, StepResult]) -> dict[str, Any] | None:
    try:
        return resolve(step, answers, results)
    except ReferencePathError:
        return None


def _renamed(result: StepResult, step: StepId, fingerprint: str, run: RunId) -> StepResult:
    ran_in = result.get("carried_from", run)
    return StepResult(**{**result, "id": step, "fingerprint": fingerprint, "carried_from": ran_in})
