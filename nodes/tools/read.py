"""The built-in tool `read`: the answer to one small question from evidence that earlier steps gave.

This module does not know who reads: a worker model, or the extractive reader.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from nodes.state import Passage, Reading
from nodes.tools.contract import NoAnswerError, Tool, ToolOutput
from nodes.tools.declare import tool

_DEPTH = 8
_IDENTIFYING = frozenset({"passage_id", "document", "text", "start", "end"})


class Reader(Protocol):
    """Answers a small question from passages and from text that came from no document."""

    async def read(self, question: str, passages: Sequence[Passage], text: str, within: str = "") -> Reading:
        """Return what was found; a `value` of None says that the evidence does not hold it.

        `within` is the larger question that the small one is a part of, with a mark at it; or empty.
        """
        ...


def read_tool(
    reader: Reader, *, name: str = "read", timeout: float | None = None, fallback: Tool | None = None
) -> Tool:
    """Return the tool `read` over a reader; `timeout` is in seconds, `fallback` reads where this reader fails."""

    @tool(effect="read", name=name, timeout=timeout, fallback=fallback)
    async def read(question: str, source: Any, within: str = "") -> ToolOutput:
        """Answer a small question, as diameter in km, from the result of an earlier step given as source.

        A larger question that it is a part of may be given as within. Raises NoAnswerError where the source does not
        hold the answer.
        """
        passages, texts = parted(source)
        reading = await reader.read(question, passages, "\n".join(texts), within)
        if reading["value"] is None:
            raise NoAnswerError("the evidence does not say")
        return ToolOutput(reading["value"], sources=tuple(reading["sources"]))

    return read


def parted(source: Any) -> tuple[list[Passage], list[str]]:
    """Part evidence into passages, each once and in order, and the text of everything else."""
    passages: dict[str, Passage] = {}
    texts: list[str] = []
    for piece in _pieces(source, 0):
        if isinstance(piece, dict) and piece.keys() >= _IDENTIFYING:
            passages.setdefault(piece["passage_id"], piece)  # type: ignore[arg-type]  # its keys were just checked
        elif piece is not None:
            texts.append(piece if isinstance(piece, str) else json.dumps(piece, ensure_ascii=False))
    return list(passages.values()), texts


def _pieces(source: Any, depth: int) -> Iterator[Any]:
    if isinstance(source, list) and depth < _DEPTH:
        for each in source:
            yield from _pieces(each, depth + 1)
    elif isinstance(source, dict) and depth < _DEPTH and not source.keys() >= _IDENTIFYING and _holds_list(source):
        yield from _pieces(list(source.values()), depth + 1)
    else:
        yield source


def _holds_list(source: dict[str, Any]) -> bool:
    return any(isinstance(value, list | dict) for value in source.values())
