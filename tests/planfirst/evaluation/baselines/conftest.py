"""A served model and its real client, whose connections are closed when the test ends."""

from contextlib import asynccontextmanager

import openai
import pytest
from langchain_openai import ChatOpenAI

from planfirst.loopback import LoopbackServer


@pytest.fixture
def served():
    """Serve a script or a rule as the model `m`; give the client and the server."""

    @asynccontextmanager
    async def serve(answers):
        async with LoopbackServer({"m": answers}) as server, openai.DefaultAsyncHttpxClient() as http:
            client = ChatOpenAI(
                model="m", base_url=server.base_url, api_key="unused", http_async_client=http, max_retries=0, timeout=30
            )
            yield client, server

    return serve
