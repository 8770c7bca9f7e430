"""What durability costs, over SQLite and Postgres: makespan, throughput, bytes of a finished run, time to resume."""

import asyncio
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver

import graph.agent
from benchmarks.dataflow import ROUNDS, makespan, work
from benchmarks.dataflow import plan as uneven
from benchmarks.overhead import chained, step
from benchmarks.parts import composed_of, graph_of
from benchmarks.postgres_server import PostgresServer
from benchmarks.report import Figure
from graph.checkpointers import open_checkpointer
from graph.database import open_database
from graph.retention import Keeper, Retention
from graph.runs import RunStore
from graph.saver import LoopedSaver
from graph.wholes import Wholes
from planfirst import Agent, tool

RUNS, AT_ONCE = 300, 50
EVIDENCE = 2
"""Runs of which the bytes are measured; each has passages of its own."""
TABLES = ("checkpoints", "checkpoint_blobs", "checkpoint_writes", "runs", "wholes", "whole_uses")


@contextmanager
def planned(plan: str) -> Iterator[None]:
    """Have agents carry out a plan, without a model."""
    composing = graph.agent.compose
    graph.agent.compose = composed_of(plan)  # type: ignore[assignment]  # the same function, with fixed parts
    try:
        yield
    finally:
        graph.agent.compose = composing


@cache
def papers() -> str:
    """Return the text of the sample documents that are plain text."""
    folder = Path(__file__).parents[1] / "data" / "corpus"
    texts = [path for path in sorted(folder.iterdir()) if path.suffix in {".md", ".txt"}]
    return "\n".join(path.read_text("utf-8", "replace") for path in texts)


@tool(effect="read")
def look_up(place: int) -> list[dict[str, Any]]:
    """Return four passages of a thousand characters, from a place among the documents' thousands."""
    starts = range(place * 1_000, place * 1_000 + 4_000, 1_000)
    texts = {start: papers()[start : start + 1_000] for start in starts}
    return [
        {
            "passage_id": f"{hashlib.sha256(text.encode()).hexdigest()[:16]}:{start}",
            "document": f"corpus/papers-{start}.md",
            "title": text.strip().splitlines()[0][:60],
            "section": "Overview",
            "text": text,
            "start": start,
            "end": start + 1_000,
            "score": start / 70_000,
            "collection": "samples",
            "best": text[400:540],
        }
        for start, text in texts.items()
    ]


def searches(run: int) -> str:
    """Return a plan of five steps, each with four passages that no other run has."""
    return "\n".join(f"#E{n + 1} = look_up(place={run * 20 + n * 4})" for n in range(5))


