"""The tools of one agent, by name, with their fallbacks resolved.

This module does not know how a tool is run.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nodes.errors import ToolError
from nodes.tools.contract import Tool
from nodes.tools.declare import as_tool


class Toolbox(Mapping[str, Tool]):
    """Tools by name, in the order given.

    Takes anything `as_tool` takes. Raises ToolError where two tools share a name, or where a fallback does not exist,
    leads back to its own tool, needs a parameter that the tool has not, or does more to the world than the tool it
    stands in for.
    """

    def __init__(self, tools: Iterable[Any] = ()) -> None:
        self._tools: dict[str, Tool] = {}
        for tool in map(as_tool, tools):
            if tool.name in self._tools:
                raise ToolError(f"two tools are called {tool.name}; give one of them another name: @tool(name=...)")
            self._tools[tool.name] = tool
        for tool in self._tools.values():
            self._check_fallbacks(tool)

    def __getitem__(self, name: str) -> Tool:
        return self._tools[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tools)

    def __len__(self) -> int:
        return len(self._tools)

    def fallback(self, tool: Tool) -> Tool | None:
        """Return what stands in for a tool of this toolbox, or for a fallback of one, when it has failed."""
        declared = tool.reliability.fallback
        return self._tools.get(declared) if isinstance(declared, str) else declared

    def _check_fallbacks(self, tool: Tool) -> None:
        chain = [tool]
        while (name := chain[-1].reliability.fallback) is not None:
            substitute = self.fallback(chain[-1])
            if substitute is None:
                raise ToolError(f"tool {chain[-1].name} falls back to {name}, which is not among the tools; add it")
            if any(substitute is each or substitute.name == each.name for each in chain):
                raise ToolError(f"the fallbacks of tool {tool.name} lead back to {substitute.name}; remove one of them")
            _check_substitute(chain[-1], substitute)
            chain.append(substitute)


def _check_substitute(tool: Tool, substitute: Tool) -> None:
    if substitute.effect not in {"read", tool.effect}:
        # An approval or a policy has looked at the tool that the plan names.
        raise ToolError(
            f"tool {tool.name} has effect {tool.effect} and its fallback {substitute.name} has {substitute.effect}; "
            "a fallback may do no more than the tool it stands in for"
        )
    missing = set(substitute.parameters.get("required", ())) - set(tool.parameters.get("properties", {}))
    if missing:
        raise ToolError(
            f"the fallback {substitute.name} of tool {tool.name} needs {', '.join(sorted(missing))}, "
            f"which {tool.name} has not; give it a default"
        )
