"""The schema of the run records, as the ordered list of changes that led to it. Only ever add to the end.

The statements are SQLite's and hold for Postgres too, whose session translates what differs.
"""

import time
from typing import TYPE_CHECKING

from nodes.errors import CheckpointError

if TYPE_CHECKING:
    from graph.database import Execute, Session

_TABLE = "CREATE TABLE IF NOT EXISTS planfirst_schema (version INTEGER PRIMARY KEY, applied_at REAL NOT NULL)"

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
        """
        CREATE TABLE whole_uses (
            tenant TEXT NOT NULL,
            owner TEXT NOT NULL,
            digest TEXT NOT NULL,
            PRIMARY KEY (tenant, owner, digest)
        )
        """,
        "CREATE INDEX whole_uses_by_digest ON whole_uses (tenant, digest)",
        # Which run a value was kept for is in its results, and unknown of a run that has none yet.
        """
        INSERT INTO whole_uses SELECT w.tenant, r.id, w.digest FROM wholes w JOIN runs r ON r.tenant = w.tenant
        WHERE r.status NOT IN ('done', 'partial', 'cancelled') OR replace(r.results, w.digest, '') <> r.results
        """,
        "ALTER TABLE runs ADD COLUMN pruned INTEGER NOT NULL DEFAULT 0",
    ),
    (
        "ALTER TABLE runs ADD COLUMN request TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE runs ADD COLUMN driver TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE runs ADD COLUMN lease REAL NOT NULL DEFAULT 0",
        "CREATE INDEX runs_by_driver ON runs (tenant, driver) WHERE driver <> ''",
    ),
    (
        "ALTER TABLE runs ADD COLUMN forked_from TEXT",
        "ALTER TABLE runs ADD COLUMN fork TEXT",
        "CREATE INDEX runs_by_origin ON runs (tenant, forked_from) WHERE forked_from IS NOT NULL",
    ),
)
"""One tuple of statements for each version, from 1."""


async def migrate(session: "Session") -> None:
    """Bring the database to the newest schema in one transaction, also where several processes try at once.

    Raises:
        CheckpointError: a newer PlanFirst wrote the database.
    """
    await session.atomically(_raise)


async def _raise(execute: "Execute") -> None:
    await execute(_TABLE)
    version = await _version(execute)
    for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
        for statement in statements:
            await execute(statement)
        await execute("INSERT INTO planfirst_schema VALUES (?, ?)", (number, time.time()))


async def _version(execute: "Execute") -> int:
    rows = await execute("SELECT coalesce(max(version), 0) AS version FROM planfirst_schema")
    version = int(rows[0]["version"])
    if version > len(MIGRATIONS):
        raise CheckpointError(
            f"the run database has schema {version}, this PlanFirst knows up to {len(MIGRATIONS)}; "
            "upgrade PlanFirst, or set PLANFIRST_HOME or PLANFIRST_DATABASE_URL to another place"
        )
    return version
