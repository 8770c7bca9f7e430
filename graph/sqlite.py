"""SQLite for checkpoints and run records: sessions on one file, and one sentence about what went wrong with it."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
from tenacity import AsyncRetrying, retry_if_exception, stop_after_delay, wait_random

from graph.database import Database, Execute, Row, Statement
from nodes.errors import CheckpointError

T = TypeVar("T")
BUSY_SECONDS = 15.0
"""Longest wait for another process's transaction."""

_CAUSES = {
    sqlite3.SQLITE_FULL: "the disk is full; free some space, then resume the run",
    sqlite3.SQLITE_IOERR: "the disk gave an input/output error; check its space and health, then resume the run",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; move it away (it holds runs, not documents) and run again",
    sqlite3.SQLITE_NOTADB: "the file is not a database; move it away and run again",
    sqlite3.SQLITE_READONLY: "it cannot be written; check its permissions or set PLANFIRST_HOME to another folder",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check that its folder can be written, or set PLANFIRST_HOME",
    sqlite3.SQLITE_BUSY: "another process has held it locked too long; wait for that process or end it",
}


@contextmanager
def explained(path: Path | str) -> Iterator[None]:
    """Turn SQLite's errors inside the block into CheckpointError that names the file, the cause and the mend."""
    try:
        yield
    except sqlite3.Error as error:
        cause = _CAUSES.get(_primary_code(error), f"SQLite says {str(error)!r}")
        raise CheckpointError(f"the run database {path} cannot be used: {cause}") from error


def _primary_code(error: BaseException) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF  # without the extension


async def connect(path: Path, **options: Any) -> aiosqlite.Connection:
    """Open the database in WAL mode with `synchronous=NORMAL`: a power cut may lose the last commits, never the file.

    `options` are those of `sqlite3.connect`.

    Raises:
        CheckpointError: it cannot be opened.
    """
    with explained(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CheckpointError(
                f"the folder {path.parent} cannot be made ({error.strerror}); set PLANFIRST_HOME to another"
            ) from error
        connection = await aiosqlite.connect(path, timeout=BUSY_SECONDS, **options)
        async with closed_on_error(connection):
            async for attempt in _while_busy():
                with attempt:
                    await connection.execute("PRAGMA journal_mode=WAL")
            await connection.execute("PRAGMA synchronous=NORMAL")
            await connection.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten
    return connection


def _while_busy() -> AsyncRetrying:
    """Try again while others hold the file; who brings a new one into WAL mode is not made to wait."""
    return AsyncRetrying(
        retry=retry_if_exception(lambda error: _primary_code(error) == sqlite3.SQLITE_BUSY),
        stop=stop_after_delay(BUSY_SECONDS),
        wait=wait_random(0.002, 0.05),
        reraise=True,
    )


@asynccontextmanager
async def closed_on_error(connection: aiosqlite.Connection) -> AsyncIterator[None]:
    """Close the connection where the block fails; its thread would keep the process alive."""
    try:
        yield
    except BaseException:
        await connection.close()
        raise


class SqliteSession:
    """One connection for single calls, each one trip to its thread, and another for each longer transaction."""

    def __init__(self, path: Path, connection: aiosqlite.Connection) -> None:
        self._path, self._connection = path, connection

    async def fetch(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return the rows of a query."""
        with explained(self._path):
            return await _rows(self._connection, sql, values)

    async def write(self, *statements: Statement) -> None:
        """Execute statements, all of them or none."""
        with explained(self._path):
            # Aiosqlite has no public way to do several things in one trip, and under load a trip takes milliseconds.
            await self._connection._execute(_transact, self._connection._conn, statements)  # type: ignore[no-untyped-call]  # so it is

    async def atomically(self, work: Callable[[Execute], Awaitable[T]]) -> T:
        """Do work in one transaction, while nothing else writes."""

        async def execute(sql: str, values: Sequence[Any] = (), /) -> list[Row]:
            return await _rows(connection, sql, values)

        connection = await _connected(self._path)
        with explained(self._path):
            try:
                await connection.execute("BEGIN IMMEDIATE")
                result = await work(execute)
                await connection.commit()
            finally:
                await connection.close()  # which takes back what was not committed
        return result

    async def tidy(self) -> None:
        """Write the file anew without what was deleted, and empty its log."""
        await self.fetch("VACUUM")
        await self.fetch("PRAGMA wal_checkpoint(TRUNCATE)")

    async def aclose(self) -> None:
        """Close the connection."""
        await self._connection.close()


def _transact(connection: sqlite3.Connection, statements: Sequence[Statement]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for sql, values in statements:
            connection.execute(sql, values)
        connection.commit()
    finally:
        connection.rollback()  # of nothing, where it was committed


async def _rows(connection: aiosqlite.Connection, sql: str, values: Sequence[Any]) -> list[Row]:
    return [dict(row) for row in await connection.execute_fetchall(sql, values)]


async def _connected(path: Path) -> aiosqlite.Connection:
    connection = await connect(path, isolation_level=None)  # transactions are begun by the session
    connection.row_factory = sqlite3.Row
    return connection


def sqlite_database(path: Path) -> Database:
    """Return the run database in a file; nothing is opened yet."""

    async def open_session() -> SqliteSession:
        return SqliteSession(path, await _connected(path))

    return Database(str(path), open_session)
