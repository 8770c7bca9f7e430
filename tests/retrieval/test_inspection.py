"""Looking at a knowledge base: true figures, and not one byte changed."""

import hashlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from retrieval import IndexCorruptError, KnowledgeError
from retrieval.inspection import CollectionState, inspect
from retrieval.schema import MIGRATIONS

HOLD = """
import sys, time
from pathlib import Path
from retrieval.lock import IndexLocks
with getattr(IndexLocks(Path(sys.argv[1])), sys.argv[2])():
    print("held", flush=True)
    time.sleep(60)
"""


def files(folder: Path) -> dict[str, str]:
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def test_a_closed_knowledge_base_is_counted_and_left_as_it_is(kb, tmp_path):
    kb.ingest([tmp_path / "library"], describe="what there is")
    kb.close()
    before = files(tmp_path)
    found = inspect(tmp_path / "home")
    assert files(tmp_path) == before
    (info,) = found.collections
    assert info == CollectionState("default", "what there is", 3, info.passages, info.passages, "hash-1:128")
    assert info.passages > 3
    assert (found.outdated, found.changing, found.held, found.unfinished) == (False,) * 4


def test_an_open_knowledge_base_is_seen_as_it_is_now(kb, tmp_path, library):
    (library / "more.txt").write_text("One more document.")
    kb.ingest([library])
    kb.search("document", 1)
    names = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert inspect(tmp_path / "home").collections[0].documents == 4
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == names


def test_where_nothing_was_ingested_nothing_is_found_and_nothing_made(tmp_path):
    assert inspect(tmp_path / "home") is None
    assert list(tmp_path.iterdir()) == []


def test_missing_vectors_are_counted(kb, tmp_path):
    kb.close()
    shutil.rmtree(tmp_path / "home/local/vectors/1")
    assert inspect(tmp_path / "home").collections[0].vectors == 0


@pytest.mark.parametrize(
    ("lock", "changing", "held"), [("maintenance", True, False), ("writing", False, True), ("reading", False, False)]
)
def test_what_another_process_does_is_told(kb, python, tmp_path, lock, changing, held):
    kb.close()
    process = python(HOLD, tmp_path / "home/local", lock)
    try:
        assert process.stdout.readline() == "held\n"
        found = inspect(tmp_path / "home")
    finally:
        process.kill()
        process.communicate()
    assert (found.changing, found.held) == (changing, held)


@pytest.mark.parametrize(
    ("file", "mend"),
    [("knowledge.sqlite3", "ingest your documents again"), ("vectors/1/chroma.sqlite3", "delete that folder")],
)
def test_what_cannot_be_read_is_named_with_its_mend(kb, tmp_path, file, mend):
    kb.close()
    path = tmp_path / "home/local" / file
    path.write_bytes(b"no database at all, " * 300)
    with pytest.raises(IndexCorruptError, match=f"{path.parent.name}.*{mend}"):
        inspect(tmp_path / "home")


@pytest.mark.parametrize(("step", "outdated"), [(1, None), (-1, True)])
def test_another_version_is_told_apart(kb, tmp_path, step, outdated):
    kb.close()
    with sqlite3.connect(tmp_path / "home/local/knowledge.sqlite3") as database:
        database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + step}")
    database.close()
    if outdated is None:
        with pytest.raises(KnowledgeError, match="upgrade"):
            inspect(tmp_path / "home")
    else:
        found = inspect(tmp_path / "home")
        assert (found.outdated, found.collections) == (True, ())
