"""Questions that lean on the one before: `What about Saturn?`, `And when was it launched?`.

Only the user's own earlier questions are known here, never an answer: answers are made from documents.
"""

import re
from collections.abc import Sequence

from nodes.symbolic.asked import understand
from nodes.symbolic.names import names_asked
from nodes.symbolic.phrases import take_up
from nodes.symbolic.words import bare, normalise

MAX_CHARS = 500
"""Of an earlier question, this much is used."""
_ABOUT = re.compile(
    r"(?:and |but |so )?(?:what|how) (?:about|is it for) (?:the )?(.{2,80})|and (?:for |on |of )?(?:the )?(.{2,60})",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"(?:and |but |so )?how (?:does|do|did|would) (?:that|it|this|they|those) compare (?:to|with)"
    r" (?:that of )?(?:the )?(.{2,80})",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"(?:and |but |so )?(?P<which>which|who|what)(?: one)?(?: of (?:them|these|those|the two|the three|both))?"
    r" (?P<rest>(?:is|was|are|were|has|had|have) .{2,80})",
    re.IGNORECASE,
)
_AND_FOR = re.compile(r"(?:and|but) (?P<by>for|on|of|in|to|from|at|by) (?P<thing>.{2,60})", re.IGNORECASE)
_LEANS = re.compile(r"^(?:and|but|also|then|so|what about|how about)\b", re.IGNORECASE)
_PRONOUN = re.compile(
    r"\b(?:it|its|that|this|those|these|they|their|them|he|his|him|she|her|there|the same|one)\b", re.IGNORECASE
)


def leans(question: str) -> bool:
    """Say whether a question cannot be understood without the one before."""
    plain = normalise(question)
    if _LEANS.match(plain):
        return True
    pronoun = _PRONOUN.search(plain)
    return bool(pronoun) and not names_asked(plain[: pronoun.start()] if pronoun else plain)


def in_context(question: str, turns: Sequence[str]) -> str:
    """Return a question that stands by itself. Where its sense is not plain, it is both questions' words."""
    if not turns or not leans(question):
        return question
    plain, before = normalise(question), normalise(turns[-1])[:MAX_CHARS]
    if len(turns) > 1 and leans(turns[-1]):
        before = in_context(turns[-1], turns[-4:-1])[:MAX_CHARS]
    names = names_asked(before)
    if compared := _COMPARED.fullmatch(plain):
        both = _of_both(before, names, compared[1])
        return both or f"{before}: {plain}"
    if chosen := _of_those(plain, names):
        return chosen
    about = _ABOUT.fullmatch(plain)
    thing = bare(about[1] or about[2]) if about else None
    if thing and names and len(names_asked(thing)) == 1 and thing.endswith(names_asked(thing)[0]):
        return before.replace(names[0], names_asked(thing)[0])
    if (other := _AND_FOR.fullmatch(plain)) and not names_asked(other["thing"]):
        begin, by, _ = before.rpartition(f" {other['by'].lower()} ")
        return f"{begin if by else before} {other['by'].lower()} {other['thing']}"
    return take_up(_LEANS.sub("", plain).strip(), names, before) or f"{before}: {plain}"


def _of_those(plain: str, names: Sequence[str]) -> str | None:
    """Return `which is heavier, Uranus or Neptune` for a `which is heavier` after a question about several things."""
    which = _WHICH.fullmatch(plain)
    if which is None or len(names) < 2 or names_asked(plain):
        return None
    return f"{which['which'].lower()} {which['rest']}, {', '.join(names[:-1])} or {names[-1]}"


def _of_both(before: str, names: Sequence[str], other: str) -> str | None:
    """Return `the diameter of Jupiter and Saturn` for a question about Jupiter's, to be compared with Saturn's."""
    asked = understand(before)
    if len(names) != 1 or asked.attribute is None:
        return None
    return f"compare the {asked.attribute.noun} of {names[0]} and {other}"
