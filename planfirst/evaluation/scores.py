"""Token F1 between an answer and the gold answer, as reading-comprehension data sets define it."""

import re
import string
from collections import Counter
from typing import Final

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_CLOSED: Final = (["yes"], ["no"], ["noanswer"])
"""Answers that are right or wrong as a whole; half a yes scores nothing."""


def token_f1(answer: str, gold: str) -> float:
    """Return the harmonic mean of precision and recall over words, 0..1; case, articles and punctuation do not count.

    Where either is yes, no or noanswer the score is 1 or 0, as HotpotQA has it.
    """
    said, wanted = _words(answer), _words(gold)
    if said in _CLOSED or wanted in _CLOSED:
        return float(said == wanted)
    common = sum((Counter(said) & Counter(wanted)).values())
    return 2 * common / (len(said) + len(wanted)) if common else 0.0


def _words(text: str) -> list[str]:
    return _ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split()
