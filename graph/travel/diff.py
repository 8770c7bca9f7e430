"""How two runs differ: in what was asked, planned, found and answered, and in what that took. Reads records alone."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from graph.runs import RunRecord, Status
from nodes.language import Plan, Step, parse_canonical, render, topological
from nodes.state import AnswerStatus, RunId, StepId
from nodes.steps import structure_of

Way = Literal["same", "value", "status", "plan", "added", "removed"]
"""How a step differs: not at all, in its value, in how it ended, in what the plan says; or only one run has it."""


@dataclass(frozen=True, slots=True)
class StepSide:
    """A step as one run has it: `written` as the plan has it; `status` is None where it has not ended.

    `set_by` is `person` where a person gave the value, `carried_from` the run whose call gave it, if another.
    """

    id: StepId
    written: str
    status: str | None
    value: Any
    error: str | None
    seconds: float | None
    set_by: str | None
    carried_from: RunId | None


@dataclass(frozen=True, slots=True)
class StepDiff:
    """The same step in both runs, whatever its number; else two of one number, or one alone."""

    way: Way
    a: StepSide | None
    b: StepSide | None


@dataclass(frozen=True, slots=True)
class RunSide:
    """A run as a whole. `tokens` are those of prompts and completions, None where not all were reported.

    `seconds` are its own, without those that results taken over from another run once took.
    """

    run_id: RunId
    status: Status
    question: str
    answer: str | None
    answer_status: AnswerStatus | None
    tokens: int | None
    model_calls: int
    seconds: float
    forked_from: RunId | None


@dataclass(frozen=True, slots=True)
class RunDiff:
    """Two runs beside each other; the steps stand in the order of `b`, then those that only `a` has."""

    a: RunSide
    b: RunSide
    steps: tuple[StepDiff, ...]

    @property
    def same_answer(self) -> bool:
        """Whether both say the same, word for word."""
        return (self.a.answer, self.a.answer_status) == (self.b.answer, self.b.answer_status)

    def to_json(self) -> dict[str, Any]:
        """Return the difference as JSON-able values."""
        return {**asdict(self), "same_answer": self.same_answer}


def diff(a: RunRecord, b: RunRecord) -> RunDiff:
    """Return how run `b` differs from run `a`."""
    return RunDiff(_run(a), _run(b), tuple(_steps(a, b)))


def _run(record: RunRecord) -> RunSide:
    answer, usage = record.answer or {}, record.usage or {}
    parts = [usage.get(key, 0) for key in ("prompt_tokens", "completion_tokens")]
    return RunSide(
        run_id=record.id,
        status=record.status,
        question=record.question,
        answer=answer.get("text"),
        answer_status=answer.get("status"),
        tokens=None if None in parts else sum(parts),
        model_calls=usage.get("calls", 0),
        seconds=round(sum(record.timings.values()), 3),
        forked_from=record.forked_from,
    )


def _steps(a: RunRecord, b: RunRecord) -> Iterator[StepDiff]:
    """Pair the steps that do the same work, then what is left by number."""
    ours, theirs = _planned(a), _planned(b)
    places = {place: id_ for id_, (place, _) in ours.items()}
    pairs = {id_: places[place] for id_, (place, _) in theirs.items() if place in places}
    left = ours.keys() - set(pairs.values())
    pairs |= {id_: id_ for id_ in theirs.keys() - pairs.keys() if id_ in left}
    for id_, (place, step) in theirs.items():
        side, other = _side(step, b), pairs.get(id_)
        if other is None:
            yield StepDiff("added", None, side)
        else:
            before = _side(ours[other][1], a)
            yield StepDiff(_way(before, side, same_work=ours[other][0] == place), before, side)
    for id_, (_, step) in ours.items():
        if id_ not in pairs.values():
            yield StepDiff("removed", _side(step, a), None)


def _planned(record: RunRecord) -> Mapping[StepId, tuple[str, Step]]:
    steps = topological(parse_canonical(record.plan or ""))
    places = structure_of(steps)
    return {step.id: (places[step.id], step) for step in steps}


def _side(step: Step, record: RunRecord) -> StepSide:
    result = (record.results or {}).get(step.id) or {}
    return StepSide(
        id=step.id,
        written=render(Plan((replace(step, rationale=""),))),
        status=result.get("status"),
        value=result.get("value"),
        error=(result.get("error") or {}).get("message"),
        seconds=result.get("seconds"),
        set_by=result.get("set_by"),
        carried_from=result.get("carried_from"),
    )


def _way(a: StepSide, b: StepSide, *, same_work: bool) -> Way:
    if not same_work and a.written != b.written:
        return "plan"
    if a.status != b.status:
        return "status"
    return "same" if a.value == b.value else "value"
