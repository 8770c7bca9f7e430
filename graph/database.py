"""The database of runs, whichever it is: statements in one dialect, sessions that belong to an event loop.

SQL is SQLite's with `?` for values; `graph/postgres.py` translates the little in which Postgres differs. This module
does not know what is stored; `graph/migrations.py` knows the tables.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from graph.migrations import migrate
from graph.perloop import PerLoop

T = TypeVar("T")
Row = Mapping[str, Any]
Statement = tuple[str, Sequence[Any]]
POSTGRES = ("postgresql://", "postgres://")
"""How the address of a Postgres database begins."""


class Execute(Protocol):
    """Runs one statement inside a transaction and returns its rows."""

    async def __call__(self, sql: str, values: Sequence[Any] = (), /) -> list[Row]:
        """Run it."""


class Session(Protocol):
    """What one event loop has open. Errors of the database surface as CheckpointError."""

    async def fetch(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return the rows of a query."""

    async def write(self, *statements: Statement) -> None:
        """Execute statements that may be repeated, all of them or none."""

    async def atomically(self, work: Callable[[Execute], Awaitable[T]]) -> T:
        """Do work that may be repeated in one transaction, while no other work and no several statements are done."""

    async def tidy(self) -> None:
        """Give back the space of deleted rows, and leave nothing of them where the database allows that."""

    async def aclose(self) -> None:
        """Close it."""


class Database:
    """A database of runs, usable from any event loop; its tables are brought to this version when it is opened.

    `name` is what messages call it; it holds no password. `connect` opens a session.
    """

    def __init__(self, name: str, connect: Callable[[], Awaitable[Session]]) -> None:
        self.name, self._connect = name, connect
        self._sessions: PerLoop[Session] = PerLoop(self._open, lambda session: session.aclose())

    async def _open(self) -> Session:
        session = await self._connect()
        try:
            await migrate(session)
        except BaseException:
            await session.aclose()
            raise
        return session

    async def session(self) -> Session:
        """Return the running loop's session.

        Raises:
            CheckpointError: it cannot be opened, or a newer PlanFirst wrote the database.
        """
        return await self._sessions.get()

    async def fetch(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return the rows of a query."""
        return await (await self.session()).fetch(sql, values)

    async def write(self, *statements: Statement) -> None:
        """Execute statements that may be repeated, all of them or none."""
        await (await self.session()).write(*statements)

    async def aclose(self) -> None:
        """Close the running loop's session."""
        await self._sessions.aclose()


def is_postgres(place: Path | str) -> bool:
    """Whether a place is the address of a Postgres database, and not the path of a SQLite file."""
    return isinstance(place, str) and place.startswith(POSTGRES)


def open_database(place: Path | str) -> Database:
    """Return the database at the path of a SQLite file or at the address of a Postgres server; nothing is opened yet.

    Raises:
        ConfigurationError: the address cannot be used, or the Postgres client is not installed.
    """
    if is_postgres(place):
        from graph.postgres import postgres_database  # noqa: PLC0415 - an extra, and the import costs

        return postgres_database(str(place))
    from graph.sqlite import sqlite_database  # noqa: PLC0415 - as the other

    return sqlite_database(Path(place))
