"""The JSON of OpenAI's chat completions API: completions, chunks, usage, errors, models."""

import time
from collections.abc import Iterable, Mapping
from email.utils import formatdate
from typing import Any

from planfirst.loopback.faults import Status
from planfirst.loopback.rendering import Rendering
from planfirst.loopback.replies import Reply

CREATED = 1_700_000_000
"""Every answer's and model's date: the same script gives the same bytes."""


def usage(reply: Reply, rendering: Rendering, prompt_tokens: int) -> Mapping[str, Any] | None:
    """Return what the answer reports to have used; None where it reports nothing."""
    if reply.usage == "missing":
        return None
    if not isinstance(reply.usage, str):
        return dict(reply.usage)
    completion = rendering.completion_tokens
    return {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion,
        "total_tokens": prompt_tokens + completion,
        "prompt_tokens_details": {"cached_tokens": reply.cached_tokens},
        "completion_tokens_details": {"reasoning_tokens": min(reply.reasoning_tokens, completion)},
    }


def completion(
    number: int, model: str, choice: Mapping[str, Any] | None, used: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return a whole answer; a `choice` is its message and finish reason."""
    body = _head(number, model, "chat.completion")
    body["choices"] = [] if choice is None else [{"index": 0, "logprobs": None, **choice}]
    if used is not None:
        body["usage"] = used
    return body


def chunk(number: int, model: str, delta: Mapping[str, Any], finish_reason: str | None) -> dict[str, Any]:
    """Return one event of a stream."""
    body = _head(number, model, "chat.completion.chunk")
    body["choices"] = [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}]
    return body


def usage_chunk(number: int, model: str, used: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return an event without choices: the one that carries the usage, or nothing at all."""
    return {**_head(number, model, "chat.completion.chunk"), "choices": [], "usage": used}


def _head(number: int, model: str, kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{number}", "object": kind, "created": CREATED, "model": model}


def error(status: Status) -> dict[str, Any]:
    """Return an error's body."""
    return {"error": {"message": status.message, "type": status.type, "param": status.param, "code": status.code}}


def error_headers(status: Status) -> dict[str, str]:
    """Return the headers that an error has beside the usual ones. An HTTP date is cut to whole seconds, upwards."""
    if status.retry_after is None:
        return {}
    if status.retry_after_form == "date":
        return {"Retry-After": formatdate(-(-(time.time() + status.retry_after) // 1), usegmt=True)}
    return {"Retry-After": f"{status.retry_after:g}"}


def models(names: Iterable[str]) -> dict[str, Any]:
    """Return the list of models."""
    return {"object": "list", "data": [model(name) for name in names]}


def model(name: str) -> dict[str, Any]:
    """Return one model's entry."""
    return {"id": name, "object": "model", "created": CREATED, "owned_by": "loopback"}