async def _makespan(saver: Any) -> float:
    spans = [await makespan(graph_of(uneven(), [work], saver)) for _ in range(ROUNDS)]
    return sorted(spans)[ROUNDS // 2]


async def _makespans(places: dict[str, Path | str]) -> dict[str, float]:
    spans = {"memory": await _makespan(InMemorySaver())}
    for name, place in places.items():
        saver = open_checkpointer(place, Wholes(open_database(place)))
        spans[name] = await _makespan(saver)
        await saver.aclose()
    return spans


class Shares:
    """Seconds that runs spend waiting for each kind of call to the database."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()

    def timed(self, owner: type, name: str, label: str) -> Callable[[], None]:
        """Count the time of a method; returns what takes that back."""
        method: Callable[..., Awaitable[Any]] = getattr(owner, name)

        async def timed(*args: Any, **options: Any) -> Any:
            start = time.perf_counter()
            try:
                return await method(*args, **options)
            finally:
                self.seconds[label] += time.perf_counter() - start

        setattr(owner, name, timed)
        return lambda: setattr(owner, name, method)


async def _throughput(home: Path, url: str) -> tuple[float, str]:
    with planned(chained(3)):
        agent = Agent(None, tools=[step], knowledge=None, home=home, database=url)
    await agent.aask("warm up")
    shares, slots = Shares(), asyncio.Semaphore(AT_ONCE)
    undo = [
        shares.timed(LoopedSaver, "aput", "checkpoints"),
        shares.timed(LoopedSaver, "aput_writes", "step results"),
        shares.timed(LoopedSaver, "aget_tuple", "reading"),
        shares.timed(RunStore, "add", "records"),
        shares.timed(RunStore, "update", "records"),
        shares.timed(Keeper, "limit", "retention"),
    ]
    spent = []

    async def one() -> None:
        async with slots:
            start = time.perf_counter()
            await agent.aask("q")
            spent.append(time.perf_counter() - start)

    processor, start = time.process_time(), time.perf_counter()
    await asyncio.gather(*(one() for _ in range(RUNS)))
    took = time.perf_counter() - start
    for each in undo:
        each()
    await agent.aclose()
    parts = [f"{label} {seconds / sum(spent):.0%}" for label, seconds in shares.seconds.most_common()]
    busy = f"our process computes {(time.process_time() - processor) / took:.0%} of the time"
    return RUNS / took, f"of a run's time, waiting for {', '.join(parts)}; {busy}"


async def _bytes(home: Path, url: str | None, size: Callable[[], int]) -> float:
    async def agent_of(run: int) -> Agent:
        with planned(searches(run)):
            return Agent(None, tools=[look_up], knowledge=None, home=home, database=url)

    first = await agent_of(0)
    await first.aask("What of run 0?")
    await first.keeper.prune(Retention(history=0))
    before = size()
    for run in range(1, EVIDENCE + 1):
        agent = await agent_of(run)
        result = await agent.aask(f"What of run {run}?")
        if any(step.status != "ok" for step in result.evidence):
            raise RuntimeError(f"the run did not work: {result.evidence}")
        await agent.aclose()
    await first.keeper.prune(Retention(history=0))
    await first.aclose()
    return (size() - before) / EVIDENCE / 1000


def _resume(home: Path) -> float:
    """Return the seconds from the command to the first line of progress, of a run that waits in another process."""

    async def wait() -> str:
        agent = Agent(None, knowledge=None, home=home, review=True)
        result = await agent.aask("What is 2 + 3?")
        await agent.aclose()
        return result.run_id

    run_id = asyncio.run(wait())
    environment = {**os.environ, "PLANFIRST_HOME": str(home)}
    command = [sys.executable, "-m", "planfirst", "resume", run_id, "--approve"]
    start = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        process.stderr.read(1)
        took = time.perf_counter() - start
        process.stderr.read()
    return took


def measure() -> list[Figure]:
    """Return all of them."""
    with tempfile.TemporaryDirectory() as name, PostgresServer() as server:
        folder = Path(name)
        spans = asyncio.run(_makespans({"SQLite": folder / "runs.sqlite3", "Postgres": server.new_url()}))
        rate, shares = asyncio.run(_throughput(folder, server.new_url()))
        home, url = folder / "bytes", server.new_url()
        file = home / "runs.sqlite3"
        in_file = asyncio.run(_bytes(home, None, lambda: file.stat().st_size))
        database = url.rpartition("/")[2]
        sizes = " + ".join(f"pg_total_relation_size('{table}')" for table in TABLES)

        def in_tables() -> int:
            server.execute("VACUUM FULL", database)
            return int(server.execute(f"SELECT {sizes}", database)[0][0])

        on_server = asyncio.run(_bytes(home, url, in_tables))
        resumed = _resume(folder / "resumed")
    beside = f"median of {ROUNDS}; in memory {spans['memory']:.2f} s"
    return [
        Figure("12-step DAG, SQLite", spans["SQLite"] / spans["memory"], 1.10, "× in memory", beside),
        Figure("12-step DAG, Postgres", spans["Postgres"] / spans["memory"], 1.20, "× in memory", beside),
        Figure(f"3-step runs, {AT_ONCE} at once, Postgres", rate, 15, "runs/s", shares, at_least=True),
        Figure("finished run, 5 steps, 20 passages, SQLite", in_file, 60, "kB", f"mean of {EVIDENCE}, pruned"),
        Figure("finished run, 5 steps, 20 passages, Postgres", on_server, 60, "kB", "with indexes, after VACUUM FULL"),
        Figure("resume in a fresh process", resumed, 3, "s", "command to the first sign of progress"),
    ]
