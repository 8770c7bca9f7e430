"""A process for `test_kill_ahead.py`: runs, or resumes, a plan that is streamed slowly, and notes all that it does.

python ahead_run.py ask|follow|resume HOME LEDGER

The first draft is not valid, so that there is a repair. Reads start while either is written; writes follow in a chain.
"""

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

import graph.agent
from graph.compose import compose
from nodes.drafts import Draft, Proposal
from nodes.metering import current
from nodes.state import Attempt, Usage
from planfirst import Agent, tool

READS, WRITES = 8, 4
verb, home, ledger = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])


def note(line: str) -> None:
    handle = os.open(ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{line}\n".encode())
    os.close(handle)


@tool(effect="read")
async def look(name: str) -> str:
    """Look."""
    note(f"look {name}")
    return name


@tool(effect="write", idempotent=True)
async def send(after: str, idempotency_key: str) -> str:
    """Send."""
    note(f"send {idempotency_key}")
    await asyncio.sleep(0.05)
    note(f"sent {idempotency_key}")
    return after


def lines(mended: bool) -> list[str]:
    reads = [f'#E{n} = look(name="{n}")' for n in range(1, READS + 1)]
    writes = [f"#E{n} = send(after=#E{n - 1})" for n in range(READS + 1, READS + WRITES + 1)]
    return [*reads, *writes, *([] if mended else ["#E99 = no_such_tool()"])]


class SlowPlanner:
    revises = False
    name = "slow"

    async def plan(self, request):
        raise AssertionError("the plan is to be streamed")

    async def stream(self, request):
        draft = "repair" if request.earlier else "first"
        note(f"ask {draft}")
        written = lines(mended=draft == "repair")
        for line in written:
            yield f"{line}\n"
            await asyncio.sleep(0.03)
            note(f"line {draft}")
        used = Usage(prompt_tokens=7, completion_tokens=3, calls=1, cost=None)
        current().begin_model_call()
        current().record(
            Attempt(role="planner", model="m", endpoint="e", outcome="ok", seconds=0.1, usage=used, error=None)
        )
        yield Proposal("\n".join(written), "model")


class Solver:
    async def solve(self, request):
        return Draft("All done.")


def composed(**given):
    deps = compose(**given)
    return replace(
        deps,
        planning=replace(deps.planning, planners=[SlowPlanner()]),
        solving=replace(deps.solving, solver=Solver(), may_revise=False),
    )


async def main() -> None:
    graph.agent.compose = composed
    agent = Agent(tools=[look, send], knowledge=None, home=home)
    newest = await agent.aruns()
    if verb == "resume":
        result = await agent.aresume(newest[0].id)
    else:
        result = await agent.aask("work", follow=newest[0].id if verb == "follow" else None)
    print(result.status, result.answer, result.usage.prompt_tokens)


asyncio.run(main())
