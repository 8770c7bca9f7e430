"""Graphs over a scripted chat model: LangChain's own fake, which says what it is told to say, in order."""

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from graph.build import build_graph
from graph.compose import compose


@pytest.fixture
def scripted():
    """Make a chat model that gives these replies, one a call."""

    def make(*replies: str | AIMessage) -> GenericFakeChatModel:
        messages = [reply if isinstance(reply, AIMessage) else AIMessage(reply) for reply in replies]
        return GenericFakeChatModel(messages=iter(messages))

    return make


@pytest.fixture
def graph_of(scripted):
    """Make a graph without a knowledge base whose model gives these replies."""

    def make(*replies, tools=(), checkpointer=None, **options):
        deps = compose(model=scripted(*replies), tools=tools, knowledge=None, **options)
        return build_graph(deps, checkpointer=checkpointer)

    return make
