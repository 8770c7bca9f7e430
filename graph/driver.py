"""Drives one run of the graph and keeps its record in step: every change of phase, the plan, the outcome, the failure.

This module knows LangGraph's streams and snapshots and the run store; it does not know models, tools or documents.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.errors import GraphDrained
from langgraph.types import Command, StateSnapshot

from graph.build import Graph
from graph.control import Tenure, ask_to_stop
from graph.decisions import answers_by_id
from graph.logs import told
from graph.records import cancelled
from graph.runs import Request, RunRecord, RunStore, Status
from nodes.context import options
from nodes.errors import CheckpointError, PlanFirstError, RunStateError
from nodes.events import Event, ModelCalled, PhaseChanged, PlanReady, RunStarted, from_wire
from nodes.plan import RUN_KEY
from nodes.prefetch import PREFETCH_KEY, Prefetch
from nodes.state import SCHEMA_VERSION, Answer
from nodes.stopping import Stop
from nodes.tools import ToolRunner

_ENDED: Mapping[str, Status] = {"answered": "done", "insufficient": "done", "partial": "partial", "failed": "cancelled"}
"""The run's status by its answer's; an answer fails only where a person rejected the plan."""
Calls = list[dict[str, Any]]
RECORD_SECONDS = 20.0
"""Longest time to note the end of an interrupted run."""
ENDING_SECONDS = 3.0
"""Time for the steps of a cancelled run to end and to say what became of them: the runner ends a call within 2 s."""
_FREE: Mapping[str, str] = {"driver": "", "request": ""}
"""What the record of a run that nobody drives says."""


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
        self.tenure = Tenure(store)
        self._busy: set[str] = set()
        self._pumps: set[asyncio.Task[None]] = set()

    def config(self, record: RunRecord) -> RunnableConfig:
        """Return the LangGraph configuration of a run."""
        return {"configurable": {"thread_id": record.thread, RUN_KEY: record.id}}

    def start(self, record: RunRecord) -> AsyncGenerator[Event, None]:
        """Run a recorded question from its beginning."""
        return self._run(record, {"question": record.question})

    async def resume(self, record: RunRecord, decision: Any = None) -> AsyncGenerator[Event, None]:
        """Go on with a run that was killed, paused, or waits for a person.

        `decision` answers what is pending: see `graph.decisions.answers_by_id`.

        Raises:
            InputError: the decision does not fit what is pending.
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
        else:
            answers = answers_by_id(await self.pending(record), decision)
            if snapshot.interrupts and not answers and record.status != "paused":
                return
            given = Command(resume=answers) if answers else None
        async with aclosing(self._run(record, given)) as events:
            async for event in events:
                yield event

    async def pending(self, record: RunRecord) -> list[dict[str, Any]]:
        """Return what the run waits for: each interrupt's payload with its `interrupt_id`.

        A tool that asks a person itself may ask anything; what is no mapping stands under `value`.
        """
        snapshot = await self._graph.aget_state(self.config(record))
        if snapshot.values.get("run_id") != record.id:
            return []
        return [{"interrupt_id": each.id, **_as_request(each.value)} for each in snapshot.interrupts]

    async def stop(self, run_id: str, request: Request, wait: float) -> RunRecord:
        """Have a run pause or cancel, whoever drives it; see `graph.control.ask_to_stop`."""

        async def directly(record: RunRecord) -> None:
            control = await self.tenure.hold(record)
            try:
                if request == "pause":
                    await self._store.update(record.id, status="paused", **_FREE)
                    return
                control.cancel()
                await self._finish(record, control, Stopwatch(record.timings), list(record.attempts))
            finally:
                self.tenure.release(record.id)

        return await ask_to_stop(self._store, self.tenure, run_id, request, wait, directly)

    async def _run(self, record: RunRecord, given: Any) -> AsyncGenerator[Event, None]:
        if record.thread in self._busy:
            raise RunStateError(
                record.id, "this conversation is answering another question; wait for it or start a new one"
            )
        self._busy.add(record.thread)
        try:
            stop = await self.tenure.hold(record)
            try:
                async with aclosing(self._drive(record, given, stop)) as events:
                    async for event in events:
                        yield event
            finally:
                self.tenure.release(record.id)
        finally:
            self._busy.discard(record.thread)
        if self._tidy is not None:
            await self._tidy()  # out here, where it can no longer change what became of the run

    async def _drive(self, record: RunRecord, given: Any, stop: Stop) -> AsyncGenerator[Event, None]:
        """Yield a run's events, its record in step with them."""
        watch, calls = Stopwatch(record.timings), list(record.attempts)
        try:
            yield RunStarted(record.id, record.question)
            async with aclosing(self._events(record, given, stop)) as events:
                async for event in events:
                    if isinstance(event, ModelCalled):
                        calls.append(told(record.id, event))
                    await self._note(record, event, watch, calls)
                    yield event
            await self._finish(record, stop, watch, calls)
        except (asyncio.CancelledError, GeneratorExit):
            await self._stop(record, "paused", watch, None, calls)
            raise
        except PlanFirstError as error:
            await self._stop(record, "failed", watch, error, calls)
            raise

    async def _events(self, record: RunRecord, given: Any, stop: Stop) -> AsyncGenerator[Event, None]:
        """Yield what the graph reports, which runs in a task of its own: a cancellation ends that, not its reader."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        pump = asyncio.create_task(self._pump(record, given, stop, queue))
        self._pumps.add(pump)  # the loop alone would let go of it where the reader goes away without a word
        pump.add_done_callback(self._pumps.discard)
        pump.add_done_callback(lambda _: queue.put_nowait(None))
        try:
            while (event := await queue.get()) is not None:
                yield event
                queue.task_done()
            await pump
        finally:
            if not pump.done():
                pump.cancel()
                await asyncio.wait({pump})
            if not pump.cancelled():
                pump.exception()  # marked as seen: where the reader has left, nobody asks for it

    async def _pump(self, record: RunRecord, given: Any, stop: Stop, queue: "asyncio.Queue[Event | None]") -> None:
        """Run the graph, no further than the reader has come, until it ends or the run is stopped."""
        phase = ""

        def grace() -> float:
            return ENDING_SECONDS if phase == "running" else 0.0

        with suppress(GraphDrained):
            try:
                async with stop.scope(grace) as scope, aclosing(self._stream(record, given, stop)) as events:
                    async for event in events:
                        phase = event.phase if isinstance(event, PhaseChanged) else phase
                        queue.put_nowait(event)
                        await queue.join()
            except TimeoutError:
                if not scope.expired():
                    raise

    async def _stream(self, record: RunRecord, given: Any, stop: Stop) -> AsyncGenerator[Event, None]:
        config = self.config(record)
        async with aclosing(Prefetch(self._runner, record.id)) as prefetch:  # ends after the graph has
            stream = self._graph.astream(
                given,
                {"configurable": {**config["configurable"], PREFETCH_KEY: prefetch}},
                context=options(record.options),
                stream_mode="custom",
                durability="sync",
                control=stop,
                interrupt_after="*" if stop.is_cancelled else None,  # to wind up takes one node
            )
            async with aclosing(stream) as chunks:  # type: ignore[type-var]  # LangGraph types it as an iterator
                async for chunk in chunks:
                    if event := from_wire(chunk):
                        yield event

    async def _wind_up(self, record: RunRecord) -> None:
        """Have the steps of a cancelled run say what became of them, where they have not yet; nothing else is run.

        Where nothing is next, what a killed process stored beside its last checkpoint may still have to be taken in.
        """
        if record.state_schema != SCHEMA_VERSION:
            return
        snapshot = await self._graph.aget_state(self.config(record))
        if snapshot.next not in {(), ("execute",)} or snapshot.values.get("run_id") != record.id:
            return
        with suppress(GraphDrained):
            async with aclosing(self._stream(record, None, Stop.winding_up())) as events:
                async for _ in events:
                    pass

    async def _note(self, record: RunRecord, event: Event, watch: Stopwatch, calls: Calls) -> None:
        """Keep the record in step with the run."""
        if isinstance(event, PhaseChanged):
            timings = watch.enter(event.phase)
            await self._store.update(record.id, status=event.phase, timings=timings, attempts=calls, error=None)
        elif isinstance(event, PlanReady):
            await self._store.update(record.id, plan=event.plan)

    async def _finish(self, record: RunRecord, stop: Stop, watch: Stopwatch, calls: Calls) -> None:
        """Store the outcome: an answer, what was done until the run was cancelled, or what it waits for.

        Raises:
            RunStateError: another process has taken the run over, so the outcome is its own.
        """
        is_cancelled = stop.is_cancelled  # one that comes later finds the run as it is noted here
        if is_cancelled:
            await self._wind_up(record)
        values = (await self._graph.aget_state(self.config(record))).values
        if values.get("run_id") != record.id:
            values = {}  # the run had not begun, and the conversation's earlier turn is not its own
        answer: Answer | None = values.get("answer")
        error = None
        status: Status
        if answer is not None:
            status = _ENDED[answer["status"]]
        elif is_cancelled:
            status, error = "cancelled", cancelled(values.get("plan") or "", values.get("results") or {})
        elif stop.drain_requested:
            status = "paused"
        else:
            reviewing = any(request.get("kind") == "plan_review" for request in await self.pending(record))
            status = "awaiting_review" if reviewing else "awaiting_approval"
        kept = {key: values.get(key) for key in ("plan", "answer", "results", "usage")}
        timings = watch.enter("ended")
        changes = {"status": status, **kept, "attempts": calls, "timings": timings, "error": error}
        if stop.is_lost or not await self._store.exchange(record.id, self.tenure.name, **changes, **_FREE):
            raise RunStateError(record.id, f"another process has taken run {record.id} over")

    async def _stop(
        self, record: RunRecord, status: Status, watch: Stopwatch, error: PlanFirstError | None, calls: Calls
    ) -> None:
        """Note how a run was broken off; where the run database is what broke, the first error is the one to show."""
        noted = {"kind": type(error).__name__, "message": str(error)} if error else None
        with suppress(CheckpointError, TimeoutError):
            async with asyncio.timeout(RECORD_SECONDS):
                timings = watch.enter("ended")
                changes = {"status": status, "timings": timings, "attempts": calls, "error": noted}
                await self._store.exchange(record.id, self.tenure.name, **changes, **_FREE)


def _as_request(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {"kind": "question", "value": value}


def _has_begun(snapshot: StateSnapshot, record: RunRecord) -> bool:
    """Tell whether the question was stored, if not the plan: then proposals may be too, and are not asked for again."""
    started_by = (snapshot.metadata or {}).get(RUN_KEY)
    return record.id in (snapshot.values.get("run_id"), started_by)
