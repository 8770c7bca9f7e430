"""PlanFirst: plan first, act second, answer last, with evidence.

    from planfirst import Agent

    agent = Agent()                      # no model, no key, no network: the embedded default
    print(agent.ask("How many times wider is Jupiter than Earth?").answer)

Names are loaded at first use, so that importing this package costs little and pulls in no model or vector store.
"""

import importlib
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graph.agent import Agent as Agent
    from graph.build import Dependencies as Dependencies
    from graph.build import build_graph as build_graph
    from graph.compose import compose as compose
    from graph.explanation import Explanation as Explanation
    from graph.result import Result as Result
    from graph.roles import ModelSpec as ModelSpec
    from nodes.errors import PlanFirstError as PlanFirstError
    from nodes.limits import Budgets as Budgets
    from nodes.limits import Limits as Limits
    from nodes.tools import Allowed as Allowed
    from nodes.tools import Denied as Denied
    from nodes.tools import ToolOutput as ToolOutput
    from nodes.tools import tool as tool
    from retrieval import KnowledgeBase as KnowledgeBase

__version__ = "0.1.0"

_HOMES = {
    "Agent": "graph.agent",
    "Allowed": "nodes.tools",
    "Budgets": "nodes.limits",
    "Denied": "nodes.tools",
    "Dependencies": "graph.build",
    "Explanation": "graph.explanation",
    "KnowledgeBase": "retrieval",
    "Limits": "nodes.limits",
    "ModelSpec": "graph.roles",
    "PlanFirstError": "nodes.errors",
    "Result": "graph.result",
    "ToolOutput": "nodes.tools",
    "build_graph": "graph.build",
    "compose": "graph.compose",
    "tool": "nodes.tools",
}

__all__ = [*sorted(_HOMES), "__version__"]  # noqa: PLE0604 - the names of `_HOMES` are strings


def _refuse_shadows() -> None:
    """Say so where an app's own module stands before one of our top-level packages.

    Raises:
        ImportError: naming the file in the way and the way out.
    """
    root = Path(__file__).resolve().parent.parent
    for name in ("graph", "nodes", "retrieval"):
        spec = importlib.util.find_spec(name)
        found = Path(spec.origin).resolve() if spec and spec.origin else None
        if found is None or found.parent.parent != root:
            raise ImportError(
                f"planfirst needs its own package `{name}`, but Python finds {found or 'none'} first; "
                f"rename that module, or start Python from another folder"
            )


_refuse_shadows()


def __getattr__(name: str) -> Any:
    """Load a public name at first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'planfirst' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
