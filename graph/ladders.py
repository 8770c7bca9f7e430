"""The ladders of an agent: the callers of each role's models, first choice first, over shared clients and breakers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from graph.clients import Clients
from graph.roles import ROLES, Choice, ModelSettings, ModelSpec, name_of
from nodes.limits import Limits
from nodes.state import Role

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from nodes.models import Caller, Candidate, Circuit, Price


class Ladders:
    """The callers of each role. Nothing is opened before the first call.

    Raises:
        ConfigurationError: a model has no key.
    """

    def __init__(self, settings: ModelSettings, prices: "Mapping[str, Price]", limits: Limits) -> None:
        from nodes.models import Caller, Calling, Retries  # noqa: PLC0415 - only where there is a model

        self.settings = settings
        self._clients = Clients(limits.model_seconds)
        self._calling = Calling(limits.model_seconds, Retries(first=limits.retry_seconds))
        self._callers: dict[Role, tuple[Caller, ...]] = {
            role: tuple(
                Caller(role, self._candidate(model, prices), self._calling) for model in settings.of(role).models
            )
            for role in ROLES
        }

    def of(self, role: Role) -> "tuple[Caller, ...]":
        """Return the callers of a role; none where the embedded default plays it."""
        return self._callers[role]

    def circuits(self) -> "Mapping[str, Circuit]":
        """Return how each endpoint that was called stands."""
        return self._calling.breakers.circuits()

    def describe(self) -> str:
        """Say in one line who plays what, as `planner a (then b), worker and solver extractive`."""
        said: dict[str, list[str]] = {}
        for role in ROLES:
            first, *others = [caller.candidate.name for caller in self.of(role)] or ["extractive"]
            said.setdefault(f"{first} (then {', '.join(others)})" if others else first, []).append(role)
        if len(said) == 1:
            return next(iter(said))
        return ", ".join(f"{' and '.join(roles)} {name}" for name, roles in said.items())

    async def aclose(self) -> None:
        """Close what the running loop has open."""
        await self._clients.aclose()

    def _candidate(self, model: Choice, prices: "Mapping[str, Price]") -> "Candidate":
        from nodes.models import Candidate  # noqa: PLC0415 - see above

        if isinstance(model, ModelSpec):
            return Candidate(
                model.name,
                model.endpoint,
                self._clients.of(model),
                prices.get(model.name),
                model.api_key_env,
                structured=True,
            )
        name = name_of(model)
        address = getattr(model, "openai_api_base", None) or getattr(model, "base_url", None)
        endpoint = ModelSpec(name, str(address)).endpoint if address else type(model).__name__
        structured = "openai" in type(model).get_lc_namespace()
        return Candidate(name, endpoint, _given(model), prices.get(name), structured=structured)


def _given(model: "BaseChatModel") -> "Callable[[], Awaitable[BaseChatModel]]":
    async def client() -> "BaseChatModel":
        return model

    return client


PROBE_TOKENS = 16
"""Most tokens of the reply to a test call; some endpoints refuse fewer."""


async def probe(spec: ModelSpec, seconds: float) -> None:
    """Make one tiny call of a model, to see whether it works.

    Raises:
        ConfigurationError: there is no key for it.
        ModelError: it does not work; `kind` says why.
    """
    from langchain_core.messages import HumanMessage  # noqa: PLC0415 - only where there is a model

    from nodes.models.call import Asked, call  # noqa: PLC0415 - the same

    clients = Clients(seconds)
    client = clients.of(replace(spec, max_tokens=PROBE_TOKENS))
    try:
        model = await client()
        await call(Asked(model, [HumanMessage("Reply with: ok")], seconds, spec.name, spec.endpoint, spec.api_key_env))
    finally:
        await clients.aclose()
