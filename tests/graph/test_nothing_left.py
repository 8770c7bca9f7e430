"""Many runs at once that end in every way there is: afterwards nothing is held any more."""

import asyncio
import gc
from contextlib import aclosing, suppress

import pytest

from nodes.errors import ModelError, PlanError
from nodes.events import PhaseChanged
from nodes.limits import Limits
from planfirst import tool

RUNS = 120
PLACES = 3
LINES = '#E1 = look(place="a")\n#E2 = narrow(n=1)\n#E3 = narrow(n=2)\n#E4 = look(place="b", after=#E1)\n'
SLOW = '#E5 = look(place="slow")\n'


@tool(effect="read", concurrency=PLACES)
async def narrow(n: int) -> int:
    """Wait for a place."""
    await asyncio.sleep(0.001)
    return n


@tool(effect="write")
async def send(text: str) -> str:
    """Send."""
    return text


async def leave_at(agent, question, phase):
    async with aclosing(agent.astream(question)) as events:
        async for event in events:
            if event == PhaseChanged(phase):
                return


async def abandon(agent, question):
    """Stop listening without a word; the garbage collector finds the rest."""
    async for event in agent.astream(question):
        if event == PhaseChanged("planning"):
            return


async def run(agent, question):
    with suppress(ModelError, PlanError, asyncio.CancelledError, TimeoutError):
        match question.split()[0]:
            case "cancelled":
                asking = asyncio.create_task(agent.aask(question))
                await asyncio.sleep(0.3)
                asking.cancel()
                await asking
            case "timed-out":
                await asyncio.wait_for(agent.aask(question), 0.3)
            case "abandoned":
                await abandon(agent, question)
            case "left":
                await leave_at(agent, question, "running")
            case _:
                await agent.aask(question)


@pytest.fixture
def agent(streaming_agent, scribe, look):
    """Return an agent whose plans go as the first word of the question says."""
    never = asyncio.Event()
    drafts = {
        "finished": [LINES],
        "paused": [LINES, '#E5 = send(text="x")\n'],
        "failed": [LINES, SLOW, ModelError("dead")],
        "invalid": [LINES, SLOW, look.event("slow"), "#E6 = nothing()\n"],
        "cancelled": [LINES, SLOW, never],
        "timed-out": [SLOW, LINES, never],
        "abandoned": [SLOW, never],
        "left": [LINES, SLOW],
    }

    class AsAsked(scribe):
        async def stream(self, request):
            self.drafts.append(drafts[request.question.split()[0]])
            async for piece in super().stream(request):
                yield piece

    return streaming_agent(
        AsAsked(), look.tool, narrow, send, approve="write", limits=Limits(step_seconds=120, revisions=0)
    )


@pytest.fixture
def look(looking):
    return looking("slow")


def held(agent, look):
    """Return what is still held: tasks, slots, watched writes, runs, calls, streams of the planner."""
    gc.collect()
    admission = agent._deps.execution.runner._admission.current()
    return {
        "tasks": len(asyncio.all_tasks()) - 1,
        "slots": admission._concurrency - admission._overall._free,
        "places": sum(PLACES - slots._free for slots in admission._tools.values()),
        "writes": len(agent._saver.__dict__.get("_watched", {})),
        "runs": len(agent._driver._busy),
        "calls": len(look.started) - len(look.ended) - len(look.cancelled),
        "streams": agent._deps.planning.planners[0].open,
    }


async def test_whatever_becomes_of_many_runs_nothing_is_left(agent, look):
    kinds = ["finished", "paused", "failed", "invalid", "cancelled", "timed-out", "abandoned", "left"]
    async with asyncio.timeout(50):  # less than a slow call takes to end by itself
        await asyncio.gather(*(run(agent, f"{kinds[n % len(kinds)]} {n}") for n in range(RUNS)))
    for _ in range(20):  # what is abandoned ends when it is found
        if not any(held(agent, look).values()):
            break
        await asyncio.sleep(0.05)
    assert not any(held(agent, look).values()), held(agent, look)

    assert len(look.cancelled) >= RUNS / len(kinds)
    ended = {(record.question.split()[0], record.status) for record in await agent.aruns(limit=RUNS)}
    assert ended >= {("finished", "done"), ("paused", "awaiting_approval"), ("failed", "failed"), ("invalid", "failed")}
    assert ended >= {(kind, "paused") for kind in ("cancelled", "timed-out", "abandoned", "left")}
