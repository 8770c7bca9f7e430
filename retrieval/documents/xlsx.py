"""Reads Excel workbooks with openpyxl: a section a sheet, a line a row. Formulas count by the value last computed.

Hidden sheets are not read. Numbers and dates are written as a person would: 15% for 0.15, 12 April 2009 for 39915.
"""

import io
import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from retrieval.documents.archive import check_office, office_title
from retrieval.documents.cells import shown
from retrieval.documents.extracted import Extracted, TextBuilder
from retrieval.documents.tables import guessed_headers, row_lines
from retrieval.documents.titles import meaningful
from retrieval.errors import DocumentError

MAX_CELLS = 2_000_000
"""Filled cells that are read of one workbook."""
_MAX_EMPTY_ROWS = 100_000
"""A sheet ends where so many empty rows follow each other."""


def read_xlsx(data: bytes, name: str) -> Extracted:
    """Read a .xlsx or .xlsm file; the title is that of its properties if it means something, else `name`.

    Raises DocumentError: the file is encrypted, broken, no workbook, or larger than MAX_CELLS.
    """
    check_office(data, "xl/workbook.xml", ".xlsx")
    import openpyxl  # noqa: PLC0415 - only workbooks pay for it

    workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    builder = TextBuilder()
    room = MAX_CELLS
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            continue
        sheet.reset_dimensions()  # what the file states may be a lie, or the whole grid
        builder.section(sheet.title)
        for table in _tables(_rows(sheet.iter_rows(), room)):
            room -= sum(map(len, table))
            for at, line in enumerate(row_lines(table)):
                builder.block(line, tight=at > 0)
    return builder.build(title=meaningful(office_title(data)), fallback_title=name)


def _rows(rows: Iterable[tuple[Any, ...]], room: int) -> Iterator[list[str]]:
    """Rows of texts without empty cells at their ends; an empty list for an empty row."""
    empty = 0
    for row in rows:
        texts = [
            "" if cell.value is None or cell.data_type == "e" else shown(cell.value, cell.number_format) for cell in row
        ]
        while texts and not texts[-1]:
            texts.pop()
        empty = 0 if texts else empty + 1
        room -= len(texts)
        if room < 0:
            raise DocumentError(f"the workbook has more than {MAX_CELLS:,} cells; split it.")
        if empty > _MAX_EMPTY_ROWS:
            return
        yield texts


def _tables(rows: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    """The blocks of rows between empty rows. A block without a header of its own goes on with the table before it."""
    table: list[list[str]] = []
    for filled, block in itertools.groupby(rows, key=bool):
        if not filled:
            continue
        more = list(block)
        if table and not _begins_anew(more, table):
            table += more
        else:
            if table:
                yield table
            table = more
    if table:
        yield table


def _begins_anew(block: list[list[str]], table: list[list[str]]) -> bool:
    """Whether a block has a caption or column names of its own: words where the table before it has numbers."""
    first = block[0]
    if sum(1 for cell in first if cell) == 1 and len(block) > 1 and len(block[1]) > 1:
        return True
    numeric = {at for row in table[1:] for at, cell in enumerate(row) if cell[:1].isdigit()}
    return bool(guessed_headers(block)) and any(first[at] for at in numeric if at < len(first))
