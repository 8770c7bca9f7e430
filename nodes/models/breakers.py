"""A circuit breaker for each endpoint: one that is dead is left alone for a while instead of costing its timeout again.

Only failures that say that the endpoint is not there count: an endpoint that refuses a request is alive. The breakers
are the `circuitbreaker` package's; they are counters without locks or event loops, so all loops share them. This module
does not know what is called.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

from circuitbreaker import CircuitBreaker  # type: ignore[import-untyped] # it has no types

from nodes.errors import ModelError, ModelErrorKind
from nodes.models.call import host_of

DEAD: frozenset[ModelErrorKind] = frozenset({"timeout", "connection", "server"})
"""Kinds of failure that count."""

Condition = Literal["closed", "open", "half_open"]
"""Calls go through; none does; one may try."""


@dataclass(frozen=True, slots=True)
class Circuit:
    """How an endpoint stands: failures in a row, and the seconds for which it is left alone."""

    endpoint: str
    condition: Condition
    failures: int
    seconds: float


def _dead(_class: type[BaseException], error: BaseException) -> bool:
    return isinstance(error, ModelError) and error.kind in DEAD


class Breakers:
    """The breakers of an agent, by endpoint. `failures` in a row open one; after `seconds` a single call may try it."""

    def __init__(self, failures: int = 3, seconds: float = 30.0) -> None:
        self._failures, self._seconds = failures, seconds
        self._breakers: dict[str, CircuitBreaker] = {}
        self._trying: set[str] = set()
        self._guard = threading.Lock()

    @contextmanager
    def through(self, endpoint: str) -> Iterator[None]:
        """Let the call inside the block through, and learn from how it ends; what is no ModelError teaches nothing.

        Raises:
            ModelError: the endpoint is left alone.
        """
        self._admit(endpoint)
        error, known = None, False
        try:
            yield
            known = True
        except ModelError as caught:
            error, known = caught, True
            raise
        finally:
            self._ended(endpoint, error, known=known)

    def _admit(self, endpoint: str) -> None:
        with self._guard:
            breaker = self._at(endpoint)
            trying = endpoint in self._trying
            if breaker.state == "closed" and not trying:
                return
            if breaker.state == "half_open" and not trying:
                self._trying.add(endpoint)
                return
        raise ModelError(
            f"{host_of(endpoint)} is left alone for {max(breaker.open_remaining, 0)} s more, after "
            f"{breaker.failure_count} failures in a row; see that it is up",
            kind="unavailable",
            endpoint=endpoint,
        )

    def _ended(self, endpoint: str, error: ModelError | None, *, known: bool) -> None:
        with self._guard:
            self._trying.discard(endpoint)
            if not known:
                return
            with suppress(ModelError), self._at(endpoint):
                if error is not None:
                    raise error

    def circuits(self) -> Mapping[str, Circuit]:
        """Return how each endpoint that was called stands."""
        with self._guard:
            return {
                endpoint: Circuit(endpoint, each.state, each.failure_count, max(each.open_remaining, 0.0))
                for endpoint, each in self._breakers.items()
            }

    def _at(self, endpoint: str) -> CircuitBreaker:
        if endpoint not in self._breakers:
            self._breakers[endpoint] = CircuitBreaker(
                self._failures, self._seconds, expected_exception=_dead, name=endpoint
            )
        return self._breakers[endpoint]
