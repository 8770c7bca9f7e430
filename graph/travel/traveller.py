"""Makes runs from the checkpoints of others, and tells of both: where an agent's methods for that come down to."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from graph.build import Graph
from graph.routes import RUNTIME_KEY
from graph.runs import RunRecord, RunStore
from graph.travel.diff import RunDiff, diff
from graph.travel.fork import Beginning, Change, Fork, beginning, conversation
from graph.travel.history import Checkpoint, moment_at, moments_of
from nodes.context import options
from nodes.errors import InputError, RunStateError
from nodes.language import parse_canonical, render
from nodes.plan import RUN_KEY
from nodes.planning import Planning, check_plan
from nodes.state import SCHEMA_VERSION, RunId, StepId
from nodes.tools.output import Shaper


class Traveller:
    """`graph` must have been compiled with a checkpointer, `store` has its runs, `planning` checks plans."""

    def __init__(self, graph: Graph, store: RunStore, planning: Planning) -> None:
        self._graph, self._store, self._planning = graph, store, planning

    async def history(self, run_id: str) -> list[Checkpoint]:
        """Return a run's checkpoints, oldest first.

        Raises:
            UnknownRunError: there is no such run.
        """
        record = await self._store.get(run_id)
        forks: dict[str, list[RunId]] = {}
        for made in await self._store.made_from(record.id):
            forks.setdefault((made.fork or {})["checkpoint"], []).append(made.id)
        shown = [moment.shown for moment in await moments_of(self._graph, record)]
        return [replace(each, forks=tuple(forks.get(each.id, ()))) for each in shown]

    async def checkpoint(self, run_id: str, at: str | None) -> Checkpoint:
        """Return a run's checkpoint by its number or its id, or the last.

        Raises:
            UnknownRunError: there is no such run.
            InputError: there is no such checkpoint.
        """
        record = await self._store.get(run_id)
        return moment_at(await moments_of(self._graph, record), record, at).shown

    async def diff(self, a: str, b: str) -> RunDiff:
        """Return how run `b` differs from run `a`.

        Raises:
            UnknownRunError: there is no such run.
        """
        return diff(await self._store.get(a), await self._store.get(b))

    async def fork(self, run_id: str, at: str | None, plan: str | None, values: Mapping[str, Any]) -> Fork:
        """Store a run made from another one's checkpoint, ready to go on; the other stays as it is.

        Raises:
            UnknownRunError, RunStateError: there is no such run, or another PlanFirst stored it.
            InputError: no such checkpoint or step, or nothing would be done anew.
            PlanError: the plan is not valid, with everything that is wrong with it.
        """
        record = await self._store.get(run_id)
        if record.state_schema > SCHEMA_VERSION:
            raise RunStateError(
                record.id,
                f"run {record.id} was stored by a PlanFirst with state schema {record.state_schema}, this one has "
                f"{SCHEMA_VERSION}; upgrade PlanFirst, or ask the question again",
            )
        moments = await moments_of(self._graph, record)
        moment = moment_at(moments, record, at)
        written = moment.shown.plan if plan is None else plan
        if plan is not None or written:
            # Also one that is not edited: its tools may have gone since.
            written = render(check_plan(self._planning, written, len(conversation(record, moment)[0])))
        shaped = {StepId(name.lstrip("#")): self._shaped(name, value) for name, value in values.items()}
        change = Change(None if plan is None else written, shaped)
        new = RunId(uuid.uuid4().hex[:12])
        begun = beginning(record, moment, moments, change, new, self._unchanged(record))
        fork = _described(record, moment.shown, begun, change, new)
        await self._begin(record, begun, fork)
        return fork

    def _shaped(self, name: str, value: Any) -> Any:
        """Return a person's value as checkpoints hold it: as a tool's, but never cut."""
        limit = self._planning.limits.step_chars
        try:
            length = len(json.dumps(value, allow_nan=False))
        except (TypeError, ValueError) as error:
            raise InputError(f"{name} can be set to a JSON value only: {error}") from error
        if length > limit:
            raise InputError(f"{name} is to be {length} characters of JSON; a step's value has at most {limit}")
        return Shaper(limit).shape(value)

    def _unchanged(self, record: RunRecord) -> dict[str, bool]:
        return {name: record.tools.get(name) == tool.digest for name, tool in self._planning.tools.items()}

    async def _begin(self, origin: RunRecord, begun: Beginning, fork: Fork) -> None:
        """Store the new run's state, then its record: a record without a state would ask its question anew."""
        thread = str(fork.run_id)
        cut = [result["whole"]["digest"] for result in begun.results.values() if "whole" in result]
        await self._store.wholes.share(thread, cut)
        turns = begun.state.get("turns")
        if not begun.plans or turns:
            # Where the new run is to plan, its conversation stands before it, as an earlier turn would have left it.
            run = {} if begun.plans else {RUN_KEY: fork.run_id}
            runtime = Runtime(context=options(origin.options))
            config: RunnableConfig = {"configurable": {"thread_id": thread, RUNTIME_KEY: runtime, **run}}
            await self._graph.aupdate_state(config, begun.state, as_node=begun.after)
        record = RunRecord(
            id=fork.run_id,
            thread=thread,
            question=origin.question,
            tools={tool.name: tool.digest for tool in self._planning.tools.values()},
            prompt_version=origin.prompt_version,
            mode=origin.mode,
            options=origin.options,
            tenant=origin.tenant,
            plan=begun.plan or None,
            results={str(name): result for name, result in begun.results.items()} or None,
            forked_from=fork.forked_from,
            fork={"checkpoint": fork.checkpoint, "edited": fork.edited, "set": list(fork.given)},
        )
        await self._store.add(record)


def _described(origin: RunRecord, at: Checkpoint, begun: Beginning, change: Change, new: RunId) -> Fork:
    steps = [step.id for step in parse_canonical(begun.plan).steps]
    return Fork(
        run_id=new,
        forked_from=origin.id,
        checkpoint=at.id,
        edited=change.plan is not None,
        carried=tuple(name for name in steps if name in begun.results and name not in change.values),
        given=tuple(name for name in steps if name in change.values),
        again=tuple(name for name in steps if name not in begun.results),
    )
