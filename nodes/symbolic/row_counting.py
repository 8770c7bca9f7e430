"""Finds the rows of a table that a phrase describes, to be counted: `hotels have a pool`, `sites make scales`."""

import re
from collections.abc import Sequence

from nodes.state import Passage, Source
from nodes.symbolic.asked import Asked, understand
from nodes.symbolic.sheet_query import named_rows
from nodes.symbolic.sheets import Sheet, SheetRow, sheets
from nodes.symbolic.telling import telling_stems
from nodes.symbolic.words import content_stems

NAME = "name"
"""The attribute that every row has: what its thing is called."""
_YES = frozenset({"yes", "y", "true", "x", "✓"})
_NO = frozenset({"no", "n", "false", "-", "–"})
_NOT = re.compile(r"\b(?:no|not|without|n't)\b", re.IGNORECASE)


def described_rows(of: str, passages: Sequence[Passage]) -> dict[str, Source]:
    """Return the rows that a phrase describes, by their names, of the one table whose rows are of the kind.

    None where no table tells every word, or where the phrase chooses no rows among others.
    """
    asked = understand(of)
    found = [rows for sheet in sheets(passages) if (rows := _chosen(asked, sheet))]
    return {row.name: row.source for row in found[0]} if len(found) == 1 else {}


def _chosen(asked: Asked, sheet: Sheet) -> tuple[SheetRow, ...]:
    naming = sheet.rows[0].record.naming
    kind = asked.text.split()[0]
    if naming is None or not _tells(kind, f"{sheet.keys[0]} {naming.key} {sheet.heading}"):
        return ()
    rows = tuple(row for row in named_rows(asked, sheet, "") if _says_yes(asked, row))
    names = {row.name for row in rows}
    return rows if 0 < len(rows) < len(sheet.rows) and len(names) == len(rows) else ()


def _tells(word: str, text: str) -> bool:
    stems = frozenset(content_stems(text))
    return any(telling_stems(each) & stems for each in content_stems(word))


def _says_yes(asked: Asked, row: SheetRow) -> bool:
    """Say whether the columns of yes and no that the phrase is about say yes, or no where it is negated."""
    wanted = _NO if _NOT.search(asked.text) else _YES
    asked_of = [field for field in row.record.fields if field.value.lower() in _YES | _NO]
    return all(
        field.value.lower() in wanted
        for field in asked_of
        if any(telling_stems(word) & field.stems for word in asked.words)
    )
