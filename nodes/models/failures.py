"""The one table that says what kind of failure an error of a model's client is: by code, by class, by status.

Nothing here reads a message. The classes are looked up where their client is loaded, so this module loads none.
"""

import email.utils
import re
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from langchain_core.exceptions import (
    ContextOverflowError,
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelInvalidRequestError,
    ModelNotFoundError,
    ModelPermissionDeniedError,
    ModelRateLimitError,
    ModelRefusalError,
    ModelTimeoutError,
)

from nodes.errors import ModelErrorKind

CODES: Mapping[str, ModelErrorKind] = {
    "context_length_exceeded": "context",
    "string_above_max_length": "context",
    "exceed_context_size_error": "context",  # llama.cpp, as the error's type
    "content_filter": "content_filter",
    "content_policy_violation": "content_filter",
    "insufficient_quota": "quota",
    "billing_hard_limit_reached": "quota",
    "invalid_api_key": "bad_key",
    "model_not_found": "not_found",
    "DeploymentNotFound": "not_found",  # Azure
    "rate_limit_exceeded": "rate_limit",
}
"""The endpoint's own word, its error's `code` or else `type`; it goes before everything else."""

CLASSES: tuple[tuple[str, str, ModelErrorKind], ...] = (
    ("openai", "APITimeoutError", "timeout"),
    ("openai", "APIConnectionError", "connection"),
    ("openai", "ContentFilterFinishReasonError", "content_filter"),
    ("httpx", "TimeoutException", "timeout"),
    ("httpx", "RequestError", "connection"),
    ("httpx2", "TimeoutException", "timeout"),
    ("httpx2", "RequestError", "connection"),
    ("requests", "Timeout", "timeout"),
    ("requests", "ConnectionError", "connection"),
    ("botocore.exceptions", "HTTPClientError", "connection"),
)
"""Module, class, and kind, the narrower class first."""

OWN_CLASSES: tuple[tuple[type[BaseException], ModelErrorKind], ...] = (
    (ContextOverflowError, "context"),
    (ModelRefusalError, "content_filter"),
    (TimeoutError, "timeout"),
    (ModelTimeoutError, "timeout"),
    (ModelConnectionError, "connection"),
)
"""LangChain's classes, which its clients share, and Python's; those that a status says more about are below."""

STATUSES: Mapping[int, ModelErrorKind] = {
    401: "bad_key",
    402: "quota",
    403: "denied",
    404: "not_found",
    408: "server",
    409: "server",
    413: "context",
    425: "server",
    429: "rate_limit",
}
"""HTTP statuses; every other from 500 on is `server`, below that `rejected`."""

BY_LANGCHAIN: tuple[tuple[type[BaseException], ModelErrorKind], ...] = (
    (ModelAuthenticationError, "bad_key"),
    (ModelPermissionDeniedError, "denied"),
    (ModelNotFoundError, "not_found"),
    (ModelRateLimitError, "rate_limit"),
    (ModelAPIError, "server"),
    (ModelInvalidRequestError, "rejected"),
    (OSError, "connection"),
)
"""What remains of the classes where there was no status."""

ROOTS = (
    ("openai", "OpenAIError"),
    ("langchain_core.exceptions", "LangChainException"),
    ("httpx", "HTTPError"),
    ("httpx", "InvalidURL"),
    ("httpx", "CookieConflict"),
    ("httpx2", "HTTPError"),
    ("httpx2", "InvalidURL"),
    ("httpx2", "CookieConflict"),
    ("anthropic", "AnthropicError"),
    ("google.api_core.exceptions", "GoogleAPIError"),
    ("botocore.exceptions", "BotoCoreError"),
    ("requests", "RequestException"),
)
"""The roots of the error trees of the clients that chat models are built on."""

_WORD = re.compile(r"[\w.\[\]-]{1,60}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


def foreign_errors() -> tuple[type[BaseException], ...]:
    """Return what a chat model may raise when its endpoint, or its reply, is at fault.

    `LookupError` is the openai client's for an answer without choices, `ValueError` for what is no JSON.
    """
    loaded = [(sys.modules[module], name) for module, name in ROOTS if module in sys.modules]
    return (OSError, RuntimeError, ValueError, LookupError, *(getattr(module, name) for module, name in loaded))


@dataclass(frozen=True, slots=True)
class Failure:
    """What is known of a failure without its message; the fields are those of `ModelError`."""

    kind: ModelErrorKind
    status: int | None = None
    code: str | None = None
    parameter: str | None = None
    retry_after: float | None = None


def failure_of(error: BaseException) -> Failure:
    """Return what an error of a client means."""
    status = _whole(getattr(error, "status_code", None))
    code, kind_of_error, parameter = (_word(getattr(error, name, None)) for name in ("code", "type", "param"))
    return Failure(
        _kind(error, status, (code, kind_of_error)), status, code or kind_of_error, parameter, _retry_after(error)
    )


def _kind(error: BaseException, status: int | None, words: tuple[str | None, ...]) -> ModelErrorKind:
    if named := next((CODES[word] for word in words if word is not None and word in CODES), None):
        return named
    loaded = ((getattr(sys.modules[module], name), kind) for module, name, kind in CLASSES if module in sys.modules)
    if kind := next((kind for class_, kind in (*OWN_CLASSES, *loaded) if isinstance(error, class_)), None):
        return kind
    if status is not None and status >= 400:
        return STATUSES.get(status, "server" if status >= 500 else "rejected")
    if kind := next((kind for class_, kind in BY_LANGCHAIN if isinstance(error, class_)), None):
        return kind
    # An error object in the middle of a stream, under status 200, is the openai client's root class of API errors.
    openai = sys.modules.get("openai")
    return "server" if openai is not None and isinstance(error, openai.APIError) and status is None else "malformed"


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _word(value: Any) -> str | None:
    """Return what is a word for programs; anything longer may be text, and text may hold a secret."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else None


def _retry_after(error: BaseException) -> float | None:
    """Return the seconds that a Retry-After header asks for, as a number or as an HTTP date; None without one."""
    headers = getattr(getattr(error, "response", None), "headers", None)
    given = headers.get("retry-after") if headers is not None else None
    if not isinstance(given, str):
        return None
    if _SECONDS.fullmatch(given.strip()):
        return float(given)
    try:
        date = email.utils.parsedate_to_datetime(given)
    except ValueError:
        return None
    return max(date.timestamp() - time.time(), 0.0)
