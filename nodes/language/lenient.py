"""Arguments that Python cannot read, written again so that it can, where they can only be meant in one way.

Colons for equals signs, quotes inside quotes, text without quotes, forgotten commas. The names of the arguments say
where each value ends: a quotation mark closes a value only where a comma, another name, or the end follows. Anything
that could be meant in two ways is not rewritten. This module knows neither values nor references.
"""

import ast
import json
import re
from collections.abc import Iterator

from nodes.language.brackets import CALL_DEPTH, CodeScanner
from nodes.language.surface import narrow

_TYPE = r"(?:str|int|float|bool|list|dict|any|string|number|object)"
_MARKS = "[\"'`*]{0,2}"
_SIGN = rf"\s{{0,9}}(?::\s{{0,9}}{_TYPE}\s{{0,9}}=(?!=)|=(?!=)|:(?!//))"
_NAMED = rf"{_MARKS}[A-Za-z_]\w{{0,60}}{_MARKS}{_SIGN}"
_NAME = re.compile(rf"{_MARKS}(?P<name>[A-Za-z_]\w{{0,60}}){_MARKS}{_SIGN}\s{{0,9}}", re.ASCII)
_GAP = re.compile(r"[\s,;]*+")
_BEHIND = re.compile(rf"\s{{0,9}}(?:\Z|[,;]\s{{0,9}}(?:\Z|{_NAMED}|[\"'\[{{#0-9])|(?<=\s){_NAMED})", re.ASCII)
_BOUNDARY = re.compile(rf"[,;]\s{{0,9}}(?={_NAMED})", re.ASCII)
_STEP = re.compile(r"#\s?E[0-9]+\s*[:=]")
_QUOTES = "\"'"
_CLOSING = {quote: re.compile(rf"(?<!\\){quote}") for quote in _QUOTES}
_WORD = re.compile(r"[^\W\d_]|#\{?[EA][0-9]")
_CODE = re.compile(r"[\[\]{}\"=]|\w\(")


def rebuilt(source: str, *, prose: bool) -> str | None:
    """Return `(name=value, ...)` for the text of a call from parenthesis to parenthesis, or None where that is unclear.

    `prose` allows text without quotes.
    """
    text = source[1:-1]
    view = narrow(text)
    if _STEP.search(view):
        return None
    pieces = list(_pieces(text, view, prose=prose))
    return None if None in pieces else f"({', '.join(filter(None, pieces))})"


def _pieces(text: str, view: str, *, prose: bool) -> Iterator[str | None]:
    """Yield the arguments, None for what is unclear; `view` is the text with narrow signs."""
    position = _end_of_gap(view, 0)
    while position < len(view):
        name = _NAME.match(view, position)
        start = name.end() if name else position
        end = _end(view, start, named=name is not None)
        quoted = view[start : start + 1] in _CLOSING
        value = None if end is None else _value((text if quoted else view)[start:end], prose=prose)
        if end is None or value is None:
            yield None
            return
        yield f"{name['name']}={value}" if name else value
        position = _end_of_gap(view, end)


def _end_of_gap(text: str, position: int) -> int:
    gap = _GAP.match(text, position)
    return gap.end() if gap else position


def _end(text: str, start: int, *, named: bool) -> int | None:
    """Return where a value ends that begins at `start`."""
    opening = text[start : start + 1]
    if opening in _CLOSING:
        closing = _CLOSING[opening].finditer(text, start + 1)
        return next((match.end() for match in closing if _BEHIND.match(text, match.end())), None)
    if opening in {"[", "{"}:
        end = _bracket(text, start)
        return end if end is not None and _BEHIND.match(text, end) else None
    boundary = _BOUNDARY.search(text, start)
    end = boundary.start() if boundary else len(text)
    return end if named or "," not in text[start:end] else None


def _bracket(text: str, start: int) -> int | None:
    scanner, line = CodeScanner(CALL_DEPTH), text.replace("\n", " ")
    end = scanner.scan(line, start)
    return None if scanner.fault else end


def _value(text: str, *, prose: bool) -> str | None:
    """Return a value as Python reads it, or None where it stays unclear."""
    if text[:1] in _CLOSING:
        quote, inner = text[0], text[1:-1]
        if len(inner) > 1 and inner[0] == inner[-1] == quote and not _CLOSING[quote].search(inner[1:-1]):
            inner = inner[1:-1]  # quoted twice
        inner = _CLOSING[quote].sub(rf"\\{quote}", inner)
        return f"{quote}{inner}{quote}"
    text = text.strip()
    if prose and _is_prose(text):
        return json.dumps(text, ensure_ascii=False)
    return text or None


def _is_prose(text: str) -> bool:
    """Tell whether text without quotes is words and no expression."""
    if len(text.split()) < 2 or not _WORD.search(text) or _CODE.search(text):
        return False
    try:
        ast.parse(re.sub(r"#\{?[EA][0-9]+\}?", "_", text), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    return False
