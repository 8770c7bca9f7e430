"""What can go wrong at a model's endpoint, as data. Knows nothing of sockets: `delivery.py` carries it out.

A fault stands where an answer does (in a script, or returned by a rule), on a `Reply` (`Reply(..., fault=...)`), or in
a `Scheduled`, which strikes requests by their number.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

STRICT = {"extra": "forbid"}
"""A misspelt field in a script file is an error and not a silent nothing."""


@dataclass(frozen=True, slots=True)
class Status:
    """An HTTP error in OpenAI's shape. `retry_after` is in seconds and may be sent as an HTTP date instead."""

    status: int
    message: str
    code: str | None = None
    type: str = "invalid_request_error"
    param: str | None = None
    retry_after: float | None = None
    retry_after_form: Literal["seconds", "date"] = "seconds"

    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True, slots=True)
class Break:
    """The transfer breaks after `after` tokens of the answer; None is before even the headers.

    hang     nothing more is sent, and the connection stays open
    reset    the connection is reset (TCP RST)
    close    the connection is closed in the middle of the body
    end      the body ends properly, but early: no finish reason, no usage, no `[DONE]`
    garbage  broken JSON, as a body or as one event of the stream; then the body ends
    error    an error object, as a body or as one event of the stream, under status 200; then the body ends
    html     a web page under status 200, as a proxy's login; `after` does not matter

    Without streaming, `after` with any number sends the headers and half of the body. A `garbage`, `error`, `end` or
    `html` before the headers would not be one, so there None is as 0.
    """

    how: Literal["hang", "reset", "close", "end", "garbage", "error", "html"]
    after: int | None = None

    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True, slots=True)
class Spoil:
    """The transfer is sound and the answer is bad; `spoils.py` says what becomes of it.

    For what is not here, write the reply that you want: every part of a `Reply` can be set.
    """

    how: Literal[
        "no_choices",
        "no_content",
        "content_filter",
        "refusal",
        "empty_plan",
        "garbage_plan",
        "truncated_plan",
        "invented_citation",
        "wrong_usage",
        "no_usage",
    ]

    __pydantic_config__: ClassVar = STRICT


Fault = Status | Break | Spoil


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A fault that strikes by the number of a request: the `first` n, or `every` k-th, or (neither given) all.

    With `model`, only requests for that model count. Numbers start at 1 when the server gets the schedule. A `Status`
    or `Break` that strikes by schedule does not use up a scripted answer.
    """

    fault: Fault
    first: int | None = None
    every: int | None = None
    model: str | None = None

    __pydantic_config__: ClassVar = STRICT

    def strikes(self, number: int) -> bool:
        """Tell whether the `number`-th counted request, from 1, is hit."""
        if self.first is not None and number > self.first:
            return False
        return self.every is None or number % self.every == 0


BAD_KEY = Status(401, "Incorrect API key provided.", "invalid_api_key")
NOT_PERMITTED = Status(403, "You are not allowed to use this model.", "unsupported_country_region_territory")
SERVER_TIMEOUT = Status(408, "The request timed out.", "request_timeout", "timeout")
SERVER_ERROR = Status(500, "The server had an error.", type="server_error")
BAD_GATEWAY = Status(502, "Bad gateway.", type="server_error")
OVERLOADED = Status(503, "The engine is currently overloaded.", type="server_error")
NO_QUOTA = Status(429, "You exceeded your current quota.", "insufficient_quota", "insufficient_quota")
CONTENT_FILTERED = Status(400, "The prompt was filtered by the content policy.", "content_filter", param="prompt")
CONTEXT_TOO_LONG = Status(
    400, "This model's maximum context length is exceeded.", "context_length_exceeded", param="messages"
)
NO_JSON_SCHEMA = Status(
    400,
    "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
    param="response_format",
)
HANG = Break("hang")
RESET = Break("reset")


def rate_limited(seconds: float | None = None, form: Literal["seconds", "date"] = "seconds") -> Status:
    """Return a 429, with a Retry-After header where `seconds` are given."""
    return Status(429, "Rate limit reached.", "rate_limit_exceeded", "requests", None, seconds, form)


def model_not_found(name: str) -> Status:
    """Return the 404 of an endpoint that does not serve this model."""
    return Status(404, f"The model `{name}` does not exist or you do not have access to it.", "model_not_found")


def invalid_request(message: str, param: str | None = None) -> Status:
    """Return a 400 about the request itself."""
    return Status(400, message, param=param)
