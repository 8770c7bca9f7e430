"""A process for `test_kill.py`: runs, or resumes, a plan of three chains whose tool writes a ledger.

The ledger also tells of each commit of the checkpointer, before and after. Where nothing was stored, resuming asks.

python ledger_run.py ask|resume HOME LEDGER same|changed|missing [DATABASE]
"""

import asyncio
import os
import sys
import time
from pathlib import Path

import graph.agent
from benchmarks.parts import composed_of
from graph.saver import LoopedSaver
from planfirst import Agent, PlanFirstError, tool

CHAINS, LENGTH = 3, 5
verb, home, ledger, kind = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
database = sys.argv[5] if len(sys.argv) > 5 else None


def plan() -> str:
    lines = []
    for chain in range(CHAINS):
        for place in range(LENGTH):
            number = chain * LENGTH + place + 1
            after = f"#E{number - 1}" if place else '""'
            lines.append(f'#E{number} = work(name="{chain}.{place}", after={after})')
    return "\n".join(lines)


def note(line: str) -> None:
    handle = os.open(ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{line}\n".encode())
    os.close(handle)


@tool(effect="write", idempotent=True)
def work(name: str, after: str, idempotency_key: str) -> str:
    """Work."""
    note(f"start {name} {idempotency_key}")
    time.sleep(0.02)
    note(f"end {name} {idempotency_key}")
    return name


@tool(effect="read")
def other() -> str:
    """Something else."""
    return "other"


@tool(effect="write", name="work")
def changed(name: str, after: str, place: str = "") -> str:
    """Other work."""
    return name + after + place


TOOLS = {"same": work, "missing": other, "changed": changed}


def noting(name):
    """Have a method of the checkpointer noted when it is called and when it has returned."""
    method = getattr(LoopedSaver, name)

    async def noted(*args, **options):
        note(f"commit {name}")
        returned = await method(*args, **options)
        note(f"commit {name} done")
        return returned

    setattr(LoopedSaver, name, noted)


async def main() -> None:
    noting("aput")
    noting("aput_writes")
    graph.agent.compose = composed_of(plan(), "All done.")
    agent = Agent(None, tools=[TOOLS[kind]], knowledge=None, home=home, database=database)
    runs = await agent.aruns()
    if verb == "ask" or not runs:
        result = await agent.aask("work")
    else:
        result = await agent.aresume(runs[0].id)
    print(result.status, result.answer)


try:
    asyncio.run(main())
except PlanFirstError as error:
    print(type(error).__name__, error)
