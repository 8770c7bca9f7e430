"""Tables as text: one line a row, in which every cell carries its column's name, as in `Vessel: Astrid; Built: 2009`.

A line explains itself, so a passage made of some of a table's lines does too. Knows cells as text; knows no format.
"""

import re
from collections.abc import Iterator, Sequence

from retrieval import sentences
from retrieval.documents.extracted import tidy

Row = Sequence[str]

_LINE_CHARS = 480
"""A longer row goes on in another line, which begins with the row's first cell again."""
_NAME_CHARS = 80
"""Longest name of a column, and longest first cell that is repeated."""
_LOOKED_AT = 30
"""Rows below the first one that are compared with it to tell whether it is a header."""
_NUMBER = re.compile(r"[^\w\s]{0,3}\s?\d[\d\s.,:/\u2019-]*\s?[^\w\s]{0,3}")
_YEAR = re.compile(r"(?:19|20)\d\d")


def row_lines(rows: Sequence[Row], *, headers: int | None = None, labelled: bool = False) -> list[str]:
    """The lines of a table, in order; empty rows give none.

    `headers` is how many rows at the top name the columns; None leaves it to a guess. In a `labelled` table every row
    is a name and its value, unless it has headers.
    """
    cleaned = [[_line(cell) for cell in row] for row in rows]
    table = [row for row in cleaned if any(row)]
    captions = _captions(table, wide_only=headers is not None)
    table = table[len(captions) :]
    if headers is None:
        headers = 0 if labelled else guessed_headers(table)
        labelled = labelled or max(map(_filled, table), default=0) == 2
    else:
        headers = max(0, headers - len(captions))
    if len(table) <= headers:
        headers = 0
    names = _names(table[:headers])
    lines = [line for caption in captions for line in _lines([("", caption)])]
    for row in table[headers:]:
        lines += _lines(_labelled(row) if labelled and not headers else _named(names, row))
    return lines


def guessed_headers(table: Sequence[Row]) -> int:
    """1 if the first row looks like the names of columns, else 0: names are short, and no numbers above numbers."""
    if len(table) < 2 or _filled(table[0]) < 2 or any(len(cell) > _NAME_CHARS for cell in table[0]):
        return 0
    body = table[1 : 1 + _LOOKED_AT]
    if any(_NUMBER.fullmatch(cell) and not _YEAR.fullmatch(cell) for cell in table[0]):
        return 0
    if len(table[0]) == 2 and len(body) > 1:
        # Names and values, as in "Length | 85 m" above "Home port | Bergen": the values are of several kinds.
        digits = [any(map(str.isdigit, row[1])) for row in body if len(row) > 1 and row[1]]
        return int(not any(digits) or all(digits))
    return 1


def _captions(table: Sequence[Row], *, wide_only: bool) -> list[str]:
    """Lines above a table of several columns that fill the whole width with one text, or one cell."""
    captions: list[str] = []
    if max(map(_filled, table), default=0) > 1:
        for row in table:
            texts = set(filter(None, row))
            if len(texts) > 1 or (wide_only and not all(row)):
                break
            captions += texts
    return captions


def _names(headers: Sequence[Row]) -> list[str]:
    """One name a column, of all header rows from above; a name that a wide cell repeats below itself counts once."""
    width = max(map(len, headers), default=0)
    columns = [[row[at] for row in headers if at < len(row) and row[at]] for at in range(width)]
    return [" ".join(dict.fromkeys(column)).rstrip(":")[:_NAME_CHARS] for column in columns]


def _named(names: Sequence[str], row: Row) -> list[tuple[str, str]]:
    return [(names[at] if at < len(names) else "", cell) for at, cell in enumerate(row)]


def _labelled(row: Row) -> list[tuple[str, str]]:
    value = " ".join(filter(None, row[1:]))
    return [(row[0].rstrip(":")[:_NAME_CHARS], value)] if row[0] and value else [("", row[0] or value)]


def _filled(row: Row) -> int:
    return sum(1 for cell in row if cell)


def record_lines(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """The lines of one record of named values, written as a row is; empty values are left out."""
    return _lines([(_line(name)[:_NAME_CHARS], _line(value)) for name, value in pairs])


def _line(text: str) -> str:
    return " ".join(tidy(text).split())


def _lines(pairs: Sequence[tuple[str, str]]) -> list[str]:
    cells = [(name, part) for name, value in pairs if value for part in _parts(value)]
    lines: list[str] = []
    for name, value in cells:
        cell = f"{name}: {value}" if name else value
        if lines and len(lines[-1]) + 2 + len(cell) <= _LINE_CHARS:
            lines[-1] += f"; {cell}"
        elif lines and len(cells[0][1]) <= _NAME_CHARS and (name, value) != cells[0]:
            first = f"{cells[0][0]}: {cells[0][1]}" if cells[0][0] else cells[0][1]
            lines.append(f"{first}; {cell}")
        else:
            lines.append(cell)
    return lines


def _parts(value: str) -> Iterator[str]:
    """A cell's text in pieces of whole sentences that each fit into a line."""
    room = _LINE_CHARS - 2 * _NAME_CHARS
    if len(value) <= room:
        yield value
        return
    start = end = 0
    for sentence_start, sentence_end in sentences.split(value):
        if end > start and sentence_end - start > room:
            yield value[start:end]
            start = sentence_start
        end = sentence_end
    yield value[start:end]
