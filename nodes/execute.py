"""The execute node: runs the plan's steps as a dataflow, each one durable on its own.

Every step's task is called up front, in stable topological order, with the futures of what it depends on. A task's
identity is its call index, so this order is what lets a resumed run find the results that are already stored. No
LangGraph retry, timeout or cache policy may be put on this node or its tasks: measured, they re-run finished steps,
count waiting time, or cannot pickle a future. Retries, timeouts and concurrency live in the tool runner.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast, get_args

from langchain_core.runnables import RunnableConfig
from langgraph.errors import GraphBubbleUp, GraphDrained, GraphInterrupt
from langgraph.runtime import Runtime

from nodes.context import Approve, Context, options, refuse_deadlock
from nodes.dataflow import Asking, Dependencies, Gate, Work, not_begun, run_step
from nodes.events import Event, PhaseChanged, StepWaiting, anchored, telling, to_wire
from nodes.evidence import answers_in, carried_results
from nodes.language import Step, parse_canonical, topological
from nodes.limits import Budgets
from nodes.metering import Meter
from nodes.prefetch import prefetch_in
from nodes.state import State, StepResult
from nodes.steps import structure_of
from nodes.stopping import asked_of
from nodes.tools import ToolRunner

CHECKPOINTER_KEY = "__pregel_checkpointer"
"""Where LangGraph keeps the saver that is really in use, which may be a parent graph's or a server's."""
DURABILITY_KEY = "__pregel_durability"


@dataclass(frozen=True, slots=True)
class Execution:
    """What execution depends on."""

    runner: ToolRunner
    budgets: Budgets = field(default_factory=Budgets)


def gate_of(config: RunnableConfig) -> Gate | None:
    """Return the saver in use if it can signal stored writes and stores them during the run."""
    configurable = config.get("configurable", {})
    saver = configurable.get(CHECKPOINTER_KEY)
    if configurable.get(DURABILITY_KEY) == "exit" or not hasattr(saver, "watch"):
        return None
    return cast("Gate", saver)


async def run_all(steps: Sequence[Step], work: Work) -> dict[str, StepResult]:
    """Run steps in topological order as a dataflow and return their results by id.

    Raises:
        GraphInterrupt: one or more steps wait for a person; it carries all of their requests.
        GraphDrained: the run is to pause before one or more steps, and none waits for a person.
    """
    futures: dict[Any, Any] = work.futures
    for step in steps:  # no await and no branch in this loop: the call order is the tasks' identity
        dependencies: Dependencies = {name: futures[name] for name in step.depends_on}
        futures[step.id] = run_step(work, step, dependencies)  # type: ignore[arg-type]  # see there
    done = await asyncio.gather(*futures.values(), return_exceptions=True)
    if asked_of(work.control) == "cancel":  # nobody will be asked any more
        done = [
            not_begun(step) if isinstance(outcome, GraphBubbleUp) else outcome
            for step, outcome in zip(steps, done, strict=True)
        ]
    _raise_stops(done)
    return dict(zip(futures, cast("list[StepResult]", done), strict=True))


def _raise_stops(done: Sequence[Any]) -> None:
    """Raise what has kept steps from a result, as one error: their requests to a person before anything else."""
    stops = [outcome for outcome in done if isinstance(outcome, GraphInterrupt)]
    requests = {request.id: request for stop in stops for request in (stop.args[0] if stop.args else ())}
    if requests:
        raise GraphInterrupt(tuple(requests.values()))
    errors = [outcome for outcome in done if isinstance(outcome, BaseException) and outcome not in stops]
    errors.sort(key=lambda error: isinstance(error, GraphDrained))  # a failure goes before a pause
    for error in [*errors, *stops]:
        raise error


def asking_of(state: State, chosen: Context) -> Asking:
    """Return what the run asks a person, and what the person has said so far."""
    refused = {
        result["fingerprint"]: result["error"]
        for result in state.get("results", {}).values()
        if result["status"] == "denied" and result["error"] and result["error"]["kind"] in {"rejected", "expired"}
    }
    questions = [*(turn["question"] for turn in state.get("turns", [])), state["question"]]
    begun = cast("Approve", state.get("approve") or "none")  # a run of an earlier version has an empty one
    approve = max(begun, chosen["approve"], key=get_args(Approve).index)  # the later asks about more
    return Asking(approve, chosen["expires"], questions, refused)


def make_execute_node(deps: Execution) -> Callable[..., Any]:
    """Return the node."""

    async def execute(state: State, config: RunnableConfig, runtime: Runtime[Context]) -> dict[str, Any]:
        refuse_deadlock(config)
        writer = anchored(runtime.stream_writer)

        def emit(event: Event) -> None:
            writer(to_wire(event))

        emit(PhaseChanged("running"))
        steps = topological(parse_canonical(state["plan"]))
        for step in steps:
            emit(StepWaiting(step.id, step.tool, step.depends_on))
        work = Work(
            run_id=state["run_id"],
            runner=deps.runner,
            answers=answers_in(state),
            structure=structure_of(steps),
            carried=carried_results(state),
            prefetch=prefetch_in(config, deps.runner.toolbox),
            asking=asking_of(state, options(runtime.context)),
            steps={step.id: step for step in steps},
            gate=gate_of(config),
            emit=emit,
            meter=Meter.of(state, deps.budgets, telling(writer)),
            control=runtime.control,
        )
        if work.prefetch is not None:
            work.prefetch.charge(work.meter)
        results = await run_all(steps, work)
        # From the results, not from the meter: those of a run that was killed hold calls that no meter here has seen.
        fresh = [result for result in results.values() if result["fingerprint"] not in work.carried]
        calls = [each for result in fresh for each in result.get("model_calls", [])]
        wasted = work.prefetch.take_wasted() if work.prefetch is not None else []
        return {"results": results, **work.meter.onto(state, [*calls, *wasted])}

    return execute
