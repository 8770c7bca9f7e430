"""Every exception of the clients that models are called through is one of our kinds, by class, status and code."""

import inspect
import time
from datetime import UTC, datetime
from email.utils import format_datetime, formatdate

import httpx
import httpx2
import langchain_core.exceptions
import langchain_openai.chat_models.base as langchain_openai
import openai
import pytest

from nodes.errors import ModelErrorKind
from nodes.models.failures import BY_LANGCHAIN, CLASSES, CODES, OWN_CLASSES, ROOTS, STATUSES, failure_of, foreign_errors

KINDS = set(ModelErrorKind.__args__)
REQUEST = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions")


def response(status, body=None, **headers):
    return httpx2.Response(status, request=REQUEST, headers=headers), body


def of_status(class_, status, body=None, **headers):
    return class_("a message that says rate limit, timeout and key", response=response(status, **headers)[0], body=body)


def make(class_):
    """Return an instance of an exception class, whatever it takes."""
    if issubclass(class_, openai.APIStatusError):
        status = getattr(class_, "status_code", 500)
        status = status if isinstance(status, int) else 500
        given = {"response": response(status)[0], "body": None}
        return class_(**given) if issubclass(class_, openai.OAuthError) else class_("m", **given)
    tried = (
        lambda: class_("m"),
        class_,
        lambda: class_("m", REQUEST, body=None),
        lambda: class_(request=REQUEST),
        lambda: class_(response(200)[0], None),
        lambda: class_("m", request=httpx.Request("GET", "http://x"), response=httpx.Response(500)),
        lambda: class_("m", request=REQUEST, response=response(500)[0]),
        lambda: class_(completion=openai.types.chat.ChatCompletion.model_construct()),
        lambda: class_.__new__(class_),
    )
    for attempt in tried:
        try:
            return attempt()
        except (TypeError, AttributeError):
            continue
    raise AssertionError(class_)


def exceptions_of(module):
    return [each for _, each in inspect.getmembers(module, inspect.isclass) if issubclass(each, Exception)]


FOREIGN = {
    each
    for module in (openai, openai._exceptions, langchain_core.exceptions, langchain_openai, httpx, httpx2)
    for each in exceptions_of(module)
    if each.__module__.split(".")[0] in {"openai", "langchain_core", "langchain_openai", "httpx", "httpx2"}
}


def test_there_are_foreign_exceptions_to_look_at():
    assert {"APITimeoutError", "OpenAIRateLimitError", "ReadError", "ModelConnectionError"} <= {
        each.__name__ for each in FOREIGN
    }
    assert len(FOREIGN) > 60


@pytest.mark.parametrize("class_", sorted(FOREIGN, key=lambda each: (each.__name__, each.__module__)))
def test_every_exception_is_caught_and_has_a_kind(class_):
    error = make(class_)
    assert isinstance(error, foreign_errors())
    assert failure_of(error).kind in KINDS


@pytest.mark.parametrize(
    ("class_", "kind"),
    [
        (openai.APITimeoutError, "timeout"),
        (openai.APIConnectionError, "connection"),
        (openai.AuthenticationError, "bad_key"),
        (openai.PermissionDeniedError, "denied"),
        (openai.NotFoundError, "not_found"),
        (openai.RateLimitError, "rate_limit"),
        (openai.InternalServerError, "server"),
        (openai.BadRequestError, "rejected"),
        (openai.UnprocessableEntityError, "rejected"),
        (openai.ConflictError, "server"),
        (openai.APIError, "server"),
        (openai.APIResponseValidationError, "malformed"),
        (openai.LengthFinishReasonError, "malformed"),
        (openai.ContentFilterFinishReasonError, "content_filter"),
        (langchain_core.exceptions.ContextOverflowError, "context"),
        (langchain_core.exceptions.ModelRefusalError, "content_filter"),
        (langchain_core.exceptions.ModelTimeoutError, "timeout"),
        (langchain_core.exceptions.ModelConnectionError, "connection"),
        (langchain_core.exceptions.ModelAuthenticationError, "bad_key"),
        (langchain_core.exceptions.ModelRateLimitError, "rate_limit"),
        (langchain_core.exceptions.ModelAPIError, "server"),
        (langchain_core.exceptions.ModelInvalidRequestError, "rejected"),
        (langchain_core.exceptions.OutputParserException, "malformed"),
        (httpx.ReadTimeout, "timeout"),
        (httpx.ConnectError, "connection"),
        (httpx2.ReadTimeout, "timeout"),
        (httpx2.RemoteProtocolError, "connection"),
        (TimeoutError, "timeout"),
        (ConnectionResetError, "connection"),
        (OSError, "connection"),
        (ValueError, "malformed"),
        (IndexError, "malformed"),
        (RuntimeError, "malformed"),
    ],
)
def test_what_each_class_means(class_, kind):
    assert failure_of(make(class_)).kind == kind


@pytest.mark.parametrize("status", [*STATUSES, 400, 422, 451, 500, 502, 503, 504, 529])
def test_what_each_status_means(status):
    expected = STATUSES.get(status, "server" if status >= 500 else "rejected")
    failure = failure_of(of_status(openai.APIStatusError, status))
    assert (failure.kind, failure.status) == (expected, status)


@pytest.mark.parametrize(("code", "kind"), CODES.items())
def test_the_endpoints_own_word_goes_before_class_and_status(code, kind):
    for status, class_ in ((400, openai.BadRequestError), (429, openai.RateLimitError)):
        for word in ("code", "type"):
            assert failure_of(of_status(class_, status, {word: code})).kind == kind


def test_a_message_decides_nothing_and_is_not_kept():
    error = of_status(openai.BadRequestError, 400, {"code": "sk-secret with spaces", "param": "temperature"})
    assert failure_of(error) == failure_of(of_status(openai.BadRequestError, 400, {"param": "temperature"}))


def test_the_tables_name_what_there_is():
    import importlib.util

    for module, name, _ in CLASSES:
        if importlib.util.find_spec(module.split(".")[0]):
            assert hasattr(importlib.import_module(module), name)
    assert {kind for _, _, kind in CLASSES} | set(CODES.values()) | set(STATUSES.values()) <= KINDS
    assert {kind for _, kind in (*OWN_CLASSES, *BY_LANGCHAIN)} <= KINDS
    assert ("openai", "OpenAIError") in ROOTS


def asked_to_wait(value):
    return failure_of(of_status(openai.RateLimitError, 429, **{"retry-after": value})).retry_after


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("2", 2.0), ("0.25", 0.25), ("soon", None), ("-1", None), ("nan", None), ("1e999", None), ("", None)],
)
def test_retry_after_in_seconds(value, seconds):
    assert asked_to_wait(value) == seconds


def test_retry_after_as_a_date():
    assert 50 < asked_to_wait(formatdate(time.time() + 60, usegmt=True)) <= 60
    assert asked_to_wait(format_datetime(datetime(2000, 1, 1, tzinfo=UTC), usegmt=True)) == 0.0


def test_without_a_response_there_is_no_retry_after():
    assert failure_of(ValueError("x")).retry_after is None
