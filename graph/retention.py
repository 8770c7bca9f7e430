"""What is kept for how long: old checkpoints and old runs go, and whatever is deleted leaves no trace.

A conversation's runs share a thread, whose checkpoints hold all its turns, so runs are deleted by threads. This module
does not know when a run ends; the driver tells.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver

from graph.logs import warn
from graph.runs import FINISHED, RunRecord, RunStore
from graph.saver import LoopedSaver
from nodes.errors import CheckpointError, RunStateError
from nodes.state import RunId

DAY = 86_400.0
_ENDED = ", ".join(f"'{status}'" for status in sorted(FINISHED))
_QUIET = f"NOT EXISTS (SELECT 1 FROM runs o WHERE o.thread = runs.thread AND o.status NOT IN ({_ENDED}))"
"""A condition on threads: nothing in it is unfinished."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long runs are kept; None is for ever."""

    days: float | None = None
    """Runs that nothing was written to for so many days go, also unfinished ones."""
    runs: int | None = None
    """The newest so many runs stay; of those beyond, the finished go."""
    history: int = 20
    """The newest so many finished runs keep all their checkpoints, to look back and fork; others only the last."""

    def overridden(self, **limits: Any) -> "Retention":
        """Return the same with other limits."""
        return replace(self, **limits)


@dataclass(frozen=True, slots=True)
class Pruned:
    """What went: runs that were deleted, and conversations of whose checkpoints the last alone is left."""

    deleted: int
    pruned: int


class Keeper:
    """Deletes and prunes one tenant's runs; `saver` may be a foreign one, which need not know how to prune."""

    def __init__(self, store: RunStore, saver: BaseCheckpointSaver[Any], retention: Retention) -> None:
        self._store, self._saver, self.retention = store, saver, retention
        self._following = False

    async def delete(self, record: RunRecord, *, conversation: bool = False) -> list[str]:
        """Delete every trace of a run, and with `conversation` of all runs that hold the same; return their ids.

        Raises:
            RunStateError: other turns of its conversation, or runs made from it, hold its question, and may not go.
        """
        threads, ids = await self._related(record)
        if len(ids) > 1 and not conversation:
            others = ", ".join(id_ for id_ in ids if id_ != record.id)
            raise RunStateError(
                record.id,
                f"other runs of its conversation, or made from it, hold what run {record.id} holds: {others}; "
                f"`planfirst runs delete {record.id} --conversation` deletes them all",
            )
        for thread in threads:
            await self._forget(thread)
        await self._tidy()
        return ids

    async def _related(self, record: RunRecord) -> tuple[list[str], list[str]]:
        """Return the threads and ids of a run's conversation and of all that was made from it; the latest first."""
        threads, ids, pending = list[str](), list[str](), [record.thread]
        while pending:
            threads.insert(0, thread := pending.pop())
            rows = await self._fetch("SELECT id FROM runs WHERE tenant = ? AND thread = ?", thread)
            found = [RunId(row["id"]) for row in rows]
            ids += found
            made = [other.thread for id_ in found for other in await self._store.made_from(id_)]
            pending += [other for other in dict.fromkeys(made) if other not in (*threads, *pending)]
        return threads, ids

    async def prune(self, retention: Retention | None = None) -> Pruned:
        """Delete and prune by the settings, or by others, and give the space back."""
        done = await self.limit(retention or self.retention)
        await self._tidy()
        return done

    async def limit(self, retention: Retention | None = None) -> Pruned:
        """Delete and prune by the settings; what is deleted may still take space."""
        kept = retention or self.retention
        return Pruned(await self._delete_beyond(kept), await self._prune_beyond(kept.history))

    async def follow(self) -> None:
        """Do `limit` after a run, unless it is being done; where it fails, the next run's end is soon enough."""
        if self._following:
            return
        self._following = True
        try:
            await self.limit()
        except CheckpointError as error:
            warn("old runs were not deleted: %s", error)
        finally:
            self._following = False

    async def _delete_beyond(self, kept: Retention) -> int:
        threads: set[str] = set()
        if kept.days is not None:
            sql = "SELECT thread FROM runs WHERE tenant = ? GROUP BY thread HAVING max(updated_at) < ?"
            threads |= await self._threads(sql, time.time() - kept.days * DAY)
        if kept.runs is not None:
            sql = (
                f"SELECT thread FROM runs WHERE tenant = ? AND {_QUIET} GROUP BY thread HAVING max(created_at) < "
                "(SELECT min(created_at) FROM (SELECT created_at FROM runs WHERE tenant = ? "
                "ORDER BY created_at DESC LIMIT ?) newest)"
            )
            nothing_newest = f"SELECT DISTINCT thread FROM runs WHERE tenant = ? AND {_QUIET}"
            threads |= await (
                self._threads(sql, self._store.tenant, kept.runs) if kept.runs else self._threads(nothing_newest)
            )
        deleted = 0
        for thread in sorted(threads):
            deleted += len(await self._fetch("SELECT id FROM runs WHERE tenant = ? AND thread = ?", thread))
            await self._forget(thread)
        return deleted

    async def _prune_beyond(self, history: int) -> int:
        if not isinstance(self._saver, LoopedSaver):
            return 0
        sql = (
            f"SELECT thread FROM runs WHERE tenant = ? AND {_QUIET} AND thread NOT IN (SELECT thread FROM ("
            f"SELECT thread FROM runs WHERE tenant = ? AND status IN ({_ENDED}) ORDER BY created_at DESC LIMIT ?"
            ") newest) GROUP BY thread HAVING min(pruned) = 0"
        )
        threads = sorted(await self._threads(sql, self._store.tenant, history))
        if not threads:
            return 0
        await self._saver.aprune(threads)
        marks = ", ".join("?" for _ in threads)
        changed = f"UPDATE runs SET pruned = 1 WHERE tenant = ? AND thread IN ({marks})"
        await self._store.database.write((changed, [self._store.tenant, *threads]))
        return len(threads)

    async def _forget(self, thread: str) -> None:
        """Delete a thread: the checkpoints first, so that a thread that is half deleted is still found."""
        await self._saver.adelete_thread(thread)
        rows = await self._fetch("SELECT id FROM runs WHERE tenant = ? AND thread = ?", thread)
        statements = self._store.wholes.forget([thread, *(str(row["id"]) for row in rows)])
        records = ("DELETE FROM runs WHERE tenant = ? AND thread = ?", [self._store.tenant, thread])

        async def work(execute: Any) -> None:
            for sql, values in (*statements, records):
                await execute(sql, values)

        await (await self._store.database.session()).atomically(work)

    async def _tidy(self) -> None:
        await (await self._store.database.session()).tidy()

    async def _fetch(self, sql: str, *values: Any) -> Sequence[Any]:
        return await self._store.database.fetch(sql, [self._store.tenant, *values])

    async def _threads(self, sql: str, *values: Any) -> set[str]:
        return {str(row["thread"]) for row in await self._fetch(sql, *values)}
