"""Makes a home in which a run of today's version waits for approval; run once for each schema that was released.

python tests/graph/versions/make.py HOME    (with PYTHONPATH at a checkout of that version)

`wal` and `shm` files are folded in, so that `runs.sqlite3` alone is what the tests keep.
"""

import asyncio
import sqlite3
import sys
from pathlib import Path

from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from planfirst import Agent, tool

PLAN = '#E1 = look(place="Oslo")\n#E2 = send(text=#E1)'


@tool(effect="read")
def look(place: str) -> str:
    """Look somewhere."""
    return f"rain in {place}, " + "wet " * 200


@tool(effect="write")
def send(text: str) -> str:
    """Send a text."""
    return f"sent {len(text)}"


async def main(home: Path) -> None:
    agent = Agent(
        GenericFakeChatModel(messages=iter([AIMessage(PLAN)])),
        tools=[look, send],
        knowledge=None,
        home=home,
        approve="write",
    )
    result = await agent.aask("What is the weather in Oslo?")
    await agent.aclose()
    assert result.status == "awaiting_approval", result
    with sqlite3.connect(home / "runs.sqlite3") as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        print(connection.execute("SELECT max(version) FROM planfirst_schema").fetchone())


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
