"""One model call: bounded in time, honest about usage, and every failure of the endpoint is a ModelError."""

import asyncio

import httpx
import openai
import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage

from nodes.errors import ModelError
from nodes.models.call import call
from nodes.state import Usage

REQUEST = httpx.Request("POST", "http://127.0.0.1/v1/chat/completions")


class Failing(GenericFakeChatModel):
    """Raises instead of answering."""

    error: BaseException

    async def _agenerate(self, *args, **kwargs):
        raise self.error


class Slow(GenericFakeChatModel):
    """Never answers."""

    async def _agenerate(self, *args, **kwargs):
        await asyncio.Event().wait()


def ask(model):
    return call(model, [HumanMessage("q")], seconds=30)


@pytest.mark.parametrize(
    "error",
    [
        openai.APITimeoutError(REQUEST),
        openai.APIConnectionError(request=REQUEST),
        openai.AuthenticationError("bad key", response=httpx.Response(401, request=REQUEST), body=None),
        openai.RateLimitError("slow down", response=httpx.Response(429, request=REQUEST), body=None),
        openai.InternalServerError("oops", response=httpx.Response(500, request=REQUEST), body=None),
        httpx.ReadError("reset"),
        ConnectionResetError("reset"),
        ValueError("no JSON"),
        RuntimeError("exhausted"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_every_failure_of_an_endpoint_is_a_model_error_that_names_it(error):
    with pytest.raises(ModelError, match=type(error).__name__):
        await ask(Failing(messages=iter(()), error=error))


async def test_a_model_that_never_answers_is_given_up():
    with pytest.raises(ModelError, match="no reply within"):
        await call(Slow(messages=iter(())), [HumanMessage("q")], seconds=0.01)


async def test_usage_is_what_the_provider_reported_or_unknown():
    usage = {"input_tokens": 7, "output_tokens": 2, "total_tokens": 9}
    model = GenericFakeChatModel(messages=iter([AIMessage("a", usage_metadata=usage), AIMessage("b")]))
    assert (await ask(model)).usage == Usage(prompt_tokens=7, completion_tokens=2, calls=1, cost=None)
    assert (await ask(model)).usage == Usage(prompt_tokens=None, completion_tokens=None, calls=1, cost=None)
