"""Checkpoint savers that signal when a step's result is really stored.

LangGraph hands a task's result to `put_writes` and goes on, in every durability mode. A dependent that starts before
the write is stored can be killed together with it, and the finished step runs again. `Gated` lets the worker wait for
the write.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from graph.database import is_postgres, open_database
from graph.perloop import PerLoop
from graph.saver import LoopedSaver, Saver
from graph.sqlite import BUSY_SECONDS, closed_on_error, connect, explained
from graph.wholes import Wholes

T = TypeVar("T")


class Gated(BaseCheckpointSaver[str]):
    """A saver whose `watch` tells when a task's writes are stored. Put it before the saver class that stores."""

    _watched: "WeakValueDictionary[str, asyncio.Future[None]]"

    def watch(self, task_id: str) -> "asyncio.Future[None]":
        """Return a future that is done once the writes of `task_id` are stored, or failed where storing them failed."""
        watched = self.__dict__.setdefault("_watched", WeakValueDictionary())
        signal = watched[task_id] = asyncio.get_running_loop().create_future()
        return signal

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Store the writes, then tell whoever watches the task."""
        signal = self.__dict__.get("_watched", {}).get(task_id)
        try:
            await super().aput_writes(config, writes, task_id, task_path)
        except BaseException as error:
            if signal is not None and not signal.done():
                signal.set_exception(error)
                signal.exception()  # marked as seen: nobody may be waiting
            raise
        if signal is not None and not signal.done():
            signal.set_result(None)


class _LoopedSqliteSaver(LoopedSaver):
    """Over LangGraph's SQLite saver, one connection for each event loop, all on one file."""

    def __init__(self, path: Path, wholes: Wholes | None = None) -> None:
        super().__init__(wholes or Wholes(open_database(path)))
        self.path = path
        self._savers: PerLoop[AsyncSqliteSaver] = PerLoop(self._open, lambda saver: saver.conn.close())

    async def _open(self) -> AsyncSqliteSaver:
        connection = await connect(self.path)
        async with closed_on_error(connection):
            saver = AsyncSqliteSaver(connection, serde=self.serde)
            with explained(self.path):
                await saver.setup()
        return saver

    async def _send(self, work: Callable[[Saver], Awaitable[T]]) -> T:
        saver = await self._savers.get()
        with explained(self.path):
            return await work(saver)

    async def _keep_latest(self, saver: Saver, thread_ids: Sequence[str]) -> None:
        """Delete, which LangGraph's saver for SQLite cannot, all but the newest checkpoint of each namespace."""
        assert isinstance(saver, AsyncSqliteSaver)  # noqa: S101 - `_send` gives no other
        async with saver.lock:
            for thread in thread_ids:
                await saver.conn.execute(_DELETE_OLDER, [thread])
                await saver.conn.execute(_DELETE_WRITES, [thread])
            await saver.conn.commit()

    @contextmanager
    def _reading(self) -> Iterator[Saver]:
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, check_same_thread=False)
        with explained(self.path), closing(connection):
            yield SqliteSaver(connection, serde=self.serde)

    async def aclose(self) -> None:
        """Close the running loop's connections."""
        await self._savers.aclose()
        await super().aclose()


_DELETE_OLDER = """
    DELETE FROM checkpoints WHERE thread_id = ? AND checkpoint_id < (
        SELECT max(c.checkpoint_id) FROM checkpoints c
        WHERE c.thread_id = checkpoints.thread_id AND c.checkpoint_ns = checkpoints.checkpoint_ns)
"""
_DELETE_WRITES = """
    DELETE FROM writes WHERE thread_id = ? AND NOT EXISTS (
        SELECT 1 FROM checkpoints c WHERE c.thread_id = writes.thread_id
        AND c.checkpoint_ns = writes.checkpoint_ns AND c.checkpoint_id = writes.checkpoint_id)
"""


class SqliteCheckpointer(Gated, _LoopedSqliteSaver):
    """Checkpoints in one SQLite file, usable from any event loop, with the gate that the worker waits at.

    Errors of the database surface as CheckpointError.
    """


def open_checkpointer(place: Path | str, wholes: Wholes) -> LoopedSaver:
    """Return the saver beside a database of runs: at the path of a SQLite file, or over the pool of a Postgres one."""
    if is_postgres(place):
        from graph.postgres_saver import PostgresCheckpointer  # noqa: PLC0415 - an extra, and the import costs

        return PostgresCheckpointer(str(place), wholes)
    return SqliteCheckpointer(Path(place), wholes)
