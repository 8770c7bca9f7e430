"""Pausing and cancelling: from another process, from the same one, and where no process is at work on the run."""

import asyncio
import subprocess
import time
from contextlib import contextmanager

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import GraphDrained
from langgraph.runtime import RunControl

from graph.control import POLL_SECONDS, Tenure, is_driven
from graph.database import open_database
from graph.runs import RunRecord, RunStore
from nodes.errors import CheckpointError, RunStateError
from planfirst import Agent, tool


@pytest.fixture
def child(child_of):
    return child_of("control_run.py")


@contextmanager
def begun(child, *lines):
    """Start a run in a process of its own, which is given once all these lines are in the ledger."""
    with subprocess.Popen(child.command("ask"), stdout=subprocess.PIPE, text=True) as process:
        try:
            until(lambda: set(lines) <= set(child.lines()) or process.poll() is not None)
            assert process.poll() is None, "the run ended too early"
            yield process
        finally:
            process.kill()


def until(true):
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def record(child):
    async def read():
        return (await RunStore(open_database(child.home / "runs.sqlite3")).recent())[0]

    return asyncio.run(read())


def test_a_run_is_cancelled_from_another_process_with_what_was_done(child):
    with begun(child, "start wait", "start block") as process:
        assert child.run("cancel") == "cancelled"
        said, _ = process.communicate(timeout=20)  # the abandoned thread does not hold the process
    assert said.strip() == "cancelled"
    assert "ended wait" in child.lines()
    found = record(child)
    assert (found.status, found.driver, found.request) == ("cancelled", "", "")
    assert {id_: result["status"] for id_, result in found.results.items()} == {
        "E1": "ok", "E2": "failed", "E3": "failed", "E4": "skipped",
    }  # fmt: skip
    assert {found.results[id_]["error"]["kind"] for id_ in ("E2", "E3")} == {"cancelled"}
    assert "1 of 4 steps had been done" in found.error["message"]
    assert "#E3 (block) was broken off" in found.error["message"]
    assert "abandoned" in found.error["message"]
    assert child.run("resume") == "cancelled"
    assert "start quick last" not in child.lines()


def test_a_run_is_paused_from_another_process_and_nothing_is_repeated(child):
    with (
        begun(child, "start wait", "start block") as process,
        subprocess.Popen(child.command("pause"), stdout=subprocess.PIPE, text=True) as pausing,
    ):
        until(lambda: record(child).request == "pause")
        time.sleep(3 * POLL_SECONDS)  # in which it is heeded
        child.ledger.with_name("go").touch()
        assert pausing.communicate(timeout=60)[0].strip() == "paused"
        assert process.communicate(timeout=20)[0].strip() == "paused"
    assert "end wait" in child.lines()
    assert "end block" in child.lines()
    assert "start quick last" not in child.lines()
    assert child.run("resume") == "done"
    assert sorted(child.lines()) == sorted(
        ["start quick first", "start wait", "end wait", "start block", "end block", "start quick last"]
    )


def test_two_processes_never_drive_one_run(child):
    with begun(child, "start wait"):
        assert "another process is at work" in child.run("resume")
        assert child.run("cancel") == "cancelled"


def test_a_run_that_was_killed_is_cancelled_directly_and_keeps_what_was_done(child):
    child.kill_at(1, "start block", "ask")
    assert record(child).status == "running"
    assert not is_driven(record(child))
    assert child.run("cancel") == "cancelled"
    found = record(child)
    assert {id_: result["status"] for id_, result in found.results.items()} == {
        "E1": "ok", "E2": "skipped", "E3": "skipped", "E4": "skipped",
    }  # fmt: skip
    assert child.lines().count("start block") == 1


def test_a_run_that_was_killed_is_paused_directly(child):
    child.kill_at(1, "start block", "ask")
    assert child.run("pause") == "paused"
    assert record(child).driver == ""


@pytest.fixture
def slow():
    """A tool that never returns, and an event that says that it was called."""
    called = asyncio.Event()

    @tool(effect="write")
    async def work(n: int = 0) -> int:
        """Take long."""
        called.set()
        await asyncio.sleep(100)
        return n

    return work, called


def agent_of(scripted, *replies, **options):
    return Agent(scripted(*replies), knowledge=None, **options)


async def test_the_process_itself_is_heeded_at_once(scripted, slow):
    work, called = slow
    agent = agent_of(scripted, "#E1 = work()", tools=[work])
    asking = asyncio.create_task(agent.aask("q"))
    await called.wait()
    (record,) = await agent.aruns()
    cancelled = await agent.acancel(record.id)
    assert cancelled.status == "cancelled"
    assert (await asking).status == "cancelled"
    assert cancelled.evidence[0].error["kind"] == "cancelled"


async def test_a_tool_that_resists_is_ended_and_the_run_says_so(scripted):
    called = asyncio.Event()

    @tool(effect="read")
    async def stubborn() -> int:
        """Resist."""
        while True:
            called.set()
            try:
                await asyncio.sleep(100)
            except asyncio.CancelledError:
                continue

    agent = agent_of(scripted, "#E1 = stubborn()", tools=[stubborn])
    asking = asyncio.create_task(agent.aask("q"))
    await called.wait()
    (record,) = await agent.aruns()
    assert (await agent.acancel(record.id)).evidence[0].error["kind"] == "cancelled"
    await asking


async def test_planning_is_cancelled_too(streaming_agent, scribe):
    never, begun = asyncio.Event(), asyncio.Event()

    async def reached():
        begun.set()

    agent = streaming_agent(scribe(["#E1 = calculate(", reached, never]))
    asking = asyncio.create_task(agent.aask("q"))
    await begun.wait()
    (record,) = await agent.aruns()
    assert (await agent.acancel(record.id)).status == "cancelled"
    assert (await asking).error["message"] == "the run was cancelled"


