"""One step of the worker: wait for what it needs, resolve its arguments, call its tool, return a result.

True dataflow: each step is a LangGraph task that awaits its own dependencies' futures, so a step starts the moment
they are done and not when a level is. Nothing a step does is raised to its siblings; failure is a value. This module
does not know in which order steps are started; `nodes/execute.py` does.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from langgraph.errors import GraphInterrupt
from langgraph.func import task
from langgraph.runtime import get_runtime
from langgraph.types import interrupt

from nodes.context import Approve
from nodes.errors import CheckpointError, ReferencePathError
from nodes.events import ApprovalNeeded, Emit, StepFinished
from nodes.language import Step
from nodes.metering import Meter
from nodes.prefetch import Prefetch
from nodes.state import RunId, StepError, StepId, StepResult
from nodes.steps import Call, call, digest, resolve, result_of
from nodes.tools import ToolRunner

GATE_SECONDS = 30.0
"""Longest wait for the saver to report a finished step as stored; a healthy one takes milliseconds."""


class Gate(Protocol):
    """A checkpoint saver that signals when a task's writes are stored."""

    def watch(self, task_id: str) -> "asyncio.Future[None]":
        """Return a future that is done once the writes of `task_id` are stored, or failed where that failed."""


Dependencies = Mapping[StepId, "asyncio.Future[StepResult]"]


@dataclass(slots=True)
class Work:
    """What all steps of one execution share. `stored` is filled by steps as they finish."""

    run_id: RunId
    runner: ToolRunner
    answers: Sequence[str]
    structure: Mapping[StepId, str]
    """Each step's place in the dataflow: see `nodes.steps.structure_of`."""
    carried: Mapping[str, StepResult]
    """Successful results of an earlier version of the plan, by fingerprint; a person's by the step's place."""
    prefetch: Prefetch | None
    """What was run before its turn."""
    approve: Approve
    gate: Gate | None
    emit: Emit
    meter: Meter
    stored: dict[StepId, "asyncio.Future[None]"] = field(default_factory=dict)


async def _inputs(work: Work, dependencies: Dependencies) -> dict[StepId, StepResult]:
    """Wait for what the step depends on, and until it is stored as well as done."""
    results: dict[StepId, StepResult] = {}
    for name, future in dependencies.items():
        try:
            results[name] = await asyncio.shield(future)
        except GraphInterrupt:
            # The dependency waits for a person, so this step must leave nothing behind and run after the resume.
            raise GraphInterrupt(()) from None
        if name in work.stored:  # absent where the result came from the checkpoint
            await _stored(work.stored[name])
    return results


async def _stored(signal: "asyncio.Future[None]") -> None:
    try:
        async with asyncio.timeout(GATE_SECONDS):
            await asyncio.shield(signal)
    except TimeoutError:
        raise CheckpointError(
            f"the checkpoint database did not store a finished step within {GATE_SECONDS:g} s; "
            "check its disk or server, then resume the run"
        ) from None


def _approved(step: Step, args: dict[str, Any], work: Work) -> StepError | None:
    """Pause for a person where the run asks for that; return why the step may not run, or None.

    The resume value is a boolean, `"approve"` or `"reject"`, or `{"action": "approve" | "reject"}`.
    """
    effect = work.runner.toolbox[step.tool].effect
    if work.approve == "none" or effect == "read" or (effect == "unknown" and work.approve != "unknown"):
        return None
    work.emit(ApprovalNeeded(step.id, step.tool, args))
    reply = interrupt({"kind": "step_approval", "step": step.id, "tool": step.tool, "args": args})
    action = reply.get("action") if isinstance(reply, Mapping) else reply
    if action in (True, "approve"):
        return None
    return StepError(kind="rejected", message="a person did not approve this step")


async def _perform(work: Work, step: Step, dependencies: Dependencies) -> StepResult:
    results = await _inputs(work, dependencies)
    if skipped := _skipped(step, results):
        return skipped
    try:
        args = resolve(step, work.answers, results)
    except ReferencePathError as error:
        return result_of(step, "failed", error=StepError(kind="reference", message=str(error)))
    fingerprint = digest(work.run_id, step.tool, args, work.structure[step.id])
    if carried := work.carried.get(fingerprint):
        return StepResult(**{**carried, "id": step.id})
    if refusal := _approved(step, args, work):
        return result_of(step, "denied", fingerprint, error=refusal)
    return await call(Call(work.runner, work.emit, work.meter.child()), step, args, fingerprint)


def _skipped(step: Step, results: Mapping[StepId, StepResult]) -> StepResult | None:
    """Return the result of a step that cannot run because something it needs has no value, or None."""
    missing = [result for result in results.values() if result["status"] != "ok"]
    if not missing:
        return None
    # Evidence that says nothing is an outcome of its own, not a fault; it stays one along the chain.
    silent = all(result["error"] and result["error"]["kind"] == "no_answer" for result in missing)
    names = ", ".join(f"#{result['id']}" for result in missing)
    error = StepError(kind="no_answer" if silent else "dependency", message=f"{names} has no value")
    return result_of(step, "skipped", error=error)


# Mypy cannot solve the type variables of LangGraph's decorator for a generic mapping of futures.
@task(name="step")  # type: ignore[arg-type]
async def run_step(work: Work, step: Step, dependencies: Dependencies) -> StepResult:
    """Run one step to its result; raises only GraphInterrupt, CheckpointError and cancellation."""
    early = None
    if work.prefetch is not None:
        early = await work.prefetch.claim(work.structure[step.id], step.id, work.emit)
    if given := work.carried.get(work.structure[step.id]):  # by a person, whatever its inputs come to
        result, ended = StepResult(**{**given, "id": step.id}), time.time()
    elif early is None:
        result, ended = await _perform(work, step, dependencies), time.time()
    else:
        await _inputs(work, dependencies)  # its result may not be stored before those that it was made from
        result, ended = early.result, early.ended
    error = result["error"]
    work.emit(
        StepFinished(
            step.id,
            step.tool,
            result["status"],
            result["seconds"],
            result["attempts"],
            error["message"] if error else None,
            ended,
        )
    )
    if work.gate is not None:
        info = get_runtime().execution_info
        if info is not None:
            work.stored[step.id] = work.gate.watch(info.task_id)
    return result
