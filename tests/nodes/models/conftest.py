"""Callers over the real client and real HTTP, against the loopback server; waits are short and jitter is none."""

import openai
import pytest
from langchain_openai import ChatOpenAI

from nodes.models import Breakers, Caller, Calling, Candidate, Price, Retries
from planfirst.loopback import LoopbackServer

QUICK = Retries(first=0.001, longest=0.002, obeyed=1.0, jitter=0.0)


@pytest.fixture
async def caller():
    """Make a caller of a model on a server, or at a base URL."""
    async with openai.DefaultAsyncHttpxClient() as http:

        def make(server: LoopbackServer | str, model="m", role="solver", *, breakers=None, seconds=30.0, **fields):
            url = server if isinstance(server, str) else server.base_url
            chat = ChatOpenAI(
                model=model, base_url=url, api_key="unused", timeout=seconds, max_retries=0, stream_usage=True,
                http_async_client=http,
            )  # fmt: skip

            async def client():
                return chat

            candidate = Candidate(model, url, client, fields.pop("price", Price(1.0, 2.0)), "MY_KEY", structured=True)
            calling = Calling(seconds, fields.pop("retries", QUICK), breakers or Breakers())
            return Caller(role, candidate, calling)

        yield make
