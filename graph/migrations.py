"""The schema of the run records, as the ordered list of changes that led to it. Only ever add to the end."""

import time

import aiosqlite

from nodes.errors import CheckpointError

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE runs (
            id TEXT PRIMARY KEY,
            tenant TEXT NOT NULL,
            thread TEXT NOT NULL,
            turn INTEGER NOT NULL,
            status TEXT NOT NULL,
            question TEXT NOT NULL,
            mode TEXT NOT NULL,
            options TEXT NOT NULL,
            plan TEXT,
            answer TEXT,
            results TEXT,
            usage TEXT,
            timings TEXT NOT NULL,
            error TEXT,
            state_schema INTEGER NOT NULL,
            prompt_version TEXT NOT NULL,
            tools TEXT NOT NULL,
            created_at REAL NOT NULL,
            updated_at REAL NOT NULL
        )
        """,
        "CREATE INDEX runs_by_thread ON runs (tenant, thread, turn)",
        "CREATE INDEX runs_by_age ON runs (tenant, created_at)",
    ),
    ("ALTER TABLE runs ADD COLUMN attempts TEXT NOT NULL DEFAULT '[]'",),
    (
        """
        CREATE TABLE wholes (
            tenant TEXT NOT NULL,
            digest TEXT NOT NULL,
            body TEXT NOT NULL,
            created_at REAL NOT NULL,
            PRIMARY KEY (tenant, digest)
        )
        """,
    ),
    (
        "ALTER TABLE runs ADD COLUMN forked_from TEXT",
        "ALTER TABLE runs ADD COLUMN fork TEXT",
        "CREATE INDEX runs_by_origin ON runs (tenant, forked_from) WHERE forked_from IS NOT NULL",
    ),
)
"""One tuple of statements for each version, from 1."""


async def migrate(connection: aiosqlite.Connection) -> None:
    """Bring the database to the newest schema in one transaction, also where several processes try at once.

    Raises:
        CheckpointError: a newer PlanFirst wrote the database.
    """
    await connection.execute(
        "CREATE TABLE IF NOT EXISTS planfirst_schema (version INTEGER PRIMARY KEY, applied_at REAL NOT NULL)"
    )
    await connection.commit()
    if await _version(connection) == len(MIGRATIONS):
        return
    await connection.execute("BEGIN IMMEDIATE")
    try:
        version = await _version(connection)  # another process may have been faster
        for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
            for statement in statements:
                await connection.execute(statement)
            await connection.execute("INSERT INTO planfirst_schema VALUES (?, ?)", (number, time.time()))
        await connection.commit()
    except BaseException:
        await connection.rollback()
        raise


async def _version(connection: aiosqlite.Connection) -> int:
    async with connection.execute("SELECT coalesce(max(version), 0) FROM planfirst_schema") as cursor:
        row = await cursor.fetchone()
    version = int(row[0]) if row else 0
    if version > len(MIGRATIONS):
        raise CheckpointError(
            f"the run database has schema {version}, this PlanFirst knows up to {len(MIGRATIONS)}; "
            "upgrade PlanFirst, or set PLANFIRST_HOME to another folder"
        )
    return version
