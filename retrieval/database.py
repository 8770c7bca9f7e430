"""One SQLite connection for all threads, whose every failure is one of PlanFirst's errors. Knows no table.

Statements take well under a millisecond here, so threads take turns instead of holding a connection each.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random

from retrieval.errors import IndexCorruptError, IndexInUseError, InputError, KnowledgeError, StorageError
from retrieval.schema import migrate

_BUSY_MS: Final = 10_000
_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_SCHEMA})
_STORAGE = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
)
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


class Database:
    """An open database. Safe for threads; transactions are exclusive among them."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open or create it; `read_only` changes no file, and does not bring an older version up to date.

        Raises IndexCorruptError, StorageError, KnowledgeError (a newer version wrote it).
        """
        self.path = path
        self._lock = threading.RLock()
        with errors(path):
            if read_only:
                self._connection = connect_read_only(path)
                return
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            try:
                self._configure()
            except (sqlite3.Error, KnowledgeError):
                self._connection.close()
                raise

    def _configure(self) -> None:
        for attempt in _while_busy():
            with attempt:
                self._connection.execute("PRAGMA journal_mode = WAL")
        for pragma in (
            f"busy_timeout = {_BUSY_MS}",
            "synchronous = NORMAL",  # with WAL, a power cut may undo the last transaction, and never breaks the file
            "foreign_keys = ON",
            "secure_delete = ON",  # what is deleted is overwritten, so that a purge leaves nothing to find
        ):
            self._connection.execute(f"PRAGMA {pragma}")
        migrate(self._connection)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and give all its rows."""
        with self._lock, errors(self.path):
            return self._connection.execute(sql, values).fetchall()

    def run_many(self, sql: str, values: Iterator[Sequence[Any]] | Sequence[Sequence[Any]]) -> None:
        """Run one statement for each of many sets of values."""
        with self._lock, errors(self.path):
            self._connection.executemany(sql, values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: what happens inside is stored at the end, or undone when an error leaves the block."""
        with self._lock, errors(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Several reads of one state, whatever other processes write meanwhile."""
        with self._lock, errors(self.path):
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def compact(self) -> None:
        """Rewrite the file without the pages that are free, and empty the write-ahead log.

        Raises IndexInUseError: another process reads without pause, so the log cannot be emptied.
        """
        with self._lock, errors(self.path):
            self._connection.execute("VACUUM")
            busy, _, _ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise _in_use(self.path)

    def close(self) -> None:
        """Close the connection."""
        with self._lock, errors(self.path):
            self._connection.close()


def _while_busy() -> Retrying:
    """Try again while others hold the file; who brings a new one into WAL mode is not made to wait."""
    return Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, sqlite3.Error) and _primary_code(error) in _BUSY),
        stop=stop_after_delay(_BUSY_MS / 1000),
        wait=wait_random(0.002, 0.05),
        reraise=True,
    )


def connect_read_only(path: Path) -> sqlite3.Connection:
    """Open a database to look at, without leaving a file beside it; raises sqlite3.Error.

    A reader of a database in WAL mode makes the log's files where there are none and cannot remove them. Where there
    are none nobody has the database open, so it can be read as a file that does not change.
    """
    in_use = any(path.with_name(path.name + suffix).exists() for suffix in ("-wal", "-journal"))
    mode = "mode=ro" if in_use else "mode=ro&immutable=1"
    uri = f"file:{quote(str(path.absolute()))}?{mode}"
    return sqlite3.connect(uri, uri=True, timeout=1.0, isolation_level=None, check_same_thread=False)


@contextmanager
def errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors and the operating system's into PlanFirst's."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translated(path, error) from error
    except UnicodeEncodeError as error:
        raise InputError("the text holds half a character (a lone surrogate), which nothing can match.") from error
    except OSError as error:
        raise StorageError(
            f"{path.parent} cannot be used: {error.strerror}; free some space or allow writing."
        ) from error


def _primary_code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte


def _translated(path: Path, error: sqlite3.Error) -> KnowledgeError:
    code = _primary_code(error)
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    if code in _CORRUPT:
        return IndexCorruptError(
            f"the database {path} is damaged ({name}); restore a copy, or move it away and ingest your documents again."
        )
    if code in _STORAGE:
        return StorageError(
            f"the database {path} cannot be written or read ({name}); "
            "free some space and check the permissions of its folder."
        )
    if code in _BUSY:
        return _in_use(path)
    return KnowledgeError(f"the database {path} cannot do this ({name}); please report it with what you did.")


def _in_use(path: Path) -> IndexInUseError:
    return IndexInUseError(f"another process holds the database {path}; try again when it has finished.")
