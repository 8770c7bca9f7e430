"""Whether sentences are likely to answer a question: two plain refusals, then measures weighed by logistic regression.

No single threshold tells an answer from its neighbours: a question about a salary finds the right person's row, and the
row has no salary. So what is asked has to be met, if only by a near relative, in one sentence with who or what it is
asked of; and every name has to be met somewhere. The weights were fitted by `python -m benchmarks.calibration`, which
also prints what each threshold costs and gains; docs/decisions/0011-refusal-is-calibrated.md has the figures.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

from nodes.symbolic.asked import Asked
from nodes.symbolic.expected import expected, holds
from nodes.symbolic.names import names_asked
from nodes.symbolic.words import bare, content_stems, stem, tokens

UNKNOWN = 0.75
"""What a measure is where the question has nothing to measure: no noun asked for, no name."""
_NEAR, _SAME = 0.35, 0.8
"""Cosines of two words below which they have nothing to do with each other, and from which they are as good as one."""
LEAST_ASKED = 0.5
"""Least share of the nouns asked for that one sentence has to meet."""


@dataclass(frozen=True, slots=True)
class Support:
    """Measures of how far sentences tell what a question asks, 0 to 1; `dense` is a cosine.

    `dense` and `overlap` are of the first sentence. `single` is the share of the question's words, by rarity, that one
    sentence meets, `near` the share that all meet together, a near relative counting in part. `head` and `names` are
    about the nouns and names asked for, `form` says whether the first has something of the kind of answer; `joint` is
    the best sentence for all of that at once. `brief` is 1 for a question of one word of meaning.
    """

    dense: float
    overlap: float
    single: float
    near: float
    head: float
    names: float
    form: float
    joint: float
    brief: float


WEIGHTS = Support(
    dense=2.72, overlap=1.88, single=-0.13, near=2.73, head=2.95, names=0.83, form=0.31, joint=1.8, brief=-4.28
)
BIAS = -8.49
THRESHOLD = 0.2
"""Least probability at which sentences are offered as an answer."""


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence with the title and section it stands under, and how nearly it meets each word of the question."""

    text: str
    under: str
    met: Sequence[float]

    @property
    def whole(self) -> str:
        """The sentence with what it stands under, in lower case."""
        return f"{self.under}: {self.text}".lower()


def probability(support: Support) -> float:
    """Return the estimated probability that the answer stands in the sentences."""
    weighed = sum(w * x for w, x in zip(astuple(WEIGHTS), astuple(support), strict=True))
    return 1 / (1 + math.exp(-BIAS - weighed))


def nearness(matched: bool, cosine: float) -> float:
    """Return how nearly a word is met, 0 to 1: by itself in any form, or by a relative at this cosine."""
    return 1.0 if matched else min(1.0, max(0.0, (cosine - _NEAR) / (_SAME - _NEAR)))


def lacks_a_name(asked: Asked, examined: Sequence[Told]) -> bool:
    """Say whether a name of the question is not met, all its words together, in any sentence that was looked at."""
    there = [{bare(word[0]).lower() for word in tokens(told.whole)} for told in examined]
    return any(not any(_words(name) <= words for words in there) for name in names_asked(asked.text))


def lacks_what_is_asked(asked: Asked, examined: Sequence[Told], words: Sequence[str]) -> bool:
    """Say whether no sentence about the things named has the nouns asked for: it is about another side of them.

    Where something is described by way of something else, or several things are asked of at once, that says nothing.
    """
    heads = expected(asked).heads
    if not heads or asked.indirect or asked.coordinated:
        return False
    names = names_asked(asked.text)
    about = [told for told in examined if all(_named(name, told) >= 0.5 for name in names)]
    return all(_share(heads, told, words) < LEAST_ASKED for told in about)


def support(asked: Asked, told: Sequence[Told], rarity: Mapping[str, float], dense: float, overlap: float) -> Support:
    """Measure sentences, at least one, the best first."""
    wanted, names, words = expected(asked), names_asked(asked.text), list(rarity)
    total = sum(rarity.values()) or 1.0
    shares = [sum(w * m for w, m in zip(rarity.values(), each.met, strict=True)) / total for each in told]
    union = [max(column) for column in zip(*(each.met for each in told), strict=True)]
    forms = [float(holds(wanted, each.text, asked.text)) if wanted.form != "any" else 0.5 for each in told]
    named = [min((_named(name, each) for name in names), default=UNKNOWN) for each in told]
    best = [max((_named(name, each) for each in told), default=0.0) for name in names]
    heads = [_share(wanted.heads, each, words) if wanted.heads else UNKNOWN for each in told]
    return Support(
        dense=dense,
        overlap=overlap,
        single=max(shares),
        near=sum(w * m for w, m in zip(rarity.values(), union, strict=True)) / total,
        head=max(heads),
        names=min(best, default=UNKNOWN),
        form=forms[0],
        joint=max(n * (0.5 + 0.5 * f) * s for n, f, s in zip(named, forms, shares, strict=True)),
        brief=1 / max(1, len(rarity)),
    )


def _words(name: str) -> set[str]:
    return {bare(word[0]).lower() for word in tokens(name)}


def _named(name: str, told: Told) -> float:
    """Return 1 where a sentence, or what it stands under, has the name, half where it has a telling last word of it."""
    if re.search(rf"(?<!\w){re.escape(name.lower())}(?!\w)", told.whole):
        return 1.0
    last = name.lower().rpartition(" ")[2]
    return 0.5 if last.isalpha() and len(last) > 3 and last in told.whole else 0.0


def _share(heads: Sequence[str], told: Told, words: Sequence[str]) -> float:
    """Return the share of the nouns asked for that a sentence meets, in full or by a near relative."""
    there, met = set(content_stems(told.whole)), dict(zip(words, told.met, strict=True))
    return sum(1.0 if stem(head) in there else met.get(head, 0.0) for head in heads) / len(heads)
