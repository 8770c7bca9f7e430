"""A process for `test_control.py`: asks, or stops, a run whose steps note in a ledger what they do.

python control_run.py ask|resume|pause|cancel HOME LEDGER
"""

import asyncio
import os
import sys
import time
from pathlib import Path

from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from planfirst import Agent, PlanFirstError, tool

verb, home, ledger = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
PLAN = (
    '#E1 = quick(name="first")\n#E2 = wait(name=#E1)\n#E3 = block(name=#E1)\n#E4 = quick(name="last", after=[#E2, #E3])'
)
GO = ledger.with_name("go")
"""Once this file is there, the steps that wait come to their end."""


def note(line: str) -> None:
    handle = os.open(ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{line}\n".encode())
    os.close(handle)


@tool(effect="read")
async def quick(name: str, after: list | None = None) -> str:
    """Be quick."""
    note(f"start quick {name}")
    return name


@tool(effect="write")
async def wait(name: str) -> str:
    """Wait without blocking."""
    note("start wait")
    try:
        while not GO.exists():  # noqa: ASYNC110 - a file is what another process can set
            await asyncio.sleep(0.01)
    except asyncio.CancelledError:
        note("ended wait")
        raise
    note("end wait")
    return name


@tool(effect="write")
def block(name: str) -> str:
    """Block a thread."""
    note("start block")
    while not GO.exists():
        time.sleep(0.01)
    note("end block")
    return name


async def main() -> None:
    replies = [PLAN, "All done."] if verb == "ask" else ["All done."]
    model = GenericFakeChatModel(messages=iter([AIMessage(reply) for reply in replies]))
    agent = Agent(model, tools=[quick, wait, block], knowledge=None, home=home, speculate=False)
    if verb == "ask":
        result = await agent.aask("work")
    else:
        run_id = (await agent.aruns())[0].id
        result = await {"resume": agent.aresume, "pause": agent.apause, "cancel": agent.acancel}[verb](run_id)
    print(result.status)


try:
    asyncio.run(main())
except PlanFirstError as error:
    print(type(error).__name__, error)
