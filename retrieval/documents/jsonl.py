"""Reads records in JSON: one a line (JSON lines), or a list of them. A record becomes one line of named values.

A record with a long text in it, as an article, becomes a section of its own instead, named by the record's title.
"""

import json
from collections.abc import Iterator
from typing import Any

from retrieval.documents.extracted import Extracted, TextBuilder
from retrieval.documents.tables import record_lines
from retrieval.errors import DocumentError

_TITLES = ("title", "name", "headline", "subject", "label", "id")
"""Keys that say what a record is about, the best first."""
_PROSE_CHARS = 300
"""A longer value is a text of its own."""
_MAX_DEPTH = 50


def read_jsonl(source: str, name: str) -> Extracted:
    """Read one record a line; `name` is the title.

    Raises DocumentError: a line is not JSON, or nests too deep.
    """
    builder = TextBuilder()
    for number, line in enumerate(source.split("\n"), start=1):
        if line.strip():
            _write(builder, _parsed(line, f"line {number}"))
    return builder.build(fallback_title=name)


def read_json(source: str, name: str) -> Extracted:
    """Read a list of records, or one record; `name` is the title.

    Raises DocumentError: the file is not JSON, or nests too deep.
    """
    data = _parsed(source, "the file")
    builder = TextBuilder()
    for record in data if isinstance(data, list) else [data]:
        _write(builder, record)
    return builder.build(fallback_title=name)


def _parsed(source: str, what: str) -> Any:
    try:
        # Numbers stay as they are written: no digit is lost, and a number of a million digits costs nothing.
        return json.loads(source, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        problem = error.msg.removesuffix(" at").removesuffix(" starting")
        raise DocumentError(f"{what} is not JSON ({problem}, character {error.pos + 1}); mend it.") from error
    except RecursionError as error:
        raise _too_deep() from error


def _write(builder: TextBuilder, record: Any) -> None:
    pairs = list(_flat(record, "", 0))
    title = next((pair for key in _TITLES for pair in pairs if pair[0].lower() == key and pair[1].strip()), None)
    short = [pair for pair in pairs if not _is_prose(pair[1]) and pair is not title]
    prose = [pair for pair in pairs if _is_prose(pair[1]) and pair is not title]
    if title and not prose:
        short.insert(0, title)
    if prose:
        builder.section("")
        builder.heading(2, title[1] if title else "")
    for line in record_lines(short):
        builder.block(line, tight=True)
    for key, text in prose:
        named = f"{key}: {text}" if len(prose) > 1 else text
        for paragraph in named.split("\n\n"):
            builder.block(paragraph)
    if prose:
        builder.section("")


def _is_prose(text: str) -> bool:
    return len(text) > _PROSE_CHARS or "\n\n" in text.strip()


def _flat(value: Any, key: str, depth: int) -> Iterator[tuple[str, str]]:
    """Named values, nested names joined by dots; nothing for null."""
    if depth > _MAX_DEPTH:
        raise _too_deep()
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(inner, f"{key}.{name}" if key else name, depth + 1)
    elif isinstance(value, list) and any(isinstance(inner, dict | list) for inner in value):
        for number, inner in enumerate(value, start=1):
            yield from _flat(inner, f"{key}.{number}" if key else str(number), depth + 1)
    elif isinstance(value, list):
        yield key, ", ".join(_shown(inner) for inner in value if inner is not None)
    elif value is not None:
        yield key, _shown(value)


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _too_deep() -> DocumentError:
    return DocumentError(f"the values nest deeper than {_MAX_DEPTH} levels; flatten them.")
