"""Which models play which role: the records, and how what Python says goes together with what is configured.

A role is played by the first of its models; the others stand in, in order, where it fails. A role without a model is
played by the embedded default. This module reads no settings; `graph/settings.py` does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias, Union, get_args
from urllib.parse import urlsplit

from nodes.errors import ConfigurationError
from nodes.state import Role

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from nodes.models import PlanFormat

ROLES: tuple[Role, ...] = get_args(Role)
OPENAI = "https://api.openai.com/v1"


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model behind an OpenAI-compatible endpoint. None leaves the choice to the endpoint.

    The key is in the environment variable `api_key_env`; an endpoint on this machine needs none. `max_tokens` bounds
    one reply.
    """

    name: str
    base_url: str = OPENAI
    api_key_env: str = "OPENAI_API_KEY"
    temperature: float | None = None
    max_tokens: int | None = None

    @property
    def endpoint(self) -> str:
        """The address without what may be secret in it: user, password and query."""
        parts = urlsplit(self.base_url)
        try:
            port = f":{parts.port}" if parts.port else ""
        except ValueError:
            port = ""
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
        return f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}"

    @property
    def local(self) -> bool:
        """Whether the endpoint is on this machine."""
        return urlsplit(self.base_url).hostname in {"localhost", "127.0.0.1", "::1"}


Choice: TypeAlias = Union[ModelSpec, "BaseChatModel"]
ModelChoice: TypeAlias = Union[str, Choice, Sequence[Union[str, Choice]]]  # noqa: UP007 - the same
"""A model by name, by specification or as a LangChain chat model; a sequence of them is the first choice and its
fallbacks."""


def name_of(model: Choice) -> str:
    """Return what a model is called: LangChain's chat models keep it under one name or another."""
    if isinstance(model, ModelSpec):
        return model.name
    return str(getattr(model, "model_name", None) or getattr(model, "model", None) or type(model).__name__)


@dataclass(frozen=True, slots=True)
class RoleSettings:
    """The models of one role, first choice first; none for the embedded default."""

    models: "tuple[Choice, ...]" = ()


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Who plays what. `template` is what a model that Python names alone is taken to be beside its name."""

    planner: RoleSettings = field(default_factory=RoleSettings)
    worker: RoleSettings = field(default_factory=RoleSettings)
    solver: RoleSettings = field(default_factory=RoleSettings)
    plan_format: "PlanFormat" = "text"
    template: ModelSpec = field(default_factory=lambda: ModelSpec(""))

    def of(self, role: Role) -> RoleSettings:
        """Return a role's settings."""
        roles: Mapping[Role, RoleSettings] = {"planner": self.planner, "worker": self.worker, "solver": self.solver}
        return roles[role]

    @property
    def names(self) -> frozenset[str]:
        """The names of all models in it."""
        return frozenset(name_of(model) for role in ROLES for model in self.of(role).models)

    def playing(self, model: ModelChoice | None) -> "ModelSettings":
        """Return the settings with one choice for every role; None is the embedded default."""
        role = RoleSettings() if model is None else RoleSettings(self._chosen(model))
        return replace(self, planner=role, worker=role, solver=role)

    def overridden(self, models: Mapping[str, ModelChoice | None]) -> "ModelSettings":
        """Return the settings with other choices for single roles.

        Raises:
            ConfigurationError: there is no such role.
        """
        if unknown := sorted(models.keys() - set(ROLES)):
            raise ConfigurationError(f"there is no role {', '.join(unknown)}; the roles are {', '.join(ROLES)}")
        chosen = {role: RoleSettings() if m is None else RoleSettings(self._chosen(m)) for role, m in models.items()}
        planner, worker, solver = (chosen.get(role, self.of(role)) for role in ROLES)
        return replace(self, planner=planner, worker=worker, solver=solver)

    def _chosen(self, given: ModelChoice) -> "tuple[Choice, ...]":
        several = given if isinstance(given, Sequence) and not isinstance(given, str) else [given]
        if not several:
            raise ConfigurationError("a role was given an empty list of models; give None for the embedded default")
        return tuple(self._one(each) for each in several)

    def _one(self, given: "str | Choice") -> Choice:
        from langchain_core.language_models import BaseChatModel  # noqa: PLC0415 - only where a model is given

        if isinstance(given, str):
            return replace(self.template, name=given)
        if isinstance(given, ModelSpec | BaseChatModel):
            return given
        raise ConfigurationError(
            f"{type(given).__name__} cannot be a model; give a name, a ModelSpec or a LangChain chat model"
        )
