"""Reads tables in text files: values parted by commas, semicolons, tabs or bars; the first row names the columns."""

import csv
import io
import itertools

from retrieval.documents.extracted import Extracted, TextBuilder
from retrieval.documents.tables import guessed_headers, row_lines
from retrieval.errors import DocumentError

_DELIMITERS = ",;\t|"
_SAMPLE_ROWS = 50
_CELL_CHARS = 1_000_000


def read_csv(source: str, name: str) -> Extracted:
    """Read a table; `name` is the title.

    Raises DocumentError: a quoted value never ends, or a value is longer than a million characters.
    """
    rows = _rows(source, _delimiter(source))
    builder = TextBuilder()
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    headers = guessed_headers(filled) if filled and max(map(len, filled)) > 2 else min(1, max(0, len(filled) - 1))
    for line in row_lines(filled, headers=headers):
        builder.block(line, tight=True)
    return builder.build(fallback_title=name)


def _delimiter(source: str) -> str:
    """The character that parts most rows into equally many values; the comma, if none parts anything."""

    def evenness(delimiter: str) -> tuple[int, int]:
        sample = itertools.islice(csv.reader(io.StringIO(source, newline=""), delimiter=delimiter), _SAMPLE_ROWS)
        try:
            widths = [len(row) for row in sample if row]
        except csv.Error:
            return 0, 0
        usual = max(widths, key=widths.count, default=0)
        return (widths.count(usual), usual) if usual > 1 else (0, 0)

    return max(_DELIMITERS, key=evenness)


def _rows(source: str, delimiter: str) -> list[list[str]]:
    before = csv.field_size_limit(_CELL_CHARS)
    try:
        return list(csv.reader(io.StringIO(source, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise DocumentError(f"the table is broken ({error}); mend its quotes or export it again.") from error
    finally:
        csv.field_size_limit(before)
