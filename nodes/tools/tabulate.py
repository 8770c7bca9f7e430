"""The built-in tool `tabulate`: one attribute of every thing that earlier steps' evidence tells it of.

This module does not know how a value is found; `compare` and `calculate` do the reckoning.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from nodes.state import Passage, Reading
from nodes.tools.contract import NoAnswerError, Tool, ToolOutput
from nodes.tools.declare import tool
from nodes.tools.read import parted


class Tabulator(Protocol):
    """Finds an attribute of many things in passages."""

    async def tabulate(self, attribute: str, passages: Sequence[Passage], of: str) -> Mapping[str, Reading]:
        """Return what was found for each name, in the order of the passages; `of` is the kind of thing, or empty."""
        ...


def tabulate_tool(tabulator: Tabulator) -> Tool:
    """Return the tool `tabulate` over something that reads."""

    @tool(effect="read")
    async def tabulate(attribute: str, source: Any, of: str = "") -> ToolOutput:
        """Read one attribute (number of cabins) of all things of a kind (vessel) off passages, as a table for compare.

        The value is {"Astrid": "84", "Bore": "120"}. Raises NoAnswerError where nothing is told.
        """
        passages, _ = parted(source)
        readings = await tabulator.tabulate(attribute, passages, of)
        if not readings:
            raise NoAnswerError("the evidence does not say")
        sources = tuple(source for reading in readings.values() for source in reading["sources"])
        return ToolOutput({name: reading["value"] for name, reading in readings.items()}, sources=sources)

    return tabulate
