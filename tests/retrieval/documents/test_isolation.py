"""The child process: it serves many documents, is bounded, may die, and leaves no trace of itself."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path, PurePath

import pytest

from retrieval import DocumentError
from retrieval.documents import isolation, worker
from retrieval.documents.isolation import Converter
from retrieval.documents.registry import FILE_READERS, extract

PDF = PurePath("a.pdf")


@pytest.fixture
def converter():
    with Converter() as one:
        yield one


def child(converter: Converter) -> subprocess.Popen[bytes]:
    assert converter._child is not None
    return converter._child


@pytest.mark.parametrize("extension", [".docx", ".pptx", ".xlsx", ".pdf"])
def test_the_child_gives_what_this_process_would(make, converter, extension):
    path = PurePath(f"a{extension}")
    assert converter.extract(path, make.good(extension)) == extract(path, make.good(extension))


def test_one_child_serves_many_documents_and_ends_with_the_converter(make, converter):
    converter.extract(PDF, make.pdf("One."))
    first = child(converter)
    with pytest.raises(DocumentError, match="damaged"):
        converter.extract(PDF, b"%PDF-1.7 junk")
    converter.extract(PDF, make.pdf("Two."))
    assert child(converter) is first
    converter.close()
    assert first.returncode is not None


def test_small_text_files_need_no_child(converter):
    assert converter.extract(PurePath("a.md"), b"Text.").text == "Text."
    assert converter._child is None
    assert len(converter.extract(PurePath("a.md"), b"Words of it. " * 10_000).text) > 100_000
    assert converter._child is not None


def test_what_takes_too_much_processor_time_is_ended_and_the_next_document_is_read(make):
    with Converter(seconds=1) as converter:
        with pytest.raises(DocumentError, match="more than 1 seconds"):
            converter.extract(PurePath("a.html"), b"<p>words<br>" * 500_000)
        assert converter.extract(PDF, make.pdf("Next.")).text == "Next."


def test_what_sleeps_too_long_is_ended_and_the_next_document_is_read(make, converter, monkeypatch):
    converter.extract(PDF, make.pdf("One."))
    os.kill(child(converter).pid, signal.SIGSTOP)
    monkeypatch.setattr(isolation, "_PATIENCE", 1)
    converter._seconds = 1
    with pytest.raises(DocumentError, match="more than 1 seconds"):
        converter.extract(PDF, make.pdf("Two."))
    converter._seconds = 60
    assert converter.extract(PDF, make.pdf("Three.")).text == "Three."


def test_what_wants_too_much_memory_is_ended_and_the_next_document_is_read(make):
    with Converter(memory_bytes=100 << 20) as converter:
        page = "<p>" + "word " * 10 + "</p>"
        with pytest.raises(DocumentError, match="more than 100 MB of memory"):
            converter.extract(PurePath("a.html"), (page * 100_000).encode())
        assert converter.extract(PDF, make.pdf("Next.")).text == "Next."


def test_a_crash_is_one_sentence_and_the_next_document_is_read(make, converter):
    converter.extract(PDF, make.pdf("One."))
    child(converter).kill()
    with pytest.raises(DocumentError, match="makes its converter crash"):
        converter.extract(PDF, make.pdf("Two."))
    assert converter.extract(PDF, make.pdf("Three.")).text == "Three."


def test_half_an_answer_is_none():
    whole = io.BytesIO()
    worker.send(whole, {"document": "text"})
    for size in range(len(whole.getvalue())):
        assert worker.receive(io.BytesIO(whole.getvalue()[:size])) is None


def test_an_interruption_leaves_no_answer_behind(make, converter, monkeypatch):
    converter.extract(PDF, make.pdf("One."))
    first = child(converter)
    monkeypatch.setattr(isolation.worker, "receive", lambda stream: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        converter.extract(PDF, make.pdf("Two."))
    monkeypatch.undo()
    assert first.returncode is not None
    assert converter.extract(PDF, make.pdf("Three.")).text == "Three."


def test_a_child_whose_parent_is_gone_ends(make):
    code = (
        "import sys, os\nfrom pathlib import PurePath\nfrom retrieval.documents.isolation import Converter\n"
        "c = Converter()\nc.extract(PurePath('a.pdf'), sys.stdin.buffer.read())\n"
        "print(c._child.pid, flush=True)\nos._exit(0)\n"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, input=make.pdf("x"), capture_output=True, check=True, timeout=60)
    pid = int(done.stdout)
    for _ in range(600):
        if not _runs(pid):
            return
        time.sleep(0.05)
    pytest.fail("the child is still there")


def _runs(pid: int) -> bool:
    """Whether the process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_a_child_that_cannot_start_is_one_sentence(make, converter, monkeypatch):
    monkeypatch.setattr(isolation.sys, "executable", "/nowhere/python")
    with pytest.raises(DocumentError, match="no process can be started"):
        converter.extract(PDF, make.pdf("x"))
    monkeypatch.setattr(isolation.sys, "executable", "/bin/false")
    with pytest.raises(DocumentError, match="does not start"):
        converter.extract(PDF, make.pdf("x"))


def _raise(error: BaseException):
    def reader(data: bytes, name: str):
        raise error

    return reader


@pytest.mark.parametrize(
    "error",
    [
        KeyError("part"),
        ValueError("foreign words"),
        RecursionError(),
        AssertionError(),
        OSError(5, "foreign words"),
        UnicodeDecodeError("utf-8", b"", 0, 1, "foreign words"),
        type("LibraryError", (Exception,), {})("foreign words"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_a_library_raises_is_one_sentence(monkeypatch, error):
    monkeypatch.setitem(FILE_READERS, ".pdf", _raise(error))
    answer = worker._answer(PDF, b"%PDF-1.7")
    assert answer["fault"].startswith("the file is damaged or made in an unusual way")
    assert "foreign words" not in answer["fault"]


def test_a_fault_keeps_its_words_and_memory_that_ran_out_ends_the_child(monkeypatch):
    monkeypatch.setitem(FILE_READERS, ".pdf", _raise(DocumentError("ours.")))
    assert worker._answer(PDF, b"%PDF-1.7") == {"fault": "ours."}
    monkeypatch.setitem(FILE_READERS, ".pdf", _raise(MemoryError()))
    with pytest.raises(MemoryError):
        worker._answer(PDF, b"%PDF-1.7")
