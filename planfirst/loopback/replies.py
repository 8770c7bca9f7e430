"""What a model answers, as data: text, tool calls, refusal, usage, and the pace at which it comes."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

from planfirst.loopback.faults import STRICT, Fault


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a model is: seconds to its first token, then tokens per second, in chunks of `chunk_tokens`.

    Moments are counted from the arrival of the request, so late wake-ups do not add up.
    """

    first_token: float = 0.0
    tokens_per_second: float = math.inf
    chunk_tokens: int = 1

    __pydantic_config__: ClassVar = STRICT

    def __post_init__(self) -> None:
        if not (0 <= self.first_token < math.inf and self.tokens_per_second > 0 and self.chunk_tokens >= 1):
            raise ValueError(
                f"{self} cannot be kept: first_token is at least 0 and finite, tokens_per_second above 0, "
                "chunk_tokens at least 1"
            )

    def due(self, tokens: int) -> float:
        """Seconds from the arrival of the request until its answer's `tokens`-th token is there."""
        return self.first_token + max(tokens - 1, 0) / self.tokens_per_second


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call of a tool. `arguments` is a mapping, or text as a model might miswrite it; an empty id is filled in."""

    name: str
    arguments: Mapping[str, Any] | str
    id: str = ""

    __pydantic_config__: ClassVar = STRICT

    @property
    def text(self) -> str:
        """The arguments as they are sent."""
        return self.arguments if isinstance(self.arguments, str) else json.dumps(self.arguments, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of a model.

    finish_reason     None is `length` where the request's token limit cut the answer, else `tool_calls` or `stop`
    reasoning_tokens  thought before the first visible token: they take time, count as completion tokens and towards
                      the limit, and are not sent
    cached_tokens     reported as part of the prompt's
    usage             `counted` by the tokenizer, `missing`, or the very object to send
    has_choices       False sends an empty `choices`
    unchecked         send the answer even where it breaks what the request demands (`conformance.py`), as small local
                      servers do; else such an answer is an error of the script
    pace              overrides the model's
    """

    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    refusal: str | None = None
    finish_reason: str | None = None
    reasoning_tokens: int = 0
    cached_tokens: int = 0
    usage: Mapping[str, Any] | Literal["counted", "missing"] = "counted"
    has_choices: bool = True
    unchecked: bool = False
    pace: Pace | None = None
    fault: Fault | None = None

    __pydantic_config__: ClassVar = STRICT

    @classmethod
    def of_json(cls, value: Any) -> Self:
        """Return a reply whose text is `value` as JSON."""
        return cls(json.dumps(value, ensure_ascii=False))
