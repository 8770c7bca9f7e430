"""Reads HTML into plain text: what a reader of the page would read, without navigation, scripts and styles."""

import re
from typing import TYPE_CHECKING

from retrieval.documents.extracted import Extracted, TextBuilder
from retrieval.documents.grid import read_grid
from retrieval.documents.tables import row_lines

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import PageElement, Tag

_SKIPPED_TAGS = """
script style template noscript nav svg math iframe object form button select textarea head
"""
_ENDED = re.compile(r"(?<=[.,:;!?]), $")
_SKIPPED = frozenset(_SKIPPED_TAGS.split())
_BLOCK_TAGS = """
address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer
header hr html li main ol p pre section summary table tbody tfoot thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_CELLS = frozenset({"caption", "tr", "td", "th"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_TIGHT = frozenset({"li", "dt", "dd", "tr"})


def read_html(source: str, name: str, *, title: str = "") -> Extracted:
    """Read HTML; the title is `title`, else the first `h1` if the page has one, else its `<title>`, else `name`."""
    soup = _parse(source)
    heading = soup.find("h1") or soup.find("title")
    writer = _Writer()
    writer.write(soup.find("body") or soup)
    return writer.builder.build(title=title or (heading.get_text(" ") if heading else ""), fallback_title=name)


def html_words(source: str) -> str:
    """The words of a fragment of HTML, blocks parted by newlines."""
    writer = _Writer()
    writer.write(_parse(source))
    return writer.builder.build(fallback_title="").text.replace("\n\n", "\n")


def _parse(source: str) -> "BeautifulSoup":
    from bs4 import BeautifulSoup  # noqa: PLC0415 - only ingestion pays for it

    return BeautifulSoup(source, "html.parser")


def _table_lines(table: "Tag") -> list[str]:
    """The lines of a table of values; none for one that lays out pieces of a page."""
    grid = read_grid(table, _cell_words)
    if grid is None:
        return []
    captions = [_cell_words(caption) for caption in table.find_all("caption", limit=1)]
    return [*filter(None, captions), *row_lines(grid.rows, headers=grid.headers, labelled=grid.labelled)]


def _cell_words(cell: "Tag") -> str:
    """A cell's words in one line; its blocks are parted by commas where nothing else parts them."""
    writer = _Writer(_SKIPPED | _CELLS)
    writer.write(cell)
    lines = writer.builder.build(fallback_title="").text.split("\n")
    return "".join(_ENDED.sub(" ", f"{line}, ") for line in lines if line).rstrip(", ")


class _Writer:
    """Walks the tree without recursion (pages nest thousands deep), flushing the gathered words at block borders.

    Items, rows and cells are ended by what follows as well: the parser nests `<li>one<li>two`.
    """

    def __init__(self, skipped: frozenset[str] = _SKIPPED) -> None:
        self._skipped = skipped
        self.builder = TextBuilder()
        self._words: list[str] = []
        self._tight = False

    def write(self, root: "Tag") -> None:
        from bs4.element import PreformattedString, Tag  # noqa: PLC0415 - only ingestion pays for it

        stack: list[PageElement | None] = list(reversed(root.contents))
        while stack:
            node = stack.pop()
            if node is None:
                self._flush()
                self._tight = False
            elif isinstance(node, Tag):
                stack.extend(self._open(node))
            elif not isinstance(node, PreformattedString):  # a comment or a declaration
                self._words.append(str(node))
        self._flush()

    def _open(self, tag: "Tag") -> "list[PageElement | None]":
        """Begin a tag; give what is to be visited inside it, last first, with None where the block ends."""
        if tag.name in self._skipped:
            return []
        if tag.name in _HEADINGS or tag.name == "pre":
            self._flush()
            self._verbatim(tag)
            return []
        if tag.name == "table" and (lines := _table_lines(tag)):
            self._flush()
            for at, line in enumerate(lines):
                self.builder.block(line, tight=at > 0)
            return []
        children: list[PageElement | None] = list(reversed(tag.contents))
        if tag.name == "br":
            self._words.append(" ")
        elif tag.name in {"td", "th"} and self._words:
            self._words.append(" | ")
        elif tag.name in _BLOCKS:
            self._flush()
            self._tight = self._tight or tag.name in _TIGHT
            return [None, *children]
        return children

    def _verbatim(self, tag: "Tag") -> None:
        if tag.name == "pre":
            self.builder.block(tag.get_text(), verbatim=True)
        else:
            self.builder.heading(_HEADINGS[tag.name], tag.get_text(" "))

    def _flush(self) -> None:
        text = " ".join("".join(self._words).split())
        self._words.clear()
        if text:
            self.builder.block(text, tight=self._tight)
            self._tight = False
