"""Postgres for checkpoints and run records: a pool for each event loop that outlives restarts of the server.

Everything that is sent may be repeated, so what a lost connection interrupted is sent again. No message holds the
password. The module needs the `postgres` extra and is imported only where a Postgres address is set.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from tenacity import AsyncRetrying, retry_if_exception, stop_after_delay, wait_random_exponential

from graph.database import Database, Execute, Row, Statement
from nodes.errors import CheckpointError, ConfigurationError

try:
    import psycopg
    import psycopg.sql
    from psycopg.conninfo import conninfo_to_dict, make_conninfo
    from psycopg.rows import DictRow, dict_row
    from psycopg_pool import AsyncConnectionPool
except ImportError as error:
    raise ConfigurationError(
        f"PLANFIRST_DATABASE_URL names Postgres, whose client is not installed ({error.name} is missing); "
        "install it: pip install 'planfirst[postgres]'"
    ) from error

T = TypeVar("T")
Pool = AsyncConnectionPool[psycopg.AsyncConnection[DictRow]]
CONNECTIONS = 10
"""Most connections of one event loop."""
IDLE_SECONDS, LIFETIME_SECONDS = 300.0, 3600.0
"""How long a connection is kept unused, and at all: firewalls forget the silent, servers want memory back."""
CONNECT_SECONDS = 10
"""Longest wait for one connection, a new one or one from the pool."""
OUTAGE_SECONDS = 20.0
"""How long a server may be away before what is sent to it fails; the worker waits longer than this for a write."""
_KEEPALIVE = {"keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
_GATE = 5_076_617
"""Number of the advisory lock by which one transaction keeps out writes of several statements."""
_PASSING = frozenset({"40001", "40P01", "53300", "57P01", "57P02", "57P03"})
"""SQLSTATEs of what passes: conflicts, too many connections, a server that stops or starts."""
_TABLES = ("checkpoints", "checkpoint_blobs", "checkpoint_writes", "runs", "wholes", "whole_uses")
_OURS = "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() AND tablename = ANY(?)"
_CAUSES = {
    "28000": "the server does not let this user in; correct the user in PLANFIRST_DATABASE_URL",
    "28P01": "the server refuses the password; correct it in PLANFIRST_DATABASE_URL",
    "3D000": "the server has no such database; create it with createdb, or correct PLANFIRST_DATABASE_URL",
    "42501": "the user may not do that; grant it CREATE on the schema, or name another user",
    "25006": "the server takes no writes (it is a standby or in recovery); name the primary server",
    "53100": "the server's disk is full; free some space, then resume the run",
    "53300": "the server has no connection left; raise its max_connections, or run fewer processes",
}


def is_passing(error: BaseException) -> bool:
    """Whether what raised the error may be sent again: the connection was lost, or the server asks for it."""
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return error.sqlstate is None or error.sqlstate in _PASSING or error.sqlstate.startswith("08")
    return isinstance(error, psycopg.Error) and error.sqlstate in _PASSING


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Turn Postgres's errors inside the block into CheckpointError that names the database, the cause and the mend."""
    try:
        yield
    except psycopg.Error as error:
        raise CheckpointError(f"the run database {name} cannot be used: {_cause(error)}") from error


def _cause(error: psycopg.Error) -> str:
    if error.sqlstate in _CAUSES:
        return _CAUSES[error.sqlstate]
    said = (error.diag.message_primary or " ".join(str(error).split())).rstrip(".")
    if is_passing(error):
        return f"{said}; see that the server runs and that PLANFIRST_DATABASE_URL is right, then resume the run"
    return f"Postgres says {said!r}"


async def insistently(name: str, send: Callable[[], Awaitable[T]]) -> T:
    """Send something that may be repeated, until it arrives or the server was away too long; errors are explained."""

    async def attempt() -> T:
        return await send()  # tenacity awaits what it knows for a coroutine function, not whatever returns one

    attempts = AsyncRetrying(
        retry=retry_if_exception(is_passing),
        stop=stop_after_delay(OUTAGE_SECONDS),
        wait=wait_random_exponential(multiplier=0.05, max=1.0),
        reraise=True,
    )
    with explained(name):
        return await attempts(attempt)


@cache
def dialect(sql: str) -> Any:
    """Return a statement of SQLite's as Postgres has it: other marks for values, and eight bytes for a REAL."""
    return sql.replace("?", "%s").replace(" REAL", " DOUBLE PRECISION")


