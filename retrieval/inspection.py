"""Looks at a knowledge base without changing a single file: what it holds, and whether its parts agree.

Using a knowledge base brings its database up to date, opens Chroma (which writes on opening), and mends what a crash
left behind. This module does none of it, and finds out what would be done.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from retrieval.database import Database, connect_read_only, errors
from retrieval.errors import IndexCorruptError, IndexInUseError, KnowledgeError
from retrieval.lock import IndexLocks
from retrieval.schema import MIGRATIONS
from retrieval.store import Store

LOCK_SECONDS = 0.2
"""How long a lock may be held before it counts as held: a batch being stored takes less."""


@dataclass(frozen=True, slots=True)
class CollectionState:
    """A collection as it lies on disk; `vectors` are those of its passages, `fingerprint` names their embedder."""

    name: str
    description: str
    documents: int
    passages: int
    vectors: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """A knowledge base as it lies on disk.

    `outdated` says that its next use brings the database up to date, and that its collections were not looked at.
    `changing` and `held` tell what another process does with it: changes it, or holds the index alone.
    `unfinished` says that a change began and its end was not noted.
    """

    outdated: bool
    changing: bool
    held: bool
    unfinished: bool
    collections: tuple[CollectionState, ...]


def inspect(folder: Path, *, tenant: str = "local") -> Inspection | None:
    """Return what the knowledge base in `folder` holds; None where nothing has been ingested yet.

    Raises KnowledgeError and its branches: the database or the vectors cannot be read, or a newer version wrote them.
    """
    home = folder / tenant
    path = home / "knowledge.sqlite3"
    if not path.exists():
        return None
    changing, held = _locks(home)
    database = Database(path, read_only=True)
    try:
        version = int(database.rows("PRAGMA user_version")[0][0])
        if version > len(MIGRATIONS):
            raise KnowledgeError(
                f"the knowledge base was written by a newer PlanFirst (version {version}, "
                f"this one knows {len(MIGRATIONS)}); upgrade PlanFirst to use it."
            )
        if version < len(MIGRATIONS):
            return Inspection(True, changing, held, unfinished=False, collections=())
        store = Store(database)
        with store.snapshot():
            return Inspection(False, changing, held, store.is_set("unfinished"), _collections(store, home / "vectors"))
    finally:
        database.close()


def _collections(store: Store, vectors: Path) -> tuple[CollectionState, ...]:
    rows = {collection.name: collection for collection in store.collections()}
    return tuple(
        CollectionState(
            name=info.name,
            description=info.description,
            documents=info.documents,
            passages=info.passages,
            vectors=_vectors(vectors / str(rows[info.name].id) / "chroma.sqlite3"),
            fingerprint=rows[info.name].fingerprint,
        )
        for info in store.summary()
    )


def _vectors(path: Path) -> int:
    """Count a collection's vectors in Chroma's own table (as of Chroma 1.5), which Chroma fills in the same write."""
    if not path.exists():
        return 0
    with errors(path):
        try:
            with closing(connect_read_only(path)) as connection:
                return int(connection.execute("SELECT count(*) FROM embeddings").fetchone()[0])
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:  # no such table: opened once and never written
                return 0
            if error.sqlite_errorcode in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
                raise IndexCorruptError(
                    f"the vectors in {path.parent} cannot be read ({error.sqlite_errorname}); "
                    "delete that folder, and they are made again from the database."
                ) from error
            raise


def _locks(home: Path) -> tuple[bool, bool]:
    """Tell whether another process changes the knowledge base, and whether one keeps readers out."""
    locks = IndexLocks(home, wait_seconds=LOCK_SECONDS)
    changing = held = False
    if (home / "maintenance.lock").exists():
        with locks.maintenance_if_free() as free:
            changing = not free
    if (home / "index.lock").exists():
        try:
            with locks.reading():
                pass
        except IndexInUseError:
            held = True
    return changing, held
