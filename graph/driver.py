"""Drives one run of the graph and keeps its record in step: every change of phase, the plan, the outcome, the failure.

This module knows LangGraph's streams and snapshots and the run store; it does not know models, tools or documents.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.types import Command, StateSnapshot

from graph.build import Graph
from graph.logs import told
from graph.runs import FINISHED, RunRecord, RunStore, Status
from nodes.context import options
from nodes.errors import CheckpointError, PlanFirstError, RunStateError
from nodes.events import Event, ModelCalled, PhaseChanged, PlanReady, RunStarted, from_wire
from nodes.plan import RUN_KEY
from nodes.prefetch import PREFETCH_KEY, Prefetch
from nodes.state import SCHEMA_VERSION, Answer
from nodes.tools import ToolRunner

_ENDED: Mapping[str, Status] = {"answered": "done", "insufficient": "done", "partial": "partial", "failed": "cancelled"}
"""The run's status by its answer's; an answer fails only where a person rejected the plan."""
Calls = list[dict[str, Any]]
RECORD_SECONDS = 20.0
"""Longest time to note the end of an interrupted run."""


class Stopwatch:
    """Seconds by phase, going on from what earlier attempts at the run took."""

    def __init__(self, earlier: Mapping[str, float]) -> None:
        self.seconds = dict(earlier)
        self._phase, self._since = "planning", time.monotonic()

    def enter(self, phase: str) -> dict[str, float]:
        """Close the phase in progress, enter another, and return all timings."""
        now = time.monotonic()
        self.seconds[self._phase] = round(self.seconds.get(self._phase, 0.0) + now - self._since, 4)
        self._phase, self._since = phase, now
        return self.seconds


class Driver:
    """Runs and resumes; `graph` must have been compiled with a checkpointer, `runner` is the one in it.

    `tidy` is called after each run that ends, to delete what is kept no longer.
    """

    def __init__(
        self, graph: Graph, store: RunStore, runner: ToolRunner, tidy: Callable[[], Awaitable[Any]] | None = None
    ) -> None:
        self._graph, self._store, self._runner, self._tidy = graph, store, runner, tidy
        self._busy: set[str] = set()

    def config(self, record: RunRecord) -> RunnableConfig:
        """Return the LangGraph configuration of a run."""
        return {"configurable": {"thread_id": record.thread, RUN_KEY: record.id}}

    def start(self, record: RunRecord) -> AsyncGenerator[Event, None]:
        """Run a recorded question from its beginning."""
        return self._run(record, {"question": record.question})

    async def resume(self, record: RunRecord, decision: Any = None) -> AsyncGenerator[Event, None]:
        """Go on with a run that was killed, paused, or waits for a person.

        `decision` answers what is pending: one value for all of it, or a mapping from step or interrupt ids to values.

        Raises:
            RunStateError: the stored state is another version's, or a later question was asked on the thread.
        """
        if record.state_schema > SCHEMA_VERSION:  # an older one is migrated as it is read
            raise RunStateError(
                record.id,
                f"run {record.id} was stored by a PlanFirst with state schema {record.state_schema}, this one has "
                f"{SCHEMA_VERSION}; upgrade PlanFirst, or ask the question again",
            )
        if record.turn < await self._store.turns(record.thread):
            raise RunStateError(
                record.id, f"a later question was asked in the conversation of run {record.id}; ask this one again"
            )
        snapshot = await self._graph.aget_state(self.config(record))
        if not _has_begun(snapshot, record):
            given: Any = {"question": record.question}
        elif snapshot.interrupts and decision is not None:
            given = Command(resume=answers_by_id(await self.pending(record), decision))
        elif snapshot.interrupts:
            return
        else:
            given = None
        async with aclosing(self._run(record, given)) as events:
            async for event in events:
                yield event

    async def pending(self, record: RunRecord) -> list[dict[str, Any]]:
        """Return what the run waits for: each interrupt's payload with its `interrupt_id`."""
        snapshot = await self._graph.aget_state(self.config(record))
        if snapshot.values.get("run_id") != record.id:
            return []
        return [{"interrupt_id": interrupt.id, **interrupt.value} for interrupt in snapshot.interrupts]

    async def _run(self, record: RunRecord, given: Any) -> AsyncGenerator[Event, None]:
        if record.thread in self._busy:
            raise RunStateError(
                record.id, "this conversation is answering another question; wait for it or start a new one"
            )
        self._busy.add(record.thread)
        watch, calls = Stopwatch(record.timings), list(record.attempts)
        try:
            yield RunStarted(record.id, record.question)
            async with aclosing(self._events(record, given)) as events:
                async for event in events:
                    if isinstance(event, ModelCalled):
                        calls.append(told(record.id, event))
                    await self._note(record, event, watch, calls)
                    yield event
            await self._finish(record, watch, calls)
        except (asyncio.CancelledError, GeneratorExit):
            await self._stop(record, "paused", watch, None, calls)
            raise
        except PlanFirstError as error:
            await self._stop(record, "failed", watch, error, calls)
            raise
        finally:
            self._busy.discard(record.thread)

    async def _events(self, record: RunRecord, given: Any) -> AsyncGenerator[Event, None]:
        config = self.config(record)
        async with aclosing(Prefetch(self._runner, record.id)) as prefetch:  # ends after the graph has
            stream = self._graph.astream(
                given,
                {"configurable": {**config["configurable"], PREFETCH_KEY: prefetch}},
                context=options(record.options),
                stream_mode="custom",
                durability="sync",
            )
            async with aclosing(stream) as chunks:  # type: ignore[type-var]  # LangGraph types it as an iterator
                async for chunk in chunks:
                    if event := from_wire(chunk):
                        yield event

    async def _note(self, record: RunRecord, event: Event, watch: Stopwatch, calls: Calls) -> None:
        """Keep the record in step with the run."""
        if isinstance(event, PhaseChanged):
            timings = watch.enter(event.phase)
            await self._store.update(record.id, status=event.phase, timings=timings, attempts=calls, error=None)
        elif isinstance(event, PlanReady):
            await self._store.update(record.id, plan=event.plan)

    async def _finish(self, record: RunRecord, watch: Stopwatch, calls: Calls) -> None:
        """Store the outcome: an answer, or what the run waits for."""
        values = (await self._graph.aget_state(self.config(record))).values
        answer: Answer | None = values.get("answer")
        if answer is not None:
            status = _ENDED[answer["status"]]
        else:
            reviewing = any(request["kind"] == "plan_review" for request in await self.pending(record))
            status = "awaiting_review" if reviewing else "awaiting_approval"
        await self._store.update(
            record.id,
            status=status,
            plan=values.get("plan"),
            answer=answer,
            results=values.get("results"),
            usage=values.get("usage"),
            attempts=calls,
            timings=watch.enter("ended"),
        )
        if status in FINISHED and self._tidy is not None:
            await self._tidy()

    async def _stop(
        self, record: RunRecord, status: Status, watch: Stopwatch, error: PlanFirstError | None, calls: Calls
    ) -> None:
        """Note how a run was broken off; where the run database is what broke, the first error is the one to show."""
        noted = {"kind": type(error).__name__, "message": str(error)} if error else None
        with suppress(CheckpointError, TimeoutError):
            async with asyncio.timeout(RECORD_SECONDS):
                timings = watch.enter("ended")
                await self._store.update(record.id, status=status, timings=timings, attempts=calls, error=noted)


def _has_begun(snapshot: StateSnapshot, record: RunRecord) -> bool:
    """Tell whether the question was stored, if not the plan: then proposals may be too, and are not asked for again."""
    started_by = (snapshot.metadata or {}).get(RUN_KEY)
    return record.id in (snapshot.values.get("run_id"), started_by)


def answers_by_id(pending: list[dict[str, Any]], decision: Any) -> dict[str, Any]:
    """Return LangGraph's resume mapping: interrupt id to the decision for it.

    A mapping whose keys are step ids or interrupt ids answers those alone; anything else answers everything pending.
    """
    names = {key for request in pending for key in (request["interrupt_id"], request.get("step"))}
    if not (isinstance(decision, Mapping) and decision and names >= set(decision)):
        return {request["interrupt_id"]: decision for request in pending}
    chosen = {}
    for request in pending:
        for key in (request["interrupt_id"], request.get("step")):
            if key in decision:
                chosen[request["interrupt_id"]] = decision[key]
    return chosen
