"""The agent, the graph and the knowledge base that the environment asks for: what the command line and Studio run."""

from typing import TYPE_CHECKING, Any

from graph.agent import Agent
from graph.build import Graph, build_graph
from graph.compose import compose
from graph.settings import Settings, read_settings
from nodes.errors import ConfigurationError
from retrieval import KnowledgeBase

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


def configured_knowledge() -> KnowledgeBase:
    """Return the knowledge base in PLANFIRST_HOME."""
    return KnowledgeBase(read_settings().knowledge_path)


def configured_agent(**options: Any) -> Agent:
    """Return the agent for PLANFIRST_HOME and PLANFIRST_MODEL; `options` go to Agent as they are.

    Raises:
        ConfigurationError: a setting cannot be used.
    """
    return Agent(_model(read_settings()), **options)


def configured_graph() -> Graph:
    """Return the agent's graph without its checkpointer and run records, for a server that brings its own.

    Raises:
        ConfigurationError: a setting cannot be used.
    """
    return build_graph(compose(model=_model(read_settings()), knowledge=configured_knowledge()))


def _model(settings: Settings) -> "BaseChatModel | None":
    if settings.model is None:
        return None
    return chat_model(settings.model, settings.base_url)


def chat_model(name: str, base_url: str | None, **options: Any) -> "BaseChatModel":
    """Return a chat model behind an OpenAI-compatible endpoint; `options` go to ChatOpenAI as they are.

    Raises:
        ConfigurationError: there is no key.
    """
    from langchain_openai import ChatOpenAI  # noqa: PLC0415 - costs a second to import, and only a model needs it
    from openai import OpenAIError  # noqa: PLC0415 - the same

    try:
        return ChatOpenAI(model=name, base_url=base_url, **options)
    except OpenAIError as error:
        raise ConfigurationError(
            f"the model {name} has no key; set OPENAI_API_KEY (to any word where the endpoint asks for none), "
            "or unset PLANFIRST_MODEL for the embedded default"
        ) from error
