import os
from pathlib import Path

import pytest

from retrieval import InputError
from retrieval.scan import scan


def names(*paths: Path) -> list[str]:
    return [source.name for source in scan(paths).sources]


def test_supported_files_are_found_in_a_stable_order_and_others_counted(library):
    (library / "picture.png").write_bytes(b"\x89PNG")
    assert names(library) == ["earth.html", "jupiter.md", "craft/voyager.txt"]
    assert scan([library]).ignored == 1


def test_hidden_files_and_folders_are_passed_over_unless_named(library):
    (library / ".git").mkdir()
    (library / ".git" / "readme.md").write_text("hidden")
    (library / ".draft.md").write_text("hidden")
    assert len(names(library)) == 3
    assert names(library / ".draft.md") == [".draft.md"]


def test_a_loop_of_links_ends_and_nothing_is_found_twice(library):
    (library / "craft" / "up").symlink_to(library)
    (library / "twin.md").symlink_to(library / "jupiter.md")
    assert len(names(library, library / "craft", library / "jupiter.md")) == 3


def test_a_dangling_link_and_a_pipe_are_faults(library):
    (library / "gone.md").symlink_to(library / "nowhere.md")
    os.mkfifo(library / "pipe.md")
    found = scan([library])
    assert len(found.sources) == 3
    assert [Path(fault.path).name for fault in found.faults] == ["gone.md", "pipe.md"]


def test_a_path_that_does_not_exist_is_an_error_before_anything_is_done(library):
    with pytest.raises(InputError, match="does not exist"):
        scan([library, library / "missing"])
    with pytest.raises(InputError, match="nothing to ingest"):
        scan([])


def test_what_an_unreadable_folder_held_is_not_taken_for_deleted(library, monkeypatch):
    real = Path.iterdir

    def iterdir(path: Path):
        if path.name == "craft":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)  # root, which tests may run as, can read every folder
    found = scan([library])
    assert "cannot be read (Permission denied)" in found.faults[0].message
    assert not found.covers(library / "craft" / "voyager.txt")
    assert found.covers(library / "other.md")
