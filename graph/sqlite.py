"""Opening SQLite for checkpoints and run records, and saying in one sentence what went wrong with it."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiosqlite

from nodes.errors import CheckpointError

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
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code, without the extension
        cause = _CAUSES.get(code, f"SQLite says {str(error)!r}")
        raise CheckpointError(f"the run database {path} cannot be used: {cause}") from error


async def connect(path: Path) -> aiosqlite.Connection:
    """Open the database in WAL mode with `synchronous=NORMAL`: a power cut may lose the last commits, never the file.

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
        connection = await aiosqlite.connect(path, timeout=BUSY_SECONDS)
        async with closed_on_error(connection):
            await connection.execute("PRAGMA journal_mode=WAL")
            await connection.execute("PRAGMA synchronous=NORMAL")
    return connection


@asynccontextmanager
async def closed_on_error(connection: aiosqlite.Connection) -> AsyncIterator[None]:
    """Close the connection where the block fails; its thread would keep the process alive."""
    try:
        yield
    except BaseException:
        await connection.close()
        raise
