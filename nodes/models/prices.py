"""What a call costs: reported tokens times the prices of the model, in US dollars per million tokens.

This module does not know where prices are kept.
"""

from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict, NonNegativeFloat

from nodes.state import Usage

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens. Without a price for cached tokens they cost what the others of the prompt do."""

    input: NonNegativeFloat
    output: NonNegativeFloat
    cached: NonNegativeFloat | None = None

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid", allow_inf_nan=False)


def cost_of(usage: Usage, price: Price | None) -> float | None:
    """Return the cost of a call; None where the price or the tokens are unknown.

    Where it is not reported how many tokens came from the cache, none did: the cost is then an upper bound.
    """
    prompt, completion = usage["prompt_tokens"], usage["completion_tokens"]
    if price is None or prompt is None or completion is None:
        return None
    cached = min(usage.get("cached_tokens") or 0, prompt)
    cheaper = price.input if price.cached is None else price.cached
    return ((prompt - cached) * price.input + cached * cheaper + completion * price.output) / _MILLION
