"""Checkpoints in Postgres, over the pool that the run records use."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import TypeVar, cast

import psycopg
from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from psycopg.rows import DictRow, dict_row

from graph.checkpointers import Gated
from graph.postgres import PostgresSession, conninfo_of, explained, insistently
from graph.saver import LoopedSaver, Saver
from graph.wholes import Wholes

T = TypeVar("T")
_SETUP = 5_076_618
"""Number of the advisory lock under which LangGraph's tables are made."""


class _LoopedPostgresSaver(LoopedSaver):
    """Over LangGraph's Postgres saver, which has a column for short values beside the serializer's."""

    packs = True

    def __init__(self, url: str, wholes: Wholes) -> None:
        super().__init__(wholes)
        self._conninfo, self._database = conninfo_of(url), wholes.database
        self._is_set_up = False

    async def _send(self, work: Callable[[Saver], Awaitable[T]]) -> T:
        session = cast("PostgresSession", await self._database.session())
        if not self._is_set_up:
            await insistently(self._database.name, lambda: self._set_up(session))
            self._is_set_up = True
        # A saver for each call: it costs nothing, and one for all would do one thing at a time.
        return await insistently(self._database.name, lambda: work(AsyncPostgresSaver(session.pool, serde=self.serde)))

    async def _set_up(self, session: PostgresSession) -> None:
        """Make LangGraph's tables, which does not expect that several processes try at once."""
        async with session.pool.connection() as connection, _alone(connection):
            await AsyncPostgresSaver(connection).setup()

    async def _keep_latest(self, saver: Saver, thread_ids: Sequence[str]) -> None:
        await saver.aprune(thread_ids)

    @contextmanager
    def _reading(self) -> Iterator[Saver]:
        with (
            explained(self._database.name),
            psycopg.Connection.connect(
                self._conninfo, autocommit=True, prepare_threshold=0, row_factory=dict_row
            ) as connection,
        ):
            yield PostgresSaver(connection, serde=self.serde)


@asynccontextmanager
async def _alone(connection: psycopg.AsyncConnection[DictRow]) -> AsyncIterator[None]:
    """Hold a lock of the server's. Asking again is better than waiting, which would block CREATE INDEX CONCURRENTLY."""
    while True:
        cursor = await connection.execute("SELECT pg_try_advisory_lock(%s) AS got", [_SETUP])
        row = await cursor.fetchone()
        if row is not None and row["got"]:
            break
        await asyncio.sleep(0.05)
    try:
        yield
    finally:
        await connection.execute("SELECT pg_advisory_unlock(%s)", [_SETUP])


class PostgresCheckpointer(Gated, _LoopedPostgresSaver):
    """Checkpoints in Postgres, usable from any event loop, with the gate that the worker waits at.

    Errors of the database surface as CheckpointError; a restart of the server is waited for.
    """
