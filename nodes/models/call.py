"""One call of a chat model: bounded in time, its usage as the provider reported it, its failures as ModelError."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage

from nodes.errors import ModelError
from nodes.state import Usage

_CLIENTS = (
    ("openai", "OpenAIError"),
    ("httpx", "HTTPError"),
    ("anthropic", "AnthropicError"),
    ("google.api_core.exceptions", "GoogleAPIError"),
    ("botocore.exceptions", "BotoCoreError"),
    ("requests", "RequestException"),
)
"""The roots of the error trees of the clients that chat models are built on; looked up only where they are loaded."""


def foreign_errors() -> tuple[type[BaseException], ...]:
    """Return what a chat model may raise when its endpoint, or its reply, is at fault."""
    loaded = [(sys.modules[module], name) for module, name in _CLIENTS if module in sys.modules]
    return (OSError, RuntimeError, ValueError, *(getattr(module, name) for module, name in loaded))


@dataclass(frozen=True, slots=True)
class Reply:
    """The text of a reply and what it used."""

    text: str
    usage: Usage


def usage_of(message: AIMessage) -> Usage:
    """Return the provider's own figures; where it gave none they are unknown."""
    reported = message.usage_metadata
    return Usage(
        prompt_tokens=reported["input_tokens"] if reported else None,
        completion_tokens=reported["output_tokens"] if reported else None,
        calls=1,
        cost=None,
    )


async def call(model: BaseChatModel, messages: Sequence[BaseMessage], seconds: float) -> Reply:
    """Call the model once.

    Raises:
        ModelError: no reply within `seconds`, or the endpoint failed.
    """
    try:
        async with asyncio.timeout(seconds):
            message = await model.ainvoke(list(messages))
    except TimeoutError as error:
        raise ModelError(f"no reply within {seconds:g} s; raise Limits.model_seconds or use a faster model") from error
    except foreign_errors() as error:
        raise ModelError(f"{type(error).__name__}: {str(error)[:300]}") from error
    return Reply(str(message.text), usage_of(message))
