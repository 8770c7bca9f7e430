"""Checkpoint savers that signal when a step's result is really stored.

LangGraph hands a task's result to `put_writes` and goes on, in every durability mode. A dependent that starts before
the write is stored can be killed together with it, and the finished step runs again. `Gated` lets the worker wait for
the write.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
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

from graph.perloop import PerLoop
from graph.sqlite import BUSY_SECONDS, closed_on_error, connect, explained


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


class _LoopedSqliteSaver(BaseCheckpointSaver[str]):
    """LangGraph's SQLite saver, one connection for each event loop, all on one file.

    The synchronous methods read, so that `graph.get_state` works from a script; a run writes asynchronously.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(serde=strict_serializer())
        self.path = path
        self._savers: PerLoop[AsyncSqliteSaver] = PerLoop(self._open, lambda saver: saver.conn.close())

    async def _open(self) -> AsyncSqliteSaver:
        connection = await connect(self.path)
        async with closed_on_error(connection):
            saver = AsyncSqliteSaver(connection, serde=self.serde)
            with explained(self.path):
                await saver.setup()
        return saver

    async def aclose(self) -> None:
        """Close the running loop's connection."""
        await self._savers.aclose()

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        saver = await self._savers.get()
        with explained(self.path):
            return await saver.aget_tuple(config)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002 - LangGraph's own name
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        saver = await self._savers.get()
        with explained(self.path):
            async for found in saver.alist(config, filter=filter, before=before, limit=limit):
                yield found

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        saver = await self._savers.get()
        with explained(self.path):
            return await saver.aput(config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        saver = await self._savers.get()
        with explained(self.path):
            await saver.aput_writes(config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        saver = await self._savers.get()
        with explained(self.path):
            await saver.adelete_thread(thread_id)

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        with explained(self.path), closing(self._connect()) as connection:
            return SqliteSaver(connection, serde=self.serde).get_tuple(config)

    def list(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002 - LangGraph's own name
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        with explained(self.path), closing(self._connect()) as connection:
            yield from SqliteSaver(connection, serde=self.serde).list(config, filter=filter, before=before, limit=limit)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=BUSY_SECONDS, check_same_thread=False)

    def get_next_version(self, current: str | None, channel: None) -> str:
        return SqliteSaver.get_next_version(self, current, channel)  # type: ignore[arg-type]  # it uses nothing of self


class SqliteCheckpointer(Gated, _LoopedSqliteSaver):
    """Checkpoints in one SQLite file, usable from any event loop, with the gate that the worker waits at.

    Errors of the database surface as CheckpointError.
    """
