"""When a model that failed is asked again, and after how long. Another model is not this module's business."""

from collections.abc import Mapping
from dataclasses import dataclass

from tenacity import RetryCallState, wait_exponential_jitter, wait_random

from nodes.errors import ModelError, ModelErrorKind

TRIES: Mapping[ModelErrorKind, int] = {"rate_limit": 4, "server": 3, "connection": 3, "malformed": 2}
"""Most calls of one model for one purpose, by what went wrong with the latest; everything else is asked once.

A timeout is not among them: whoever has waited for all of it once should not do so again before another is asked.
"""


@dataclass(frozen=True, slots=True)
class Retries:
    """How long to wait before a model is asked again, in seconds: doubling, jittered, and never before Retry-After."""

    first: float = 0.5
    longest: float = 8.0
    obeyed: float = 30.0
    """The longest Retry-After that is waited for; at a longer one the next model is asked at once."""
    jitter: float = 0.25

    def again(self, error: ModelError, calls: int) -> bool:
        """Say whether to ask again after `calls` calls of which `error` was the latest."""
        return calls < TRIES.get(error.kind, 1) and (error.retry_after or 0.0) <= self.obeyed

    def delay(self, error: ModelError, state: RetryCallState) -> float:
        """Return the seconds to wait."""
        if error.retry_after is not None:
            return error.retry_after + wait_random(0, self.jitter)(state)
        return wait_exponential_jitter(multiplier=self.first, max=self.longest, jitter=self.jitter)(state)
