"""Runs that an earlier version left waiting, as `versions/make.py` made them then, are finished by this one."""

import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from graph.migrations import MIGRATIONS
from planfirst import Agent

FOLDER = Path(__file__).with_name("versions")
sys.path.insert(0, str(FOLDER))
from make import PLAN, look, send  # noqa: E402 - the tools that those runs were planned with

KEPT = sorted(FOLDER.glob("schema-*.sqlite3"))


def test_there_is_a_run_of_each_released_schema():
    assert {path.stem for path in KEPT} >= {"schema-1", "schema-3", f"schema-{len(MIGRATIONS)}"}


def schema(home) -> int:
    with closing(sqlite3.connect(home / "runs.sqlite3")) as connection:
        return connection.execute("SELECT max(version) FROM planfirst_schema").fetchone()[0]


@pytest.mark.parametrize("kept", KEPT, ids=lambda path: path.stem)
async def test_it_goes_on_where_it_waited(kept, own_home, scripted):
    own_home.mkdir()
    shutil.copy(kept, own_home / "runs.sqlite3")
    assert kept.stem == f"schema-{schema(own_home)}"
    agent = Agent(scripted("Wet."), tools=[look, send], knowledge=None, approve="write")
    (record,) = await agent.aruns()
    assert (record.status, record.plan.strip()) == ("awaiting_approval", PLAN)
    waiting = await agent.aresult(record.id)
    result = await agent.aresume(record.id, "approve")
    assert (result.status, result.answer) == ("done", "Wet.")
    first, second = result.evidence
    assert (first.attempts, second.value) == (1, f"sent {len(first.value)}")
    assert waiting.pending[0]["args"] == {"text": first.value}
    await agent.aclose()
    assert schema(own_home) == len(MIGRATIONS)
