"""The command line over a scripted model and tools that write: a process for the tests beside it.

python app_run.py LEDGER ARGUMENT...   (the plan is in APP_PLAN, the agent's options as JSON in APP_OPTIONS)
"""

import asyncio
import json
import os
import sys
from pathlib import Path

from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langgraph.types import interrupt

import graph.configured
from planfirst import Agent, tool
from planfirst.cli.main import run

ledger = Path(sys.argv[1])
del sys.argv[1]


def note(line: str) -> None:
    handle = os.open(ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{line}\n".encode())
    os.close(handle)


@tool(effect="write")
def send(to: str, text: str) -> str:
    """Send."""
    note(f"send {to}: {text}")
    return f"sent to {to}"


@tool(effect="read")
def look(place: str) -> str:
    """Look."""
    note(f"look {place}")
    return f"seen {place}"


@tool(effect="read")
async def enquire(what: str) -> str:
    """Ask a person."""
    return f"{what} {interrupt({'what': what})}"


@tool(effect="write")
async def wait(name: str) -> str:
    """Wait until the file GO is there."""
    note(f"start {name}")
    while not ledger.with_name("go").exists():  # noqa: ASYNC110 - a file is what another process can set
        await asyncio.sleep(0.01)
    note(f"end {name}")
    return name


def configured_agent(**options: object) -> Agent:
    replies = iter([AIMessage(reply) for reply in (os.environ["APP_PLAN"], "All is done.")])
    if sys.argv[1] != "ask":
        next(replies)
    options |= json.loads(os.environ.get("APP_OPTIONS", "{}"))
    return Agent(GenericFakeChatModel(messages=replies), tools=[send, look, wait, enquire], knowledge=None, **options)


graph.configured.configured_agent = configured_agent
run()
