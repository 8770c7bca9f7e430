"""The checkpoints of one run, oldest first: what each holds, and what its steps had returned by then.

This module reads LangGraph's snapshots; it does not change anything, and it does not know how a run is made from one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.types import StateSnapshot

from graph.build import Graph
from graph.runs import RunRecord
from nodes.errors import InputError
from nodes.evidence import current_results
from nodes.language import parse_canonical
from nodes.plan import RUN_KEY
from nodes.state import RunId, State, StepResult

_RETURNED = "__return__"
"""Where LangGraph stores what a task returned, until the node that called it is done."""
_SHOWN_CHARS = 60
_LEAST_PREFIX = 8


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One checkpoint of a run: `number` counts from 1, `created_at` is in ISO 8601, UTC.

    `after` is the node that led to it, `next` those that would go on from it; `plan` is empty where there was none.
    `forks` are the runs that were made from it.
    """

    number: int
    id: str
    created_at: str
    after: str
    next: tuple[str, ...]
    holds: str
    plan: str = ""
    forks: tuple[RunId, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """A checkpoint with all that is stored at it: `returned` are the steps that ended before their node did."""

    shown: Checkpoint
    snapshot: StateSnapshot
    returned: Sequence[StepResult]

    @property
    def values(self) -> dict[str, Any]:
        """The state."""
        return dict(self.snapshot.values)


async def moments_of(graph: Graph, record: RunRecord) -> list[Moment]:
    """Return a run's checkpoints, oldest first; other turns of its conversation are left out."""
    config: RunnableConfig = {"configurable": {"thread_id": record.thread, "checkpoint_ns": ""}}
    returned = {
        stored.config["configurable"]["checkpoint_id"]: _steps_in(stored.pending_writes or ())
        async for stored in graph.checkpointer.alist(config)  # type: ignore[union-attr]  # an agent's graph has a saver
    }
    snapshots = [snapshot async for snapshot in graph.aget_state_history(config)][::-1]
    mine = [snapshot for snapshot in snapshots if _is_of(snapshot, record)]
    led_to = {_id(snapshot): snapshot.next for snapshot in snapshots}
    moments = []
    for number, snapshot in enumerate(mine, start=1):
        steps = returned.get(_id(snapshot), [])
        moments.append(Moment(_shown(number, snapshot, steps, led_to, record), snapshot, steps))
    return moments


def moment_at(moments: Sequence[Moment], record: RunRecord, at: str | None) -> Moment:
    """Return the checkpoint of that number, or whose id is or uniquely begins with `at`; the last one for None.

    Raises:
        InputError: there is none, or more than one.
    """
    if not moments:
        raise InputError(f"run {record.id} has no checkpoints any more; ask its question again")
    if at is None:
        return moments[-1]
    found = [each for each in moments if str(each.shown.number) == at or each.shown.id == at]
    if not found and len(at) >= _LEAST_PREFIX:
        found = [each for each in moments if each.shown.id.startswith(at)]
    if len(found) == 1:
        return found[0]
    what = "more than one checkpoint that begins with" if found else "no checkpoint"
    raise InputError(f"run {record.id} has {what} {at!r}; `planfirst show {record.id} --history` lists them by number")


def _id(snapshot: StateSnapshot) -> str:
    return str(snapshot.config["configurable"]["checkpoint_id"])


def _is_of(snapshot: StateSnapshot, record: RunRecord) -> bool:
    return record.id in ((snapshot.metadata or {}).get(RUN_KEY), snapshot.values.get("run_id"))


def _steps_in(writes: Iterable[tuple[str, str, Any]]) -> list[StepResult]:
    """Return the results of steps among what tasks returned; a plan's draft is no such result."""
    needed = StepResult.__required_keys__
    return [
        StepResult(**value)  # type: ignore[typeddict-item]  # the keys were just checked
        for _, channel, value in writes
        if channel == _RETURNED and isinstance(value, Mapping) and value.keys() >= needed
    ]


def _shown(
    number: int,
    snapshot: StateSnapshot,
    returned: Sequence[StepResult],
    led_to: Mapping[str, tuple[str, ...]],
    record: RunRecord,
) -> Checkpoint:
    begun = snapshot.values.get("run_id") == record.id
    return Checkpoint(
        number=number,
        id=_id(snapshot),
        created_at=str(snapshot.created_at or ""),
        after=_after(snapshot, led_to),
        next=tuple(snapshot.next),
        holds=_holds(State(**snapshot.values), snapshot, returned) if begun else "the question",  # type: ignore[typeddict-item]  # the graph's own state
        plan=snapshot.values.get("plan", "") if begun else "",
    )


def _after(snapshot: StateSnapshot, led_to: Mapping[str, tuple[str, ...]]) -> str:
    """Say which nodes led to a snapshot: those that were next at the one before it."""
    source = (snapshot.metadata or {}).get("source")
    if source != "loop":
        return {"input": "start", "update": "fork"}.get(str(source), str(source))
    before = ((snapshot.parent_config or {}).get("configurable") or {}).get("checkpoint_id", "")
    nodes = ["start" if node == "__start__" else node for node in led_to.get(before, ())]
    return ", ".join(nodes)


def _holds(state: State, snapshot: StateSnapshot, returned: Sequence[StepResult]) -> str:
    count = len(parse_canonical(state["plan"]).steps)
    results = current_results(state) | {result["id"]: result for result in returned}
    parts = [f"a plan of {count} step{'s' * (count != 1)}"]
    if results:
        ok = sum(result["status"] == "ok" for result in results.values())
        parts.append(f"{len(results)} done, {ok} ok" if ok < len(results) else f"{ok} done")
    if passages := state.get("passages"):
        parts.append(f"{len(passages)} passage{'s' * (len(passages) != 1)}")
    if answer := state.get("answer"):
        text = " ".join(answer["text"].split())
        parts.append(f"the answer “{text[:_SHOWN_CHARS]}{'…' * (len(text) > _SHOWN_CHARS)}”")
    waits = [f"waits for {_wanted(interrupt.value)}" for interrupt in snapshot.interrupts]
    return "; ".join([", ".join(parts), *waits])


def _wanted(request: Any) -> str:
    step = request.get("step") if isinstance(request, Mapping) else None
    return f"approval of #{step}" if step else "review"
