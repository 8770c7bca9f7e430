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

from graph.ladders import probe
from graph.roles import ModelSpec
from nodes.errors import ModelError, ModelErrorKind
from planfirst.doctor.values import Case, Finding, Level, ModelRole

KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "MISTRAL_API_KEY")
OLLAMA_SECONDS = 0.3
_TAGS_BYTES = 1 << 20

_REFUSED: tuple[Level, str, str] = (
    "problem",
    "refuses the key ({status})",
    "export {key}=KEY with one that this endpoint knows",
)
_SCARCE: tuple[Level, str, str] = (
    "warning",
    "is out of quota, or asked too often ({status})",
    "wait, or raise the quota with the provider",
)
_DIAGNOSES: Mapping[ModelErrorKind, tuple[Level, str, str]] = {
    "timeout": (
        "problem",
        "gave no reply within {seconds:g} s",
        "see that the server is up; one that was just loading the model answers when asked again",
    ),
    "bad_key": _REFUSED,
    "denied": _REFUSED,
    "rate_limit": _SCARCE,
    "quota": _SCARCE,
    "server": ("problem", "is failing by itself ({status})", "see the server's log, or try again later"),
    "malformed": (
        "problem",
        "sent no usable reply ({cause})",
        "see that PLANFIRST_BASE_URL names an OpenAI-compatible endpoint, usually ending in /v1",
    ),
}
_OTHERWISE: tuple[Level, str, str] = (
    "warning",
    "answers, and did not accept the test call ({status})",
    "ask a question to see whether it works",
)


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
    if case.environment.get("PLANFIRST_BASE_URL"):
        yield Finding("warning", "model", "PLANFIRST_BASE_URL is set, and does nothing without PLANFIRST_MODEL", mend)


def _called(role: ModelRole, seconds: float) -> Finding:
    """Make one tiny call and say how it ended."""
    who = f"{role.spec.name} at {role.spec.endpoint} ({role.role})"
    try:
        asyncio.run(probe(role.spec, seconds))
    except ModelError as error:
        level, said, mend = _diagnosis(error, role.spec, seconds)
        return Finding(level, "model", f"{who} {said}", mend)
    return Finding("ok", "model", f"{who} answers")


def _diagnosis(error: ModelError, spec: ModelSpec, seconds: float) -> tuple[Level, str, str]:
    """Return the level, what the endpoint did, and the mend. The kind of the error decides, never its text."""
    if error.kind == "not_found":
        return _missing(error, spec)
    if error.kind == "connection":
        return "problem", _unreachable(error), "start the server, or set PLANFIRST_BASE_URL to where it is"
    level, said, mend = _DIAGNOSES.get(error.kind, _OTHERWISE)
    shown = {
        "status": error.status,
        "seconds": seconds,
        "key": spec.api_key_env,
        "cause": type(error.__cause__).__name__,
    }
    return level, said.format(**shown), mend.format(**shown)


def _missing(error: ModelError, spec: ModelSpec) -> tuple[Level, str, str]:
    """Tell an address that is none from a model that is not there: an OpenAI-compatible endpoint sends a message."""
    body = getattr(error.__cause__, "body", None)
    if not (isinstance(body, Mapping) and "message" in body):
        return "problem", "is no such address (404)", "see PLANFIRST_BASE_URL; it usually ends in /v1"
    local = f"; with Ollama: ollama pull {shlex.quote(spec.name)}" if spec.local else ""
    return "problem", "does not have that model (404)", f"set PLANFIRST_MODEL to one that it has{local}"


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
