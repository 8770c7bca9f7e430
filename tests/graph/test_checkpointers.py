"""The checkpointers: usable from any loop, strict, and telling when a write is really stored."""

import asyncio
import dataclasses
import gc

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.graph import START, StateGraph
from typing_extensions import TypedDict

from graph.checkpointers import Gated, SqliteCheckpointer, open_checkpointer
from graph.database import open_database
from graph.encryption import strict_serializer
from graph.wholes import Wholes
from nodes.errors import CheckpointError


class Count(TypedDict):
    n: int


def counter(saver):
    graph = StateGraph(Count)
    graph.add_node("add", lambda state: {"n": state["n"] + 1})
    graph.add_edge(START, "add")
    return graph.compile(checkpointer=saver)


THREAD = {"configurable": {"thread_id": "t"}}


def saver_at(place):
    return open_checkpointer(place, Wholes(open_database(place)))


def test_one_saver_serves_several_loops_and_reads_without_one(place):
    graph = counter(saver_at(place))
    for n in (1, 5):
        asyncio.run(graph.ainvoke({"n": n}, THREAD))
    assert graph.get_state(THREAD).values == {"n": 6}
    assert len(list(graph.get_state_history(THREAD))) == 6


def test_a_loop_that_ends_closes_its_connection(tmp_path):
    saver = SqliteCheckpointer(tmp_path / "runs.sqlite3")
    asyncio.run(counter(saver).ainvoke({"n": 1}, THREAD))
    gc.collect()  # an unclosed connection would warn here, and warnings are errors
    assert not list(saver._savers._held)


async def test_closing_and_going_on(place):
    saver = saver_at(place)
    graph = counter(saver)
    await graph.ainvoke({"n": 1}, THREAD)
    await saver.aclose()
    assert (await graph.aget_state(THREAD)).values == {"n": 2}
    await saver.adelete_thread("t")
    assert (await graph.aget_state(THREAD)).values == {}
    await saver.aclose()


async def test_a_watched_write_is_signalled_when_it_is_stored(place):
    saver = saver_at(place)
    config = {"configurable": {"thread_id": "t", "checkpoint_ns": "", "checkpoint_id": "1"}}
    stored = saver.watch("task")
    assert not stored.done()
    await saver.aput_writes(config, [("n", 1)], "task")
    assert stored.done()
    assert stored.exception() is None
    await saver.aclose()


async def test_a_watched_write_that_fails_is_signalled_too():
    class Full(InMemorySaver):
        async def aput_writes(self, config, writes, task_id, task_path=""):
            raise OSError("full")

    class GatedFull(Gated, Full):
        pass

    saver = GatedFull()
    stored = saver.watch("task")
    with pytest.raises(OSError, match="full"):
        await saver.aput_writes({}, [], "task")
    assert isinstance(stored.exception(), OSError)


@dataclasses.dataclass
class Crafted:
    """Stands for any importable class that a stored checkpoint might name."""

    n: int


def test_a_crafted_checkpoint_makes_no_foreign_objects():
    stored = JsonPlusSerializer(allowed_msgpack_modules=[Crafted]).dumps_typed(Crafted(1))
    assert JsonPlusSerializer(allowed_msgpack_modules=[Crafted]).loads_typed(stored) == Crafted(1)
    assert strict_serializer().loads_typed(stored) == {"n": 1}


async def test_a_damaged_file_is_named_with_a_mend(tmp_path):
    path = tmp_path / "runs.sqlite3"
    path.write_bytes(b"this is no database, " * 100)
    with pytest.raises(CheckpointError, match=r"runs\.sqlite3.*not a database; move it away"):
        await counter(SqliteCheckpointer(path)).ainvoke({"n": 1}, THREAD)


async def test_a_home_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CheckpointError, match="cannot be made"):
        await counter(SqliteCheckpointer(tmp_path / "file" / "runs.sqlite3")).ainvoke({"n": 1}, THREAD)


async def test_a_full_disk_is_named_with_a_mend(tmp_path):
    saver = SqliteCheckpointer(tmp_path / "runs.sqlite3")
    graph = counter(saver)
    await graph.ainvoke({"n": 1}, THREAD)
    inner = await saver._savers.get()
    async with inner.conn.execute("PRAGMA page_count") as cursor:
        (pages,) = await cursor.fetchone()
    await inner.conn.execute(f"PRAGMA max_page_count = {pages}")  # SQLite then says SQLITE_FULL, as on a full disk
    config = {"configurable": {"thread_id": "t", "checkpoint_ns": "", "checkpoint_id": "1"}}
    with pytest.raises(CheckpointError, match="disk is full; free some space, then resume"):
        await saver.aput_writes(config, [("n", b"x" * 1_000_000)], "task")
    await inner.conn.rollback()
    assert (await graph.aget_state(THREAD)).values == {"n": 2}
    await saver.aclose()
