"""The agent, the graph and the knowledge base that the settings ask for: what the command line and Studio run."""

from typing import Any

from graph.agent import Agent
from graph.build import Graph, build_graph
from graph.compose import compose, with_examples
from graph.prices import read_prices
from graph.settings import read_settings
from nodes.limits import Limits
from retrieval import KnowledgeBase


def configured_knowledge() -> KnowledgeBase:
    """Return the knowledge base in PLANFIRST_HOME."""
    return KnowledgeBase(read_settings().knowledge_path)


def configured_agent(**options: Any) -> Agent:
    """Return the agent for PLANFIRST_HOME and the configured models; `options` go to Agent as they are.

    Raises:
        ConfigurationError: a setting cannot be used.
    """
    return Agent(**options)


def configured_graph() -> Graph:
    """Return the agent's graph without its checkpointer and run records, for a server that brings its own.

    Raises:
        ConfigurationError: a setting cannot be used.
    """
    settings = read_settings()
    prices = read_prices(settings.prices) if settings.models.names else None
    limits = Limits(budgets=settings.budgets)
    deps = compose(model=settings.models, knowledge=configured_knowledge(), limits=limits, prices=prices)
    return build_graph(deps if deps.ladders is None else with_examples(deps, settings)[0])
