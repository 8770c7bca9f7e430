"""Finds the files to take in. Knows folders, links and hidden names; does not open files.

Hidden entries inside folders are passed over, links are followed, and a folder or file met a second time is not entered
again, so that a loop of links ends.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from retrieval.documents.registry import is_supported
from retrieval.errors import InputError
from retrieval.values import Fault


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: its absolute path, and its name relative to the folder that was given."""

    path: Path
    name: str


@dataclass(slots=True)
class Found:
    """What lies under the given paths. Folders in `unseen` could not be looked into."""

    sources: list[Source] = field(default_factory=list)
    roots: list[Path] = field(default_factory=list)
    unseen: list[Path] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    ignored: int = 0

    def covers(self, path: Path) -> bool:
        """Whether `path` would have been found if it existed."""
        return _below(path, self.roots) and not _below(path, self.unseen)


def scan(paths: Iterable[Path]) -> Found:
    """Look through files and folders, in a stable order.

    Raises InputError: a path does not exist, or none was given.
    """
    roots = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100 - Path.resolve would replace links by targets
    if not roots:
        raise InputError("there is nothing to ingest; name a file or a folder.")
    missing = [str(root) for root in roots if not os.path.lexists(root)]
    if missing:
        raise InputError(f"{missing[0]} does not exist; check the path.")
    found = Found()
    seen: set[tuple[int, int]] = set()
    for root in roots:
        if root.is_dir():
            found.roots.append(root)
            _look_into(root, found, seen)
        else:
            _add(root, root.name, found, seen)
    return found


def _look_into(root: Path, found: Found, seen: set[tuple[int, int]]) -> None:
    pending = [root]
    while pending:
        folder = pending.pop()
        try:
            if not _first_time(folder, seen):
                continue
            entries = sorted(_visible(folder))
        except OSError as error:
            found.unseen.append(folder)
            found.faults.append(Fault(str(folder), f"the folder cannot be read ({error.strerror}); allow reading it."))
            continue
        pending.extend(entry for entry in reversed(entries) if entry.is_dir())
        for entry in entries:
            if entry.is_dir():
                continue
            if is_supported(entry):
                _add(entry, entry.relative_to(root).as_posix(), found, seen)
            else:
                found.ignored += 1


def _visible(folder: Path) -> Iterator[Path]:
    return (entry for entry in folder.iterdir() if not entry.name.startswith("."))


def _add(path: Path, name: str, found: Found, seen: set[tuple[int, int]]) -> None:
    shown = str(path).encode("utf-8", "replace").decode()
    if shown != str(path):
        found.faults.append(Fault(shown, "the file's name is not valid UTF-8; rename it."))
        return
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            found.faults.append(Fault(str(path), "this is not a regular file; give a file or a folder."))
        elif _first_time(path, seen):
            found.sources.append(Source(path, name))
    except OSError as error:
        found.faults.append(Fault(str(path), f"the file cannot be read ({error.strerror}); check it or leave it out."))


def _first_time(path: Path, seen: set[tuple[int, int]]) -> bool:
    about = path.stat()
    key = (about.st_dev, about.st_ino)
    if key in seen:
        return False
    seen.add(key)
    return True


def _below(path: Path, folders: list[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)
