"""What kind of words would answer a question that asks for no number and no date: a person, a place, a named thing.

Told from the question alone; this module sees no sentence.
"""

import re
from dataclasses import dataclass
from typing import Literal

from nodes.symbolic.words import STOP_WORDS, content_stems, stem, word_set

Answer = Literal["agent", "role", "place", "named", "definition", "other"]
"""`agent`: who or what does it (`who wrote X`); `role`: what somebody is to something (`who is the head of X`);
`named`: a name of a kind (`which band did she found`); `definition`: what a name is (`who was X`)."""

_AUXILIARY = "is|was|are|were|did|does|do|has|have|had|can|could|will|would|should|may|might"
_NOUN = rf"(?:(?!(?:{_AUXILIARY})\b)[\w'-]{{1,30}}\s){{1,4}}?"
_PLACES = word_set(
    "city country town place state county region province village island continent port district location area"
)
_ROLE = re.compile(
    r"^(?:who|what) (?:is|was|are|were) (?:the )?(?:name of (?:the )?)?(?P<role>[^\W\d][\w' -]{1,60}?)"
    r" (?:of|for|at|in|on|to)\s",
    re.IGNORECASE,
)
_OWNED_ROLE = re.compile(r"^(?:who|what) (?:is|was|are|were) .{1,80}?(?:'s|s') (?P<role>[\w -]{2,60})$", re.IGNORECASE)
_BY_WHOM = re.compile(
    rf"^by whom (?:{_AUXILIARY})\b.{{1,120}} (?P<verb>[a-z]{{3,20}})$"
    rf"|^(?:whom? |(?:which|what) {_NOUN})(?:{_AUXILIARY})\b.{{1,120}} (?P<other>[a-z]{{3,20}}) by$",
    re.IGNORECASE,
)
_AGENT = re.compile(
    rf"^(?:who |(?:which|what) (?P<noun>{_NOUN}))(?:(?:has|have|had|first|originally|also) ){{0,2}}"
    rf"(?!(?:{_AUXILIARY})\b)(?P<verb>(?-i:[a-z]{{3,20}}))\s(?=(?:the|an?|its|his|her|in|at)\b|(?-i:[^a-z])).{{2,150}}$",
    re.IGNORECASE,
)
_OF_KIND = re.compile(
    rf"^(?:(?:in|at|on|from|to|by|for|with|of) )?(?:which|what) (?P<noun>{_NOUN})(?:{_AUXILIARY})\b",
    re.IGNORECASE,
)
_DEFINED = re.compile(r"^(?:who|what) (?:is|was|are|were) (?:the |an? )?(?-i:[^a-z])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The kind of answer, the stem of the word that relates it to the things named, and of the kind of thing it is.

    `relation` is a verb or a role, empty where the question has none; `noun` is empty but for `which <noun>`.
    """

    answer: Answer
    relation: str = ""
    noun: str = ""


def wanted(question: str) -> Wanted:
    """Return what answers a question, given without its final punctuation."""
    if re.match(r"where\b", question, re.IGNORECASE):
        return Wanted("place")
    if by := _BY_WHOM.match(question):
        return Wanted("agent", stem(by["verb"] or by["other"]))
    if agent := _AGENT.match(question):
        return Wanted("agent", stem(agent["verb"]), _last(agent["noun"] or ""))
    if kind := _OF_KIND.match(question):
        noun = _last(kind["noun"])
        return Wanted("place" if kind["noun"].lower().split()[-1] in _PLACES else "named", noun=noun)
    if role := _ROLE.match(question) or _OWNED_ROLE.match(question):
        return Wanted("role", _last(role["role"])) if content_stems(role["role"]) else Wanted("other")
    return Wanted("definition") if _defines(question) else Wanted("other")


def _last(phrase: str) -> str:
    words = [word for word in phrase.split() if word.lower() not in STOP_WORDS]
    return stem(words[-1]) if words else ""


def _defines(question: str) -> bool:
    """Say whether a question is only for what a name is: `who was Tycho Brahe`, `what is Pterocarya`."""
    found = _DEFINED.match(question)
    rest = question[found.end() - 1 :] if found else ""
    return bool(rest) and all(word[:1].isupper() or word.lower() in STOP_WORDS for word in rest.split())
