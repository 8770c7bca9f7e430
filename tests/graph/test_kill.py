"""A run that is killed for real, and resumed in another process: no step whose result was stored runs again."""

import asyncio
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from graph.runs import RunStore

CHILD = Path(__file__).with_name("ledger_run.py")
CHAINS, LENGTH = 3, 5


class Child:
    """Starts the process and reads its ledger."""

    def __init__(self, folder: Path) -> None:
        self.home, self.ledger = folder / "home", folder / "ledger"

    def command(self, verb: str, kind: str = "same") -> list[str]:
        return [sys.executable, str(CHILD), verb, str(self.home), str(self.ledger), kind]

    def run(self, verb: str, kind: str = "same") -> str:
        done = subprocess.run(self.command(verb, kind), capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def kill_after(self, ended: int) -> None:
        process = subprocess.Popen(self.command("ask"))
        deadline = time.monotonic() + 60
        while sum(line[0] == "end" for line in self.lines()) < ended:
            assert process.poll() is None, "the run ended before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)

    def lines(self) -> list[list[str]]:
        text = self.ledger.read_text() if self.ledger.exists() else ""
        return [line.split() for line in text.splitlines()]

    def status(self) -> str:
        async def read() -> str:
            return (await RunStore(self.home / "runs.sqlite3").recent())[0].status

        return asyncio.run(read())


@pytest.fixture
def child(tmp_path):
    return Child(tmp_path)


def kill_and_resume(child: Child, ended: int) -> None:
    """Kill a run after so many calls have ended, resume it, and check the ledger."""
    child.kill_after(ended)
    before = child.lines()
    assert child.status() == "running"

    assert child.run("resume") == "done All done."
    assert child.status() == "done"

    # A step is certainly stored once something that depends on it has started.
    started = {line[1] for line in before if line[0] == "start"}
    stored = {
        f"{chain}.{place}" for chain in range(CHAINS) for place in range(LENGTH) if f"{chain}.{place + 1}" in started
    }
    calls = Counter(line[1] for line in child.lines() if line[0] == "start")
    assert len(calls) == CHAINS * LENGTH
    assert all(calls[name] == 1 for name in stored)
    assert sum(calls.values()) <= CHAINS * LENGTH + CHAINS  # at most one step in flight for each chain

    # A repeated step carries the same idempotency key, so that its backend can tell.
    keys = {(line[1], line[2]) for line in child.lines()}
    assert len(keys) == len({key for _, key in keys}) == CHAINS * LENGTH


@pytest.mark.parametrize("ended", [1, 5, 10])
def test_a_killed_run_is_finished_by_another_process_without_repeating_a_stored_step(child, ended):
    kill_and_resume(child, ended)


@pytest.mark.soak
@pytest.mark.parametrize("ended", [*range(1, 13)] * 3)
def test_the_same_at_every_moment(child, ended):
    kill_and_resume(child, ended)


def test_resuming_a_finished_run_does_nothing(child):
    assert child.run("ask") == "done All done."
    lines = child.lines()
    assert child.run("resume") == "done All done."
    assert child.lines() == lines


@pytest.mark.parametrize("kind", ["missing", "changed"])
def test_resuming_where_a_tool_is_not_what_it_was_names_it_and_stops(child, kind):
    child.kill_after(2)
    lines = child.lines()
    said = child.run("resume", kind)
    assert said.startswith("ToolsChangedError")
    assert f"work {kind}" in said
    assert child.lines() == lines
    assert child.run("resume") == "done All done."
