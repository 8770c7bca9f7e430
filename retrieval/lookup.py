"""The reading side of the tables: word search, filters, and the rows behind hits. Writes nothing, knows no vectors."""

import json
import re
from collections.abc import Sequence
from typing import Any

from retrieval.database import Database
from retrieval.errors import InputError
from retrieval.values import DocumentId, Filters, Hit, PassageId, Scalar
from retrieval.words import content_words

_COLUMNS = {
    "document": "d.name",
    "title": "d.title",
    "section": "i.section",
    "collection": "c.name",
    "extension": "d.extension",
}
_KEY = re.compile(r"[A-Za-z][\w-]{0,63}")
_FROM = (
    "FROM passages_index i JOIN passages p ON p.number = i.rowid JOIN documents d ON d.id = p.document "
    "JOIN collections c ON c.id = d.collection"
)
_HIT = 'p.id, d.id, d.name, d.title, i.section, i.body, p.start, p."end", c.name, d.metadata'


class Condition:
    """A filter as SQL: equality or membership for each key, all of which must hold."""

    def __init__(self, collections: Sequence[int], filters: Filters | None) -> None:
        """Raises InputError: a key or a value cannot be filtered by."""
        self.filtered = bool(filters)
        parts = [f"d.collection IN ({', '.join(str(int(id_)) for id_ in collections)})"]
        self.values: list[Any] = []
        for key, wanted in (filters or {}).items():
            parts.append(self._part(key, wanted if isinstance(wanted, list) else [wanted]))
        self.sql = " AND ".join(parts)

    def _part(self, key: str, wanted: list[Scalar]) -> str:
        if not _KEY.fullmatch(key) or not all(isinstance(value, str | int | float) for value in wanted):
            known = ", ".join(_COLUMNS)
            raise InputError(
                f"cannot filter by {key[:80]!r}; use {known} or a key of the documents' front matter, "
                "with a text, a number or a list of them."
            )
        marks = ", ".join("?" * len(wanted))
        column = _COLUMNS.get(key)
        if column:
            self.values.extend(str(value) for value in wanted)
            return f"{column} IN ({marks})"
        # Front matter says 1977 as a number; a caller may have it as text.
        self.values.extend((f'$."{key}"', *wanted, *(str(value) for value in wanted)))
        return (
            "EXISTS (SELECT 1 FROM json_each(d.metadata, ?) m "
            f"WHERE m.value IN ({marks}) OR CAST(m.value AS TEXT) IN ({marks}))"
        )


class Lookup:
    """Finds passages in the tables."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def allowed(self, collection: int, condition: Condition) -> list[str]:
        """The ids of a collection's passages that meet a condition, in a stable order."""
        rows = self._db.rows(
            f"SELECT p.id {_FROM} WHERE {condition.sql} AND d.collection = ? ORDER BY p.id",
            (*condition.values, collection),
        )
        return [row[0] for row in rows]

    def by_words(self, query: str, condition: Condition, limit: int) -> dict[PassageId, float]:
        """BM25 scores, more is better, of the best `limit` passages that share a word with the query."""
        match = match_any(content_words(query))
        if not match:
            return {}
        rows = self._db.rows(
            f"SELECT p.id, -bm25(passages_index) AS score {_FROM} "
            f"WHERE passages_index MATCH ? AND {condition.sql} ORDER BY score DESC, p.id LIMIT ?",
            (match, *condition.values, limit),
        )
        return {PassageId(id_): score for id_, score in rows}

    def rarity(self, word: str) -> tuple[int, int]:
        """How many passages have the word, in any of its forms, and how many passages there are."""
        having = self._db.rows("SELECT count(*) FROM passages_index WHERE passages_index MATCH ?", (match_any([word]),))
        return having[0][0], self._db.rows("SELECT count(*) FROM passages")[0][0]

    def hits(self, scores: Sequence[tuple[PassageId, float]]) -> list[Hit]:
        """The passages of these ids with these scores, in the order given; ids that are gone are left out."""
        marks = ", ".join("?" * len(scores))
        rows = self._db.rows(f"SELECT {_HIT} {_FROM} WHERE p.id IN ({marks})", [id_ for id_, _ in scores])
        by_id = {row[0]: row for row in rows}
        return [_hit(by_id[id_], score) for id_, score in scores if id_ in by_id]

    def document_text(self, document: str) -> list[tuple[DocumentId, str]]:
        """Id and extracted text of the documents with this name or id."""
        return [
            (DocumentId(id_), text)
            for id_, text in self._db.rows(
                "SELECT id, text FROM documents WHERE ? IN (id, name) ORDER BY id", (document,)
            )
        ]


def match_any(words: Sequence[str]) -> str:
    """An FTS5 expression that matches any of the words; quoting makes every word plain text."""
    return " OR ".join('"' + word.replace('"', '""') + '"' for word in words)


def _hit(row: tuple[Any, ...], score: float) -> Hit:
    id_, document_id, name, title, section, text, start, end, collection, metadata = row
    return Hit(
        PassageId(id_),
        DocumentId(document_id),
        name,
        title,
        section,
        text,
        start,
        end,
        score,
        collection,
        json.loads(metadata),
    )