def _bound(values: Sequence[Any]) -> list[Any]:
    """Return values as Postgres takes them, which has no place for NUL in a text."""
    return [value.replace("\0", "\ufffd") if isinstance(value, str) else value for value in values]


class PostgresSession:
    """A pool of connections."""

    def __init__(self, name: str, pool: Pool) -> None:
        self._name, self.pool = name, pool

    async def fetch(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return the rows of a query."""

        async def send() -> list[Row]:
            async with self.pool.connection() as connection:
                return await _executing(connection)(sql, values)

        return await insistently(self._name, send)

    async def write(self, *statements: Statement) -> None:
        """Execute statements, all of them or none; several share a lock that `atomically` takes for itself."""

        async def send() -> None:
            async with self.pool.connection() as connection:
                if len(statements) == 1:
                    await connection.execute(dialect(statements[0][0]), _bound(statements[0][1]))
                    return
                async with connection.pipeline(), connection.transaction():
                    await connection.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_GATE])
                    for sql, values in statements:
                        await connection.execute(dialect(sql), _bound(values))

        await insistently(self._name, send)

    async def atomically(self, work: Callable[[Execute], Awaitable[T]]) -> T:
        """Do work in one transaction, while no other work and no several statements are done."""

        async def send() -> T:
            async with self.pool.connection() as connection, connection.transaction():
                await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_GATE])
                return await work(_executing(connection))

        return await insistently(self._name, send)

    async def tidy(self) -> None:
        """Give the space of deleted rows back for new ones."""

        async def send() -> None:
            async with self.pool.connection() as connection:
                there = await _executing(connection)(_OURS, [list(_TABLES)])
                for row in there:  # the database may hold other tables, which are others' to look after
                    await connection.execute(psycopg.sql.SQL("VACUUM {}").format(psycopg.sql.Identifier(row["name"])))

        await insistently(self._name, send)

    async def aclose(self) -> None:
        """Close the pool."""
        await self.pool.close()


def _executing(connection: psycopg.AsyncConnection[DictRow]) -> Execute:
    async def execute(sql: str, values: Sequence[Any] = (), /) -> list[Row]:
        cursor = await connection.execute(dialect(sql), _bound(values))
        return list(await cursor.fetchall()) if cursor.description else []

    return execute


def conninfo_of(url: str) -> str:
    """Return the address as libpq takes it, with keepalives and a bound on connecting where it sets none.

    Raises:
        ConfigurationError: it cannot be read.
    """
    try:
        given = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise ConfigurationError(
            "PLANFIRST_DATABASE_URL cannot be read; write postgresql://USER:PASSWORD@HOST:PORT/DATABASE, "
            "with %-codes for signs such as @ and / in the password"
        ) from None  # its message may hold the password
    defaults: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS, "application_name": "planfirst", **_KEEPALIVE}
    return make_conninfo(**{**defaults, **{key: value for key, value in given.items() if value is not None}})


def _name(conninfo: str) -> str:
    given = conninfo_to_dict(conninfo)
    return (
        f"{given.get('dbname') or 'of the user'} on {given.get('host') or 'this machine'}:{given.get('port') or 5432}"
    )


def postgres_database(url: str) -> Database:
    """Return the run database at an address; nothing is opened yet.

    Raises:
        ConfigurationError: the address cannot be read.
    """
    conninfo = conninfo_of(url)
    name = _name(conninfo)

    async def open_session() -> PostgresSession:
        with explained(name):  # one attempt, at once: a wrong password should not be waited for
            await (await psycopg.AsyncConnection.connect(conninfo)).close()
        pool: Pool = AsyncConnectionPool(
            conninfo,
            min_size=0,
            max_size=CONNECTIONS,
            max_idle=IDLE_SECONDS,
            max_lifetime=LIFETIME_SECONDS,
            timeout=CONNECT_SECONDS,
            reconnect_timeout=OUTAGE_SECONDS,
            check=AsyncConnectionPool.check_connection,
            open=False,
            kwargs={"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row},
        )
        await pool.open()
        _spare(pool)
        return PostgresSession(name, pool)

    return Database(name, open_session)


def _spare(pool: Pool) -> None:
    """Keep the pool's tasks from being cancelled when the loop ends: they end when the session is closed, right after.

    A cancelled one may swallow that and keep `asyncio.run` waiting for ever, and the pool could not close connections.
    """
    for task in asyncio.all_tasks():
        if task.get_name().startswith(f"{pool.name}-"):
            asyncio.tasks._unregister_task(task)
