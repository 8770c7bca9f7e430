"""An answer's text, cut into sentences that keep their markers."""

import re
from collections.abc import Iterator

from nodes.citations import MARKER
from retrieval.sentences import split

_LEADING = re.compile(r"(?:\[\d{1,4}\]\s?)+")
_LIST_NUMBER = re.compile(r"\d{1,3}[.)]")


def sentences_of(text: str) -> Iterator[str]:
    """Yield the sentences of an answer in order; a new line always begins another.

    A marker belongs to what stands before it on its line, also where it follows the full stop.
    """
    for line in text.splitlines():
        pieces: list[str] = []
        for start, end in split(line):
            _add(pieces, line[start:end])
        yield from pieces


def _add(pieces: list[str], piece: str) -> None:
    if pieces and _LIST_NUMBER.fullmatch(pieces[-1]):
        pieces[-1] += f" {piece}"
        return
    if pieces and (leading := _LEADING.match(piece)):
        pieces[-1] += f" {leading[0].rstrip()}"
        piece = piece[leading.end() :]
    if piece:
        pieces.append(piece)


def markers(sentence: str) -> list[int]:
    """Return the numbers of a sentence's markers, each once, in order."""
    found = (int(number) for match in MARKER.finditer(sentence) for number in match[1].split(","))
    return list(dict.fromkeys(found))


def without_markers(sentence: str) -> str:
    """Return a sentence as it reads without its markers, on one line."""
    return " ".join(MARKER.sub("", sentence).split())
