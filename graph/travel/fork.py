"""What a run that is made from a checkpoint of another begins with: its state, and the node it goes on from.

The run that it is made from is only read. This module is pure: it knows states and plans, and stores nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage

from graph.runs import RunRecord
from graph.travel.carry import Found, carried_over, successful
from graph.travel.history import Moment
from nodes.errors import InputError
from nodes.evidence import passages_in
from nodes.language import parse_canonical
from nodes.metering import Meter
from nodes.state import SCHEMA_VERSION, RunId, StepId, StepResult, Turn

_BEFORE = {"approve": "plan", "execute": "approve", "retrieve": "execute", "solve": "retrieve", "revise": "solve"}
"""The node that leads to each: a state stored as that node's goes on there."""
_AFTER_STEPS = frozenset({"retrieve", "solve", "revise"})


@dataclass(frozen=True, slots=True)
class Fork:
    """A run made from a checkpoint of another; `Agent.aresume` and `astream_resume` carry it out.

    `carried` are the steps whose results it takes over, `given` those whose values a person set, `again` those that it
    will run. All three are empty where the question is planned anew.
    """

    run_id: RunId
    forked_from: RunId
    checkpoint: str
    edited: bool
    carried: tuple[StepId, ...] = ()
    given: tuple[StepId, ...] = ()
    again: tuple[StepId, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be otherwise: a valid plan in canonical text, values of steps as JSON, or nothing."""

    plan: str | None = None
    values: Mapping[StepId, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Beginning:
    """A new run's first state, stored as if the node `after` had left it; `plans` where its first node is to plan."""

    after: str
    state: dict[str, Any]
    results: Mapping[StepId, StepResult]
    plans: bool = False

    @property
    def plan(self) -> str:
        """The plan that stands, empty where there is none yet."""
        return "" if self.plans else str(self.state["plan"])


def beginning(
    record: RunRecord,
    moment: Moment,
    moments: Sequence[Moment],
    change: Change,
    new: RunId,
    unchanged: Mapping[str, bool],
) -> Beginning:
    """Return what the run `new` begins with, made from a run's checkpoint; `unchanged` tells of tools by name.

    Raises:
        InputError: nothing would be done, or a step that is to have a value is not in the plan.
    """
    values, following = moment.values, next(iter(moment.snapshot.next), None)
    if values.get("run_id") != record.id and change.plan is None:
        return _planned_anew(record, moment, change)
    changed = change.plan is not None or bool(change.values)
    if following is None and not changed:
        raise InputError(
            f"checkpoint {moment.shown.number} is the end of run {record.id}, so nothing would be done anew; name an "
            "earlier one with --at, or change the plan or a step's value"
        )
    plan = change.plan if change.plan is not None else str(values["plan"])
    _check_steps(plan, change.values)
    late = following in _AFTER_STEPS and not changed
    turns, messages = conversation(record, moment)
    found, answers = _found(record, moments, unchanged), [turn["answer"] for turn in turns]
    carried = carried_over(plan, found, change.values, answers, (record.id, new))
    state = {
        **_of_plan(record, values, change.plan),
        "schema_version": SCHEMA_VERSION,
        "run_id": new,
        "results": {**values.get("results", {}), **carried} if late else carried,
        "passages": values.get("passages", []) if late else [],
        "answer": None,
        "turns": turns,
        "messages": messages,
        **Meter().onto({}),
    }
    return Beginning(_entry(following, change), state, carried)


def _of_plan(record: RunRecord, values: Mapping[str, Any], edited: str | None) -> dict[str, Any]:
    """Return the question, the plan that stands and how it came about; an earlier turn's plan does not count."""
    asked = {"question": record.question, "asked": values.get("asked")}
    asked["edited"] = edited is not None or bool(values.get("edited"))
    if values.get("run_id") != record.id:
        return {**asked, "plan": edited, "mode": record.mode, "notes": [], "revision": 0}
    kept = {**values, **asked}
    return kept if edited is None else {**kept, "plan": edited, "notes": []}


def _entry(following: str | None, change: Change) -> str:
    """Return the node after which the new run goes on: a plan that a person wrote needs no review, any other may."""
    if change.plan is not None:
        return "approve"
    if change.values:
        return "plan" if following == "approve" else "approve"
    return _BEFORE[str(following)]


def _planned_anew(record: RunRecord, moment: Moment, change: Change) -> Beginning:
    if change.values:
        raise InputError(
            f"checkpoint {moment.shown.number} of run {record.id} has no plan yet, so no step to set; name a later one"
        )
    kept = ("turns", "messages", "asked", "answer")
    return Beginning("solve", {key: moment.values[key] for key in kept if key in moment.values}, {}, plans=True)


def _check_steps(plan: str, given: Mapping[StepId, Any]) -> None:
    names = [step.id for step in parse_canonical(plan).steps]
    for name, value in given.items():
        if name not in names:
            raise InputError(f"the plan has no step {name}; it has {', '.join(names) or 'none at all'}")
        if any(passages_in(value)):
            raise InputError(f"{name} cannot be set to passages, which nobody could look up; give it what they say")


def conversation(record: RunRecord, moment: Moment) -> tuple[list[Turn], list[AnyMessage]]:
    """Return the conversation at a run's checkpoint, without what the run itself has added to it."""
    values = moment.values
    turns, messages = list(values.get("turns", [])), list(values.get("messages", []))
    answer = values.get("answer")
    if values.get("run_id") != record.id or answer is None or not turns:
        return turns, messages
    if turns[-1] != Turn(question=values["question"], answer=answer["text"]):
        return turns, messages  # as of a plan that was rejected
    if messages and isinstance(messages[-1], AIMessage):
        messages.pop()
    if messages and isinstance(messages[-1], HumanMessage) and not values.get("asked"):
        messages.pop()
    return turns[:-1], messages


def _found(record: RunRecord, moments: Sequence[Moment], unchanged: Mapping[str, bool]) -> Found:
    """Return every result that the run has come to, also after the checkpoint."""
    found = successful((record.results or {}).values(), unchanged)
    for moment in moments:
        ours = moment.values.get("run_id") == record.id
        stored = list(moment.values.get("results", {}).values()) if ours else []
        found |= successful([*stored, *moment.returned], unchanged)
    return found
