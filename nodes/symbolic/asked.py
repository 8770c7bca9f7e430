"""What one question asks for: the kind of value, the names it is about, and the words that must be met."""

import re
from dataclasses import dataclass
from typing import Literal

from nodes.quantities import unit_of
from nodes.symbolic.attributes import Attribute, asking_stems, of_question
from nodes.symbolic.names import names_asked
from nodes.symbolic.words import MODIFIERS, THINGS, content_stems, normalise, stem

Kind = Literal["quantity", "count", "date", "text"]

MAX_CHARS = 1_000
"""A question longer than this is taken for text: it is a task with its own material, not one value to look up."""

_DATE = re.compile(r"^(?:when|(?:in|on) (?:what|which) (?:year|date|day|month)|(?:what|which) (?:was |is )?(?:the )?(?:year|date))\b"
                   r"|^(?:the )?(?:\w{1,20} ){0,2}(?:date|year) (?:of|when|in which|on which|that)\b", re.IGNORECASE)  # fmt: skip
_COUNT = re.compile(r"\b(?:how many|number of)\s(.{1,80})", re.IGNORECASE)
_COUNT_ENDS = re.compile(r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|of|on|in|that)\b", re.I)
_IN_UNIT = re.compile(r"\b(?:in|how many) ([^\W\d]{1,20}(?: (?:per|an?) [^\W\d]{1,20})?)\b", re.IGNORECASE)
_DATE_STEMS = frozenset(map(stem, "year date day month time".split()))
_THINGS = frozenset(map(stem, THINGS))
_OPTIONAL = _THINGS | frozenset(map(stem, MODIFIERS))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, taken apart.

    `units` are canonical units that a quantity may have, one for each dimension; `counted` is the stem of what a count
    counts; `words` are the stems that a sentence with the answer has to contain besides the names.
    """

    text: str
    kind: Kind
    names: tuple[str, ...]
    words: frozenset[str]
    attribute: Attribute | None = None
    units: tuple[str, ...] = ()
    counted: str = ""
    year_only: bool = False


def _named_by_position(question: str) -> tuple[str, ...]:
    """Return the owner, or what follows the last `of` or `on`: the name, in a question typed without capitals."""
    if owner := re.search(r"\b([\w-]{2,40})'s\s", question):
        return (owner[1],)
    _, preposition, last = max((question.rpartition(f" {word} ") for word in ("of", "on")), key=lambda cut: len(cut[0]))
    return (last.removeprefix("the "),) if preposition and len(last) <= 60 else ()


def _counted(question: str) -> str:
    """Return the noun that `how many` counts, which is the last word before the verb; empty where a unit is counted."""
    found = _COUNT.search(question)
    if found is None:
        return ""
    noun_phrase = _COUNT_ENDS.split(found[1], maxsplit=1)[0].split()
    noun = noun_phrase[-1] if noun_phrase else ""
    return "" if not noun or unit_of(noun) or noun == "times" else stem(noun)


def _wanted_unit(question: str) -> str | None:
    names = [unit_of(found[1]) for found in _IN_UNIT.finditer(question)]
    return next((name for name in names if name), None)


def understand(question: str) -> Asked:
    """Take one question apart. A question without a value to look up is of kind `text`."""
    plain = normalise(question)
    if len(plain) > MAX_CHARS:
        return Asked(plain, "text", (), frozenset(content_stems(plain[:MAX_CHARS])))
    names = names_asked(plain) or _named_by_position(plain)
    stems = frozenset(content_stems(plain)) - frozenset(content_stems(" ".join(names)))
    if _DATE.search(plain):
        return Asked(plain, "date", names, stems - _DATE_STEMS - _THINGS, year_only=bool(re.search(r"\byear\b", plain)))
    if counted := _counted(plain):
        return Asked(plain, "count", names, stems - {counted} - _OPTIONAL, units=("",), counted=counted)
    unit, attribute = _wanted_unit(plain), of_question(plain)
    if attribute:
        words = stems - asking_stems(attribute) - _OPTIONAL - frozenset(content_stems(unit or ""))
        return Asked(plain, "quantity", names, words, attribute, (unit,) if unit else attribute.units)
    return Asked(plain, "text", names, stems)

