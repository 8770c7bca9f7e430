"""Reads Markdown (CommonMark with tables) into plain text: the words without the markup, and the headings as sections.

Front matter is lines of `key: value` between two `---` lines at the top; a value in brackets is a list. It is not YAML.
"""

import re
from typing import TYPE_CHECKING

from retrieval.documents.extracted import Extracted, TextBuilder
from retrieval.documents.html import html_words
from retrieval.documents.tables import row_lines
from retrieval.values import Scalar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"---[^\S\n]*\n(.{0,20000}?)\n(?:---|\.\.\.)[^\S\n]*(?:\n|\Z)", re.DOTALL)
_ENTRY = re.compile(r"([A-Za-z][\w-]{0,63})[^\S\n]*:[^\S\n]*(.*)")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?")


def read_markdown(source: str, name: str) -> Extracted:
    """Read Markdown; the title is the front matter's `title`, else the first level-1 heading, else `name`."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only ingestion pays for it

    metadata, body = _front_matter(source)
    writer = _Writer()
    writer.write(MarkdownIt("commonmark").enable("table").parse(body))
    title = metadata.get("title", "")
    return writer.builder.build(title=title if isinstance(title, str) else "", fallback_title=name, metadata=metadata)


class _Writer:
    """Walks the flat token stream once; the only state is which kind of block the next inline text belongs to."""

    def __init__(self) -> None:
        self.builder = TextBuilder()
        self._heading = 0
        self._in_item = False
        self._row: list[str] | None = None
        self._rows: list[list[str]] = []

    def write(self, tokens: "Sequence[Token]") -> None:
        for token in tokens:
            match token.type:
                case "heading_open":
                    self._heading = int(token.tag[1:])
                case "list_item_open":
                    self._in_item = True
                case "tr_open":
                    self._row = []
                case "tr_close":
                    self._rows.append(self._row or [])
                    self._row = None
                case "table_close":
                    self._end_table()
                case "inline":
                    self._inline(_words(token))
                case "fence" | "code_block":
                    self.builder.block(token.content, verbatim=True)
                case "html_block":
                    self.builder.block(html_words(token.content))

    def _inline(self, text: str) -> None:
        if self._heading:
            self.builder.heading(self._heading, text)
            self._heading = 0
        elif self._row is not None:
            self._row.append(text)
        else:
            self.builder.block(text, tight=self._in_item)
            self._in_item = False

    def _end_table(self) -> None:
        for at, line in enumerate(row_lines(self._rows, headers=1)):
            self.builder.block(line, tight=at > 0)
        self._rows = []


def _words(inline: "Token") -> str:
    parts = []
    for token in inline.children or []:
        match token.type:
            case "softbreak":
                parts.append(" ")
            case "hardbreak":
                parts.append("\n")
            case "html_inline":
                parts.append(" " if token.content.lower().startswith("<br") else "")
            case _:
                parts.append(token.content)  # text, code and an image's alternative text
    return "".join(parts)


def _front_matter(source: str) -> tuple[dict[str, Scalar | list[Scalar]], str]:
    found = _FRONT_MATTER.match(source)
    if not found:
        return {}, source
    entries = [_ENTRY.fullmatch(line.strip()) for line in found.group(1).splitlines() if line.strip()]
    if not entries or not all(entries):
        return {}, source  # a thematic break and prose, or real YAML that we must not misread
    metadata = {entry.group(1): _value(entry.group(2)) for entry in entries if entry}
    return metadata, source[found.end() :]


def _value(text: str) -> Scalar | list[Scalar]:
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        return [_scalar(part) for part in text[1:-1].split(",") if part.strip()]
    return _scalar(text)


def _scalar(text: str) -> Scalar:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text
