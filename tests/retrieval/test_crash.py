"""Nothing is lost and nothing wrong is found, wherever a process is killed and whatever of the vectors is gone."""

import shutil
import signal

import pytest

from retrieval import IndexCorruptError

KILLED = """
import os, signal, sys
from pathlib import Path
from retrieval import HashEmbedder, KnowledgeBase
from retrieval.store import Store
from retrieval.vectors import VectorStore

home, library, owner, method, when = sys.argv[1:]
target = {"Store": Store, "VectorStore": VectorStore}[owner]
real = getattr(target, method)

def die(*arguments):
    if when == "after":
        real(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(target, method, die)
kb = KnowledgeBase(Path(home), embedder=HashEmbedder())
kb.purge("default") if library == "-" else kb.ingest([Path(library)])
"""


def kill(python, *arguments: object) -> None:
    process = python(KILLED, *arguments)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL


@pytest.fixture
def edited(kb, library):
    """The library with one file edited and one new, not yet taken in."""
    kb.close()
    (library / "jupiter.md").write_text("# Jupiter\n\nBananas are yellow.")
    (library / "mars.md").write_text("# Mars\n\nMars is red.")
    return library


def is_sound(kb, library) -> None:
    for query in ("volcanic Io", "yellow bananas", "red Mars", "Moon orbits"):
        for hit in kb.search(query, 10):
            assert kb.document_text(hit.document_id)[hit.start : hit.end] == hit.text
    kb.ingest([library])
    assert kb.ingest([library]).unchanged == 4
    assert kb.search("yellow bananas", 1)[0].text == "Bananas are yellow."
    assert all("volcanic" not in hit.text for hit in kb.search("volcanic Io", 10))
    index = kb._existing()
    generation = index.store.generation()
    assert index._vectors.ids(1, generation) == index.store.passage_ids(1)
    assert not index.store.is_set("unfinished")


@pytest.mark.parametrize(
    ("owner", "method", "when"),
    [
        ("VectorStore", "put", "before"),
        ("VectorStore", "put", "after"),
        ("Store", "write", "after"),
        ("VectorStore", "remove", "before"),
        ("VectorStore", "remove", "after"),
        ("Store", "clear_marks", "before"),
    ],
)
def test_killed_between_vectors_and_tables(python, open_kb, edited, tmp_path, owner, method, when):
    kill(python, tmp_path / "home", edited, owner, method, when)
    is_sound(open_kb(), edited)


def test_killed_in_the_very_first_ingestion(python, open_kb, library, tmp_path):
    kill(python, tmp_path / "home", library, "Store", "write", "after")
    kb = open_kb()
    assert kb.search("moon") == []
    assert kb.ingest([library]).added == 3
    assert len(kb.search("moon Jupiter rocket", 10)) == 5


@pytest.mark.parametrize("method", ["drop"])
def test_a_purge_that_was_killed_is_finished_by_the_next_use(python, kb, tmp_path, method):
    kb.ingest([tmp_path / "library"], collection="second")
    kb.close()
    kill(python, tmp_path / "home", "-", "VectorStore", method, "before")
    assert {hit.collection for hit in kb.search("Jupiter", 9)} == {"second"}
    assert sorted(path.name for path in (tmp_path / "home/local/vectors").iterdir()) == ["2"]


def test_vectors_that_are_gone_are_made_again_by_a_search(kb, tmp_path):
    before = kb.search("moon", 9)
    kb.close()
    shutil.rmtree(tmp_path / "home/local/vectors")
    assert kb.search("moon", 9) == before


def test_damaged_vectors_are_reported_with_the_way_out_that_works(kb, open_kb, tmp_path):
    before = kb.search("moon", 9)
    kb.close()
    folder = tmp_path / "home/local/vectors/1"
    (folder / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
    fresh = open_kb()
    with pytest.raises(IndexCorruptError, match="delete that folder"):
        fresh.search("moon")
    shutil.rmtree(folder)
    assert fresh.search("moon", 9) == before
