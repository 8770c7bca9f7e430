"""An answer's text, cut into sentences that keep their markers."""

import re
from collections.abc import Collection, Iterator

from nodes.markers import MARKER, items
from retrieval.sentences import split

_LEADING = re.compile(r"(?:\[(?:E?\d{1,4})\]\s?)+")
UNSUPPORTED = "(unsupported)"
"""Stands behind a sentence that nothing the run gathered supports, wherever people read an answer."""
_LIST_NUMBER = re.compile(r"\d{1,3}[.)]")


def sentences_of(text: str) -> Iterator[str]:
    """Yield the sentences of an answer in order; a new line always begins another.

    A marker belongs to what stands before it on its line, also where it follows the full stop.
    """
    for line in text.splitlines():
        yield from (line[start:end] for start, end in _spans(line))


def _spans(line: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for start, end in split(line):
        at = start
        if spans and _LIST_NUMBER.fullmatch(line, *spans[-1]):
            spans[-1], at = (spans[-1][0], end), end
        elif spans and (leading := _LEADING.match(line, start, end)):
            at = leading.end()
            spans[-1] = (spans[-1][0], start + len(leading[0].rstrip()))
        if at < end:
            spans.append((at, end))
    return spans


def markers(sentence: str) -> list[int]:
    """Return the numbers of a sentence's markers, each once, in order."""
    return [int(item) for item in _items(sentence) if item[0] != "E"]


def cited_steps(sentence: str) -> list[str]:
    """Return the steps that a sentence's markers name, each once, in order."""
    return [item for item in _items(sentence) if item[0] == "E"]


def _items(sentence: str) -> list[str]:
    return list(dict.fromkeys(item for match in MARKER.finditer(sentence) for item in items(match)))


def without_markers(sentence: str) -> str:
    """Return a sentence as it reads without its markers, on one line."""
    return " ".join(MARKER.sub("", sentence).split())


def marked(text: str, unsupported: Collection[str]) -> str:
    """Return an answer's text as people are shown it: each sentence that is `unsupported` says so."""
    return "\n".join(_marked_line(line, unsupported) for line in text.splitlines()) if unsupported else text


def _marked_line(line: str, unsupported: Collection[str]) -> str:
    pieces, at = [], 0
    for start, end in _spans(line):
        pieces.append(line[at:end])
        if line[start:end] in unsupported:
            pieces.append(f" {UNSUPPORTED}")
        at = end
    return "".join([*pieces, line[at:]])
