"""How likely it is that sentences answer a question: a handful of measures, weighed by logistic regression.

No single threshold tells an answer from its neighbours: a question about a salary finds the right person's row, and the
row has no salary. The weights below were fitted by `python -m benchmarks.calibration`, which also prints what the
threshold costs and gains; its figures stand in docs/decisions/0011-refusal-is-calibrated.md.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

from nodes.symbolic.asked import Asked
from nodes.symbolic.expected import expected, holds
from nodes.symbolic.names import names_asked
from nodes.symbolic.words import content_stems, stem

UNKNOWN = 0.75
"""What a measure is where the question has nothing to measure: no noun asked for, no name."""
_NEAR, _SAME = 0.35, 0.8
"""Cosines of two words below which they have nothing to do with each other, and from which they are as good as one."""


@dataclass(frozen=True, slots=True)
class Support:
    """Measures of how far sentences tell what a question asks; all 0 to 1, but for `dense`, a cosine.

    `overlap` is of the first sentence, `together` of the best one, `met` of all, each weighted by rarity; `near` counts
    words with a near relative among theirs in part. `head` and `names` are about the nouns and names asked for,
    `form` whether something of the kind of answer is there, `brief` is 1 for a question of one word of meaning.
    """

    dense: float
    overlap: float
    together: float
    met: float
    near: float
    head: float
    names: float
    form: float
    form_first: float
    brief: float


@dataclass(frozen=True, slots=True)
class Words:
    """A question's words of meaning with their rarity, and for each text which of them it has, and how nearly."""

    rarity: Mapping[str, float]
    met: Sequence[Sequence[bool]]
    """A row a word, a column a text."""
    near: Sequence[Sequence[float]]


# Fitted weights, in the order of Support's fields, for measures as they are.
WEIGHTS = (0.0,) * 10
BIAS = 0.0
THRESHOLD = 0.5
"""Least probability at which sentences are offered as an answer."""


def probability(support: Support) -> float:
    """Return the estimated probability that the answer stands in the sentences."""
    return 1 / (1 + math.exp(-BIAS - sum(w * x for w, x in zip(WEIGHTS, astuple(support), strict=True))))


def support(
    asked: Asked, texts: Sequence[str], titles: Sequence[str], dense: float, overlap: float, words: Words
) -> Support:
    """Measure sentences, at least one, the best first; `titles` say what the document of each is called."""
    wanted = expected(asked)
    total = sum(words.rarity.values()) or 1.0
    weights = list(words.rarity.values())
    shares = [sum(w for w, row in zip(weights, words.met, strict=True) if row[n]) / total for n in range(len(texts))]
    met = [float(any(row)) for row in words.met]
    near = [max(m, _scaled(max(row))) for m, row in zip(met, words.near, strict=True)]
    forms = [float(holds(wanted, text, asked.text)) if wanted.form != "any" else 0.5 for text in texts]
    whole = [f"{title}: {text}" for title, text in zip(titles, texts, strict=True)]
    return Support(
        dense=dense,
        overlap=overlap,
        together=max(shares),
        met=sum(w * m for w, m in zip(weights, met, strict=True)) / total,
        near=sum(w * n for w, n in zip(weights, near, strict=True)) / total,
        head=_head(wanted.heads, whole, dict(zip(words.rarity, near, strict=True))),
        names=_names(asked.text, whole),
        form=max(forms),
        form_first=forms[0],
        brief=1 / max(1, len(weights)),
    )


def _scaled(cosine: float) -> float:
    return min(1.0, max(0.0, (cosine - _NEAR) / (_SAME - _NEAR)))


def _head(heads: Sequence[str], texts: Sequence[str], near: Mapping[str, float]) -> float:
    """Return the share of the nouns asked for that the texts have, in full or by a near relative."""
    if not heads:
        return UNKNOWN
    there = {each for text in texts for each in content_stems(text)}
    return sum(1.0 if stem(head) in there else near.get(head, 0.0) for head in heads) / len(heads)


def _names(question: str, texts: Sequence[str]) -> float:
    """Return how well the worst of the question's names is met: 1 in full, half by its last word."""
    names = names_asked(question)
    if not names:
        return UNKNOWN
    low = [text.lower() for text in texts]
    met = (
        max(1.0 if name.lower() in text else 0.5 * (name.lower().split()[-1] in text) for text in low) for name in names
    )
    return min(met)
