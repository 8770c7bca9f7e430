"""Tables as they stand in passages: rows of the same columns under one heading, in any words of any cell.

Knows how rows go together and what their cells say; knows no questions.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nodes.evidence import part_of
from nodes.state import Passage, Source
from nodes.symbolic.names import mentions
from nodes.symbolic.records import Field, Record, read_pair, read_record
from nodes.symbolic.words import content_stems
from retrieval.sentences import split

ITEM = "item"
"""How the column is called in which a list has its things."""
CAPTION_CHARS = 300
"""Of what stands before a table's first row, this much is read as its caption."""
_TOTAL = re.compile(r"^(?:(?:grand |sub-?)?totals?\b|sum\b|all\b|average\b|overall\b)", re.IGNORECASE)
_PARTS = re.compile(r"\s?[–—/,;&]\s?|(?<=\w)-(?=\w)|\sand\s")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row, where it stands, and the number of its line among all lines read."""

    record: Record
    source: Source

    @property
    def name(self) -> str:
        """What the row's thing is called; empty where no cell names it."""
        return self.record.naming.value if self.record.naming else ""

    @property
    def is_total(self) -> bool:
        """Whether the row sums up the others."""
        return any(_TOTAL.match(field.value) for field in self.record.fields[:2])

    def field(self, key: str) -> Field | None:
        """Return the cell of a column, or None where the row has none."""
        return next((field for field in self.record.fields if field.key == key), None)

    def has_name(self, name: str, but: str) -> bool:
        """Say whether a cell of another column is a name, or mentions it as a name of its own."""
        return any(field.key != but and holds_name(name, field.value) for field in self.record.fields)

    def stems(self, but: str) -> frozenset[str]:
        """Return the stems of all cells but those of one column."""
        return frozenset().union(*(cell_stems(field.value) for field in self.record.fields if field.key != but))


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of one table. `heading` is the document's title, the section's, and what stands before the first row."""

    heading: str
    rows: tuple[SheetRow, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(dict.fromkeys(field.key for row in self.rows for field in row.record.fields))


def holds_name(name: str, cell: str) -> bool:
    """Say whether a cell is a name, has it as one of its parts (`Bergen-Stavanger`), or mentions it."""
    parts = {cell.lower(), *(part.lower().strip() for part in _PARTS.split(cell))}
    return name.lower() in parts or bool(mentions(name, cell))


def cell_stems(cell: str) -> frozenset[str]:
    """Return the stems of a cell's words, those of compounds too."""
    return frozenset(content_stems(cell)) | frozenset(content_stems(cell.replace("-", " ").replace("–", " ")))


def sheets(passages: Iterable[Passage]) -> list[Sheet]:
    """Return the tables of passages, each row once, in order."""
    rows: dict[tuple[str, str, str], dict[int, SheetRow]] = {}
    captions: dict[tuple[str, str, str], str] = {}
    for passage in passages:
        caption = ""
        for start, end in split(passage["text"]):
            text = passage["text"][start:end]
            record = read_record(text) or _item(text)
            if record is None:
                caption = text
                continue
            key = (passage["document"], passage["section"], record.fields[0].key)
            captions.setdefault(key, f"{passage['title']} | {passage['section']} | {caption[-CAPTION_CHARS:]}")
            rows.setdefault(key, {})[passage["start"] + start] = SheetRow(record, part_of(passage, start, end))
    return [Sheet(captions[key], tuple(found[at] for at in sorted(found))) for key, found in rows.items()]


def lines(passages: Sequence[Passage]) -> list[tuple[str, Source]]:
    """Return all sentences and rows of passages with the title of their document, and where they stand."""
    found = [
        (f"{passage['title']}: {passage['text'][start:end]}", part_of(passage, start, end))
        for passage in passages
        for start, end in split(passage["text"])
    ]
    return list({(source["passage_id"], source["start"]): (text, source) for text, source in found}.values())


def _item(line: str) -> Record | None:
    """Return a line of a list that gives a thing its value, as `Adults: $24`, as a row."""
    pair = read_pair(line.lstrip("-*• "))
    if pair is None or not pair.fields[0].is_number or pair.fields[0].unit:
        return None
    return Record((Field(ITEM, pair.fields[0].key), Field("", pair.fields[0].value)))
