"""What a tool is: its declaration as a value.

This module does not know how a tool is declared, adapted or run.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from nodes.errors import ToolError
from nodes.state import Source

Effect = Literal["read", "write", "unknown"]
"""What calling a tool does to the world. Only `read` may be speculated or retried freely."""

PROGRAMMING_ERRORS = (
    TypeError,
    AttributeError,
    NameError,
    LookupError,
    AssertionError,
    ImportError,
    NotImplementedError,
)
"""Errors that repeat however often a call is made; they are retried only where `retry_on` names them."""


class ArgumentsError(ToolError):
    """The arguments do not fit the tool's parameters."""


class OutputError(ToolError):
    """What the tool returned cannot be kept: it is not JSON-able, or too large to cut."""


class NoAnswerError(ToolError):
    """The evidence given does not hold what was asked for."""

    kind: ClassVar[str] = "no_answer"


@dataclass(frozen=True, slots=True)
class Reliability:
    """How a tool may be called. None leaves the choice to the runner."""

    timeout: float | None = None
    """Longest time for one attempt, in seconds."""
    attempts: int = 1
    """Most attempts. More than one counts only for a tool that is safe to repeat, see `Tool.repeatable`."""
    retry_on: tuple[type[BaseException], ...] | None = None
    """Errors worth another attempt. None: every `Exception` but PlanFirst's own and programming errors."""
    idempotent: bool = False
    """Whether repeating a call with the same idempotency key has no further effect."""
    fallback: "Tool | str | None" = None
    """What is called with the same arguments when the tool has failed: a tool, or the name of one in the toolbox."""
    max_chars: int | None = None
    """Longest value, in characters; longer text and lists are cut with a visible mark."""
    concurrency: int | None = None
    """Most calls of this tool at the same time, in calls per event loop."""


@dataclass(frozen=True, slots=True, eq=False)
class Tool:
    """Something a plan's step can call. Calling the tool calls the function it was made from."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    """JSON Schema of type `object`. An idempotency key is not part of it: the runner supplies that."""
    effect: Effect
    function: Callable[..., Any]
    reliability: Reliability = field(default_factory=Reliability)
    blocking: bool = False
    """Whether the function is synchronous, so that it has to run on a thread."""
    takes_key: bool = False
    """Whether the function has a parameter `idempotency_key`."""
    prepare: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    """Turns JSON arguments into the types the function is annotated with; raises ArgumentsError."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function itself: no validation, no policy, no limits."""
        return self.function(*args, **kwargs)

    @property
    def repeatable(self) -> bool:
        """Whether a second attempt cannot do harm: it reads, or it writes under an idempotency key."""
        return self.effect == "read" or (self.effect == "write" and self.reliability.idempotent and self.takes_key)

    @property
    def signature(self) -> str:
        """The tool on one line of a prompt, as `search(query: str, k=5, after?: list)  # Find passages`."""
        required = frozenset(self.parameters.get("required", ()))
        properties = self.parameters.get("properties", {})
        shown = ", ".join(_parameter(name, schema, required=name in required) for name, schema in properties.items())
        return f"{self.name}({shown})" + (f"  # {self.summary}" if self.summary else "")

    @property
    def summary(self) -> str:
        """The description as far as a planner needs it: whole sentences, but for what is raised, within a bound."""
        sentences = _SENTENCE_END.split(" ".join(self.description.split()))
        told = [sentence for sentence in sentences if not sentence.startswith("Raises ")]
        while len(told) > 1 and len(" ".join(told)) > SUMMARY_CHARS:
            told.pop()
        return " ".join(told)[:SUMMARY_CHARS]

    @property
    def digest(self) -> str:
        """SHA-256 over name, parameters and effect, by which a resumed run sees that the tool is still the same."""
        declared = json.dumps([self.name, self.parameters, self.effect], sort_keys=True, default=str)
        return hashlib.sha256(declared.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ToolOutput:
    """What a tool may return instead of a plain value, to say where the value stands or how it was computed."""

    value: Any
    sources: tuple[Source, ...] = ()
    working: str | None = None


SUMMARY_CHARS = 160
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z`])")
_TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "object": "dict", "null": "None"}


def _parameter(name: str, schema: Mapping[str, Any], *, required: bool) -> str:
    """Write a parameter in as few tokens as say it: a default that shows its type stands for it."""
    kind = _type(schema)
    default = schema.get("default")
    if required or default is None:
        mark = "" if required else "?"
        return f"{name}{mark}" if kind == "any" else f"{name}{mark}: {kind.removesuffix(' | None')}"
    if kind in {"any", type(default).__name__}:
        return f"{name}={default!r}"
    choices = schema.get("enum", [])
    if default in choices:  # the default first
        ordered = [default, *(choice for choice in choices if choice != default)]
        return f"{name}?: {_type({**schema, 'enum': ordered})}"
    return f"{name}: {kind} = {default!r}"


def _type(schema: Mapping[str, Any]) -> str:
    """Name a JSON schema's type as a Python annotation would."""
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"])
    kinds = schema.get("anyOf") or schema.get("oneOf")
    if kinds:
        return " | ".join(dict.fromkeys(_type(kind) for kind in kinds))
    declared = schema.get("type")
    if isinstance(declared, list):
        return " | ".join(_TYPES.get(kind, "any") for kind in declared)
    if declared == "array":
        items = schema.get("items")
        return f"list[{_type(items)}]" if isinstance(items, Mapping) and items else "list"
    return _TYPES.get(str(declared), "dict" if "$ref" in schema else "any")
