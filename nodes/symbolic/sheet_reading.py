"""Reads from the tables of passages: one value, or one attribute of every row that a phrase describes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from nodes.state import Passage, Source
from nodes.symbolic.asked import Asked, understand
from nodes.symbolic.attributes import amount_of
from nodes.symbolic.place import Value
from nodes.symbolic.record_reading import typed
from nodes.symbolic.sheet_query import Found, named_rows, query
from nodes.symbolic.sheets import SheetRow, lines, sheets
from nodes.symbolic.words import content_stems

SIZES = ("size", "area", "capacity", "population")
"""What large and small may mean of things without a diameter."""
YEAR = re.compile(r"(?:19|20)\d\d")
LEAST = 2
"""Columns of years that make a table of years."""
MAX_NAMES = 4
"""Cells that name a row where its first one also names others."""


def read_cell(asked: Asked, passages: Sequence[Passage]) -> tuple[Value, list[Source]] | None:
    """Return the value that the tables surely have for a question, with the rows it stands in; None where they differ.

    A row that a line elsewhere leads to is looked for only where no table answers by itself.
    """
    tables = sheets(passages)
    for elsewhere in ((), lines(passages)):
        for question in (asked, *variants(asked, "")):
            if told := _agreed(question, [query(question, table, elsewhere) for table in tables]):
                return told
    return None


def variants(asked: Asked, of: str) -> Iterator[Asked]:
    """Yield the other ways to take a question: `large` may be of an area, and a column may have no unit."""
    if asked.attribute and asked.attribute.noun == "diameter":
        for noun in SIZES:
            about = of or " of ".join(asked.names)
            yield replace(asked, attribute=amount_of(noun), units=(), text=f"{noun} of {about}")
        if of:
            yield understand(f"amount of {of}")
    elif asked.attribute and any(asked.units) and asked.units == asked.attribute.units:
        yield replace(asked, units=(), attribute=replace(asked.attribute, units=()))


def _agreed(asked: Asked, found: Sequence[Found | None]) -> tuple[Value, list[Source]] | None:
    sure = [each for each in found if each and each.is_narrowed]
    best = max((each.score for each in sure), default=0.0)
    told = [
        (value, [*each.led_by, row.source])
        for each in sure
        if each.score == best
        for row in each.rows
        if (value := each.value(asked, row))
    ]
    return told[0] if told and len({value.text for value, _ in told}) == 1 else None


def read_column(asked: Asked, passages: Sequence[Passage], kind: str = "") -> dict[str, tuple[Value, Source]]:
    """Return the value of each row that the question describes, by the row's name, of the table that fits best."""
    found = [each for table in sheets(passages) if (each := query(asked, table))]
    best = max(found, key=lambda each: (each.score, len(each.rows)), default=None)
    if best is None or (kind == "year" and len(best.rows) < LEAST):
        return _read_years(asked, passages) if kind == "year" else {}
    rows = [row for row in best.rows if not row.is_total] or list(best.rows)
    naming = _naming(rows, best.key, kind)
    read: dict[str, tuple[Value, Source]] = {}
    for row in rows:
        if value := best.value(asked, row):
            field = row.field(naming) if naming is not None else None
            read.setdefault(field.value if field else _full_name(row, best.key), (value, row.source))
    return read


def _read_years(asked: Asked, passages: Sequence[Passage]) -> dict[str, tuple[Value, Source]]:
    """Return the value of each year of a table whose columns are years, of the one row that is asked for."""
    for table in sheets(passages):
        years = [key for key in table.keys if YEAR.fullmatch(key)]
        rows = {row.source["start"]: (row, key) for key in years for row in named_rows(asked, table, key)}
        if len(years) >= LEAST and len(rows) == 1:
            ((row, _),) = rows.values()
            cells = {key: field for key in years if (field := row.field(key))}
            return {key: (value, row.source) for key, field in cells.items() if (value := typed(asked, field))}
    return {}


def _naming(rows: Sequence[SheetRow], key: str, kind: str) -> str | None:
    """Return the first column whose texts tell the rows apart; None where it takes more than one."""
    first = rows[0].record.naming
    called = [field for field in rows[0].record.fields if field.stems & frozenset(content_stems(kind))]
    columns = called + ([first] if first else []) + [field for field in rows[0].record.fields if not field.is_number]
    for column in columns:
        cells = [field.value for row in rows if (field := row.field(column.key)) and field.value]
        if column.key != key and len(set(cells)) == len(rows):
            return column.key
    return None


def _full_name(row: SheetRow, key: str) -> str:
    """Return the texts of a row's first cells, where the first alone does not tell it from others."""
    texts = [field.value for field in row.record.fields if field.value and field.key != key and not field.is_number]
    return ", ".join(texts[:MAX_NAMES])
