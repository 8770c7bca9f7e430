"""Circuit breakers: an endpoint that is dead is left alone for a while instead of costing its timeout again.

Each endpoint has one, which counts what says that it is not there: an endpoint that refuses a request is alive. Each
model behind it has one beside, for its server errors: where one model is down the others may well answer. The breakers
are the `circuitbreaker` package's; they are counters without locks or event loops, so all loops share them. This module
does not know what is called.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Literal

from circuitbreaker import CircuitBreaker  # type: ignore[import-untyped] # it has no types

from nodes.errors import ModelError, ModelErrorKind
from nodes.models.call import host_of

DEAD: frozenset[ModelErrorKind] = frozenset({"timeout", "connection"})
"""Kinds of failure that count against an endpoint."""
DOWN: frozenset[ModelErrorKind] = frozenset({"server"})
"""Kinds of failure that count against a model alone."""

Condition = Literal["closed", "open", "half_open"]
"""Calls go through; none does; one may try."""


@dataclass(frozen=True, slots=True)
class Circuit:
    """How an endpoint, or a model at one, stands: failures in a row, and the seconds for which it is left alone."""

    name: str
    condition: Condition
    failures: int
    seconds: float


class Breakers:
    """The breakers of an agent. `failures` in a row open one; after `seconds` a single call may try."""

    def __init__(self, failures: int = 3, seconds: float = 30.0) -> None:
        self._failures, self._seconds = failures, seconds
        self._breakers: dict[str, CircuitBreaker] = {}
        self._trying: set[str] = set()
        self._guard = threading.Lock()

    @contextmanager
    def through(self, endpoint: str, model: str) -> Iterator[None]:
        """Let the call inside the block through, and learn from how it ends; what is no ModelError teaches nothing.

        Raises:
            ModelError: the endpoint, or this model there, is left alone.
        """
        host = host_of(endpoint)
        with self._watched(endpoint, host, DEAD), self._watched(f"{model} at {endpoint}", f"{model} at {host}", DOWN):
            yield

    @contextmanager
    def _watched(self, name: str, label: str, counted: frozenset[ModelErrorKind]) -> Iterator[None]:
        self._admit(name, label, counted)
        error, known = None, False
        try:
            yield
            known = True
        except ModelError as caught:
            error, known = caught, caught.kind != "unavailable"
            raise
        finally:
            self._ended(name, error, known=known)

    def _admit(self, name: str, label: str, counted: frozenset[ModelErrorKind]) -> None:
        with self._guard:
            breaker = self._breakers.setdefault(name, self._new(name, counted))
            trying = name in self._trying
            if breaker.state == "closed" and not trying:
                return
            if breaker.state == "half_open" and not trying:
                self._trying.add(name)
                return
        raise ModelError(
            f"{label} is left alone for {max(breaker.open_remaining, 0)} s more, after "
            f"{breaker.failure_count} failures in a row; see that it is up",
            kind="unavailable",
            endpoint=name,
        )

    def _ended(self, name: str, error: ModelError | None, *, known: bool) -> None:
        with self._guard:
            self._trying.discard(name)
            if not known:
                return
            with suppress(ModelError), self._breakers[name]:
                if error is not None:
                    raise error

    def circuits(self) -> Mapping[str, Circuit]:
        """Return how each endpoint stands that was called, by its address, and each `MODEL at ADDRESS`."""
        with self._guard:
            return {
                name: Circuit(name, each.state, each.failure_count, max(each.open_remaining, 0.0))
                for name, each in self._breakers.items()
            }

    def _new(self, name: str, counted: frozenset[ModelErrorKind]) -> Any:
        def counts(_class: type[BaseException], error: BaseException) -> bool:
            return isinstance(error, ModelError) and error.kind in counted

        return CircuitBreaker(self._failures, self._seconds, expected_exception=counts, name=name)
