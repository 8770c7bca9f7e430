"""The graph as LangGraph Studio and other LangGraph servers load it; `langgraph.json` names `make_graph`.

A server brings its own checkpointer, threads and runs, so nothing of that is attached here.
"""

import asyncio
import threading
from functools import cache

from graph.build import Graph
from graph.configured import configured_graph

_building = threading.Lock()


async def make_graph() -> Graph:
    """Return the graph that the environment asks for, the same object for every request of this process.

    A server calls this for each request on its event loop. The first call reads settings and imports what they need,
    so the work is done in a thread.

    Raises:
        ConfigurationError: a setting cannot be used; the next call tries again.
    """
    return await asyncio.to_thread(_graph_once)


def _graph_once() -> Graph:
    with _building:  # requests that come at once wait for one graph; `cache` alone would build one for each
        return _graph()


@cache
def _graph() -> Graph:
    return configured_graph()
