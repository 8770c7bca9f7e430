"""What every format is read into, and the builder that all readers write through.

Offsets everywhere else in the project point into `Extracted.text`, so it is composed here, once, and never changed.
"""

import re
from dataclasses import dataclass, field

from retrieval.values import Metadata, Scalar

_SPACES = re.compile(r"[^\S\n]+")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
TITLE_CHARS = 200
"""Longest title or heading kept."""


@dataclass(frozen=True, slots=True)
class Section:
    """The body under one heading: characters `[start:end]` of the text. `heading` is empty before the first one."""

    heading: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Extracted:
    """A document as plain text: blocks parted by an empty line, items and rows by a newline, sentences never broken."""

    title: str
    text: str
    sections: tuple[Section, ...]
    metadata: Metadata = field(default_factory=dict)


class TextBuilder:
    """Composes an extracted text from blocks in reading order, keeping track of titles and sections."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._sections: list[Section] = []
        self._path: list[tuple[int, str]] = []
        self._start: int | None = None
        self._title = ""

    def heading(self, level: int, text: str) -> None:
        """Begin a section; a level-1 heading that comes first is the title and no section of its own."""
        text = tidy(text).replace("\n", " ")[:TITLE_CHARS]
        if not text:
            return
        self._end_section()
        if level == 1 and not self._title:
            self._title = text
            self._path = []
        else:
            self._path = [*(entry for entry in self._path if entry[0] < level), (level, text)]
        self._append(text, "\n\n")

    def section(self, label: str) -> None:
        """Begin a section that the text itself does not name, as a page or a slide; `label` stays out of the text."""
        self._end_section()
        label = tidy(label).replace("\n", " ")[:TITLE_CHARS]
        self._path = [(1, label)] if label else []

    def block(self, text: str, *, verbatim: bool = False, tight: bool = False) -> None:
        """Add a paragraph, or a list item or table row (`tight`); `verbatim` keeps spaces, as code wants."""
        text = _UNSTORABLE.sub("\ufffd", text).strip("\n").rstrip() if verbatim else tidy(text)
        if text:
            at = self._append(text, "\n" if tight and self._start is not None else "\n\n")
            if self._start is None:
                self._start = at

    def build(
        self, *, title: str = "", fallback_title: str, metadata: dict[str, Scalar | list[Scalar]] | None = None
    ) -> Extracted:
        """The document; `title` wins over its first heading, and `fallback_title` serves when it has neither."""
        self._end_section()
        chosen = tidy(title).replace("\n", " ")[:TITLE_CHARS] or self._title or fallback_title
        return Extracted(chosen, "".join(self._parts), tuple(self._sections), metadata or {})

    def _append(self, text: str, separator: str) -> int:
        if self._parts:
            self._parts.append(separator)
            self._length += len(separator)
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        return start

    def _end_section(self) -> None:
        if self._start is not None:
            self._sections.append(Section(" > ".join(text for _, text in self._path), self._start, self._length))
        self._start = None


def tidy(text: str) -> str:
    """Text with single spaces, no space around newlines, and nothing that a database cannot store."""
    lines = (_SPACES.sub(" ", line).strip() for line in _UNSTORABLE.sub("\ufffd", text).splitlines())
    return "\n".join(line for line in lines if line)
