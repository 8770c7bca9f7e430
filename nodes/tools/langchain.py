"""Adapting LangChain's tools, and through them those of MCP servers.

Effects come from MCP's annotations, which are what the tool's author claims; where nothing is claimed the effect is
unknown. This module does not know an MCP client: langchain-mcp-adapters puts the annotations into a tool's metadata.
"""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from nodes.errors import ToolError
from nodes.tools.contract import Effect, Reliability, Tool
from nodes.tools.functions import without_titles

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool


def is_langchain(candidate: Any) -> bool:
    """Say whether something is a LangChain tool."""
    from langchain_core.tools import BaseTool  # noqa: PLC0415 - an agent without LangChain tools need not load them

    return isinstance(candidate, BaseTool)


def from_langchain(
    inner: "BaseTool",
    *,
    effect: Effect,
    reliability: Reliability,
    name: str | None = None,
    description: str | None = None,
) -> Tool:
    """Return the tool that calls `inner`. A declared effect goes before the annotations.

    A name that could not stand in a plan is mended: `get-weather` becomes `get_weather`. Raises ToolError where the
    tool is declared idempotent, since it cannot be told a key, or has a schema that cannot be read.
    """
    if reliability.idempotent:
        raise ToolError(f"LangChain tool {inner.name} takes no idempotency key; wrap it in a function that does")
    blocking = _is_synchronous(inner)
    identity = re.sub(r"\W", "_", name or inner.name, flags=re.ASCII)
    return Tool(
        name=f"_{identity}" if identity[:1].isdigit() else identity,
        description=description or inner.description,
        parameters=_parameters(inner),
        effect=effect if effect != "unknown" else _hinted(inner.metadata or {}),
        function=_blocking_call(inner) if blocking else _call(inner),
        reliability=reliability,
        blocking=blocking,
    )


def _parameters(inner: "BaseTool") -> dict[str, Any]:
    from langchain_core.tools import simple  # noqa: PLC0415 - see is_langchain

    if isinstance(inner, simple.Tool):  # its schema would be that of `(*args, config, **kwargs)`
        return {"type": "object", "properties": without_titles(inner.args, names=True), "required": list(inner.args)}
    declared = inner.tool_call_schema
    if not isinstance(declared, dict) and not issubclass(declared, BaseModel):
        raise ToolError(f"the parameters of {inner.name} are a model of pydantic 1; declare them with pydantic 2")
    schema = declared if isinstance(declared, dict) else declared.model_json_schema()
    parameters: dict[str, Any] = {"type": "object", "properties": {}, **without_titles(schema)}
    parameters.pop("description", None)
    return parameters


def _request(inner: "BaseTool", args: dict[str, Any]) -> dict[str, Any]:
    # Asked as a tool call, the tool replies with a message that has its artifact beside the content.
    return {"name": inner.name, "args": args, "id": "step", "type": "tool_call"}


def _blocking_call(inner: "BaseTool") -> Callable[..., Any]:
    def call(**args: Any) -> Any:
        return _value(inner.name, inner.invoke(_request(inner, args)))

    return call


def _call(inner: "BaseTool") -> Callable[..., Any]:
    async def call(**args: Any) -> Any:
        return _value(inner.name, await inner.ainvoke(_request(inner, args)))

    return call


def _is_synchronous(inner: "BaseTool") -> bool:
    """Say whether LangChain would run the tool on the event loop's own executor, which is joined at exit."""
    from langchain_core.tools import BaseTool, StructuredTool, simple  # noqa: PLC0415 - see is_langchain

    run = type(inner)._arun
    if run in {StructuredTool._arun, simple.Tool._arun}:
        return getattr(inner, "coroutine", None) is None
    return run is BaseTool._arun


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
