"""How likely it is that a sentence answers a question: a logistic regression over features of the pair.

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


@dataclass(frozen=True, slots=True)
class Pointed(Features):
    """The same with what a span finder says."""

    pointed: float
    """By how much it prefers words of the sentence to `no answer`, squashed to 0 to 1."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Weights of the features, and the least likelihoods at which a sentence is offered as an answer.

    `described` is for a question that describes something by way of something else: a sentence holds a part of it only.
    """

    weights: Features
    bias: float
    likely: float
    described: float


BY_RULES = Scale(
    Features(dense=4.44, names=1.05, words=1.84, value=2.6, unknown=-1.57, read=2.33),
    bias=-9.03,
    likely=0.12,
    described=0.03,
)
WITH_SPANS = Scale(
    Pointed(dense=3.47, names=0.53, words=1.09, value=1.11, unknown=-0.5, read=1.78, pointed=2.8),
    bias=-7.39,
    likely=0.11,
    described=0.02,
)
LOGITS = 3.0
"""By how many a margin is divided before it is squashed."""


def squashed(margin: float) -> float:
    """Return a margin in logits as a number from 0 to 1."""
    return 1 / (1 + math.exp(-margin / LOGITS))


def scale_of(features: Features) -> Scale:
    """Return the weights that were fitted to such features."""
    return WITH_SPANS if isinstance(features, Pointed) else BY_RULES


def likelihood(features: Features) -> float:
    """Return how likely it is that the sentence answers, 0 to 1."""
    scale = scale_of(features)
    weighed = sum(weight * value for weight, value in zip(astuple(scale.weights), astuple(features), strict=True))
    return 1 / (1 + math.exp(-(scale.bias + weighed)))
