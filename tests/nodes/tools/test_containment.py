"""Nothing a tool does can hang a run or take its siblings down: hostile tools are let loose beside a good one."""

import asyncio
import gc
import itertools
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import weakref

import pytest

from nodes.tools import AllowAll, Toolbox, ToolRunner, calling, tool

BOUND = 20
"""Seconds after which a test is stuck; all of them end in a fraction of one."""


@pytest.fixture(autouse=True)
def _short_grace(monkeypatch):
    monkeypatch.setattr(calling, "GRACE_SECONDS", 0.05)


@tool(effect="read")
async def good() -> str:
    """Do what it says."""
    await asyncio.sleep(0.01)
    return "good"


async def beside_a_good_one(hostile, **options):
    runs = ToolRunner(Toolbox([hostile, good]), policy=AllowAll(), **options)
    async with asyncio.timeout(BOUND):
        first, second = await asyncio.gather(runs.run(hostile.name, {}, key="k"), runs.run("good", {}, key="k"))
    assert second.value == "good"
    return first


def raising(error):
    def sync():
        raise error

    async def asynchronous():
        raise error

    async def later():
        await asyncio.sleep(0.001)
        raise error

    def midway():
        yield "some"
        raise error

    async def asynchronous_midway():
        yield "some"
        raise error

    return [sync, asynchronous, later, midway, asynchronous_midway]


class UnprintableError(Exception):
    def __str__(self):
        raise RuntimeError("not even that")


@pytest.mark.parametrize("form", range(5))
@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (ValueError("bad " + "x" * 5000), "exception", "ValueError: bad xxx"),
        (SystemExit(3), "exit", "SystemExit: 3"),
        (KeyboardInterrupt(), "exit", "KeyboardInterrupt"),
        (asyncio.CancelledError(), "cancelled", "CancelledError"),
        (GeneratorExit(), "exception", "GeneratorExit"),
        (UnprintableError(), "exception", "UnprintableError"),
        (MemoryError(), "exception", "MemoryError"),
        (TimeoutError("upstream"), "exception", "TimeoutError: upstream"),
        (RecursionError("deep"), "exception", "RecursionError: deep"),
    ],
)
async def test_whatever_a_tool_raises_is_a_value(error, kind, message, form):
    outcome = await beside_a_good_one(tool(name="hostile")(raising(error)[form]))
    assert (outcome.status, outcome.error["kind"]) == ("failed", kind)
    assert outcome.error["message"].startswith(message)
    assert len(outcome.error["message"]) <= 300


@pytest.mark.parametrize("awaits", [True, False])
async def test_a_tool_that_cancels_its_own_task_fails_alone(awaits):
    @tool
    async def hostile():
        asyncio.current_task().cancel()
        if awaits:
            await asyncio.sleep(1)
        return "never"

    assert (await beside_a_good_one(hostile)).error["kind"] == "cancelled"


async def test_a_slow_coroutine_is_cancelled_at_its_timeout():
    cleaned = []

    @tool(timeout=0.05)
    async def hostile():
        try:
            await asyncio.sleep(3600)
        finally:
            cleaned.append(True)

    outcome = await beside_a_good_one(hostile)
    assert outcome.error == {"kind": "timeout", "message": "hostile took longer than 0.05 s"}
    assert cleaned == [True]


# Python says of the third that it ignored GeneratorExit, which is so; what counts is that it no longer runs.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("swallowed", [asyncio.CancelledError, Exception, BaseException])
async def test_a_coroutine_that_swallows_its_cancellation_is_ended(swallowed):
    rounds = 0

    @tool(timeout=0.05)
    async def hostile():
        nonlocal rounds
        while rounds < 100_000:
            rounds += 1
            try:
                await asyncio.sleep(0.001)
            except (swallowed, asyncio.CancelledError):
                continue

    before = asyncio.all_tasks()
    outcome = await beside_a_good_one(hostile)
    assert outcome.error["kind"] == "timeout"
    assert asyncio.all_tasks() == before
    seen = rounds
    await asyncio.sleep(0.02)
    assert rounds == seen


async def test_a_blocking_function_is_abandoned_and_its_place_stays_taken_until_it_ends():
    release, ended = threading.Event(), threading.Event()

    @tool(timeout=0.05, concurrency=1)
    def hostile():
        release.wait(BOUND)
        ended.set()
        return "late"

    runs = ToolRunner(Toolbox([hostile, good]), policy=AllowAll())
    runs._patience = lambda tool: 0.1
    async with asyncio.timeout(BOUND):
        assert (await runs.run("hostile", {}, key="k")).error["kind"] == "timeout"
        assert (await runs.run("hostile", {}, key="k")).error["kind"] == "busy"
        assert (await runs.run("good", {}, key="k")).value == "good"
        release.set()
        await asyncio.to_thread(ended.wait, BOUND)
        await asyncio.sleep(0.01)
        assert (await runs.run("hostile", {}, key="k")).value == "late"


async def test_many_hung_calls_of_one_tool_leave_threads_for_others():
    release = threading.Event()

    @tool(timeout=0.05)
    def hostile():
        release.wait(BOUND)

    @tool
    def blocking_too() -> str:
        return "fine"

    runs = ToolRunner(Toolbox([hostile, blocking_too]), policy=AllowAll(), concurrency=4)
    runs._patience = lambda tool: 0.1
    async with asyncio.timeout(BOUND):
        hung = await asyncio.gather(*(runs.run("hostile", {}, key="k") for _ in range(12)))
        assert {each.error["kind"] for each in hung} == {"timeout", "busy"}
        fine = await asyncio.gather(*(runs.run("blocking_too", {}, key="k") for _ in range(12)))
    assert [each.value for each in fine] == ["fine"] * 12
    release.set()


