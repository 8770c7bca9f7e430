"""An HTML table as a grid of texts. Tables that only lay out a page are left to the reader."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4.element import Tag

_MAX_SPAN = 100
_LONGEST_CELL = 2000
_LAYOUT = ["table", "h1", "h2", "h3", "h4", "h5", "h6", "pre"]


@dataclass(frozen=True, slots=True)
class Grid:
    """`headers` is the number of rows on top whose cells all name columns, None if none is marked so.

    `labelled` says that each row is a name and its value.
    """

    rows: list[list[str]]
    headers: int | None
    labelled: bool


def read_grid(table: "Tag", words: "Callable[[Tag], str]") -> Grid | None:
    """The cells' words by row and column, or None for a table that lays out pieces of a page.

    A cell that spans rows is repeated in each, and a header in each of its columns. Cells and rows are taken in the
    order of the page: those without an end tag lie within each other in the tree.
    """
    if table.find(_LAYOUT):
        return None
    rows: list[list[str]] = []
    marked: list[list[bool]] = []
    pending: dict[int, tuple[int, str]] = {}
    for tag in table.find_all(["tr", "td", "th"]):
        if tag.name == "tr":
            rows.append([])
            marked.append([])
        elif rows:
            _fill(rows[-1], pending)
            _add(rows[-1], tag, words(tag), pending)
            marked[-1].append(tag.name == "th")
    if any(len(text) > _LONGEST_CELL for row in rows for text in row):
        return None
    headers = next((at for at, heads in enumerate(marked) if not (heads and all(heads))), len(marked))
    labels = [heads for heads in marked[headers:] if heads]
    labelled = bool(labels) and all(heads[0] and heads[1:] == [False] for heads in labels)
    return Grid(rows, headers or None, labelled)


def _add(row: list[str], cell: "Tag", text: str, pending: dict[int, tuple[int, str]]) -> None:
    down = _span(cell, "rowspan")
    for column in range(_span(cell, "colspan")):
        shown = text if column == 0 or cell.name == "th" else ""
        if down > 1:
            pending[len(row)] = (down - 1, shown)
        row.append(shown)


def _fill(row: list[str], pending: dict[int, tuple[int, str]]) -> None:
    """Append what cells of earlier rows put here."""
    while len(row) in pending:
        left, text = pending.pop(len(row))
        if left > 1:
            pending[len(row)] = (left - 1, text)
        row.append(text)


def _span(cell: "Tag", name: str) -> int:
    value = str(cell.get(name, ""))
    return min(_MAX_SPAN, max(1, int(value))) if value.isdecimal() and len(value) < 5 else 1
