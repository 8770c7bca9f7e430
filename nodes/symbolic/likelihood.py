"""How likely it is that a sentence answers a question: a logistic regression over six features of the pair.

The weights and thresholds are results of `benchmarks/calibration.py`, which prints them anew with what they trade off.
This module knows no sentence: the features are handed in.
"""

import math
from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class Features:
    """What the likelihood is reckoned from, each 0 to 1 but the cosine."""

    dense: float
    """Cosine between question and sentence."""
    names: float
    """Share of the names asked about that the sentence is about; a half where the question names nothing."""
    words: float
    """Share of the question's words that the sentence tells in any form."""
    value: float
    """Whether it speaks of the kind of value asked for."""
    unknown: float
    """Share of the names that none of the passages found has anywhere."""
    read: float
    """Whether a value or a name is surely read from it."""


WEIGHTS = Features(dense=4.44, names=1.05, words=1.84, value=2.6, unknown=-1.57, read=2.33)
BIAS = -9.03
LIKELY = 0.12
"""Least likelihood at which a sentence is offered as an answer."""
LIKELY_DESCRIBED = 0.03
"""The same for a question that describes something by way of something else: a sentence holds a part of it only."""


def likelihood(features: Features) -> float:
    """Return how likely it is that the sentence answers, 0 to 1."""
    weighed = sum(weight * value for weight, value in zip(astuple(WEIGHTS), astuple(features), strict=True))
    return 1 / (1 + math.exp(-(BIAS + weighed)))
