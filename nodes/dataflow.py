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

from langgraph.errors import GraphBubbleUp, GraphDrained, GraphInterrupt
from langgraph.func import task
from langgraph.runtime import RunControl, get_runtime

from nodes.context import Approve
from nodes.errors import CheckpointError, ReferencePathError
from nodes.events import ApprovalNeeded, Emit, StepFinished
from nodes.language import Step
from nodes.metering import Meter
from nodes.prefetch import Early, Prefetch
from nodes.provenance import Background, ancestors, origins
from nodes.requests import Request, ask
from nodes.state import RunId, StepError, StepId, StepResult
from nodes.steps import Call, call, digest, resolve, result_of
from nodes.stopping import asked_of, ended_by
from nodes.tools import ToolRunner

GATE_SECONDS = 30.0
"""Longest wait for the saver to report a finished step as stored; a healthy one takes milliseconds."""


class Gate(Protocol):
    """A checkpoint saver that signals when a task's writes are stored."""

    def watch(self, task_id: str) -> "asyncio.Future[None]":
        """Return a future that is done once the writes of `task_id` are stored, or failed where that failed."""


Dependencies = Mapping[StepId, "asyncio.Future[StepResult]"]


@dataclass(frozen=True, slots=True)
class Asking:
    """Which steps a person is asked about, when that expires, what the person has asked, and has refused before."""

    approve: Approve
    expires: float | str | None
    questions: Sequence[str]
    refused: Mapping[str, StepError]
    """Why steps of an earlier version of the plan were refused, by fingerprint."""


@dataclass(slots=True)
class Work:
    """What all steps of one execution share. `futures` and `stored` are filled as steps are called and as they end."""

    run_id: RunId
    runner: ToolRunner
    answers: Sequence[str]
    structure: Mapping[StepId, str]
    """Each step's place in the dataflow: see `nodes.steps.structure_of`."""
    carried: Mapping[str, StepResult]
    """Successful results of an earlier version of the plan, by fingerprint; a person's by the step's place."""
    prefetch: Prefetch | None
    """What was run before its turn."""
    asking: Asking
    gate: Gate | None
    emit: Emit
    meter: Meter
    control: RunControl | None
    """Says whether the run is asked to pause, or is cancelled."""
    steps: Mapping[StepId, Step]
    """The plan's steps by id."""
    futures: dict[StepId, "asyncio.Future[StepResult]"] = field(default_factory=dict)
    stored: dict[StepId, "asyncio.Future[None]"] = field(default_factory=dict)


async def _inputs(work: Work, dependencies: Dependencies) -> dict[StepId, StepResult]:
    """Wait for what the step depends on, and until it is stored as well as done."""
    results: dict[StepId, StepResult] = {}
    for name, future in dependencies.items():
        try:
            results[name] = await asyncio.shield(future)
        except GraphBubbleUp:
            # The dependency waits for a person, or for the run to go on, so this step must leave nothing behind and
            # run after the resume.
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


async def _refused(step: Step, args: dict[str, Any], fingerprint: str, work: Work) -> StepError | None:
    """Pause for a person where the run asks for that; return why the step may not run, or None.

    The resume value is a boolean, `"approve"` or `"reject"`, or `{"action": "approve" | "reject", "reason": ...}`.
    """
    toolbox, asking = work.runner.toolbox, work.asking
    tool = toolbox[step.tool]
    if asking.approve == "none" or tool.effect == "read" or (tool.effect == "unknown" and asking.approve != "unknown"):
        return None
    if fingerprint in asking.refused:  # by a person, who is not asked the same again
        return asking.refused[fingerprint]
    results = {name: await asyncio.shield(work.futures[name]) for name in ancestors(step, work.steps)}
    fallback = toolbox.fallback(tool)
    request = {
        "kind": "step_approval",
        "step": step.id,
        "tool": step.tool,
        "effect": tool.effect,
        "fallback": fallback.name if fallback else None,
        "args": args,
        "origins": origins(step, Background(asking.questions, work.steps, results)),
        "fingerprint": fingerprint,
    }

    def tell(shown: Request) -> None:
        work.emit(ApprovalNeeded(step.id, step.tool, args, fingerprint, shown["origins"], shown["expires_at"]))

    reply = await ask(request, asking.expires, tell)
    if reply.action == "approve":
        return None
    if reply.action == "expired":
        return StepError(kind="expired", message="nobody approved this step before the request for it expired")
    return StepError(
        kind="rejected", message=f"a person did not approve this step{f': {reply.reason}' if reply.reason else ''}"
    )


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
    if unbegun := _unbegun(work, step):
        return unbegun
    if refusal := await _refused(step, args, fingerprint, work):
        return result_of(step, "denied", fingerprint, error=refusal)
    return await _called(work, step, args, fingerprint)


def _unbegun(work: Work, step: Step) -> StepResult | None:
    """Return the result of a step that may not begin any more because the run was cancelled, or None.

    Raises:
        GraphDrained: the run is to pause; the step leaves nothing behind and runs after the resume.
    """
    asked = asked_of(work.control)
    if asked == "pause":
        raise GraphDrained(asked)
    return not_begun(step) if asked == "cancel" else None


def not_begun(step: Step) -> StepResult:
    """Return the result of a step that had none when its run was cancelled."""
    error = StepError(kind="cancelled", message="the run was cancelled before this step had a result")
    return result_of(step, "skipped", error=error)


async def _called(work: Work, step: Step, args: dict[str, Any], fingerprint: str) -> StepResult:
    """Call the tool; where the run is cancelled meanwhile, end the call and say so."""
    meter, started = work.meter.child(), time.perf_counter()
    try:
        async with ended_by(work.control) as scope:
            return await call(Call(work.runner, work.emit, meter, work.run_id), step, args, fingerprint)
    except TimeoutError:
        if scope is None or not scope.expired():
            raise
    return result_of(
        step,
        "failed",
        fingerprint,
        error=_broken_off(work, step),
        attempts=1,
        seconds=time.perf_counter() - started,
        usage=meter.usage,
        model_calls=meter.attempts,
    )


def _broken_off(work: Work, step: Step) -> StepError:
    """Say what is known of a call that the run's cancellation ended."""
    tool = work.runner.toolbox[step.tool]
    said = "its call cannot be ended and was abandoned" if tool.blocking else "its call was ended"
    effect = "" if tool.effect == "read" else "; what it has done by then, it has done"
    return StepError(kind="cancelled", message=f"the run was cancelled while this step ran: {said}{effect}")


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


async def _early(work: Work, step: Step) -> Early | None:
    """Return what came of the step before its turn, or None; a run that is cancelled does not wait for it."""
    if work.prefetch is None:
        return None
    try:
        async with ended_by(work.control) as scope:
            return await work.prefetch.claim(work.structure[step.id], step.id, work.emit)
    except TimeoutError:
        if scope is None or not scope.expired():
            raise
    return None


# Mypy cannot solve the type variables of LangGraph's decorator for a generic mapping of futures.
@task(name="step")  # type: ignore[arg-type]
async def run_step(work: Work, step: Step, dependencies: Dependencies) -> StepResult:
    """Run one step to its result; raises only GraphInterrupt, CheckpointError and cancellation."""
    early = await _early(work, step)
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
