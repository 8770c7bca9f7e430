"""`pause`, `cancel` and real Ctrl-C, on real processes."""

import asyncio
import json
import os
import signal
import subprocess
import time
from contextlib import contextmanager

import pytest

from graph.control import POLL_SECONDS
from planfirst.cli.interrupts import Interrupts, run

PLAN = '#E1 = wait(name="a")\n#E2 = wait(name="b")\n#E3 = look(place=#E1)'


@contextmanager
def asking(app):
    """Give a process that asks and whose first steps have started."""
    app.plan = PLAN
    with subprocess.Popen(
        app.command("ask", "q"), env=app.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            app.until(lambda: {"start a", "start b"} <= set(app.lines()) or process.poll() is not None)
            assert process.poll() is None, process.stderr.read()
            yield process
        finally:
            process.kill()


def run_of(app) -> dict:
    (run,) = json.loads(app.run("runs", "--json").stdout)
    return json.loads(app.run("show", run["id"], "--json").stdout)


def test_ctrl_c_once_pauses_after_what_is_under_way_and_resume_goes_on(app):
    with asking(app) as process:
        process.send_signal(signal.SIGINT)
        assert "Ctrl-C again cancels" in process.stderr.readline()
        app.ledger.with_name("go").touch()
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "paused; `planfirst resume" in said
    run = run_of(app)
    assert run["status"] == "paused"
    assert "look a" not in app.lines()
    done = app.run("resume", run["run_id"])
    assert done.returncode == 0, done.stderr
    assert app.lines().count("start a") == 1
    assert "look a" in app.lines()


def test_ctrl_c_twice_cancels_cleanly(app):
    with asking(app) as process:
        process.send_signal(signal.SIGINT)
        assert "Ctrl-C again cancels" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert "the run was cancelled; 0 of 3 steps had been done" in said
    run = run_of(app)
    assert (run["status"], [each["status"] for each in run["evidence"]]) == (
        "cancelled",
        ["failed", "failed", "skipped"],
    )


def test_another_process_cancels(app):
    with asking(app) as process:
        run = run_of(app)["run_id"]
        cancelled = app.run("cancel", run)
        assert cancelled.returncode == 0, cancelled.stderr
        assert "was broken off" in cancelled.stdout
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 1
        assert "cancelled" in out
    assert "nothing to cancel" in app.run("pause", run).stdout.replace("pause", "cancel")


def test_another_process_pauses_and_says_when_it_has_not_come_to_that_yet(app):
    with asking(app) as process:
        run = run_of(app)["run_id"]
        asked = app.run("pause", run, "--wait", "0")
        assert (asked.returncode, "it pauses once" in asked.stdout) == (4, True)
        time.sleep(5 * POLL_SECONDS)  # the process has looked by then, and the steps may end
        with subprocess.Popen(
            app.command("pause", run), env=app.environment, stdout=subprocess.PIPE, text=True
        ) as pausing:
            app.ledger.with_name("go").touch()
            assert "is paused; `planfirst resume" in pausing.communicate(timeout=60)[0]
        process.communicate(timeout=60)
        assert process.returncode == 3


@pytest.mark.parametrize("verb", ["pause", "cancel"])
def test_an_unknown_run_is_named(app, verb):
    done = app.run(verb, "nope")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "planfirst runs" in done.stderr


def test_ctrl_c_before_there_is_a_run_breaks_off():
    async def nothing_yet():
        with Interrupts(None).caught():
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(60)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        run(nothing_yet())
    assert signal.getsignal(signal.SIGINT) == before
