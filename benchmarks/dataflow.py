"""Makespan of a 12-step plan of uneven steps against its critical path, with SQLite checkpoints."""

import asyncio
import tempfile
import time
import uuid
from pathlib import Path

from langchain_core.runnables import RunnableConfig

from benchmarks.parts import graph_of
from benchmarks.report import Figure
from graph.build import Graph
from graph.checkpointers import SqliteCheckpointer
from planfirst import tool

SECONDS = (0.3, 0.1, 0.5, 0.2, 0.4, 0.1, 0.3, 0.2, 0.1, 0.4, 0.2, 0.3)
AFTER = ((), (), (), (1,), (1, 2), (3,), (4,), (5,), (5, 6), (7, 8), (9,), (10, 11))
"""The steps that each step waits for, by number from 1."""
ROUNDS = 3


@tool(effect="read")
async def work(seconds: float, after: list[float]) -> float:
    """Wait."""
    del after
    await asyncio.sleep(seconds)
    return seconds


def plan() -> str:
    """Return the plan's text."""
    steps = zip(SECONDS, AFTER, strict=True)
    return "\n".join(
        f"#E{n} = work(seconds={seconds}, after=[{', '.join(f'#E{d}' for d in after)}])"
        for n, (seconds, after) in enumerate(steps, start=1)
    )


def critical_path() -> float:
    """Return the longest chain, in seconds."""
    ends: list[float] = []
    for seconds, after in zip(SECONDS, AFTER, strict=True):
        ends.append(seconds + max((ends[d - 1] for d in after), default=0.0))
    return max(ends)


def by_levels() -> float:
    """Return what a barrier after each level would take, in seconds."""
    level: list[int] = []
    for after in AFTER:
        level.append(1 + max((level[d - 1] for d in after), default=0))
    return sum(max(s for s, at in zip(SECONDS, level, strict=True) if at == n) for n in set(level))


async def makespan(graph: Graph) -> float:
    """Return the time from the start of the work to its end, in seconds."""
    marks: dict[str, float] = {}
    config: RunnableConfig = {"configurable": {"thread_id": uuid.uuid4().hex}}
    async for event in graph.astream({"question": "q"}, config, stream_mode="custom", durability="sync"):
        if event["event"] == "phase":
            marks[event["phase"]] = time.perf_counter()
    return marks["solving"] - marks["running"]


def measure() -> list[Figure]:
    """Return the worst of a few rounds."""
    with tempfile.TemporaryDirectory() as folder:
        graph = graph_of(plan(), [work], SqliteCheckpointer(Path(folder) / "runs.sqlite3"))
        spans = [asyncio.run(makespan(graph)) for _ in range(ROUNDS)]
    path = critical_path()
    note = f"worst of {ROUNDS}; critical path {path:.2f} s, level by level {by_levels() / path:.2f} ×"
    return [Figure("12-step DAG, SQLite checkpoints", max(spans) / path, 1.05, "× critical path", note)]
