"""Documents of all formats through the knowledge base: what is taken in, what is refused, and that the rest goes on."""

from pathlib import Path

import pytest

from retrieval.documents.isolation import Converter


@pytest.fixture
def archive(make, tmp_path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    for extension in (".docx", ".pptx", ".xlsx", ".pdf"):
        (folder / f"good{extension}").write_bytes(make.good(extension))
    (folder / "fleet.csv").write_text("Vessel,Built\nAstrid,2009\n")
    (folder / "log.jsonl").write_text('{"vessel": "Astrid", "port": "Oslo"}\n')
    return folder


def test_quotes_of_every_format_stand_exactly_at_their_offsets(open_kb, archive):
    kb = open_kb()
    report = kb.ingest([archive])
    assert (report.added, report.faults) == (6, ())
    hits = kb.search("Astrid vessel built length hull ships port", 50)
    assert {Path(hit.document).suffix for hit in hits} == {".docx", ".pptx", ".xlsx", ".pdf", ".csv", ".jsonl"}
    for hit in hits:
        assert kb.document_text(hit.document_id)[hit.start : hit.end] == hit.text
    assert kb.search("cargo", 1)[0].section == "slide 2"
    assert kb.search("Oslo since", 3, filters={"extension": ".xlsx"})[0].section == "Ports"


def test_an_unchanged_folder_converts_nothing(open_kb, archive, monkeypatch):
    kb = open_kb()
    kb.ingest([archive])
    monkeypatch.setattr(Converter, "extract", None)
    assert kb.ingest([archive]).unchanged == 6


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(open_kb, archive, make):
    kb = open_kb()
    kb.ingest([archive])
    (archive / "empty.pdf").touch()
    (archive / "locked.docx").write_bytes(make.encrypted(make.word()))
    (archive / "cut.xlsx").write_bytes(make.workbook()[:500])
    (archive / "good.pptx").write_bytes(b"spoiled")
    (archive / "zz.pdf").write_bytes(make.pdf("Taken in after all of these."))
    with (archive / "huge.pdf").open("wb") as file:
        file.truncate(1_000_000_000)
    report = kb.ingest([archive])
    assert (report.added, report.unchanged, report.removed) == (1, 5, 0)
    faults = {Path(fault.path).name: fault.message for fault in report.faults}
    assert set(faults) == {"empty.pdf", "locked.docx", "cut.xlsx", "good.pptx", "huge.pdf"}
    assert faults["huge.pdf"] == "the file has 1,000 MB, and 64 MB are read at most; split it."
    assert "version taken in before is kept" in faults["good.pptx"]
    assert kb.search("cargo", 1)[0].document == "good.pptx"


def test_a_file_that_is_too_large_is_not_read(open_kb, archive, monkeypatch):
    opened = []
    with (archive / "huge.pdf").open("wb") as file:
        file.truncate(1_000_000_000)

    class Watched:
        def __init__(self, file):
            self._file = file

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self._file.close()

        def fileno(self):
            return self._file.fileno()

        def read(self, size):
            opened.append(Path(self._file.name).name)
            return self._file.read(size)

    real = Path.open
    monkeypatch.setattr(Path, "open", lambda path, *args, **more: Watched(real(path, *args, **more)))
    open_kb().ingest([archive])
    assert "good.pdf" in opened
    assert "huge.pdf" not in opened


def test_the_converter_ends_with_the_ingestion(open_kb, archive, monkeypatch):
    children = []
    start = Converter._start
    monkeypatch.setattr(Converter, "_start", lambda self: children.append(start(self)) or children[-1])
    open_kb().ingest([archive])
    assert [child.returncode is not None for child in children] == [True]
