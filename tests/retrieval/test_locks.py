"""Several processes on one knowledge base."""

import signal

import pytest

from retrieval import IndexInUseError
from retrieval.lock import IndexLocks

HOLD = """
import sys, time
from pathlib import Path
from retrieval.lock import IndexLocks
with getattr(IndexLocks(Path(sys.argv[1])), sys.argv[2])():
    print("held", flush=True)
    time.sleep(60)
"""
READER = """
import sys
from pathlib import Path
from retrieval import HashEmbedder, KnowledgeBase
with KnowledgeBase(Path(sys.argv[1]), embedder=HashEmbedder()) as kb:
    for line in sys.stdin:
        print(",".join(hit.document for hit in kb.search(line, 3)), flush=True)
"""


@pytest.fixture
def hold(python, tmp_path):
    """Starts processes that hold a lock, and kills them the hard way."""
    started = []

    def start(which: str):
        process = python(HOLD, tmp_path, which)
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("held", "wanted", "free"),
    [
        ("reading", "reading", True),
        ("reading", "writing", False),
        ("writing", "reading", False),
        ("writing", "writing", False),
        ("maintenance", "maintenance", False),
        ("maintenance", "reading", True),
        ("maintenance", "writing", True),
    ],
)
def test_who_waits_for_whom(hold, tmp_path, held, wanted, free):
    hold(held)
    locks = IndexLocks(tmp_path, wait_seconds=0.05)
    if free:
        with getattr(locks, wanted)():
            pass
    else:
        with (
            pytest.raises(IndexInUseError, match=r"(wait until|try again when) it has finished"),
            getattr(locks, wanted)(),
        ):
            pass


def test_a_killed_holder_holds_nothing(hold, tmp_path):
    process = hold("maintenance")
    process.send_signal(signal.SIGKILL)
    process.wait()
    with IndexLocks(tmp_path, wait_seconds=5).maintenance():
        pass


def test_trying_gives_up_at_once(hold, tmp_path):
    locks = IndexLocks(tmp_path)
    with locks.maintenance_if_free() as free:
        assert free
    hold("maintenance")
    with locks.maintenance_if_free() as free:
        assert not free


def test_readers_in_other_processes_see_what_is_taken_in_and_removed_meanwhile(python, kb, tmp_path, library):
    readers = [python(READER, tmp_path / "home") for _ in range(2)]

    def ask(question: str) -> set[str]:
        for reader in readers:
            reader.stdin.write(question + "\n")
            reader.stdin.flush()
        return {reader.stdout.readline().split(",")[0].strip() for reader in readers}

    assert ask("volcanic Io") == {"jupiter.md"}
    (library / "banana.txt").write_text("Bananas are yellow and volcanic.")
    kb.ingest([library])
    assert ask("yellow bananas") == {"banana.txt"}
    (library / "banana.txt").unlink()
    kb.ingest([library])
    assert "banana.txt" not in ask("yellow bananas")
    for reader in readers:
        assert reader.communicate(timeout=30)[1] == ""


def test_an_ingestion_waits_for_another_and_says_so(python, kb, tmp_path, library, open_kb):
    folder = tmp_path / "home" / "local"
    process = python(HOLD, folder, "maintenance")
    try:
        process.stdout.readline()
        impatient = open_kb(wait_seconds=0.05)
        with pytest.raises(IndexInUseError, match="another process is changing"):
            impatient.ingest([library])
        assert impatient.search("moon", 1)  # searching goes on
    finally:
        process.kill()
        process.communicate()
