"""Long values: short in checkpoints and results, whole in the run's record."""

import json
import sqlite3
import subprocess
import sys

import pytest

from graph.agent import Agent
from graph.database import open_database
from graph.wholes import Wholes
from nodes.errors import CheckpointError, InputError
from nodes.limits import Limits
from planfirst import tool

PLAN = "#E1 = essay()\n#E2 = essay()\n#E3 = length(text=#E1)"
ESSAY = "An essay. " * 5_000


@tool(effect="read")
def essay() -> str:
    """A long text."""
    return ESSAY


@tool(effect="read")
def length(text: str) -> int:
    """Characters of a text."""
    return len(text)


@pytest.fixture
async def asked(scripted):
    agent = Agent(
        scripted(PLAN, "So it is [E3]."), tools=[essay, length], knowledge=None, limits=Limits(step_chars=1_000)
    )
    result = await agent.aask("How long is it?")
    yield agent, result
    await agent.aclose()


async def test_the_value_is_cut_in_the_result_and_whole_on_demand(asked):
    agent, result = asked
    first, _, third = result.evidence
    assert first.value.endswith(f"… [cut: 1000 of {len(ESSAY)} characters]")
    assert first.cut_from == len(json.dumps(ESSAY))
    assert third.cut_from is None
    assert third.value == len(first.value)  # a step takes in what the state holds
    assert await agent.avalue(result.run_id, "E1") == await agent.avalue(result.run_id[:6], "#E2") == ESSAY
    assert await agent.avalue(result.run_id, "E3") == third.value
    with pytest.raises(InputError, match="E9"):
        await agent.avalue(result.run_id, "E9")


async def test_it_and_what_it_was_cut_to_are_kept_once_and_stay_out_of_the_checkpoints(asked, own_home):
    with sqlite3.connect(own_home / "runs.sqlite3") as connection:
        assert connection.execute("SELECT count(*) FROM wholes").fetchone() == (2,)
        for table, column in (("checkpoints", "checkpoint"), ("writes", "value"), ("runs", "results")):
            (longest,) = connection.execute(f"SELECT max(length({column})) FROM {table}").fetchone()
            assert longest < len(ESSAY) / 2, table


async def test_a_value_that_is_lost_is_named(asked, own_home):
    agent, result = asked
    with sqlite3.connect(own_home / "runs.sqlite3") as connection:
        connection.execute("DELETE FROM wholes")
    with pytest.raises(CheckpointError, match="has lost the value"):
        await agent.avalue(result.run_id, "E1")


async def test_the_command_prints_all_of_it(asked, own_home):
    _, result = asked

    def shown(*options: str) -> str:
        command = [sys.executable, "-m", "planfirst", "show", result.run_id, *options]
        return subprocess.run(command, capture_output=True, text=True, timeout=180, check=True).stdout

    assert f"`planfirst show {result.run_id} --step E1`" in shown()
    assert shown("--step", "E1").strip() == ESSAY.strip()
    assert json.loads(shown("--step", "E1", "--json")) == ESSAY


async def test_text_that_looks_like_a_name_or_a_packed_value_stays_what_it_is(tmp_path):
    wholes = Wholes(open_database(tmp_path / "runs.sqlite3"))
    name = await wholes.outlined("r", ESSAY)
    tricky = [
        {"a": name, "b": "~" * 500, "c": "\x02sealed:", "d": ["\ud800" * 300, {"e": 1.5, 2: None}]},
        {"f": [name]},
    ]
    outlined = await wholes.outlined("r", {"tricky": tricky, "list": [{"g": "h" * 100}] * 50})
    assert len(str(outlined)) < 500
    assert await wholes.restored(outlined) == {"tricky": tricky, "list": [{"g": "h" * 100}] * 50}
    await wholes.database.aclose()
