"""Declaring a tool: the decorator `tool`, and `as_tool` for whatever else can be one.

What is not declared is not assumed: effect `unknown`, one attempt, no idempotency. This module does not know how
parameters are read; `functions.py` and `langchain.py` do.
"""

import dataclasses
import inspect
from collections.abc import Callable, Mapping
from typing import Any, overload

from nodes.errors import ToolError
from nodes.tools.contract import Effect, Reliability, Tool
from nodes.tools.functions import from_function
from nodes.tools.langchain import from_langchain, is_langchain


@overload
def tool(function: Callable[..., Any], /) -> Tool: ...
@overload
def tool(
    *,
    effect: Effect = "unknown",
    timeout: float | None = None,
    retry_on: tuple[type[BaseException], ...] | None = None,
    attempts: int = 1,
    idempotent: bool | None = None,
    fallback: Any = None,
    max_chars: int | None = None,
    concurrency: int | None = None,
    name: str | None = None,
    description: str | None = None,
) -> Callable[[Any], Tool]: ...
def tool(function: Any = None, /, **declared: Any) -> Tool | Callable[[Any], Tool]:
    """Declare a typed function, synchronous or asynchronous, as a tool.

    `effect` says what a call does to the world: `read`, `write` or `unknown`. `timeout` is in seconds per attempt;
    `attempts` counts the first; `retry_on` names the errors worth another attempt. A write is repeated only where it
    takes the parameter `idempotency_key: str`, which the runner fills; `idempotent=False` forbids even that.
    `fallback` is the name of another tool, a tool, or a function, which then has this tool's effect. `max_chars`
    bounds the value, `concurrency` the calls at the same time. Raises ToolError where the declaration cannot work.
    """
    return _declare(function) if function is not None else lambda each: _declare(each, **declared)


def as_tool(candidate: Any) -> Tool:
    """Return the tool that `candidate` is or can be made: a Tool, a LangChain tool, or a typed function.

    Raises ToolError for anything else.
    """
    return candidate if isinstance(candidate, Tool) else _declare(candidate)


def _declare(
    candidate: Any,
    *,
    effect: Effect = "unknown",
    name: str | None = None,
    description: str | None = None,
    idempotent: bool | None = None,
    fallback: Any = None,
    **limits: Any,
) -> Tool:
    if effect not in {"read", "write", "unknown"}:
        raise ToolError(f"effect {effect!r} is not one; write read, write or unknown")
    _check_limits(limits)
    if not (fallback is None or isinstance(fallback, str | Tool)):
        fallback = as_tool(fallback)
        fallback = dataclasses.replace(fallback, effect=effect if fallback.effect == "unknown" else fallback.effect)
    reliability = Reliability(idempotent=bool(idempotent), fallback=fallback, **limits)
    if not inspect.isroutine(candidate) and is_langchain(candidate):
        return from_langchain(candidate, effect=effect, reliability=reliability, name=name, description=description)
    if not callable(candidate) or inspect.isclass(candidate):
        raise ToolError(f"{type(candidate).__name__} cannot be a tool; give a typed function or a LangChain tool")
    made = from_function(candidate, effect=effect, reliability=reliability, name=name, description=description)
    if made.takes_key and idempotent is None:
        return dataclasses.replace(made, reliability=dataclasses.replace(reliability, idempotent=True))
    return made


def _check_limits(limits: Mapping[str, Any]) -> None:
    for name, value in limits.items():
        if name == "retry_on":
            if value is not None and not all(
                isinstance(each, type) and issubclass(each, BaseException) for each in value
            ):
                raise ToolError("retry_on takes a tuple of exception classes")
        elif value is not None and not (isinstance(value, int | float) and value > 0):
            raise ToolError(f"{name}={value!r} is not a positive number")
