"""The values a plan is made of: steps, their typed arguments, and references between them.

This module does not know how a plan is written, read or run. Values are finite JSON data plus `Reference` and
`Template`; strings are Unicode text without surrogates.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from nodes.state import StepId

_PLAIN_KEY = re.compile(r"[A-Za-z_]\w*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reference:
    """The value of another step (`name` is `E<n>`) or of an earlier answer (`A<n>`), or a part of it.

    `path` leads into the value: a string is a key of a mapping, an integer an index of a list (negative from the end).
    """

    name: str
    path: tuple[str | int, ...] = ()

    def __str__(self) -> str:
        """Return the reference as a plan writes it, `#E1.rows[0]["unit price"]`."""
        return f"#{self.name}{path_text(self.path)}"


@dataclass(frozen=True, slots=True)
class Template:
    """Text with references in it. Holds at least one reference, no empty string, no two adjacent strings."""

    parts: tuple[str | Reference, ...]


Value: TypeAlias = bool | int | float | str | Reference | Template | list["Value"] | dict[str, "Value"] | None


@dataclass(frozen=True, slots=True)
class Step:
    """One tool call.

    `positional` holds arguments that were written without a name; `validate` binds them to names, so that a valid plan
    has none. `rationale` is one line: runs of white space in it are one blank. `line` is 1-based in the text that was
    parsed, 0 where there was none, and does not count for equality.
    """

    id: StepId
    tool: str
    args: dict[str, Value] = field(default_factory=dict)
    positional: tuple[Value, ...] = ()
    rationale: str | None = None
    line: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        """Bring the rationale to one line; an empty one is none."""
        if self.rationale is not None:
            object.__setattr__(self, "rationale", " ".join(self.rationale.split()) or None)

    @property
    def references(self) -> Iterator[Reference]:
        """Every reference in the arguments, in the order they are written."""
        for value in self.positional:
            yield from references(value)
        yield from references(self.args)

    @property
    def depends_on(self) -> tuple[StepId, ...]:
        """The steps whose values this one needs, each once, in the order they are first named."""
        return tuple(dict.fromkeys(StepId(ref.name) for ref in self.references if ref.name.startswith("E")))


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in the order they were written, which need not be an order in which they can run."""

    steps: tuple[Step, ...] = ()


def references(value: Value | Mapping[str, Value]) -> Iterator[Reference]:
    """Yield every reference in a value, outside in and left to right, repeated as often as it is written."""
    pending: list[Value | Mapping[str, Value]] = [value]
    while pending:
        current = pending.pop()
        if isinstance(current, Reference):
            yield current
        elif isinstance(current, Template):
            yield from (part for part in current.parts if isinstance(part, Reference))
        elif isinstance(current, list):
            pending.extend(reversed(current))
        elif isinstance(current, Mapping):
            pending.extend(reversed(list(current.values())))


def path_text(path: tuple[str | int, ...]) -> str:
    """Return a path as a plan writes it, `.rows[0]["unit price"]`."""
    return "".join(_segment(segment) for segment in path)


def _segment(segment: str | int) -> str:
    if isinstance(segment, int):
        return f"[{segment}]"
    return f".{segment}" if _PLAIN_KEY.fullmatch(segment) else f"[{json.dumps(segment, ensure_ascii=False)}]"
