"""What the knowledge base holds, in SQLite: collections, documents, passages. Knows no vectors and no files.

In the table `state`, `generation` counts the changes of the index, `unfinished` is set while vectors and tables may
disagree, and `purging` while deleted text may still be in the files.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal

from retrieval.database import Database
from retrieval.passages import Piece, index_text
from retrieval.values import CollectionInfo, DocumentId, Metadata

Mark = Literal["unfinished", "purging"]
_IDS_AT_ONCE = 500
"""SQLite bounds the variables of one statement; older builds to 999."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection's row: `fingerprint` names the embedder of its vectors."""

    id: int
    name: str
    fingerprint: str
    dimension: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A document in the manifest: `digest` is that of the file it was read from."""

    id: DocumentId
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document to store, cut into passages."""

    id: DocumentId
    path: str
    name: str
    extension: str
    digest: str
    title: str
    metadata: Metadata
    text: str
    pieces: Sequence[Piece]


class Store:
    """Reads and writes the tables. Every method raises KnowledgeError's branches only."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing."""
        return self._db.transaction()

    def snapshot(self) -> AbstractContextManager[None]:
        """Several reads of one state."""
        return self._db.snapshot()

    def generation(self) -> int:
        """The number of changes so far."""
        return self._state("generation")

    def is_set(self, mark: Mark) -> bool:
        """Whether a change began and its end was not noted."""
        return bool(self._state(mark))

    def advance(self) -> int:
        """Count a change; within the transaction that makes it."""
        self._db.rows("UPDATE state SET value = value + 1 WHERE key = 'generation'")
        return self.generation()

    def set_mark(self, mark: Mark) -> None:
        """Note that a change begins."""
        self._db.rows("UPDATE state SET value = 1 WHERE key = ?", (mark,))

    def clear_marks(self) -> None:
        """Note that all changes have ended."""
        self._db.rows("UPDATE state SET value = 0 WHERE key IN ('unfinished', 'purging')")

    def _state(self, key: str) -> int:
        return int(self._db.rows("SELECT value FROM state WHERE key = ?", (key,))[0][0])

    def collections(self, name: str | None = None) -> list[Collection]:
        """All collections by name, or the one of that name."""
        rows = self._db.rows(
            "SELECT id, name, fingerprint, dimension FROM collections WHERE ? IN (name, '*') ORDER BY name",
            (name or "*",),
        )
        return [Collection(*row) for row in rows]

    def summary(self) -> list[CollectionInfo]:
        """All collections with their sizes, by name."""
        rows = self._db.rows(
            "SELECT c.name, c.description, count(DISTINCT d.id), count(p.number) FROM collections c "
            "LEFT JOIN documents d ON d.collection = c.id LEFT JOIN passages p ON p.document = d.id "
            "GROUP BY c.id ORDER BY c.name"
        )
        return [CollectionInfo(*row) for row in rows]

    def add_collection(self, name: str, fingerprint: str, dimension: int) -> None:
        """Add an empty collection."""
        self._db.rows(
            "INSERT INTO collections (name, description, fingerprint, dimension) VALUES (?, '', ?, ?)",
            (name, fingerprint, dimension),
        )

    def describe(self, collection: int, description: str) -> None:
        """Set the operator's description of a collection."""
        self._db.rows("UPDATE collections SET description = ? WHERE id = ?", (description, collection))

    def manifest(self, collection: int) -> dict[str, Entry]:
        """The documents of a collection by the absolute path they were read from."""
        rows = self._db.rows("SELECT path, id, name, digest FROM documents WHERE collection = ?", (collection,))
        return {path: Entry(DocumentId(id_), name, digest) for path, id_, name, digest in rows}

    def write(self, collection: int, documents: Iterable[Document]) -> None:
        """Add documents with their passages, in place of those with the same id; within a transaction."""
        for document in documents:
            self.delete([document.id])
            self._db.rows(
                "INSERT INTO documents (id, collection, path, name, extension, digest, title, metadata, text) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (document.id, collection, document.path, document.name, document.extension, document.digest,
                 document.title, json.dumps(document.metadata), document.text),
            )  # fmt: skip
            self._write_pieces(document)

    def _write_pieces(self, document: Document) -> None:
        self._db.run_many(
            'INSERT INTO passages (id, document, start, "end") VALUES (?, ?, ?, ?)',
            [(piece.id, document.id, piece.start, piece.end) for piece in document.pieces],
        )
        self._db.run_many(
            "INSERT INTO passages_index (rowid, title, section, body) "
            "SELECT number, ?, ?, ? FROM passages WHERE id = ?",
            [(document.title, piece.section, piece.text, piece.id) for piece in document.pieces],
        )

    def delete(self, documents: Sequence[DocumentId]) -> None:
        """Delete documents and all that hangs on them; within a transaction."""
        self._db.run_many("DELETE FROM passages WHERE document = ?", [(id_,) for id_ in documents])
        self._db.run_many("DELETE FROM documents WHERE id = ?", [(id_,) for id_ in documents])

    def passage_ids(self, collection: int, documents: Sequence[DocumentId] | None = None) -> set[str]:
        """The ids of a collection's passages, or of those of some documents."""
        sql = "SELECT p.id FROM passages p JOIN documents d ON d.id = p.document WHERE d.collection = ?"
        if documents is None:
            return {row[0] for row in self._db.rows(sql, (collection,))}
        return {
            row[0]
            for group in _groups(documents)
            for row in self._db.rows(f"{sql} AND d.id IN ({_marks(group)})", (collection, *group))
        }

    def passage_count(self, collection: int) -> int:
        """How many passages a collection has."""
        sql = "SELECT count(*) FROM passages p JOIN documents d ON d.id = p.document WHERE d.collection = ?"
        return int(self._db.rows(sql, (collection,))[0][0])

    def index_texts(self, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Passage ids with the text that is embedded for each."""
        for group in _groups(ids):
            rows = self._db.rows(
                "SELECT p.id, i.title, i.section, i.body FROM passages p JOIN passages_index i ON i.rowid = p.number "
                f"WHERE p.id IN ({_marks(group)})",
                group,
            )
            yield from ((id_, index_text(title, section, body)) for id_, title, section, body in rows)

    def delete_collection(self, collection: int) -> None:
        """Delete a collection with all it holds; within a transaction."""
        self.delete([entry.id for entry in self.manifest(collection).values()])
        self._db.rows("DELETE FROM collections WHERE id = ?", (collection,))

    def forget(self) -> None:
        """Rewrite index and file, so that nothing deleted is left in them."""
        self._db.rows("INSERT INTO passages_index (passages_index) VALUES ('rebuild')")
        self._db.compact()


def _groups(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[at : at + _IDS_AT_ONCE] for at in range(0, len(ids), _IDS_AT_ONCE))


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
