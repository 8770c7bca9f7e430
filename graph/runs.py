"""Run records: what was asked, how far it is, what came of it, and whole what was too long for its checkpoints.

LangGraph's `next` says nothing reliable about a run that was killed; the status kept here does. The table lies in the
file of the checkpoints and changes only through `graph/migrations.py`.
"""

import hashlib
import json
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import aiosqlite

from graph.migrations import migrate
from graph.perloop import PerLoop
from graph.sqlite import closed_on_error, connect, explained
from nodes.errors import CheckpointError, UnknownRunError
from nodes.state import SCHEMA_VERSION, Mode, RunId, Whole

Status = Literal[
    "queued",
    "planning",
    "awaiting_review",
    "running",
    "awaiting_approval",
    "solving",
    "paused",
    "done",
    "partial",
    "failed",
    "cancelled",
]
FINISHED: frozenset[Status] = frozenset({"done", "partial", "cancelled"})
"""A run in one of these has nothing left to do; every other one can be resumed."""
LOCAL = "local"
"""The tenant of the command line and of an embedded agent."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One row of the table.

    Times are seconds since 1970, UTC; `timings` are seconds by phase; `tools` maps names to digests; `options` is the
    run's context; `mode` is what was configured, the answer's own mode what came of it. `forked_from` is the run
    that this one was made from, and `fork` its `checkpoint` and what a person changed: whether the plan was `edited`,
    and which steps were `set`.
    """

    id: RunId
    thread: str
    question: str
    tools: dict[str, str]
    prompt_version: str
    mode: Mode
    options: dict[str, Any] = field(default_factory=dict)
    tenant: str = LOCAL
    turn: int = 1
    status: Status = "queued"
    plan: str | None = None
    answer: dict[str, Any] | None = None
    results: dict[str, Any] | None = None
    usage: dict[str, Any] | None = None
    attempts: list[dict[str, Any]] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    error: dict[str, str] | None = None
    forked_from: RunId | None = None
    fork: dict[str, Any] | None = None
    state_schema: int = SCHEMA_VERSION
    created_at: float = field(default_factory=time.time)
    updated_at: float = field(default_factory=time.time)


_COLUMNS = tuple(RunRecord.__dataclass_fields__)
_JSON = frozenset({"tools", "options", "answer", "results", "usage", "attempts", "timings", "error", "fork"})


def _to_column(name: str, value: Any) -> Any:
    return json.dumps(value) if name in _JSON and value is not None else value


def _to_record(row: sqlite3.Row) -> RunRecord:
    fields = {
        name: json.loads(row[name]) if name in _JSON and row[name] is not None else row[name] for name in _COLUMNS
    }
    return RunRecord(**fields)


class RunStore:
    """One tenant's run records, usable from any event loop. Errors of the database surface as CheckpointError."""

    def __init__(self, path: Path, *, tenant: str = LOCAL) -> None:
        self.path, self.tenant = path, tenant
        self._connections: PerLoop[aiosqlite.Connection] = PerLoop(self._open, aiosqlite.Connection.close)

    async def _open(self) -> aiosqlite.Connection:
        connection = await connect(self.path)
        async with closed_on_error(connection):
            connection.row_factory = sqlite3.Row
            with explained(self.path):
                await migrate(connection)
        return connection

    async def _query(self, sql: str, values: Sequence[Any]) -> list[RunRecord]:
        connection = await self._connections.get()
        with explained(self.path):
            rows = await connection.execute_fetchall(sql, values)
        return [_to_record(row) for row in rows]

    async def _write(self, sql: str, values: Sequence[Any]) -> None:
        connection = await self._connections.get()
        with explained(self.path):
            await connection.execute(sql, values)
            await connection.commit()

    async def add(self, record: RunRecord) -> None:
        """Store a new run."""
        marks = ", ".join("?" for _ in _COLUMNS)
        values = [_to_column(name, getattr(record, name)) for name in _COLUMNS]
        await self._write(f"INSERT INTO runs ({', '.join(_COLUMNS)}) VALUES ({marks})", values)

    async def update(self, run_id: RunId, **changes: Any) -> None:
        """Change fields of a run; `updated_at` follows by itself."""
        changes["updated_at"] = time.time()
        assignments = ", ".join(f"{name} = ?" for name in changes)
        values = [_to_column(name, value) for name, value in changes.items()]
        await self._write(f"UPDATE runs SET {assignments} WHERE tenant = ? AND id = ?", [*values, self.tenant, run_id])

    async def get(self, run_id: str) -> RunRecord:
        """Return the run whose id is, or uniquely begins with, `run_id`.

        Raises:
            UnknownRunError: there is none, or more than one.
        """
        found = await self._query(
            "SELECT * FROM runs WHERE tenant = ? AND substr(id, 1, ?) = ? ORDER BY id = ? DESC LIMIT 2",
            [self.tenant, len(run_id), run_id, run_id],
        )
        if not run_id or not found:
            raise UnknownRunError(run_id, f"there is no run {run_id!r}; `planfirst runs` lists those there are")
        if len(found) > 1 and found[0].id != run_id:
            raise UnknownRunError(run_id, f"more than one run begins with {run_id!r}; write more of its id")
        return found[0]

    async def recent(self, limit: int = 20) -> list[RunRecord]:
        """Return the newest runs, newest first."""
        return await self._query(
            "SELECT * FROM runs WHERE tenant = ? ORDER BY created_at DESC, id LIMIT ?", [self.tenant, limit]
        )

    async def made_from(self, run_id: RunId) -> list[RunRecord]:
        """Return the runs that were made from a run, oldest first."""
        return await self._query(
            "SELECT * FROM runs WHERE tenant = ? AND forked_from = ? ORDER BY created_at, id", [self.tenant, run_id]
        )

    async def turns(self, thread: str) -> int:
        """Return the number of runs on a thread."""
        connection = await self._connections.get()
        with explained(self.path):
            rows = list(
                await connection.execute_fetchall(
                    "SELECT count(*) FROM runs WHERE tenant = ? AND thread = ?", [self.tenant, thread]
                )
            )
        return int(rows[0][0])

    async def keep(self, value: Any) -> Whole:
        """Keep a JSON value whole, equal ones once; checkpoints and records refer to it by its digest."""
        body = json.dumps(value, ensure_ascii=False)
        digest = hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()
        statement = "INSERT OR IGNORE INTO wholes (tenant, digest, body, created_at) VALUES (?, ?, ?, ?)"
        await self._write(statement, [self.tenant, digest, body, time.time()])
        return Whole(digest=digest, chars=len(body))

    async def whole(self, digest: str) -> Any:
        """Return the value that was kept under a digest.

        Raises:
            CheckpointError: it is not there.
        """
        connection = await self._connections.get()
        with explained(self.path):
            found = "SELECT body FROM wholes WHERE tenant = ? AND digest = ?"
            rows = list(await connection.execute_fetchall(found, [self.tenant, digest]))
        if not rows:
            raise CheckpointError(f"the run database {self.path} has lost the value {digest[:12]}; run the step again")
        return json.loads(rows[0][0])

    async def aclose(self) -> None:
        """Close the running loop's connection."""
        await self._connections.aclose()
