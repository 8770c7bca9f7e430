"""Checkpoint savers that signal when a step's result is really stored.

LangGraph hands a task's result to `put_writes` and goes on, in every durability mode. A dependent that starts before
the write is stored can be killed together with it, and the finished step runs again. `Gated` lets the worker wait for
the write.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from graph.database import Database, is_postgres
from graph.perloop import PerLoop
from graph.sqlite import BUSY_SECONDS, closed_on_error, connect, explained

T = TypeVar("T")
Saver = BaseCheckpointSaver[str]


def strict_serializer() -> JsonPlusSerializer:
    """Return a serializer that restores plain data and messages only: a crafted checkpoint cannot run code."""
    return JsonPlusSerializer(allowed_msgpack_modules=None)


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


class LoopedSaver(BaseCheckpointSaver[str]):
    """A saver over one of LangGraph's, usable from any event loop; subclasses say how that one is come by.

    Its synchronous methods read, so that `graph.get_state` works from a script; a run writes asynchronously.
    """

    def __init__(self) -> None:
        super().__init__(serde=strict_serializer())

    async def _send(self, work: Callable[[Saver], Awaitable[T]]) -> T:
        """Have the running loop's saver do work that may be repeated; errors of the database are explained."""
        raise NotImplementedError

    def _reading(self) -> AbstractContextManager[Saver]:
        """Return a saver with synchronous methods; errors of the database are explained."""
        raise NotImplementedError

    async def aclose(self) -> None:
        """Close what the running loop has open."""
        raise NotImplementedError

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return the newest checkpoint of a thread, or the one that is named."""
        return await self._send(lambda saver: saver.aget_tuple(config))

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002 - LangGraph's own name
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Yield checkpoints, newest first."""

        async def listed(saver: Saver) -> Sequence[CheckpointTuple]:
            return [found async for found in saver.alist(config, filter=filter, before=before, limit=limit)]

        for found in await self._send(listed):
            yield found

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Store a checkpoint."""
        return await self._send(lambda saver: saver.aput(config, checkpoint, metadata, new_versions))

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Store what a task wrote."""
        await self._send(lambda saver: saver.aput_writes(config, writes, task_id, task_path))

    async def adelete_thread(self, thread_id: str) -> None:
        """Delete all checkpoints of a thread."""
        await self._send(lambda saver: saver.adelete_thread(thread_id))

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Do what `aget_tuple` does."""
        with self._reading() as saver:
            return saver.get_tuple(config)

    def list(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002 - LangGraph's own name
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        """Do what `alist` does."""
        with self._reading() as saver:
            yield from saver.list(config, filter=filter, before=before, limit=limit)

    def get_next_version(self, current: str | None, channel: None) -> str:
        """Return a channel's version after `current`."""
        return SqliteSaver.get_next_version(self, current, channel)  # type: ignore[arg-type]  # it uses nothing of self


class _LoopedSqliteSaver(LoopedSaver):
    """Over LangGraph's SQLite saver, one connection for each event loop, all on one file."""

    def __init__(self, path: Path) -> None:
        super().__init__()
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

    @contextmanager
    def _reading(self) -> Iterator[Saver]:
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, check_same_thread=False)
        with explained(self.path), closing(connection):
            yield SqliteSaver(connection, serde=self.serde)

    async def aclose(self) -> None:
        """Close the running loop's connection."""
        await self._savers.aclose()


class SqliteCheckpointer(Gated, _LoopedSqliteSaver):
    """Checkpoints in one SQLite file, usable from any event loop, with the gate that the worker waits at.

    Errors of the database surface as CheckpointError.
    """


def open_checkpointer(place: Path | str, database: Database) -> LoopedSaver:
    """Return the saver beside a database of runs: at the path of a SQLite file, or over the pool of a Postgres one."""
    if is_postgres(place):
        from graph.postgres_saver import PostgresCheckpointer  # noqa: PLC0415 - an extra, and the import costs

        return PostgresCheckpointer(str(place), database)
    return SqliteCheckpointer(Path(place))
