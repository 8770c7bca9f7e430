"""Reads from the tables of passages: one value, or one attribute of every row that a phrase describes."""

from collections.abc import Sequence

from nodes.state import Passage, Source
from nodes.symbolic.asked import Asked
from nodes.symbolic.place import Value
from nodes.symbolic.sheet_query import Found, query
from nodes.symbolic.sheets import SheetRow, lines, sheets

MAX_NAMES = 4
"""Cells that name a row where its first one also names others."""


def read_cell(asked: Asked, passages: Sequence[Passage]) -> tuple[Value, list[Source]] | None:
    """Return the value that the tables surely have for a question, with the rows it stands in; None where they differ.

    A row that a line elsewhere leads to is looked for only where no table answers by itself.
    """
    tables = sheets(passages)
    return _agreed(asked, [query(asked, table) for table in tables]) or _agreed(
        asked, [query(asked, table, lines(passages)) for table in tables]
    )


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


def read_column(asked: Asked, passages: Sequence[Passage]) -> dict[str, tuple[Value, Source]]:
    """Return the value of each row that the question describes, by the row's name, of the table that fits best."""
    found = [each for table in sheets(passages) if (each := query(asked, table))]
    best = max(found, key=lambda each: (each.score, len(each.rows)), default=None)
    if best is None:
        return {}
    rows = [row for row in best.rows if not row.is_total] or list(best.rows)
    naming = _naming(rows, best.key)
    read: dict[str, tuple[Value, Source]] = {}
    for row in rows:
        if value := best.value(asked, row):
            field = row.field(naming) if naming is not None else None
            read.setdefault(field.value if field else _full_name(row, best.key), (value, row.source))
    return read


def _naming(rows: Sequence[SheetRow], key: str) -> str | None:
    """Return the first column whose texts tell the rows apart; None where it takes more than one."""
    first = rows[0].record.naming
    columns = ([first] if first else []) + [field for field in rows[0].record.fields if not field.is_number]
    for column in columns:
        cells = [field.value for row in rows if (field := row.field(column.key)) and field.value]
        if column.key != key and len(set(cells)) == len(rows):
            return column.key
    return None


def _full_name(row: SheetRow, key: str) -> str:
    """Return the texts of a row's first cells, where the first alone does not tell it from others."""
    texts = [field.value for field in row.record.fields if field.value and field.key != key and not field.is_number]
    return ", ".join(texts[:MAX_NAMES])