async def test_a_run_that_waits_for_a_person_is_cancelled_without_asking(scripted, slow):
    work, called = slow
    agent = agent_of(scripted, '#E1 = work()\n#E2 = calculate(expression="1 + 1")', tools=[work], approve="write")
    waiting = await agent.aask("q")
    assert (await agent.apause(waiting.run_id)).status == "awaiting_approval"
    cancelled = await agent.acancel(waiting.run_id)
    assert [(each.id, each.status) for each in cancelled.evidence] == [("E1", "skipped"), ("E2", "ok")]
    assert cancelled.pending == []
    assert not called.is_set()


async def test_a_question_after_a_cancelled_one_starts_afresh(scripted, slow):
    work, called = slow
    agent = agent_of(scripted, "#E1 = work()", '#E1 = calculate(expression="6 * 7")', "42.", tools=[work])
    asking = asyncio.create_task(agent.aask("q"))
    await called.wait()
    cancelled = await agent.acancel((await agent.aruns())[0].id)
    await asking
    again = await agent.aask("6 * 7?", follow=cancelled.run_id)
    assert (again.status, again.answer, len(again.evidence)) == ("done", "42.", 1)


async def test_a_pause_with_a_request_open_goes_on_with_the_other_steps(scripted):
    started, go_on = asyncio.Event(), asyncio.Event()

    @tool(effect="read")
    async def look(n: int) -> int:
        """Look."""
        started.set()
        await go_on.wait()
        return n

    @tool(effect="write")
    async def send(n: int) -> int:
        """Send."""
        return n

    plan = "#E1 = send(n=1)\n#E2 = look(n=2)\n#E3 = look(n=#E2)"
    agent = agent_of(scripted, plan, "Done.", tools=[look, send], approve="write", speculate=False)
    asking = asyncio.create_task(agent.aask("q"))
    await started.wait()
    pausing = asyncio.create_task(agent.apause((await agent.aruns())[0].id))
    await asyncio.sleep(0.2)
    go_on.set()
    paused, _ = await pausing, await asking
    assert paused.status == "paused"
    assert [request["step"] for request in paused.pending] == ["E1"]
    waiting = await agent.aresume(paused.run_id)
    assert waiting.status == "awaiting_approval"
    assert (await agent.aresume(paused.run_id, "approve")).status == "done"


async def test_a_finished_run_stays_as_it_is(scripted):
    agent = agent_of(scripted, "Plan: none", "Hello.")
    done = await agent.aask("q")
    assert (await agent.acancel(done.run_id)).status == "done"
    assert (await agent.apause(done.run_id)).status == "done"


async def test_a_run_that_another_process_took_over_is_left_to_it(scripted, slow, monkeypatch):
    monkeypatch.setattr("graph.control.POLL_SECONDS", 0.02)
    work, called = slow
    agent = agent_of(scripted, "#E1 = work()", tools=[work])
    asking = asyncio.create_task(agent.aask("q"))
    await called.wait()
    (record,) = await agent.aruns()
    await agent._store.update(record.id, driver="elsewhere/1/a")
    with pytest.raises(RunStateError, match="taken"):
        await asking
    assert (await agent.aruns())[0].status == "running"


async def test_a_server_that_drains_its_runs_stops_them_before_the_next_step(graph_of):
    control, calls = RunControl(), []

    @tool(effect="read")
    async def look(n: int) -> int:
        """Look."""
        calls.append(n)
        control.request_drain("shutdown")
        return n

    config = {"configurable": {"thread_id": "t"}}
    graph = graph_of("#E1 = look(n=1)\n#E2 = look(n=#E1)", "Seen.", tools=[look], checkpointer=InMemorySaver())
    with pytest.raises(GraphDrained):
        async for _ in graph.astream({"question": "q"}, config, control=control):
            pass
    assert calls == [1]
    state = await graph.ainvoke(None, config)
    assert (calls, state["answer"]["text"]) == ([1, 1], "Seen.")


async def test_what_was_stored_beside_the_last_checkpoint_counts_for_a_cancelled_run(scripted):
    class Full(InMemorySaver):
        full = True

        async def aput(self, config, checkpoint, metadata, new_versions):
            if Full.full and "results" in checkpoint["channel_values"] and checkpoint["channel_values"]["results"]:
                raise CheckpointError("the disk is full")
            return await super().aput(config, checkpoint, metadata, new_versions)

    @tool(effect="read")
    async def look(n: int) -> int:
        """Look."""
        return n

    agent = agent_of(scripted, "#E1 = look(n=1)\n#E2 = look(n=#E1)", tools=[look], checkpointer=Full())
    with pytest.raises(CheckpointError):
        await agent.aask("q")
    (record,) = await agent.aruns()
    assert (record.status, record.results) == ("failed", None)
    Full.full = False  # LangGraph works with a copy of the saver
    cancelled = await agent.acancel(record.id)
    assert [each.status for each in cancelled.evidence] == ["ok", "ok"]
    assert "2 of 2 steps had been done" in cancelled.error["message"]


@pytest.mark.parametrize(
    ("driver", "seconds", "driven"),
    [("", 60, False), ("elsewhere:/1/a", 60, True), ("elsewhere:/1/a", -1, False), ("{here}", 60, True)],
)
def test_a_lease_holds_unless_it_has_run_out(tmp_path, driver, seconds, driven):
    here = Tenure(RunStore(open_database(tmp_path / "runs.sqlite3"))).name
    record = RunRecord(
        id="r", thread="r", question="q", tools={}, prompt_version="1", mode="model",
        driver=driver.format(here=here), lease=time.time() + seconds,
    )  # fmt: skip
    assert is_driven(record) is driven
