"""The knowledge base and the embedder: each fault named with its mend, nothing changed."""

import shutil
import subprocess
import sys

import pytest

from nodes.errors import KnowledgeError
from planfirst.doctor import knowledge as checks
from planfirst.doctor.knowledge import check_embedder, check_knowledge
from retrieval import HashEmbedder, KnowledgeBase
from retrieval.embedders.default import default_embedder

HOLD = """
import sys, time
from pathlib import Path
from retrieval.lock import IndexLocks
with getattr(IndexLocks(Path(sys.argv[1])), sys.argv[2])():
    print("held", flush=True)
    time.sleep(60)
"""


class Likened(HashEmbedder):
    """Has the default embedder's name, so that a knowledge base is made in no time and looks like one of its own."""

    fingerprint = ""


@pytest.fixture
def ingested(own_home, tmp_path):
    """Ingest a document into the test's home."""

    def ingest(embedder=None, describe: str | None = "notes") -> None:
        likened = Likened()
        likened.fingerprint = default_embedder(tmp_path).fingerprint
        (tmp_path / "note.md").write_text("# Note\n\nJupiter is wide.\n")
        with KnowledgeBase(own_home / "knowledge", embedder=embedder or likened) as knowledge:
            knowledge.ingest([tmp_path / "note.md"], describe=describe)

    return ingest


def told(findings) -> list[tuple[str, str]]:
    return [(finding.level, finding.message) for finding in findings]


def test_nothing_ingested_yet_says_how_to(case, own_home):
    (finding,) = check_knowledge(case())
    assert (finding.level, finding.mend) == ("note", "planfirst ingest FOLDER")
    assert not own_home.exists()


def test_a_whole_collection_is_counted_and_left_as_it_is(case, own_home, ingested, snapshot):
    ingested()
    before = snapshot(own_home)
    message = "collection `default` holds 1 document in 1 passage, each with its vector"
    assert told(check_knowledge(case())) == [("ok", message)]
    assert snapshot(own_home) == before


def test_missing_vectors_are_a_warning_that_the_next_question_mends(case, own_home, ingested):
    ingested()
    shutil.rmtree(own_home / "knowledge/local/vectors/1")
    (finding,) = check_knowledge(case())
    assert (finding.level, "0 vectors" in finding.message, "question" in finding.mend) == ("warning", True, True)


def test_another_embedder_and_a_missing_description_are_told(case, ingested):
    ingested(HashEmbedder(), describe=None)
    mismatch, description = check_knowledge(case())
    assert (mismatch.level, "hash-1:128" in mismatch.message) == ("problem", True)
    assert (description.level, "--describe" in description.mend) == ("note", True)


@pytest.mark.parametrize(("lock", "level"), [("writing", "warning"), ("maintenance", "note")])
def test_a_knowledge_base_that_another_process_holds_is_looked_at_all_the_same(case, own_home, ingested, lock, level):
    ingested()
    command = [sys.executable, "-c", HOLD, str(own_home / "knowledge/local"), lock]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        used, holds = told(check_knowledge(case()))
        process.kill()
    assert (used[0], "another process" in used[1]) == (level, True)
    assert holds[0] == "ok"


def test_a_damaged_database_says_what_to_do(case, own_home, ingested):
    ingested()
    (own_home / "knowledge/local/knowledge.sqlite3").write_bytes(b"no database at all, " * 300)
    with pytest.raises(KnowledgeError, match="move it away"):
        list(check_knowledge(case()))


def test_an_embedder_that_is_not_exported_yet_is_a_note_and_stays_so(case, own_home):
    (finding,) = check_embedder(case())
    assert (finding.level, "exports" in finding.message) == ("note", True)
    assert not own_home.exists()


def test_an_export_without_the_packages_for_it_is_a_problem(case, monkeypatch):
    monkeypatch.setattr(checks, "EXPORTERS", ("torch", "no_such_module_of_anybody"))
    (finding,) = check_embedder(case())
    assert (finding.level, "needs no_such_module_of_anybody" in finding.message) == ("problem", True)


def test_a_broken_export_says_what_to_do(case, own_home):
    folder = default_embedder(own_home / "knowledge/_models").folder
    folder.mkdir(parents=True)
    (folder / "encoder.json").write_text('{"fingerprint": "f", "dimension": 3, "max_tokens": 8}')
    with pytest.raises(KnowledgeError, match="delete that folder"):
        list(check_embedder(case()))
