"""A real client for the loopback server, whose connections are closed when the test ends."""

import openai
import pytest
from langchain_openai import ChatOpenAI


@pytest.fixture
async def connect():
    """Return a function from a server, or a base URL, and options of ChatOpenAI to a client."""
    async with openai.DefaultAsyncHttpxClient() as http:

        def client(server, **options):
            url = server if isinstance(server, str) else server.base_url
            usual = {"model": "m", "api_key": "unused", "timeout": 30, "max_retries": 0, "stream_usage": True}
            return ChatOpenAI(**{**usual, "base_url": url, "http_async_client": http, **options})

        yield client


@pytest.fixture
def connect_sync():
    """Return a function from a base URL to a client for synchronous code."""
    with openai.DefaultHttpxClient() as http:
        yield lambda url: ChatOpenAI(
            model="m", api_key="unused", timeout=30, max_retries=0, base_url=url, http_client=http
        )
