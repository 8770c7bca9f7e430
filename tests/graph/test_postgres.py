"""What only a server has: it refuses, it restarts, it drops who is silent; and no message holds the password."""

import asyncio
import subprocess
import sys

import pytest

from benchmarks.postgres_server import PASSWORD, PostgresServer
from graph.database import open_database
from graph.runs import RunStore
from nodes.errors import CheckpointError, ConfigurationError
from planfirst import Agent, tool

PLAN = "#E1 = slowly(n=1)\n#E2 = slowly(n=#E1)\n#E3 = slowly(n=#E2)"


@tool(effect="read")
async def slowly(n: int) -> int:
    """Wait a little."""
    await asyncio.sleep(0.15)
    return n + 1


async def refused(url: str) -> str:
    with pytest.raises(CheckpointError) as caught:
        await RunStore(open_database(url)).recent()
    said = str(caught.value)
    assert PASSWORD not in said
    assert "PLANFIRST_DATABASE_URL" in said
    return said


async def test_what_the_server_refuses_is_said_with_a_mend(postgres_server):
    assert "password" in await refused(postgres_server.url().replace(PASSWORD, "wrong"))
    assert "no_such_one" in await refused(postgres_server.url("no_such_one"))
    assert "refused" in await refused(f"postgresql://u:{PASSWORD}@127.0.0.1:1/d")


def test_an_address_that_cannot_be_read_is_said_without_it():
    with pytest.raises(ConfigurationError, match="cannot be read; write postgresql") as caught:
        open_database(f"postgresql://u:{PASSWORD}@host:port:port/d?no=such")
    assert PASSWORD not in str(caught.value)


def test_a_missing_client_is_named_with_how_to_install_it():
    code = (
        "import sys; sys.modules['psycopg'] = None\nfrom planfirst import Agent\n"
        "Agent(None, knowledge=None, database='postgresql://h/d')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert "pip install 'planfirst[postgres]'" in done.stderr.splitlines()[-1]


async def test_connections_that_the_server_dropped_are_replaced(postgres_server):
    store = RunStore(open_database(postgres_server.new_url()))
    await store.recent()
    name = store.database.name.split()[0]
    postgres_server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    assert await store.recent() == []
    await store.aclose()


async def test_a_server_that_crashes_under_load_loses_no_run(scripted):
    with PostgresServer() as server:
        url = server.new_url()
        agents = [Agent(scripted(PLAN, "So."), tools=[slowly], knowledge=None, database=url) for _ in range(8)]
        asked = [asyncio.create_task(agent.aask("How many?")) for agent in agents]
        await asyncio.sleep(0.3)
        await asyncio.to_thread(server.restart)
        results = await asyncio.gather(*asked)
        assert all(result.evidence[-1].value == 4 for result in results)
        assert [result.status for result in results] == ["done"] * 8
        store = RunStore(open_database(url))
        assert {record.id: record.status for record in await store.recent()} == {
            result.run_id: "done" for result in results
        }
        await store.aclose()
        for agent in agents:
            await agent.aclose()
