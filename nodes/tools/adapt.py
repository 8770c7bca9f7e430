"""The decorator `tool`, and the adaptation of LangChain's tools with the annotations that MCP servers send.

An annotation is what the tool's author claims; what it is not claimed for is `unknown`: never speculated, never retried.
"""

import dataclasses
import inspect
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, overload

from nodes.errors import ToolError
from nodes.tools.contract import Effect, Reliability, Tool
from nodes.tools.declare import from_function, without_titles

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool


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
    `attempts` counts the first; `retry_on` names the errors worth another attempt. A write is repeated only where it takes
    the parameter `idempotency_key: str`, which the runner fills; `idempotent=False` forbids even that. `fallback` is the
    name of another tool, a tool, or a function, which then has this tool's effect. `max_chars` bounds the value,
    `concurrency` the calls at the same time. Raises ToolError where the declaration cannot work.
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
    if _is_langchain(candidate):
        return _from_langchain(candidate, effect, reliability, name, description)
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


def _is_langchain(candidate: Any) -> bool:
    from langchain_core.tools import BaseTool  # noqa: PLC0415 - an agent without LangChain tools need not load them

    return isinstance(candidate, BaseTool)


def _from_langchain(
    inner: "BaseTool", effect: Effect, reliability: Reliability, name: str | None, description: str | None
) -> Tool:
    if reliability.idempotent:
        raise ToolError(
            f"LangChain tool {inner.name} cannot be told an idempotency key; wrap it in a function that takes one"
        )
    declared = inner.tool_call_schema
    schema = declared if isinstance(declared, dict) else declared.model_json_schema()
    parameters = {"type": "object", "properties": {}, **without_titles(schema)}
    parameters.pop("description", None)
    blocking = _is_synchronous(inner)
    call = inner.invoke if blocking else inner.ainvoke
    identity = re.sub(r"\W", "_", name or inner.name, flags=re.ASCII)

    def unwrapped(reply: Any) -> Any:
        return _value(inner.name, reply)

    def invoke(**args: Any) -> Any:
        return unwrapped(call({"name": inner.name, "args": args, "id": "step", "type": "tool_call"}))

    async def ainvoke(**args: Any) -> Any:
        return unwrapped(await inner.ainvoke({"name": inner.name, "args": args, "id": "step", "type": "tool_call"}))

    return Tool(
        name=f"_{identity}" if identity[:1].isdigit() else identity,
        description=description or inner.description,
        parameters=parameters,
        effect=effect if effect != "unknown" else _hinted(inner.metadata or {}),
        function=invoke if blocking else ainvoke,
        reliability=reliability,
        blocking=blocking,
    )


def _is_synchronous(inner: "BaseTool") -> bool:
    """Say whether LangChain would run the tool on the event loop's own executor, which is joined at exit."""
    from langchain_core.tools import BaseTool, StructuredTool  # noqa: PLC0415 - see _is_langchain
    from langchain_core.tools import Tool as SimpleTool

    if isinstance(inner, StructuredTool | SimpleTool) and type(inner)._arun in {StructuredTool._arun, SimpleTool._arun}:
        return inner.coroutine is None
    return type(inner)._arun is BaseTool._arun


def _hinted(metadata: Mapping[str, Any]) -> Effect:
    """Read the effect from MCP's annotations, which langchain-mcp-adapters puts into a tool's metadata."""
    nested = metadata.get("annotations")
    hints = {**metadata, **(nested if isinstance(nested, Mapping) else {})}
    if hints.get("readOnlyHint") is True:
        return "read"
    if hints.get("readOnlyHint") is False or hints.get("destructiveHint") is not None:
        return "write"
    return "unknown"


def _value(name: str, reply: Any) -> Any:
    """Take the value out of a ToolMessage: MCP's structured content if there is some, else the content."""
    content = getattr(reply, "content", reply)
    if getattr(reply, "status", None) == "error":
        raise ToolError(f"{name} reports: {content}")
    artifact = getattr(reply, "artifact", None)
    if isinstance(artifact, Mapping) and artifact.get("structured_content") is not None:
        return artifact["structured_content"]
    if isinstance(content, list) and all(isinstance(each, Mapping) and each.get("type") == "text" for each in content):
        return "\n".join(str(each.get("text", "")) for each in content)
    return artifact if content in ("", []) and artifact is not None else content
