"""A small library of documents, and knowledge bases over it that need no embedding model."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from retrieval import HashEmbedder, KnowledgeBase

REPOSITORY = Path(__file__).parents[2]

JUPITER = """---
kind: planet
discovered: 1610
tags: [gas, giant]
---
# Jupiter

Jupiter is the **largest** planet of the Solar System. Its equatorial diameter is 139,820 km.

## Moons

Io is the most volcanic body known. Europa hides an ocean under its ice.
"""
EARTH = """<html><head><title>Earth page</title><style>p { color: red }</style></head><body><nav>Home</nav>
<h1>Earth</h1><p>The equatorial diameter of <b>Earth</b> is 12,742 km.</p>
<h2>Moon</h2><ul><li>The Moon orbits Earth once in 27.3 days.</li></ul></body></html>
"""
VOYAGER = """Voyager 1

Voyager 1 was launched on 5 September 1977 from Cape Canaveral aboard a Titan rocket, and it
still sends data from interstellar space. Dr. Stone led the mission.
"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A folder with one document of each format."""
    folder = tmp_path / "library"
    (folder / "craft").mkdir(parents=True)
    (folder / "jupiter.md").write_text(JUPITER)
    (folder / "earth.html").write_text(EARTH)
    (folder / "craft" / "voyager.txt").write_text(VOYAGER)
    return folder


@pytest.fixture
def open_kb(tmp_path: Path) -> Iterator[Callable[..., KnowledgeBase]]:
    """Opens knowledge bases in one folder, with the hash embedder unless told otherwise, and closes them."""
    opened: list[KnowledgeBase] = []

    def open_one(folder: Path = tmp_path / "home", **options) -> KnowledgeBase:
        kb = KnowledgeBase(folder, **({"embedder": HashEmbedder()} | options))
        opened.append(kb)
        return kb

    yield open_one
    for kb in opened:
        kb.close()


@pytest.fixture
def kb(open_kb: Callable[..., KnowledgeBase], library: Path) -> KnowledgeBase:
    """A knowledge base that has taken in the library."""
    kb = open_kb()
    kb.ingest([library])
    return kb


@pytest.fixture
def python() -> Callable[..., subprocess.Popen[str]]:
    """Starts a Python process that sees the repository; its output is text in pipes."""

    def start(code: str, *arguments: object, **options) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-W", "error", "-c", code, *map(str, arguments)],
            cwd=REPOSITORY, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
        )  # fmt: skip

    return start
