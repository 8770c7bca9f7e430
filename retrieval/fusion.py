"""Joins the dense and the word ranking into one. Pure arithmetic over ids and scores.

A convex combination of normalised scores (Bruch, Gai & Ingber 2023, doi:10.1145/3596512) measured above reciprocal-rank
fusion on three sets (facts/retrieval.md), with .6 for the dense score.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Id = TypeVar("Id", bound=Hashable)

DENSE_WEIGHT = 0.6


def fuse(dense: Mapping[Id, float], words: Mapping[Id, float], *, weight: float = DENSE_WEIGHT) -> dict[Id, float]:
    """The fused score, 0..1, of every id in either ranking; 0 stands for what a ranking lacks.

    `dense` holds cosines, `words` BM25 scores where more is better. Each is divided by its highest, so that an id's
    score does not depend on how far down the rankings go.
    """
    left, right = _normalised(dense), _normalised(words)
    return {id_: weight * left.get(id_, 0.0) + (1 - weight) * right.get(id_, 0.0) for id_ in {**left, **right}}


def _normalised(scores: Mapping[Id, float]) -> dict[Id, float]:
    highest = max(scores.values(), default=0.0)
    if highest <= 0:
        return dict.fromkeys(scores, 0.0)
    return {id_: max(0.0, score / highest) for id_, score in scores.items()}
