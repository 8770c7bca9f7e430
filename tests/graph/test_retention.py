"""What is deleted leaves no trace, and what is old goes."""

import time

import pytest

from graph.database import is_postgres
from graph.retention import Retention
from nodes.errors import RunStateError, UnknownRunError
from nodes.limits import Limits
from planfirst import Agent, tool

SECRET = "the heron of Skeldvik"
PASSAGE = f"Once {SECRET} flew over the harbour. " * 20
PLAN = f'#E1 = tell(about="{SECRET}")\n#E2 = tell(about=#E1)'
TABLES = {"sqlite": ("checkpoints", "writes"), "postgres": ("checkpoints", "checkpoint_blobs", "checkpoint_writes")}
OURS = ("runs", "wholes", "whole_uses")


@tool(effect="read")
def tell(about: str) -> list[str]:
    """Tell a long story."""
    return [PASSAGE, f"{about[:10]} {PASSAGE}", SECRET]


def agent_of(scripted, place, *turns, **options):
    replies = [reply for turn in turns for reply in (turn, f"It is {SECRET} [E1].")]
    database = place if is_postgres(place) else None
    limits = Limits(step_chars=600)
    return Agent(scripted(*replies), tools=[tell], knowledge=None, database=database, limits=limits, **options)


async def rows(agent) -> dict[str, int]:
    database = agent._store.database
    tables = TABLES["sqlite" if database.name.endswith("sqlite3") else "postgres"]
    counts = {table: await database.fetch(f"SELECT count(*) AS n FROM {table}") for table in (*tables, *OURS)}
    return {table: int(found[0]["n"]) for table, found in counts.items()}


def bytes_of(folder) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


async def test_a_deleted_run_leaves_nothing_and_takes_nothing_from_others(scripted, place, own_home):
    agent = agent_of(scripted, place, PLAN, PLAN.replace("tell(about=#E1)", "tell(about=#E1) "))
    first = await agent.aask(f"What of {SECRET}?")
    second = await agent.aask("And what now?")
    whole = await agent.avalue(second.run_id, "E1")
    assert await agent.adelete(first.run_id) == [first.run_id]
    with pytest.raises(UnknownRunError):
        await agent.aresult(first.run_id)
    assert await agent.avalue(second.run_id, "E1") == whole == [PASSAGE, f"{SECRET[:10]} {PASSAGE}", SECRET]
    assert (await agent.aresult(second.run_id)).evidence[0].status == "ok"
    await agent.adelete(second.run_id)
    assert set((await rows(agent)).values()) == {0}
    await agent.aclose()
    if not is_postgres(place):
        assert SECRET.encode() not in bytes_of(own_home)


async def test_one_turn_of_a_conversation_is_not_deleted_without_the_others(scripted, place):
    agent = agent_of(scripted, place, PLAN, PLAN)
    first = await agent.aask("What?")
    second = await agent.aask("And then?", follow=first.run_id)
    with pytest.raises(RunStateError, match=f"{second.run_id}.*--conversation"):
        await agent.adelete(first.run_id)
    assert set(await agent.adelete(first.run_id, conversation=True)) == {first.run_id, second.run_id}
    assert set((await rows(agent)).values()) == {0}
    await agent.aclose()


async def test_a_run_and_what_was_made_from_it_go_together(scripted, place):
    agent = agent_of(scripted, place, PLAN, PLAN)
    first = await agent.aask("What?")
    fork = await agent.afork(first.run_id, values={"E2": "something else"})
    await agent.aresume(fork.run_id)
    with pytest.raises(RunStateError, match=f"{fork.run_id}.*--conversation"):
        await agent.adelete(first.run_id)
    assert set(await agent.adelete(first.run_id, conversation=True)) == {first.run_id, fork.run_id}
    assert set((await rows(agent)).values()) == {0}
    await agent.aclose()


async def test_a_fork_keeps_the_long_values_that_it_took_over(scripted, place):
    agent = agent_of(scripted, place, PLAN, PLAN)
    first = await agent.aask("What?")
    fork = await agent.afork(first.run_id, values={"E2": "something else"})
    await agent.aresume(fork.run_id)
    long_ago = time.time() - 3 * 86_400
    await agent._store.database.write(("UPDATE runs SET updated_at = ? WHERE id = ?", [long_ago, first.run_id]))
    await agent.keeper.prune(Retention(days=2))
    assert [record.id for record in await agent.aruns()] == [fork.run_id]
    assert await agent.avalue(fork.run_id, "E1") == [PASSAGE, f"{SECRET[:10]} {PASSAGE}", SECRET]
    await agent.aclose()


async def test_checkpoints_of_older_finished_runs_go_but_for_the_last(scripted, place, monkeypatch):
    monkeypatch.setenv("PLANFIRST_KEEP_HISTORY", "1")
    agent = agent_of(scripted, place, PLAN, PLAN)
    runs = [await agent.aask("What?"), await agent.aask("What again?")]
    counts = []
    for result in runs:
        record = await agent._store.get(result.run_id)
        history = [snapshot async for snapshot in agent.graph.aget_state_history(agent._driver.config(record))]
        counts.append(len(history))
        assert history[0].values["answer"]["text"] == result.answer
    assert counts[0] == 1 < counts[1]
    await agent.aclose()


async def test_runs_go_by_age_and_by_count(scripted, place):
    agent = agent_of(scripted, place, *[PLAN] * 4)
    old, *_, newest = [(await agent.aask("What?")).run_id for _ in range(4)]
    long_ago = time.time() - 3 * 86_400
    await agent._store.database.write(("UPDATE runs SET updated_at = ? WHERE id = ?", [long_ago, old]))
    assert (await agent.keeper.prune(Retention(days=2))).deleted == 1
    assert (await agent.keeper.prune(Retention(runs=1))).deleted == 2
    assert [record.id for record in await agent.aruns()] == [newest]
    assert (await agent.keeper.prune(Retention(runs=0))).deleted == 1
    assert set((await rows(agent)).values()) == {0}
    await agent.aclose()
