"""What a check is given and what it finds."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from graph.roles import ROLES, ModelSpec
from graph.settings import Settings, read_settings
from nodes.errors import ConfigurationError

Level = Literal["ok", "note", "warning", "problem"]
"""`note` is worth knowing, `warning` will hurt some day, `problem` keeps something from working now."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: what it is about, what is so in one sentence, and the mend, a command or a sentence."""

    level: Level
    subject: str
    message: str
    mend: str | None = None


@dataclass(frozen=True, slots=True)
class ModelRole:
    """A model that is configured, and the roles that it plays or stands in for."""

    role: str
    spec: ModelSpec


@dataclass(frozen=True, slots=True)
class Case:
    """What is examined. `settings` is None where they cannot be read; `trouble` says why.

    `environment` is read for what is set, and no value of a key in it is ever shown. `ollama` is host and port of a
    local Ollama, on loopback; None looks for none. `model_seconds` bounds the call of a model.
    """

    settings: Settings | None
    environment: Mapping[str, str]
    trouble: str | None = None
    ollama: tuple[str, int] | None = None
    model_seconds: float = 10.0

    @property
    def models(self) -> tuple[ModelRole, ...]:
        """The models that are configured, each once, in the order of the roles."""
        if self.settings is None:
            return ()
        parts: dict[ModelSpec, list[str]] = {}
        for role in ROLES:
            for rung, model in enumerate(self.settings.models.of(role).models):
                if isinstance(model, ModelSpec):
                    parts.setdefault(model, []).append(f"fallback {role}" if rung else role)
        return tuple(ModelRole(_joined(played), spec) for spec, played in parts.items())


def _joined(parts: Sequence[str]) -> str:
    return "every role" if set(parts) == set(ROLES) else ", ".join(parts)


Findings = Iterable[Finding]


@dataclass(frozen=True, slots=True)
class Check:
    """A check: what it is about, what it does, and the longest it may take, in seconds."""

    subject: str
    run: Callable[[Case], Findings]
    seconds: float = 10.0


def case_of_environment() -> Case:
    """Return the case of this process: its environment, and a local Ollama where Ollama's own setting has it."""
    environment = dict(os.environ)
    ollama = loopback(environment.get("OLLAMA_HOST", ""))
    try:
        return Case(read_settings(), environment, ollama=ollama)
    except ConfigurationError as error:
        return Case(None, environment, trouble=str(error), ollama=ollama)


def loopback(address: str) -> tuple[str, int] | None:
    """Return host and port of `[scheme://]host[:port]` where that is this machine, else None; Ollama's own defaults."""
    host, _, port = address.rpartition("//")[2].rstrip("/").partition(":")
    here = host in {"", "localhost", "127.0.0.1", "0.0.0.0"}  # noqa: S104 - only compared; Ollama listens so for all
    if not here or not (port or "0").isdecimal() or len(port) > 5:
        return None
    number = int(port or 11434)
    return ("127.0.0.1", number) if 0 < number < 65_536 else None
