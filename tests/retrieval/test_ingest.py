import os
import shutil
from pathlib import Path

import pytest

from retrieval import Fault, HashEmbedder, InputError, Progress
from retrieval import ingest as ingest_module


class CountingEmbedder(HashEmbedder):
    """Counts the passages it embeds."""

    embedded = 0

    def embed_documents(self, texts):
        self.embedded += len(texts)
        return super().embed_documents(texts)


def counts(report) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.removed


def test_each_format_is_taken_in_with_title_section_and_exact_offsets(kb):
    hits = kb.search("planet moon voyager launched equatorial diameter", 20)
    assert {(hit.document, hit.title, hit.section) for hit in hits} == {
        ("jupiter.md", "Jupiter", ""),
        ("jupiter.md", "Jupiter", "Moons"),
        ("earth.html", "Earth", ""),
        ("earth.html", "Earth", "Moon"),
        ("craft/voyager.txt", "Voyager 1", ""),
    }
    for hit in hits:
        assert kb.document_text(hit.document_id)[hit.start : hit.end] == hit.text
        assert kb.passage(hit.passage_id).text == hit.text


def test_taking_in_the_same_folder_again_embeds_nothing(open_kb, library):
    embedder = CountingEmbedder()
    kb = open_kb(embedder=embedder)
    first = kb.ingest([library])
    assert counts(first) == (3, 0, 0, 0)
    assert first.passages == embedder.embedded == 5
    before = kb.search("moon", 10)
    assert counts(kb.ingest([library])) == (0, 0, 3, 0)
    assert embedder.embedded == 5
    assert kb.search("moon", 10) == before


def test_an_edited_file_replaces_its_passages(kb, library):
    (library / "jupiter.md").write_text("# Jupiter\n\nNow about bananas only.")
    assert counts(kb.ingest([library])) == (0, 1, 2, 0)
    assert kb.search("bananas", 1)[0].document == "jupiter.md"
    assert all("volcanic" not in hit.text for hit in kb.search("volcanic Io", 10))
    assert kb.collections()[0].documents == 3


def test_a_deleted_files_passages_go_when_its_folder_is_taken_in_again(kb, library):
    (library / "jupiter.md").unlink()
    assert counts(kb.ingest([library / "craft"])) == (0, 0, 1, 0)
    assert counts(kb.ingest([library])) == (0, 0, 2, 1)
    assert all(hit.document != "jupiter.md" for hit in kb.search("Jupiter", 10))


def test_two_folders_may_have_files_of_one_name(kb, library, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "jupiter.md").write_text("Jupiter Hammon was a poet.")
    assert counts(kb.ingest([other])) == (1, 0, 0, 0)
    assert counts(kb.ingest([other, library])) == (0, 0, 4, 0)
    names = {hit.document for hit in kb.search("Jupiter", 10)}
    assert {"jupiter.md", str(other / "jupiter.md")} <= names


def test_a_file_found_through_another_folder_is_the_same_document(kb, library):
    assert counts(kb.ingest([library / "craft" / "voyager.txt"])) == (0, 0, 1, 0)
    assert kb.search("Voyager", 1)[0].document == "craft/voyager.txt"


def test_ids_are_the_same_wherever_the_folder_lies(kb, library, open_kb, tmp_path):
    moved = shutil.copytree(library, tmp_path / "moved")
    twin = open_kb(tmp_path / "twin")
    twin.ingest([moved])
    assert [hit.passage_id for hit in twin.search("moon", 9)] == [hit.passage_id for hit in kb.search("moon", 9)]


def test_faults_are_reported_and_the_rest_goes_on(kb, library, monkeypatch):
    monkeypatch.setattr(ingest_module, "MAX_FILE_BYTES", 2000)
    (library / "binary.txt").write_bytes(b"\0\1\2")
    (library / "large.md").write_text("x " * 2000)
    (library / "mars.md").write_text("Mars is red.")
    (library / "jupiter.md").write_bytes(b"\0")
    report = kb.ingest([library])
    assert counts(report) == (1, 0, 2, 0)
    faults = {Path(fault.path).name: fault.message for fault in report.faults}
    assert set(faults) == {"binary.txt", "large.md", "jupiter.md"}
    assert "version taken in before is kept" in faults["jupiter.md"]
    assert kb.search("Jupiter", 1)[0].document == "jupiter.md"


def test_a_file_that_vanishes_while_reading_is_a_fault(kb, library, monkeypatch):
    def gone(path):
        if path.name == "earth.html":
            path.unlink()
        return real(path)

    real = ingest_module._read
    monkeypatch.setattr(ingest_module, "_read", gone)
    report = kb.ingest([library])
    assert [Path(fault.path).name for fault in report.faults] == ["earth.html"]
    assert isinstance(report.faults[0], Fault)


def test_a_named_file_of_an_unknown_format_is_a_fault(kb, tmp_path):
    (tmp_path / "a.xyz").write_bytes(b"%PDF")
    report = kb.ingest([tmp_path / "a.xyz"])
    assert "no document format reads .xyz" in report.faults[0].message


def test_progress_is_told_for_every_file(open_kb, library):
    heard: list[Progress] = []
    open_kb().ingest([library], on_progress=heard.append)
    assert [(step.done, step.total) for step in heard] == [(1, 3), (2, 3), (3, 3)]


def test_batches_are_stored_as_they_fill(open_kb, library, monkeypatch):
    monkeypatch.setattr(ingest_module, "_BATCH_PASSAGES", 1)
    kb = open_kb()
    kb.ingest([library])
    assert kb.collections()[0].passages == 5
    assert len(kb.search("moon planet rocket", 10)) == 5


def test_an_interrupted_ingestion_keeps_what_was_stored(open_kb, library, monkeypatch):
    monkeypatch.setattr(ingest_module, "_BATCH_PASSAGES", 1)
    kb = open_kb()

    def interrupt(progress: Progress) -> None:
        if progress.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kb.ingest([library], on_progress=interrupt)
    assert kb.collections()[0].documents == 2
    assert counts(kb.ingest([library])) == (1, 0, 2, 0)


def test_collections_are_described_and_searched_apart(kb, tmp_path):
    (tmp_path / "poet.txt").write_text("Jupiter Hammon was a poet.")
    kb.ingest([tmp_path / "poet.txt"], collection="poets", describe="lives of poets")
    assert [(info.name, info.description, info.documents, info.passages) for info in kb.collections()] == [
        ("default", "", 3, 5),
        ("poets", "lives of poets", 1, 1),
    ]
    assert {hit.document for hit in kb.search("Jupiter", 9, collection="poets")} == {"poet.txt"}
    assert {hit.collection for hit in kb.search("Jupiter", 9)} == {"default", "poets"}


@pytest.mark.parametrize("name", ["", " ", "../x", "a" * 65, "a/b", "."])
def test_a_collections_name_is_checked(kb, library, name):
    with pytest.raises(InputError, match="cannot name a collection"):
        kb.ingest([library], collection=name)


def test_a_file_whose_name_is_not_text_is_a_fault(open_kb, tmp_path):
    folder = tmp_path / "odd"
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.md")).write_text("Odd name.")
    (folder / "good.md").write_text("Good name.")
    report = open_kb().ingest([folder])
    assert report.added == 1
    assert "not valid UTF-8" in report.faults[0].message
    report.faults[0].path.encode()
