"""Reads a column of a table by meaning, where no column's name has the words asked for: `pay` may be called wages.

The column is the one whose name and table are nearest to what is asked, by the embedder; its cells have to be values
that can be compared. Knows nothing of prose.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from nodes.quantities import find_quantities
from nodes.state import Passage
from nodes.symbolic.asked import Asked, understand
from nodes.symbolic.place import Value
from nodes.symbolic.record_reading import typed
from nodes.symbolic.sheets import Sheet, SheetRow, sheets
from nodes.symbolic.telling import telling_stems
from nodes.symbolic.words import content_stems

Similar = Callable[[str, Sequence[str]], Sequence[float]]
"""Cosines of a text with others."""
NEAR = 0.4
"""Least cosine at which a column is taken for the one asked for."""
LEAST = 2
_HEAD = re.compile(r"\s(?:of|in|on|at|to|from|by|for|with|that|which|who|whose)\s")
FILLED = 0.7
"""Share of the rows that must have a value."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of values that can be compared, with its rows."""

    sheet: Sheet
    key: str
    cells: tuple[tuple[SheetRow, Value], ...]

    @property
    def told(self) -> str:
        """What the column is about, in words."""
        first = self.cells[0][0].record
        unit = next((field.unit for field in first.fields if field.key == self.key), "")
        naming = first.naming.key if first.naming else ""
        return f"{self.key} {unit} of {naming}"


def nearest_column(
    attribute: str, of: str, dated: bool, passages: Sequence[Passage], similar: Similar
) -> list[tuple[str, Value, SheetRow]]:
    """Return name, value and row of each row that a phrase describes, of the column nearest to what is asked."""
    tables = [sheet for sheet in sheets(passages) if _is_of_kind(sheet, of)]
    columns = [column for sheet in tables for column in _columns(sheet, dated)]
    if not columns:
        return []
    cosines = similar(f"{attribute} of {of}", [column.told for column in columns])
    nearest, column = max(zip(cosines, columns, strict=True), key=lambda pair: pair[0])
    if nearest < NEAR:
        return []
    return [(row.name, value, row) for row, value in _described(column, of) if row.name]


def _is_of_kind(sheet: Sheet, of: str) -> bool:
    """Say whether the table's heading or columns tell the kind of thing asked about: the phrase's first noun."""
    first = sheet.rows[0].record
    told = frozenset(content_stems(f"{sheet.heading} {' '.join(field.key for field in first.fields)}"))
    kinds = content_stems(_HEAD.split(of, maxsplit=1)[0])
    return bool(kinds) and bool(telling_stems(kinds[-1]) & told)


def _columns(sheet: Sheet, dated: bool) -> Iterator[Column]:
    asked = understand("When was it") if dated else understand("amount of it")
    rows = [row for row in sheet.rows if not row.is_total]
    for key in sheet.keys:
        cells = [(row, value) for row in rows if (value := _cell(asked, row, key))]
        if len(cells) >= max(LEAST, FILLED * len(rows)):
            yield Column(sheet, key, tuple(cells))


def _cell(asked: Asked, row: SheetRow, key: str) -> Value | None:
    field = row.field(key)
    if field is None or not field.value or field == row.record.naming:
        return None
    if asked.kind == "date" or len(find_quantities(field.measured)) == 1:
        return typed(asked, field)
    return None


def _described(column: Column, of: str) -> Sequence[tuple[SheetRow, Value]]:
    """Return the rows that have the words of a phrase, for each word that some rows have and others have not."""
    cells = list(column.cells)
    for word in content_stems(of):
        having = [(row, value) for row, value in cells if word in row.stems(column.key)]
        cells = having if LEAST <= len(having) < len(cells) else cells
    return cells
