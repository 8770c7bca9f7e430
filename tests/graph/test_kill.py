"""A run that is killed for real, and resumed in another process: no step whose result was stored runs again."""

import asyncio
import random
from collections import Counter

import pytest

from graph.database import is_postgres, open_database
from graph.runs import RunStore

CHAINS, LENGTH = 3, 5


COMMITS = 54
"""What the ledger tells of commits in one run: each superstep's and each step's, before and after."""


@pytest.fixture
def child(child_of, place):
    child = child_of("ledger_run.py")
    if is_postgres(place):
        child.place = place
    return child


def status(child) -> str:
    async def read() -> str:
        return (await RunStore(open_database(child.place)).recent())[0].status

    return asyncio.run(read())


def of(lines, kind):
    """Return the names of the steps that started or ended."""
    return [line.split()[1] for line in lines if line.startswith(f"{kind} ")]


def check(child, kills: int) -> None:
    """Check that the run is done, and that no more was repeated than what was in flight at the kills."""
    assert status(child) == "done"
    calls = Counter(of(child.lines(), "start"))
    assert len(calls) == CHAINS * LENGTH
    assert sum(calls.values()) <= CHAINS * LENGTH + CHAINS * kills
    # A repeated step carries the same idempotency key, so that its backend can tell.
    keys = {tuple(line.split()[1:]) for line in child.lines() if not line.startswith("commit")}
    assert len(keys) == len({key for _, key in keys}) == CHAINS * LENGTH


def kill_and_resume(child, times: int, beginning: str) -> None:
    """Kill a run once it has told so often of something, resume it, and check the ledger."""
    child.kill_at(times, beginning, "ask", "same")
    started = set(of(child.lines(), "start"))
    assert child.run("resume", "same") == "done All done."
    check(child, 1)
    # A step is certainly stored once something that depends on it has started.
    stored = {
        f"{chain}.{place}" for chain in range(CHAINS) for place in range(LENGTH) if f"{chain}.{place + 1}" in started
    }
    calls = Counter(of(child.lines(), "start"))
    assert all(calls[name] == 1 for name in stored)


@pytest.mark.parametrize("ended", [1, 5, 10])
def test_a_killed_run_is_finished_by_another_process_without_repeating_a_stored_step(child, ended):
    kill_and_resume(child, ended, "end ")


@pytest.mark.parametrize("commits", [1, 2, 5, 14, 29, 40, COMMITS])
def test_the_same_where_it_is_killed_beside_a_commit(child, commits):
    kill_and_resume(child, commits, "commit ")


@pytest.mark.soak
@pytest.mark.parametrize("ended", [*range(1, 13)] * 2)
def test_the_same_at_every_moment(child, ended):
    kill_and_resume(child, ended, "end ")


@pytest.mark.soak
@pytest.mark.parametrize("commits", range(1, COMMITS + 1))
def test_the_same_beside_every_commit(child, commits):
    kill_and_resume(child, commits, "commit ")


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(12))
def test_the_same_at_random_moments_again_and_again(child, seed):
    moments = random.Random(seed)
    kills = 0
    while kills < 10 and child.kill_after(moments.uniform(0.3, 2.5), "ask" if not kills else "resume", "same"):
        kills += 1
    assert child.run("resume", "same") == "done All done."
    check(child, kills)


def test_resuming_a_finished_run_does_nothing(child):
    assert child.run("ask", "same") == "done All done."
    lines = child.lines()
    assert sum(line.startswith("commit ") for line in lines) == COMMITS
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
