"""Adds up what model calls inside tools used, without the tools passing it along.

A context variable holds the meter of the step that is running; asyncio tasks and copied threads inherit it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from nodes.state import Usage, add_usage, no_usage

_meter: ContextVar[list[Usage] | None] = ContextVar("planfirst_usage_meter", default=None)


@contextmanager
def metered() -> Iterator[list[Usage]]:
    """Collect every usage recorded inside the block."""
    meter: list[Usage] = []
    token = _meter.set(meter)
    try:
        yield meter
    finally:
        _meter.reset(token)


def record(usage: Usage) -> None:
    """Add a usage to the meter in force; nothing happens where there is none."""
    meter = _meter.get()
    if meter is not None:
        meter.append(usage)


def total(*usages: Usage) -> Usage:
    """Return the sum; an unknown part stays unknown."""
    result = no_usage()
    for usage in usages:
        result = add_usage(result, usage)
    return result
