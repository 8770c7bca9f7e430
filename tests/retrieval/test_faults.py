"""Every way in which disk and database fail ends in one clear error of ours, and what was there stays."""

import os
import sqlite3
import subprocess

import pytest

from retrieval import (
    EmbedderMismatchError,
    HashEmbedder,
    IndexCorruptError,
    IndexInUseError,
    KnowledgeError,
    StorageError,
)
from retrieval.database import Database, errors
from retrieval.schema import MIGRATIONS


def test_another_embedder_is_refused_with_what_to_do(kb, open_kb, library):
    other = open_kb(embedder=HashEmbedder(64))
    for use in (lambda: other.search("moon"), lambda: other.ingest([library])):
        with pytest.raises(EmbedderMismatchError, match=r"hash-1:128.*hash-1:64 is in use.*purge the collection"):
            use()
    other.ingest([library], collection="second")
    assert other.search("moon", collection="second")


@pytest.mark.parametrize("damage", [b"not a database " * 300, b""])
def test_a_damaged_database_is_named_and_left_alone(kb, open_kb, tmp_path, damage):
    kb.close()
    path = tmp_path / "home/local/knowledge.sqlite3"
    path.write_bytes(damage or path.read_bytes()[:5000])
    before = path.read_bytes()
    with pytest.raises(IndexCorruptError, match="restore a copy, or move it away"):
        open_kb().search("moon")
    assert path.read_bytes() == before


def test_a_database_of_a_newer_version_is_refused(kb, open_kb, tmp_path):
    kb.close()
    with sqlite3.connect(tmp_path / "home/local/knowledge.sqlite3") as database:
        database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    database.close()
    with pytest.raises(KnowledgeError, match=r"newer PlanFirst.*upgrade"):
        open_kb().search("moon")


def test_a_full_database_loses_nothing(kb, library):
    before = kb.search("moon", 9)
    connection = kb._existing()._database._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    (library / "big.txt").write_text("\n\n".join(f"Paragraph {n} about bananas and more." for n in range(3000)))
    with pytest.raises(StorageError, match="free some space"):
        kb.ingest([library])
    assert kb.search("moon", 9) == before
    connection.execute("PRAGMA max_page_count = 1000000")
    assert kb.ingest([library]).added == 1
    assert kb.search("bananas", 1)[0].document == "big.txt"


@pytest.fixture
def small_disk(tmp_path, system_program):
    """A file system of 1 MB, which only the superuser can make."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = [system_program("mount"), "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this user cannot mount a small disk")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)  # Chroma lets go of its files only when collected


def test_a_full_disk_loses_nothing(small_disk, open_kb, library):
    kb = open_kb(small_disk)
    kb.ingest([library])
    before = kb.search("moon", 9)
    (library / "big.txt").write_text("\n\n".join(f"Paragraph {n} about bananas and more." for n in range(5000)))
    with pytest.raises(StorageError, match="free some space"):
        kb.ingest([library])
    kb.close()
    subprocess.run(["mount", "-o", "remount,size=20m", small_disk], check=True)
    assert open_kb(small_disk).search("moon", 9) == before
    assert kb.ingest([library]).added == 1


def test_a_folder_that_cannot_be_made_is_said_so(open_kb, tmp_path, library):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be used"):
        open_kb(tmp_path / "file").ingest([library])


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_CORRUPT_VTAB, IndexCorruptError),
        (sqlite3.SQLITE_NOTADB, IndexCorruptError),
        (sqlite3.SQLITE_FULL, StorageError),
        (sqlite3.SQLITE_IOERR_WRITE, StorageError),
        (sqlite3.SQLITE_READONLY, StorageError),
        (sqlite3.SQLITE_CANTOPEN, StorageError),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, IndexInUseError),
        (sqlite3.SQLITE_LOCKED, IndexInUseError),
        (sqlite3.SQLITE_MISUSE, KnowledgeError),
    ],
)
def test_every_sqlite_error_is_one_of_ours(tmp_path, code, kind):
    error = sqlite3.OperationalError("foreign words")
    error.sqlite_errorcode = code
    with pytest.raises(kind) as caught, errors(tmp_path / "x.sqlite3"):
        raise error
    assert type(caught.value) is kind
    assert "foreign words" not in str(caught.value)


def test_an_error_of_the_operating_system_is_one_of_ours(tmp_path):
    with pytest.raises(StorageError, match="No space left"), errors(tmp_path / "x.sqlite3"):
        raise OSError(28, os.strerror(28))


def test_a_transaction_that_fails_leaves_no_trace(tmp_path):
    database = Database(tmp_path / "x.sqlite3")

    def half() -> None:
        with database.transaction():
            database.rows("INSERT INTO state VALUES ('x', 1)")
            database.rows("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(KnowledgeError):
        half()
    assert database.rows("SELECT count(*) FROM state WHERE key = 'x'") == [(0,)]
    database.close()
    with pytest.raises(KnowledgeError):
        database.rows("SELECT 1")
