"""Run records: what was asked, how far it is, and what came of it.

LangGraph's `next` says nothing reliable about a run that was killed; the status kept here does. The table lies in the
database of the checkpoints and changes only through `graph/migrations.py`. This module does not know which database.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from graph.database import Database, Row
from graph.encryption import Keys
from graph.wholes import LOCAL, Wholes
from nodes.errors import UnknownRunError
from nodes.state import SCHEMA_VERSION, Mode, RunId

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
Request = Literal["", "pause", "cancel"]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One row of the table.

    Times are seconds since 1970, UTC; `timings` are seconds by phase; `tools` maps names to digests; `options` is the
    run's context; `mode` is what was configured, the answer's own mode what came of it. `pruned` is 1 once only the
    last of its checkpoints is left. `driver` names the process that is at work on the run, until `lease`, and `request`
    is what it is asked to do; both are empty where there is none. `forked_from` is the run that this one was made from,
    and `fork` its `checkpoint` and what a person changed: whether the plan was `edited`, and which steps were `set`.
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
    pruned: int = 0
    request: Request = ""
    driver: str = ""
    lease: float = 0.0


_COLUMNS = tuple(RunRecord.__dataclass_fields__)
_JSON = frozenset({"tools", "options", "answer", "results", "usage", "attempts", "timings", "error", "fork"})


_PRIVATE = frozenset({"question", "plan", "options", "answer", "results", "attempts", "error"})
"""What may hold words of users, documents or models, and is encrypted where there is a key."""


class RunStore:
    """One tenant's run records, usable from any event loop. Errors of the database surface as CheckpointError."""

    def __init__(self, database: Database, keys: Keys | None = None, *, tenant: str = LOCAL) -> None:
        self.database, self.tenant = database, tenant
        self.wholes = Wholes(database, keys, tenant=tenant)

    async def _query(self, sql: str, values: Sequence[Any]) -> list[RunRecord]:
        return [await self._to_record(row) for row in await self.database.fetch(sql, values)]

    async def _to_column(self, run_id: RunId, name: str, value: Any) -> Any:
        if value is None:
            return None
        if name == "results":  # they hold the passages that the checkpoints hold too
            value = await self.wholes.outlined(run_id, value)
        stored = json.dumps(value) if name in _JSON else value
        return self.wholes.keys.seal(stored) if name in _PRIVATE else stored

    async def _to_record(self, row: Row) -> RunRecord:
        fields = {name: self._from_column(name, row[name]) for name in _COLUMNS}
        return RunRecord(**{**fields, "results": await self.wholes.restored(fields["results"])})

    def _from_column(self, name: str, stored: Any) -> Any:
        if stored is None:
            return None
        plain = self.wholes.keys.unseal(stored) if name in _PRIVATE else stored
        return json.loads(plain) if name in _JSON else plain

    async def add(self, record: RunRecord) -> None:
        """Store a new run."""
        marks = ", ".join("?" for _ in _COLUMNS)
        values = [await self._to_column(record.id, name, getattr(record, name)) for name in _COLUMNS]
        sql = f"INSERT INTO runs ({', '.join(_COLUMNS)}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # it may be repeated
        await self.database.write((sql, values))

    async def update(self, run_id: RunId, **changes: Any) -> None:
        """Change fields of a run; `updated_at` follows by itself."""
        changes["updated_at"] = time.time()
        assignments = ", ".join(f"{name} = ?" for name in changes)
        values = [await self._to_column(run_id, name, value) for name, value in changes.items()]
        sql = f"UPDATE runs SET {assignments} WHERE tenant = ? AND id = ?"
        await self.database.write((sql, [*values, self.tenant, run_id]))

    async def exchange(self, run_id: RunId, held_by: str, /, **changes: Any) -> bool:
        """Change fields of a run whose driver is `held_by`, and do nothing to another; return whether it was.

        What is read afterwards tells, so that the change may be repeated where a connection breaks.
        """
        changes["updated_at"] = time.time()
        assignments = ", ".join(f"{name} = ?" for name in changes)
        values = [await self._to_column(run_id, name, value) for name, value in changes.items()]
        sql = f"UPDATE runs SET {assignments} WHERE tenant = ? AND id = ? AND driver = ?"
        await self.database.write((sql, [*values, self.tenant, run_id, held_by]))
        found = "SELECT driver FROM runs WHERE tenant = ? AND id = ?"
        rows = await self.database.fetch(found, [self.tenant, run_id])
        return bool(rows) and rows[0]["driver"] == changes.get("driver", held_by)

    async def renew(self, driver: str, lease: float) -> None:
        """Prolong a driver's hold on all its runs."""
        sql = "UPDATE runs SET lease = ? WHERE tenant = ? AND driver = ? AND driver <> ''"
        await self.database.write((sql, [lease, self.tenant, driver]))

    async def requests(self, driver: str) -> dict[RunId, Request]:
        """Return what the runs that a driver holds are asked to do, by their ids."""
        found = "SELECT id, request FROM runs WHERE tenant = ? AND driver = ? AND driver <> ''"
        return {RunId(row["id"]): row["request"] for row in await self.database.fetch(found, [self.tenant, driver])}

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
        sql = "SELECT count(*) AS turns FROM runs WHERE tenant = ? AND thread = ?"
        return int((await self.database.fetch(sql, [self.tenant, thread]))[0]["turns"])

    async def aclose(self) -> None:
        """Close the running loop's session."""
        await self.database.aclose()
