"""A run that is killed for real, and resumed in another process: no step whose result was stored runs again."""

import asyncio
from collections import Counter

import pytest

from graph.database import open_database
from graph.runs import RunStore

CHAINS, LENGTH = 3, 5


@pytest.fixture
def child(child_of):
    return child_of("ledger_run.py")


def status(child) -> str:
    async def read() -> str:
        return (await RunStore(open_database(child.home / "runs.sqlite3")).recent())[0].status

    return asyncio.run(read())


def kill_and_resume(child, ended: int) -> None:
    """Kill a run after so many calls have ended, resume it, and check the ledger."""
    child.kill_at(ended, "end ", "ask", "same")
    before = [line.split() for line in child.lines()]
    assert status(child) == "running"

    assert child.run("resume", "same") == "done All done."
    assert status(child) == "done"

    # A step is certainly stored once something that depends on it has started.
    started = {line[1] for line in before if line[0] == "start"}
    stored = {
        f"{chain}.{place}" for chain in range(CHAINS) for place in range(LENGTH) if f"{chain}.{place + 1}" in started
    }
    calls = Counter(line.split()[1] for line in child.lines() if line.startswith("start "))
    assert len(calls) == CHAINS * LENGTH
    assert all(calls[name] == 1 for name in stored)
    assert sum(calls.values()) <= CHAINS * LENGTH + CHAINS  # at most one step in flight for each chain

    # A repeated step carries the same idempotency key, so that its backend can tell.
    keys = {tuple(line.split()[1:]) for line in child.lines()}
    assert len(keys) == len({key for _, key in keys}) == CHAINS * LENGTH


@pytest.mark.parametrize("ended", [1, 5, 10])
def test_a_killed_run_is_finished_by_another_process_without_repeating_a_stored_step(child, ended):
    kill_and_resume(child, ended)


@pytest.mark.soak
@pytest.mark.parametrize("ended", [*range(1, 13)] * 3)
def test_the_same_at_every_moment(child, ended):
    kill_and_resume(child, ended)


def test_resuming_a_finished_run_does_nothing(child):
    assert child.run("ask", "same") == "done All done."
    lines = child.lines()
    assert child.run("resume", "same") == "done All done."
    assert child.lines() == lines


@pytest.mark.parametrize("kind", ["missing", "changed"])
def test_resuming_where_a_tool_is_not_what_it_was_names_it_and_stops(child, kind):
    child.kill_at(2, "end ", "ask", "same")
    lines = child.lines()
    said = child.run("resume", kind)
    assert said.startswith("ToolsChangedError")
    assert f"work {kind}" in said
    assert child.lines() == lines
    assert child.run("resume", "same") == "done All done."
