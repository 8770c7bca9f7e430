"""The tools of the tasks: PlanFirst's own `search`, `calculate` and `compare`, and five that return one number each."""

import json
import random
from collections import Counter
from dataclasses import replace
from typing import Any, Final

from benchmarks.gold.world import World, WorldSearcher
from nodes.tools import Tool, Toolbox, calculate, compare, search_tool, tool

ATTEMPTS: Final = 5
"""Tries that an unreliable tool is given."""
RATES: Final = {"kilometres": 1_400, "fuel_price": 700, "consumption": 90, "departures": 240}
"""For each tool that returns a number of its own, the largest one."""


def number(tool_name: str, *words: str) -> int:
    """Return the number that a tool gives for its arguments: the same on every run, and never a small one."""
    largest = RATES[tool_name]
    return random.Random(f"{tool_name} {words}").randint(largest // 10, largest)


def world_tools(world: World) -> dict[str, Tool]:
    """Return every tool by its name."""

    @tool(effect="read")
    async def inhabitants(town: str) -> int:
        """Number of inhabitants of a town."""
        return world.inhabitants[town]

    @tool(effect="read")
    async def kilometres(start: str, end: str) -> int:
        """Length of the sea route between two towns in km."""
        return number("kilometres", start, end)

    @tool(effect="read")
    async def fuel_price(fuel: str) -> int:
        """Price of a fuel in euros per tonne."""
        return number("fuel_price", fuel)

    @tool(effect="read")
    async def consumption(vessel: str) -> int:
        """Fuel that a vessel burns, in kg per km."""
        return number("consumption", vessel)

    @tool(effect="read")
    async def departures(town: str, month: str) -> int:
        """Number of departures to a town in a month."""
        return number("departures", town, month)

    own = [inhabitants, kilometres, fuel_price, consumption, departures]
    return dict(Toolbox([search_tool(WorldSearcher(world)), calculate, compare, *own]))


def unreliable(toolbox: Toolbox, p: float, seed: str) -> Toolbox:
    """Return the tools, each of whose attempts raises with probability `p`; they are tried ATTEMPTS times.

    Whether an attempt fails depends on the seed, the tool, its arguments and the count of attempts, not on the order.
    """
    return Toolbox([_unreliable(each, p, seed) for each in toolbox.values()])


def _unreliable(inner: Tool, p: float, seed: str) -> Tool:
    counts: Counter[str] = Counter()

    def fail_perhaps(args: dict[str, Any]) -> None:
        call = json.dumps(args, sort_keys=True, default=str)
        counts[call] += 1
        if random.Random(f"{seed} {inner.name} {call} {counts[call]}").random() < p:
            raise ConnectionError("the service did not answer")

    def blocking(**args: Any) -> Any:
        fail_perhaps(args)
        return inner.function(**args)

    async def awaited(**args: Any) -> Any:
        fail_perhaps(args)
        return await inner.function(**args)

    reliability = replace(inner.reliability, attempts=ATTEMPTS)
    return replace(inner, function=blocking if inner.blocking else awaited, reliability=reliability)
