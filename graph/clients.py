"""The clients of models: built at first use on each event loop, sharing its connections, and closed with it.

The client's own retries are off: `nodes/models` asks again, where budgets and breakers see it.
"""

import asyncio
import os
import warnings
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graph.perloop import PerLoop
from graph.roles import ModelSpec
from nodes.errors import ConfigurationError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

CONNECT_SECONDS = 10.0
"""Longest wait for a connection; an endpoint that has not taken one by then is not there."""


@dataclass(slots=True)
class _Held:
    """What one loop has: its HTTP client, and a chat model for each specification."""

    http: Any
    models: "dict[ModelSpec, BaseChatModel]" = field(default_factory=dict)


class Clients:
    """Chat models for OpenAI-compatible endpoints; `seconds` bounds the silence between two bytes of a reply."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._held: PerLoop[_Held] = PerLoop(_opened, _closed)

    def of(self, spec: ModelSpec) -> "Callable[[], Awaitable[BaseChatModel]]":
        """Return a function that gives the running loop's client for a model.

        Raises:
            ConfigurationError: there is no key for it.
        """
        key = key_of(spec)

        async def client() -> "BaseChatModel":
            held = await self._held.get()
            if spec not in held.models:
                held.models[spec] = await asyncio.to_thread(self._build, spec, key, held.http)
            return held.models[spec]

        return client

    def _build(self, spec: ModelSpec, key: str, http: Any) -> "BaseChatModel":
        import openai  # noqa: PLC0415 - costs a second to import, and only a model needs it
        from langchain_openai import ChatOpenAI  # noqa: PLC0415 - the same
        from pydantic import SecretStr  # noqa: PLC0415 - loaded with it

        # The client's advice on another way to have structured output; what is done here instead is to ask for text.
        warnings.filterwarnings("ignore", "This model does not support OpenAI's structured output", UserWarning)
        return ChatOpenAI(
            model=spec.name,
            base_url=spec.base_url,
            api_key=SecretStr(key),
            temperature=spec.temperature,
            max_completion_tokens=spec.max_tokens,
            timeout=openai.Timeout(self._seconds, connect=min(CONNECT_SECONDS, self._seconds)),
            stream_chunk_timeout=None,  # the call is bounded as a whole; bounding each chunk is a sixth of its cost
            max_retries=0,
            stream_usage=True,
            use_responses_api=False,
            http_async_client=http,
        )

    async def aclose(self) -> None:
        """Close the running loop's connections."""
        await self._held.aclose()


def key_of(spec: ModelSpec) -> str:
    """Return the key for a model; raises ConfigurationError where there is none and the endpoint is not local."""
    key = os.environ.get(spec.api_key_env, "")
    if key or spec.local:
        return key or "unused"
    raise ConfigurationError(
        f"the model {spec.name} has no key; set {spec.api_key_env} (to any word where the endpoint asks for none), "
        "or unset PLANFIRST_MODEL for the embedded default"
    )


async def _opened() -> _Held:
    def opened() -> Any:
        import openai  # noqa: PLC0415 - see above

        return openai.DefaultAsyncHttpxClient()

    return _Held(await asyncio.to_thread(opened))  # it reads the certificates from disk


async def _closed(held: _Held) -> None:
    await held.http.aclose()
