"""CPU time that PlanFirst itself takes for a run, with a planner, tools and a solver that take none."""

import asyncio
import time

from langgraph.checkpoint.memory import InMemorySaver

from benchmarks.parts import graph_of
from benchmarks.report import Figure
from planfirst import tool


@tool(effect="read")
async def step(n: int, after: int = 0) -> int:
    """Do nothing."""
    del after
    return n


def parallel(count: int) -> str:
    """Return a plan of steps that need nothing of each other."""
    return "\n".join(f"#E{n} = step(n={n})" for n in range(1, count + 1))


def chained(count: int) -> str:
    """Return a plan in which each step needs the one before."""
    return "\n".join(f"#E{n} = step(n={n}, after={f'#E{n - 1}' if n > 1 else 0})" for n in range(1, count + 1))


async def _milliseconds(plan: str, rounds: int) -> float:
    graph = graph_of(plan, [step], InMemorySaver())
    spans = []
    for n in range(rounds + 3):
        config = {"configurable": {"thread_id": str(n)}}
        start = time.process_time()
        state = await graph.ainvoke({"question": "q"}, config)
        spans.append((time.process_time() - start) * 1000)
        if state["answer"]["status"] != "answered":
            raise RuntimeError(f"the run did not work: {state['answer']}")
    return sorted(spans[3:])[rounds // 2]  # the first three warm up


def measure() -> list[Figure]:
    """Return the medians."""
    plans = (
        ("3-step run, in-memory checkpoints", chained(3), 40, 15.0),
        ("100 parallel steps", parallel(100), 10, 135.0),
        ("100 chained steps", chained(100), 10, 150.0),
    )
    return [
        Figure(name, asyncio.run(_milliseconds(plan, rounds)), target, "ms CPU", f"median of {rounds}")
        for name, plan, rounds, target in plans
    ]
