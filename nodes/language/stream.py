"""The parser: a plan from text, whole or in chunks as a model streams it."""

from functools import lru_cache

from nodes.errors import PlanError, Problem
from nodes.language.reading import LineReader
from nodes.language.values import Plan, Step

MAX_CHARS = 2_000_000
"""Longest text that is read as a plan, in characters."""


class PlanParser:
    """Reads a plan in chunks of any size; the result is that of `parse` on the whole text.

    What `feed` returns is early and not binding: a model that closes its thinking, or a problem further down, can
    take it back. Only the plan that `close` returns counts.
    """

    def __init__(self) -> None:
        self._reader = LineReader()
        self._tail: list[str] = []
        self._chars = 0

    def feed(self, chunk: str) -> list[Step]:
        """Take in the next chunk; return the steps whose line (brackets closed, newline seen) it completes.

        Never raises: what is wrong is gathered for `close`. Steps of plans in JSON come when the JSON is complete.
        """
        if self._chars == 0:
            chunk = chunk.removeprefix("\ufeff")
        self._chars += len(chunk)
        if self._chars > MAX_CHARS:
            self._tail.clear()
            return []
        first, *rest = chunk.split("\n")
        self._tail.append(first)
        for line in rest:
            self._flush()
            self._tail.append(line)
        return self._reader.findings.drain()

    @property
    def is_flawed(self) -> bool:
        """Whether what was read so far holds a problem that `close` would raise, were there no more."""
        return self._reader.findings.is_flawed

    def _flush(self, *, is_cut: bool = False) -> None:
        line = "".join(self._tail)
        self._tail.clear()
        self._reader.line(line, is_cut=is_cut)

    def close(self) -> Plan:
        """Return the plan; call it once, after the last chunk.

        Raises:
            PlanError: with every problem, in line order.
        """
        if self._chars > MAX_CHARS:
            message = f"the plan is longer than {MAX_CHARS} characters"
            raise PlanError([Problem(0, "too_long", message, "write a shorter plan")])
        self._flush(is_cut=any(self._tail))
        self._reader.end()
        return self._reader.findings.result()


def parse(text: str) -> Plan:
    """Read a plan in any dialect, as models write it; talk around it, thinking, and an answer behind it are ignored.

    Empty text, an empty JSON list, and words that say that there are no steps are plans of no steps. What can be meant
    in several ways, or ends before it is complete, is a problem and never a guess. Time is linear in the text.

    Raises:
        PlanError: with every problem, in line order; nothing else, whatever the text.
    """
    parser = PlanParser()
    parser.feed(text)
    return parser.close()


@lru_cache(maxsize=64)
def parse_canonical(text: str) -> Plan:
    """As `parse`, remembered: the graph's state holds plans as canonical text and asks for them in every node.

    The plan is shared between callers; treat it as immutable.

    Raises:
        PlanError: as `parse`.
    """
    return parse(text)
