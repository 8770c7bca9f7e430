"""Which model answers, whether its endpoint does, and what else could: a local Ollama, which is named and never used.

One tiny call is made to each endpoint that is configured, and to no other. What an endpoint says is not repeated: it
may hold the key.
"""

import asyncio
import http.client
import json
import shlex
import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from langchain_core.messages import HumanMessage

from graph.configured import chat_model
from nodes.errors import ModelError
from nodes.models.call import call
from planfirst.doctor.values import Case, Finding, Level, ModelRole

KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "MISTRAL_API_KEY")
TOKENS = 16
"""Most tokens of the reply; some endpoints refuse fewer."""
OPENAI = "https://api.openai.com/v1"
OLLAMA_SECONDS = 0.3
_TAGS_BYTES = 1 << 20


def check_model(case: Case) -> Iterator[Finding]:
    """Say what answers, and call each model that is configured once.

    Raises:
        ConfigurationError: a model has no key.
    """
    if case.settings is None:
        return
    if not case.models:
        yield Finding("ok", "model", "none is configured: the embedded default answers, by quoting and computing")
        yield from _without_effect(case)
    for role in case.models:
        yield _called(role, case.model_seconds)


def _without_effect(case: Case) -> Iterator[Finding]:
    """Name settings that do nothing while no model is named; of keys only that they are there."""
    mend = "export PLANFIRST_MODEL=NAME to use it"
    for key in KEYS:
        if case.environment.get(key):
            yield Finding("note", "model", f"{key} is set; without a model it spends nothing", mend)
    if case.settings and case.settings.base_url:
        yield Finding("warning", "model", "PLANFIRST_BASE_URL is set, and does nothing without PLANFIRST_MODEL", mend)


def _called(role: ModelRole, seconds: float) -> Finding:
    """Make one tiny call and say how it ended."""
    who = f"{role.name} at {shown(role.base_url)} ({role.role})"
    model = chat_model(role.name, role.base_url, max_retries=0, timeout=seconds, max_tokens=TOKENS)
    try:
        asyncio.run(call(model, [HumanMessage("Reply with: ok")], seconds))
    except ModelError as error:
        level, said, mend = _diagnosis(error.__cause__, role, seconds)
        return Finding(level, "model", f"{who} {said}", mend)
    return Finding("ok", "model", f"{who} answers")


def shown(base_url: str | None) -> str:
    """Return an endpoint's address without what may be secret in it: user, password and query."""
    parts = urlsplit(base_url or OPENAI)
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


def _diagnosis(cause: BaseException | None, role: ModelRole, seconds: float) -> tuple[Level, str, str]:
    """Return the level, what the endpoint did, and the mend. The kind of the error decides, never its text."""
    import openai  # noqa: PLC0415 - loaded with the model anyway

    if isinstance(cause, openai.APITimeoutError | TimeoutError):
        mend = "see that the server is up; one that was just loading the model answers when asked again"
        return "problem", f"gave no reply within {seconds:g} s", mend
    if isinstance(cause, openai.APIConnectionError):
        return "problem", _unreachable(cause), "start the server, or set PLANFIRST_BASE_URL to where it is"
    if isinstance(cause, openai.APIStatusError):
        return _status(cause.status_code, cause.body, role)
    mend = "see that PLANFIRST_BASE_URL names an OpenAI-compatible endpoint, usually ending in /v1"
    return "problem", f"sent no usable reply ({type(cause).__name__})", mend


def _unreachable(error: BaseException) -> str:
    """Say why there was no connection, from what the operating system raised at the bottom of the chain."""
    chain = [error]
    while below := chain[-1].__cause__ or chain[-1].__context__:
        chain.append(below)
    kinds: tuple[tuple[type[BaseException], str], ...] = (
        (ConnectionRefusedError, "refuses the connection: nothing listens there"),
        (socket.gaierror, "has a host name that nobody knows"),
        (ssl.SSLError, "cannot be reached: the encrypted connection fails"),
    )
    found = (said for kind, said in kinds if any(isinstance(each, kind) for each in chain))
    return next(found, "cannot be reached")


def _status(status: int, body: object, role: ModelRole) -> tuple[Level, str, str]:
    if status in {401, 403}:
        return "problem", f"refuses the key ({status})", "export OPENAI_API_KEY=KEY with one that this endpoint knows"
    if status == 404 and isinstance(body, Mapping) and "message" in body:
        local = f"; with Ollama: ollama pull {shlex.quote(role.name)}" if _is_local(role) else ""
        return "problem", "does not have that model (404)", f"set PLANFIRST_MODEL to one that it has{local}"
    if status == 404:
        return "problem", "is no such address (404)", "see PLANFIRST_BASE_URL; it usually ends in /v1"
    if status == 429:
        return "warning", "is out of quota, or asked too often (429)", "wait, or raise the quota with the provider"
    if status >= 500:
        return "problem", f"is failing by itself ({status})", "see the server's log, or try again later"
    return "warning", f"answers, and did not accept the test call ({status})", "ask a question to see whether it works"


def _is_local(role: ModelRole) -> bool:
    return urlsplit(role.base_url or OPENAI).hostname in {"localhost", "127.0.0.1", "::1"}


def check_ollama(case: Case) -> Iterator[Finding]:
    """Offer a local Ollama where no model is configured; it is asked for its list of models and for nothing else."""
    if case.ollama is None or case.settings is None or case.models:
        return
    host, port = case.ollama
    names = _ollama_models(host, port)
    if names is None:
        return
    if not names:
        message = f"one runs at {host}:{port} and has no model; nothing uses it"
        yield Finding("note", "Ollama", message, "ollama pull MODEL")
        return
    message = f"one runs at {host}:{port} with {', '.join(names[:5])}; nothing uses it until you say so"
    settings = f"PLANFIRST_MODEL={shlex.quote(names[0])} PLANFIRST_BASE_URL=http://{host}:{port}/v1"
    yield Finding("note", "Ollama", message, f"export {settings} OPENAI_API_KEY=unused")


def _ollama_models(host: str, port: int) -> list[str] | None:
    """Return the names of Ollama's models, None where nothing that speaks like Ollama answers."""
    connection = http.client.HTTPConnection(host, port, timeout=OLLAMA_SECONDS)
    try:
        connection.request("GET", "/api/tags")
        listed: Any = json.loads(connection.getresponse().read(_TAGS_BYTES))
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    models = listed.get("models") if isinstance(listed, dict) else None
    if not isinstance(models, list):
        return None
    return [str(model["name"]) for model in models if isinstance(model, dict) and model.get("name")]
