"""Two sides of a comparison with `than`, of which the second is cut short.

`MS Ada burn in 2023 ... than in 2022` and `an adult pay from A to B ... than from A to C` each become two phrases that
can be looked up by themselves. Knows word order, no plans.
"""

import re

from nodes.symbolic.attributes import of_question
from nodes.symbolic.names import names_asked
from nodes.symbolic.phrases import VERB_NOUNS, in_full, without_article
from nodes.symbolic.words import MASS_NOUNS, singular

_BY = r"(?:in|on|at|for|from|with|of|to|during|under|by)"
_BEGINS = re.compile(rf"(?P<by>{_BY})\s", re.IGNORECASE)
_TAIL = re.compile(rf"\s(?:{_BY}\s.{{1,80}}|(?:last|this) year)$", re.IGNORECASE)
_LAST = re.compile(rf"\s(?:in|on|during)\s(?:(?!\s{_BY}\s).)+$", re.IGNORECASE)
_AUXILIARY = re.compile(r"\s(?:does|do|did|is|are|was|were|has|have|had|can|could|will|would)$", re.IGNORECASE)
_VERB_AT_END = re.compile(r"^(?P<subject>.{2,100}?)\s(?P<verb>(?-i:[a-z]{2,14}))$", re.IGNORECASE)


def two_sides(left: str, right: str) -> tuple[str, str] | None:
    """Return both sides in full, as phrases; None where it is not plain what the second takes the place of."""
    left, right = left.strip(" ,"), _AUXILIARY.sub("", right.strip(" ,"))
    if found := _BEGINS.match(right):
        return _by_preposition(left, right, found["by"])
    names, others = names_asked(left), names_asked(right)
    tail = _TAIL.search(right)
    shared = tail[0] if tail and not _TAIL.search(left) else ""
    other = right.removesuffix(shared) if shared else right
    if names and others:
        return f"{left}{shared}", f"{left.replace(names[0], without_article(other), 1)}{shared}"
    subject = _VERB_AT_END.match(left)
    head = subject["subject"] if subject and not names and not others else ""
    if head:
        return f"{left}{shared}", f"{left.replace(head, other, 1)}{shared}"
    return None if names or others else (f"{left}{shared}", f"{other}{shared}")


def _by_preposition(left: str, right: str, by: str) -> tuple[str, str] | None:
    """Put what follows a preposition in the place of what follows the same one: the last such, to the end."""
    at = re.search(rf"(?:^|\s)({by}\s.*)$", left, re.IGNORECASE)
    if at is None:
        return None
    replaced, rest = at[1], ""
    tail = _LAST.search(right)
    if tail and not tail[0].lower().startswith(f" {by.lower()} ") and not _LAST.search(replaced):
        right, rest = right.removesuffix(tail[0]), tail[0]
    return f"{left}{rest}", f"{left[: at.start(1)]}{right}{rest}"


def quantity_of(noun: str, phrase: str) -> str:
    """Return the question for how much or how many of something a phrase tells: `number of cabins of Ada`."""
    noun, phrase = without_article(noun), re.sub(r"^(?:to|in|at|on|into)\s", "", phrase.strip())
    if of_question(noun):
        return f"{singular(noun)} of {in_full(phrase)}"
    counted = noun.endswith("s") or noun in {"people", "children", "men", "women"}
    return f"{'number' if counted and noun not in MASS_NOUNS else 'amount'} of {noun} of {in_full(phrase)}"


def by_verb(phrase: str) -> str | None:
    """Return the question for what a verb in a phrase measures: `cost of an adult from A to B` for `an adult pay`."""
    for verb, noun in VERB_NOUNS.items():
        found = re.search(rf"\s{verb}(?:s|ed)?\b", f" {phrase}", re.IGNORECASE)
        if found:
            rest = f" {phrase}"[: found.start()] + f" {phrase}"[found.end() :]
            return f"{noun} of {in_full(' '.join(rest.split()))}"
    return None