def endless_text():
    while True:
        yield "0123456789"


def endless_nothing():
    while True:
        yield ""


async def endless_asynchronous():
    while True:
        yield "0123456789"


def long_of_itself():
    rows = ["x" * 90]
    rows.extend([rows] * 5)
    return rows


ENDLESS = {
    "text": endless_text,
    "nothing": endless_nothing,
    "asynchronous": endless_asynchronous,
    "counting": lambda: itertools.count(),  # noqa: PLW0108 - a class is no tool
    "nested": lambda: {"rows": itertools.repeat("row")},
    "huge": lambda: "x" * 50_000_000,
    "of itself": long_of_itself,
}


@pytest.mark.parametrize("form", ENDLESS)
async def test_endless_output_is_cut(form):
    outcome = await beside_a_good_one(tool(name="hostile", max_chars=1000)(ENDLESS[form]))
    assert outcome.status == "ok"
    assert "… [cut: " in str(outcome.value)[-80:]
    assert len(str(outcome.value)) <= 5 * 1000


async def test_an_endless_generator_that_nobody_waits_for_ends():
    ended = threading.Event()

    @tool(timeout=0.05, max_chars=10**9)
    def hostile():
        try:
            while True:
                time.sleep(0.001)
                yield 1
        finally:
            ended.set()

    assert (await beside_a_good_one(hostile)).error["kind"] == "timeout"
    assert await asyncio.to_thread(ended.wait, BOUND)


async def test_what_a_failed_call_held_is_freed_at_once():
    held = []

    class Big:
        pass

    def failing():
        big = Big()
        held.append(weakref.ref(big))
        raise ValueError

    async def slow():
        big = Big()
        held.append(weakref.ref(big))
        await asyncio.sleep(3600)

    gc.disable()
    try:
        for form in (failing, slow):
            assert (await beside_a_good_one(tool(name="hostile", timeout=0.05)(form))).status == "failed"
            await asyncio.sleep(0.01)
    finally:
        gc.enable()
    assert [each() for each in held] == [None, None]


@pytest.mark.parametrize(
    ("value", "said"),
    [(object(), "a object is not JSON-able"), (10**400, "an integer beyond"), (lambda: 1, "function")],
)
async def test_output_that_is_no_json_is_a_failure(value, said):
    @tool
    def hostile():
        return value

    outcome = await beside_a_good_one(hostile)
    assert outcome.error["kind"] == "output"
    assert said in outcome.error["message"]


async def test_a_cancelled_run_ends_its_tool_first_and_gives_its_places_back():
    started, ended = asyncio.Event(), []

    @tool(concurrency=1)
    async def slow():
        started.set()
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0.001)
            ended.append(True)

    @tool(concurrency=1)
    def blocking():
        started.set()
        time.sleep(0.05)
        return "done"

    runs = ToolRunner(Toolbox([slow, blocking]), policy=AllowAll(), concurrency=1)
    for name in ("slow", "blocking", "slow"):
        started.clear()
        run = asyncio.create_task(runs.run(name, {}, key="k"))
        queued = asyncio.create_task(runs.run(name, {}, key="k"))
        await started.wait()
        queued.cancel()
        run.cancel()
        assert [type(each) for each in await asyncio.gather(run, queued, return_exceptions=True)] == [
            asyncio.CancelledError
        ] * 2
    assert ended == [True, True]
    async with asyncio.timeout(BOUND):
        assert (await runs.run("blocking", {}, key="k")).value == "done"


async def test_a_run_cancelled_before_its_tool_starts_leaves_nothing_behind():
    @tool(concurrency=1)
    def blocking():
        return "done"

    @tool(concurrency=1)
    async def quick():
        return "done"

    runs = ToolRunner(Toolbox([blocking, quick]), policy=AllowAll())
    for name in ("blocking", "quick"):
        for ticks in range(4):
            run = asyncio.create_task(runs.run(name, {}, key="k"))
            for _ in range(ticks):
                await asyncio.sleep(0)
            run.cancel()
            await asyncio.gather(run, return_exceptions=True)
        async with asyncio.timeout(BOUND):
            assert (await runs.run(name, {}, key="k")).value == "done"


HANGING = """
    import asyncio, time
    from nodes.tools import AllowAll, Toolbox, ToolRunner, tool, calling
    calling.GRACE_SECONDS = 0.05

    @tool(timeout=0.05)
    def blocking():
        time.sleep(3600)

    @tool(timeout=0.05)
    async def stubborn():
        while True:
            try:
                await asyncio.sleep(0.001)
            except BaseException:
                pass

    @tool
    async def leaving():
        raise SystemExit(7)

    async def main():
        runs = ToolRunner(Toolbox([blocking, stubborn, leaving]), policy=AllowAll())
        done = await asyncio.gather(*(runs.run(name, {}, key="k") for name in runs.toolbox))
        print(*(each.error["kind"] for each in done))

    asyncio.run(main())
"""


def test_the_process_ends_although_tools_do_not():
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(HANGING)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout.split()) == (0, ["timeout", "timeout", "exit"])


INTERRUPTED = """
    import asyncio, time
    from nodes.tools import AllowAll, Toolbox, ToolRunner, tool

    @tool
    def blocking():
        print("started", flush=True)
        time.sleep(3600)

    asyncio.run(ToolRunner(Toolbox([blocking]), policy=AllowAll()).run("blocking", {}, key="k"))
"""


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")
def test_ctrl_c_ends_a_run_whose_tool_blocks():
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(INTERRUPTED)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "started\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in errors
