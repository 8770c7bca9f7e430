"""The database's tables, and how an older database becomes a current one. Knows SQL only.

`passages_index` is an FTS5 table with the words of title, section and text; its `body` column is also where a passage's
text is kept. One passage is `documents.text[start:end]`, counted in code points.
"""

import sqlite3

from retrieval.errors import KnowledgeError

_FIRST = """
CREATE TABLE state (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
INSERT INTO state VALUES ('generation', 0), ('unfinished', 0), ('purging', 0);
CREATE TABLE collections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    dimension INTEGER NOT NULL
) STRICT;
CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    collection INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    name TEXT NOT NULL,
    extension TEXT NOT NULL,
    digest TEXT NOT NULL,
    title TEXT NOT NULL,
    metadata TEXT NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (collection, path),
    UNIQUE (collection, name)
) STRICT;
CREATE TABLE passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL
) STRICT;
CREATE INDEX passages_by_document ON passages (document);
CREATE VIRTUAL TABLE passages_index USING fts5 (title, section, body, tokenize = 'porter unicode61');
CREATE TRIGGER passages_leave_index AFTER DELETE ON passages BEGIN
    DELETE FROM passages_index WHERE rowid = old.number;
END;
"""
MIGRATIONS = (_FIRST,)
"""Script n brings a database from version n to n + 1; a script that has been released never changes."""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the database to the current version, each step in a transaction of its own.

    Raises KnowledgeError: a newer PlanFirst wrote it. sqlite3.Error: the database cannot be read or written.
    """
    version = _version(connection)
    if version > len(MIGRATIONS):
        raise KnowledgeError(
            f"the knowledge base was written by a newer PlanFirst (version {version}, "
            f"this one knows {len(MIGRATIONS)}); upgrade PlanFirst to use it."
        )
    for script in MIGRATIONS[version:]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            if _version(connection) == version:  # else another process has just done it
                for statement in _statements(script):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        version += 1


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> list[str]:
    """Split a script; `executescript` would commit the transaction that makes a migration whole."""
    statements, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            statements.append(pending)
            pending = ""
    return statements
