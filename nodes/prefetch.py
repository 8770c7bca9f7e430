"""Steps that run before their turn: the jobs of one run, held by whoever drives it and ended with it.

A job does what the step's task would do, so that the task can claim its result. It runs outside the graph: with a
node's context it would pass for that node, write into a stream that is closed, and swallow what its tool asks a person.
This module does not know which steps may run early, nor how a plan is written.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from functools import partial
from typing import cast

from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import var_child_runnable_config
from langgraph.errors import GraphInterrupt

from nodes.errors import ReferencePathError
from nodes.events import Emit, Event, StepRetried, StepStarted
from nodes.language import Step
from nodes.metering import Meter
from nodes.state import Attempt, RunId, StepId, StepResult
from nodes.steps import Call, call, digest, resolve
from nodes.tools import Toolbox, ToolRunner

PREFETCH_KEY = "__planfirst_prefetch"
"""Key under `configurable` of a run's Prefetch. LangGraph keeps keys that begin like this out of what it stores."""


@dataclass(frozen=True, slots=True)
class Known:
    """What steps may use beside each other: earlier answers, and results of an earlier plan by their fingerprint."""

    answers: Sequence[str] = ()
    carried: Mapping[str, StepResult] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Early:
    """What came of a step before its turn, and when that was, in seconds since 1970."""

    result: StepResult
    ended: float


_Told = StepStarted | StepRetried
_NO_RESULT = frozenset({"exception", "limit"})
"""Kinds of errors that a step has to meet in its turn: one that its tool raised may have come from there being no graph
around it, as where it asks a person, and the budgets may leave more once the plan stands."""


class Job:
    """One step that runs, or has run. Its `task` gives None where the step has to be run in its turn after all."""

    task: "asyncio.Task[StepResult | None]"

    def __init__(self, inputs: Mapping[StepId, "Job"], meter: Meter) -> None:
        self.inputs, self.meter = inputs, meter
        self.ended = 0.0
        self._told: list[_Told] = []
        self._listener: Callable[[_Told], None] | None = None

    @property
    def result(self) -> StepResult | None:
        """The result, once there is one."""
        return self.task.result() if self.task.done() and not self.task.cancelled() else None

    def tell(self, event: Event) -> None:
        """Take in what the step reports, for whoever will listen."""
        told = cast("_Told", event)  # a call reports nothing else
        if self._listener is None:
            self._told.append(told)
        else:
            self._listener(told)

    def listen(self, step: StepId, emit: Emit) -> None:
        """Emit what the step has reported so far, and what it will, under the number that it has now."""
        self._listener = lambda told: emit(replace(told, id=step))
        for told in self._told:
            self._listener(told)


class Prefetch:
    """The jobs of one run by the names of their steps (`nodes.steps.Names`). Use it under `contextlib.aclosing`.

    Made where the run is driven: jobs see the context variables that are set there.
    """

    def __init__(self, runner: ToolRunner, run_id: RunId) -> None:
        self.runner, self._run_id = runner, run_id
        self._jobs: dict[str, Job] = {}
        self._tasks: set[asyncio.Task[StepResult | None]] = set()
        self._dropped: list[Meter] = []
        self._wasted: list[Attempt] = []
        self._context = copy_context()
        self._context.run(var_child_runnable_config.set, None)

    def start(self, name: str, step: Step, inputs: Mapping[StepId, Job], known: Known, meter: Meter) -> Job:
        """Run a step once its inputs are there; where it is already known, also under another number, just return it.

        Its tool must have been declared to only read. It is held against the budgets of `meter`, and counts for whoever
        claims it.
        """
        job = self._jobs.get(name)
        if job is None:
            job = self._jobs[name] = Job(inputs, meter.aside())
            job.task = asyncio.create_task(self._perform(job, name, step, known), context=self._context.copy())
            self._tasks.add(job.task)
            job.task.add_done_callback(partial(self._note_end, job))
        return job

    def _note_end(self, job: Job, task: "asyncio.Task[StepResult | None]") -> None:
        job.ended = time.time()
        self._tasks.discard(task)

    def charge(self, meter: Meter) -> None:
        """Count the jobs on `meter` before any step is: one that is no job may be first, and has to leave them room."""
        for job in self._jobs.values():
            meter.adopt(job.meter)

    async def claim(self, name: str, step: StepId, emit: Emit) -> Early | None:
        """Return what came of a step, waiting for it if it still runs, and emit what it reports; None if nothing did.

        A step is claimed once: a later plan that asks for the same again has it from the run's results.
        """
        job = self._jobs.get(name)
        if job is None:
            return None
        job.listen(step, emit)
        await asyncio.wait({job.task})
        self._jobs.pop(name, None)
        if job.result is None:
            self._wasted += job.meter.attempts
            return None
        return Early(StepResult(**{**job.result, "id": step}), job.ended)

    async def drop_unfinished(self) -> None:
        """End what still runs; finished steps stay, for another plan that asks for the same."""
        done = {name for name, job in self._jobs.items() if job.result is not None and job.result["status"] == "ok"}
        await self.keep(done)

    async def keep(self, names: Collection[str]) -> None:
        """End and forget all other jobs."""
        dropped = [self._jobs.pop(name) for name in self._jobs.keys() - set(names)]
        await _end({job.task for job in dropped})
        self._dropped += [job.meter for job in dropped]

    def take_dropped(self) -> list[Meter]:
        """Return the meters of steps that no plan asks for, once; they are still aside."""
        dropped, self._dropped = self._dropped, []
        return dropped

    def take_wasted(self) -> list[Attempt]:
        """Return the calls of models in claimed steps that came to nothing, once; they have been adopted."""
        wasted, self._wasted = self._wasted, []
        return wasted

    async def aclose(self) -> None:
        """End every job."""
        self._jobs.clear()
        await _end(self._tasks)

    async def _perform(self, job: Job, name: str, step: Step, known: Known) -> StepResult | None:
        if given := known.carried.get(name):  # by a person
            return given
        results: dict[StepId, StepResult] = {}
        for id_, other in job.inputs.items():
            await asyncio.wait({other.task})
            if other.result is None or other.result["status"] != "ok":
                return None
            results[id_] = other.result
        try:
            args = resolve(step, known.answers, results)
        except ReferencePathError:
            return None
        fingerprint = digest(self._run_id, step.tool, args, name)
        if carried := known.carried.get(fingerprint):
            return carried
        try:
            result = await call(Call(self.runner, job.tell, job.meter, self._run_id), step, args, fingerprint)
        except GraphInterrupt:
            return None
        return None if result["error"] and result["error"]["kind"] in _NO_RESULT else result


async def _end(tasks: Collection["asyncio.Task[StepResult | None]"]) -> None:
    """Cancel tasks and wait until they have ended: a tool that resists is ended by the runner."""
    running = {task for task in tasks if not task.done()}
    for task in running:
        task.cancel()
    if running:
        await asyncio.wait(running)


def prefetch_in(config: RunnableConfig, toolbox: Toolbox) -> Prefetch | None:
    """Return the run's Prefetch where the graph is run by somebody who keeps one, for these tools and not around it.

    A graph that a tool of the run calls inherits the configuration; its namespace tells.
    """
    configurable = config.get("configurable", {})
    prefetch = cast("Prefetch | None", configurable.get(PREFETCH_KEY))
    if prefetch is None or prefetch.runner.toolbox is not toolbox or "|" in configurable.get("checkpoint_ns", ""):
        return None
    return prefetch
