"""Makespan of runs with a paced model, steps started ahead or not, and the CPU time of a run with one that takes none.

Everything is real but the model's endpoint and the tools: an `Agent` with its SQLite files, the client, HTTP.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks import dataflow
from benchmarks.report import Figure
from benchmarks.served import served
from graph.roles import ModelSpec
from nodes.events import ModelCalled, StepFinished
from nodes.language import parse, topological
from nodes.state import StepId
from planfirst import Agent, tool
from planfirst.loopback import Pace
from planfirst.loopback.tokens import pieces

PACE = Pace(first_token=0.25, tokens_per_second=100)
ROUNDS = 5
ANSWER = "The sum of all of them is what the last of the steps says, and it rests on every one of the others."
SECONDS = (0.40, 0.30, 0.50, 0.45, 0.35, 0.60)
"""What the look-ups of a fan-out take."""
CPU_ROUNDS = 40
THREE_STEPS = """\
#E1 = fetch(topic="Jupiter", seconds=0)
#E2 = fetch(topic="Earth", seconds=0)
#E3 = calculate(expression="#E1 / #E2")"""


@tool(effect="read")
async def fetch(topic: str, seconds: float) -> float:
    """Look a number up."""
    del topic
    await asyncio.sleep(seconds)
    return 2.5


def fan_out(width: int) -> str:
    """Return a plan of look-ups that need nothing of each other, and a sum of all."""
    lines = [
        f'#E{n} = fetch(topic="average orbital distance of planet number {n}", seconds={SECONDS[n - 1]})'
        for n in range(1, width + 1)
    ]
    total = " + ".join(f"#E{n}" for n in range(1, width + 1))
    return "\n".join([*lines, f'#E{width + 1} = calculate(expression="{total}")'])


@dataclass(frozen=True, slots=True)
class Run:
    """A run's time from question to answer, and what it reported of its model's calls and its tools, in seconds."""

    span: float
    planner: float
    solver: float
    steps: Mapping[StepId, float]


def in_turn(plan: str, run: Run) -> float:
    """Return the least that the run could take: its model's time, and the longest path through its tools."""
    return run.planner + _finish(plan, run.steps, {}) + run.solver


def ahead(plan: str, run: Run) -> float:
    """Return the same where each step starts when its line is there at the model's pace, or what it needs is."""
    return max(run.planner, _finish(plan, run.steps, _line_ends(plan))) + run.solver


def _line_ends(plan: str) -> dict[StepId, float]:
    """Return when each step's line is there, newline and all; there is no newline behind the last."""
    ends, steps = {}, iter(parse(plan).steps)
    tokens = pieces(plan)
    for n, piece in enumerate(tokens, start=1):
        if "\n" in piece:
            ends[next(steps).id] = PACE.due(n)
    return {**ends, **{step.id: PACE.due(len(tokens)) for step in steps}}


def _finish(plan: str, seconds: Mapping[StepId, float], starts: Mapping[StepId, float]) -> float:
    """Return when the last step ends if each starts at its time, or when what it needs is there."""
    ends: dict[StepId, float] = {}
    for step in topological(parse(plan)):
        start = max([starts.get(step.id, 0.0), *(ends[name] for name in step.depends_on)])
        ends[step.id] = start + seconds[step.id]
    return max(ends.values())


async def _run(agent: Agent) -> Run:
    start = time.perf_counter()
    events = [event async for event in agent.astream("How far are they?")]
    span = time.perf_counter() - start
    models = {event.role: event.seconds for event in events if isinstance(event, ModelCalled)}
    steps = {event.id: event.seconds for event in events if isinstance(event, StepFinished)}
    return Run(span, models["planner"], models["solver"], steps)


async def _runs(model: ModelSpec, *, speculate: bool) -> list[Run]:
    with tempfile.TemporaryDirectory() as home:
        agent = Agent(model, tools=[fetch, dataflow.work], knowledge=None, home=home, speculate=speculate)
        runs = [await _run(agent) for _ in range(ROUNDS + 1)]
        await agent.aclose()
    return runs[1:]  # the first opens files and connections


def ratios(plan: str, *, speculate: bool) -> list[float]:
    """Return the times of a few runs over the least that each could take."""
    bound = ahead if speculate else in_turn
    with served([plan, ANSWER] * (ROUNDS + 1), PACE) as model:
        runs = asyncio.run(_runs(model, speculate=speculate))
    return [run.span / bound(plan, run) for run in runs]


def possible(plan: str) -> float:
    """Return what starting ahead can save at most at the model's pace, as a share of the time without."""
    written, answered = PACE.due(len(pieces(plan))), PACE.due(len(pieces(ANSWER)))
    steps = {step.id: float(str(step.args.get("seconds", 0.0))) for step in parse(plan).steps}
    run = Run(0.0, written, answered, steps)
    return ahead(plan, run) / in_turn(plan, run)


async def _cpu(model: ModelSpec, *, speculate: bool) -> float:
    with tempfile.TemporaryDirectory() as home:
        agent = Agent(model, tools=[fetch], knowledge=None, home=home, speculate=speculate)
        spans = []
        for _ in range(CPU_ROUNDS + 3):
            start = time.process_time()
            await agent.aask("How far are they?")
            spans.append((time.process_time() - start) * 1000)
        await agent.aclose()
    return statistics.median(spans[3:])  # the first three warm up


def cpu(*, speculate: bool) -> float:
    """Return the CPU time of a run of three steps with a model that answers at once, in milliseconds."""
    with served([THREE_STEPS, ANSWER] * (CPU_ROUNDS + 3)) as model:
        return asyncio.run(_cpu(model, speculate=speculate))


def measure() -> list[Figure]:
    """Return the median run of the worst plan for each workload."""
    workloads = {"fan-outs of 2-6": [fan_out(n) for n in range(2, 7)], "12-step DAG": [dataflow.plan()]}
    figures = []
    for name, plans in workloads.items():
        for speculate, target, bound in ((False, 1.03, "model + longest path"), (True, 1.1, "bound")):
            found = [ratios(plan, speculate=speculate) for plan in plans]
            worst, most = max(map(statistics.median, found)), max(map(max, found))
            least, greatest = min(map(possible, plans)), max(map(possible, plans))
            saved = f"{least:.2f} to {greatest:.2f}" if least < greatest else f"{least:.2f}"
            note = f"worst run {most:.3f}" + (f"; the bound is {saved} × that of the line above" if speculate else "")
            title = f"{name}, steps {'ahead' if speculate else 'in turn'}"
            figures.append(Figure(title, worst, target, f"× {bound}", note))
    for speculate, name in ((False, "plan whole"), (True, "plan streamed")):
        note = f"median of {CPU_ROUNDS}" + ("; the client takes 0.2 ms for each token" if speculate else "")
        figures.append(Figure(f"3-step run over HTTP, {name}", cpu(speculate=speculate), 25.0, "ms CPU", note))
    return figures
