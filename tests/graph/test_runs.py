"""Run records: stored, found by prefix, listed, migrated."""

import asyncio
import json
import sqlite3
from contextlib import closing

import pytest

from graph.database import open_database
from graph.migrations import MIGRATIONS
from graph.result import result_of
from graph.runs import RunRecord, RunStore
from nodes.errors import CheckpointError, UnknownRunError

OLD_USAGE = json.dumps({"prompt_tokens": 5, "completion_tokens": 2, "calls": 1, "cost": None})


def record(run_id: str, **fields) -> RunRecord:
    given = {"thread": run_id, "question": "q?", "tools": {"now": "d"}, "prompt_version": "1", "mode": "extractive"}
    return RunRecord(id=run_id, **{**given, **fields})


@pytest.fixture
async def store(place):
    store = RunStore(open_database(place))
    yield store
    await store.aclose()


async def test_a_record_comes_back_as_it_was_stored(store):
    stored = record("abc123", timings={"planning": 0.5}, options={"review": True})
    await store.add(stored)
    assert await store.get("abc123") == stored


async def test_changes_are_kept_and_dated(store):
    await store.add(record("abc123", updated_at=1.0))
    await store.update("abc123", status="done", answer={"text": "ä"}, error=None)
    found = await store.get("abc123")
    assert (found.status, found.answer, found.error) == ("done", {"text": "ä"}, None)
    assert found.updated_at > 1.0


async def test_a_beginning_is_enough_where_it_is_unique(store):
    await store.add(record("abc123"))
    await store.add(record("abd456"))
    assert (await store.get("abc")).id == "abc123"
    with pytest.raises(UnknownRunError, match="more than one"):
        await store.get("ab")


async def test_a_whole_id_wins_over_longer_ones(store):
    await store.add(record("abc"))
    await store.add(record("abc123"))
    assert (await store.get("abc")).id == "abc"


@pytest.mark.parametrize("run_id", ["", "nope", "%", "a'b"])
async def test_an_unknown_run_says_how_to_list_them(store, run_id):
    await store.add(record("abc123"))
    with pytest.raises(UnknownRunError, match="planfirst runs"):
        await store.get(run_id)


async def test_tenants_do_not_see_each_other(store, place):
    await store.add(record("abc123", tenant="other"))
    assert await store.recent() == []
    other = RunStore(open_database(place), tenant="other")
    assert [found.id for found in await other.recent()] == ["abc123"]
    await other.aclose()


async def test_a_run_changes_hands_once(store):
    await store.add(record("abc123"))
    assert await store.exchange("abc123", "", driver="me", lease=5.0)
    assert not await store.exchange("abc123", "", driver="other")
    assert not await store.exchange("abc123", "other", driver="", status="failed")
    found = await store.get("abc123")
    assert (found.driver, found.lease, found.status) == ("me", 5.0, "queued")
    assert await store.exchange("abc123", "me", request="pause")
    assert await store.requests("me") == {"abc123": "pause"}
    await store.renew("me", 9.0)
    assert (await store.get("abc123")).lease == 9.0
    assert await store.requests("") == {}
    assert not await store.exchange("unknown", "", driver="me")


async def test_turns_of_a_conversation_are_counted(store):
    await store.add(record("a", thread="t"))
    await store.add(record("b", thread="t", turn=2))
    await store.add(record("c"))
    assert await store.turns("t") == 2


async def test_records_of_the_first_version_are_read(tmp_path):
    path = tmp_path / "runs.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE planfirst_schema (version INTEGER PRIMARY KEY, applied_at REAL NOT NULL)")
        for statement in MIGRATIONS[0]:
            connection.execute(statement)
        connection.execute("INSERT INTO planfirst_schema VALUES (1, 0)")
        row = ["old", "local", "t", 1, "done", "q?", "model", "{}", "", None, "{}", OLD_USAGE, "{}", None, 1, "1", "{}"]
        row += [0.0, 0.0]
        connection.execute(f"INSERT INTO runs VALUES ({', '.join('?' * len(row))})", row)
        connection.commit()
    store = RunStore(open_database(path))
    result = result_of(await store.get("old"))
    await store.aclose()
    assert (result.usage.prompt_tokens, result.usage.cached_tokens, result.attempts) == (5, None, [])


async def test_a_database_of_a_newer_version_is_refused(store):
    await store.recent()
    await store.database.write(("INSERT INTO planfirst_schema VALUES (99, 0)", ()))
    await store.aclose()
    with pytest.raises(CheckpointError, match="upgrade PlanFirst"):
        await store.recent()


async def test_a_failed_transaction_leaves_nothing(store):
    await store.add(record("abc123"))
    with pytest.raises(CheckpointError, match="no_such_table"):
        await store.database.write(("DELETE FROM runs", ()), ("DELETE FROM no_such_table", ()))
    assert len(await store.recent()) == 1


async def test_many_open_an_empty_database_at_once(place):
    stores = [RunStore(open_database(place)) for _ in range(8)]
    assert await asyncio.gather(*(store.recent() for store in stores)) == [[]] * 8
    assert len(await stores[0].database.fetch("SELECT * FROM planfirst_schema")) == len(MIGRATIONS)
    for store in stores:
        await store.aclose()


async def test_text_that_a_database_has_no_place_for_is_still_stored(store):
    await store.add(record("abc123", question="a\0b? 100 % 'sure'"))
    assert (await store.get("abc123")).question.replace("\0", "\ufffd") == "a\ufffdb? 100 % 'sure'"
