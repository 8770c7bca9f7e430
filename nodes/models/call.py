"""One call of a chat model: bounded in time, its usage as the provider reported it, its failures as ModelError."""

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.messages.ai import UsageMetadata

from nodes.errors import ModelError
from nodes.models.failures import Failure, failure_of, foreign_errors
from nodes.state import Usage

_THOUGHT = re.compile(r"\s*<think>.*?(</think>\s*|\Z)", re.DOTALL)
"""What open models think aloud before they answer; where the closing mark is missing they never got to the answer."""
_SAID = {
    "timeout": "gave no reply within {seconds:g} s; use a faster model, or raise Limits.model_seconds",
    "rate_limit": "is asked too often; wait, or name a fallback model",
    "quota": "has no quota left for this key; raise it with the provider, or name a fallback model",
    "server": "is failing by itself; see its log, or name a fallback model",
    "connection": "cannot be reached; see that it is up and that its base_url is right",
    "context": "takes less than it was sent; use a model with a longer context, or lower Limits.solver_tokens",
    "content_filter": "refused to answer; ask in another way, or name a fallback model",
    "bad_key": "refuses the key; set {key} to one that this endpoint knows",
    "denied": "is not allowed to this key; use another model, or have the provider allow it",
    "not_found": "is not there; name a model that the endpoint has",
    "rejected": "did not accept the request; see whether it takes these settings",
    "malformed": "sent no usable reply; see that its base_url is an OpenAI-compatible endpoint's, mostly ending in /v1",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """The text of a reply, what it used, why it ended (None where the model does not say), and why it is of no use."""

    text: str
    usage: Usage
    finish: str | None = None
    flaw: Failure | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One call to be made: of which model, with what, for how long. `label`, `endpoint` and `key` are for people."""

    model: BaseChatModel
    messages: Sequence[BaseMessage]
    seconds: float
    label: str = "the model"
    endpoint: str | None = None
    key: str = "its key"
    options: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of the chat model's own call."""

    def failed(self, failure: Failure) -> ModelError:
        """Return the error that says so in a sentence; what the endpoint said is not repeated: it may hold secrets."""
        where = f"{self.label} at {host_of(self.endpoint)}" if self.endpoint else self.label
        seen = ", ".join(str(part) for part in (failure.status, failure.code, failure.parameter) if part is not None)
        said, _, mend = _SAID[failure.kind].format(seconds=self.seconds, key=self.key).partition("; ")
        return ModelError(
            f"{where} {said}{f' ({seen})' if seen else ''}; {mend}",
            kind=failure.kind,
            model=self.label,
            endpoint=self.endpoint,
            status=failure.status,
            code=failure.code,
            parameter=failure.parameter,
            retry_after=failure.retry_after,
        )


def host_of(endpoint: str) -> str:
    """Return an endpoint as sentences name it: a whole address would be a link in an answer, and be taken out of it."""
    return urlsplit(endpoint).netloc or endpoint


async def call(asked: Asked) -> Reply:
    """Call a model once and return its whole reply; one that is of no use says so in its `flaw`.

    Raises:
        ModelError: no reply within the seconds, or the endpoint failed.
    """
    try:
        async with asyncio.timeout(asked.seconds):
            message = await asked.model.ainvoke(list(asked.messages), **asked.options)
    except foreign_errors() as error:
        raise asked.failed(failure_of(error)) from error
    return _reply(_Whole().add(message))


async def stream(asked: Asked) -> AsyncGenerator[str | Reply, None]:
    """Call a model once; yield its text in chunks as they come, and last the whole reply.

    Raises:
        ModelError: as `call`; what was yielded before stands.
    """
    whole, deadline = _Whole(), asyncio.get_running_loop().time() + asked.seconds
    chunks = asked.model.astream(list(asked.messages), **asked.options)
    try:
        async with aclosing(chunks):  # type: ignore[type-var]  # LangChain types its generator as an iterator
            while True:
                async with asyncio.timeout_at(deadline):
                    chunk = await anext(chunks, None)
                if chunk is None:
                    break
                whole.add(chunk)
                if text := str(chunk.text):
                    yield text
    except foreign_errors() as error:
        raise asked.failed(failure_of(error)) from error
    yield _reply(whole, streamed=True)


class _Whole:
    """A reply added up. LangChain's own addition of chunks copies all that came before, each time."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self.usage: UsageMetadata | None = None
        self.provider: str | None = None
        self.finish: str | None = None
        self.refused = False

    def add(self, message: AIMessage) -> "_Whole":
        self._texts.append(str(message.text))
        self.usage = message.usage_metadata or self.usage
        self.provider = message.response_metadata.get("model_provider") or self.provider
        self.finish = message.response_metadata.get("finish_reason") or self.finish
        self.refused = self.refused or bool(message.additional_kwargs.get("refusal"))
        return self

    @property
    def text(self) -> str:
        return _THOUGHT.sub("", "".join(self._texts), count=1)


def usage_of(reported: UsageMetadata | None) -> Usage:
    """Return the provider's own figures; where it gave none they are unknown."""
    if reported is None:
        return Usage(
            prompt_tokens=None, completion_tokens=None, calls=1, cost=None, cached_tokens=None, reasoning_tokens=None
        )
    return Usage(
        prompt_tokens=reported["input_tokens"],
        completion_tokens=reported["output_tokens"],
        calls=1,
        cost=None,
        cached_tokens=reported.get("input_token_details", {}).get("cache_read"),
        reasoning_tokens=reported.get("output_token_details", {}).get("reasoning"),
    )


def _reply(whole: _Whole, *, streamed: bool = False) -> Reply:
    flaw = None
    if whole.finish == "content_filter" or whole.refused:
        flaw = Failure("content_filter")
    # The openai client takes a stream that just ends for an answer; a complete one says why it ended.
    elif not whole.text.strip() or (streamed and whole.provider == "openai" and whole.finish is None):
        flaw = Failure("malformed", code=whole.finish)
    return Reply(whole.text, usage_of(whole.usage), whole.finish, flaw)
