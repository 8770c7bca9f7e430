"""What one question asks for: the kind of value, the names it is about, and the words that must be met."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from nodes.quantities import unit_of
from nodes.symbolic.attributes import Attribute, amount_of, asking_stems, of_question
from nodes.symbolic.idioms import in_plain_words
from nodes.symbolic.names import names_asked
from nodes.symbolic.words import MODIFIERS, THINGS, content_stems, normalise, stem, word_set

Kind = Literal["quantity", "count", "date", "text"]

MAX_CHARS = 1_000
"""A question longer than this is taken for text: it is a task with its own material, not one value to look up."""

_DATE = re.compile(
    r"^(?:(?:since |until |by |from )?when|(?:in|on) (?:what|which) (?:year|date|day|month)"
    r"|(?:what|which) (?:was |is )?(?:the )?(?:year|date))\b"
    r"|^(?:the )?(?:\w{1,20} ){0,2}(?:date|year) (?:of|when|in which|on which|that)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\b(?:how many|number of)\s(.{1,80})", re.IGNORECASE)
_COUNT_ENDS = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|of|on|in|that|"
    r"fit|fits|go|goes|went|come|came|live|lives|work|works|worked|lie|make|makes|made|there|at|from|for|with)\b",
    re.IGNORECASE,
)
_IN_UNIT = re.compile(r"\b(?:in|how many|number of) ([^\W\d]{1,20}(?: (?:per|an?) [^\W\d]{1,20})?)\b", re.IGNORECASE)
_HOW_MUCH = re.compile(
    r"^how much (?!more|less|money|time|longer|older|of|is|are|was|were|do|does|did|has|have|will|would|can)[a-z]{3,20}"
    r" (?:do|does|did|is|are|was|were|goes|has|have|can|should|will|would)\b",
    re.IGNORECASE,
)
"""An amount of something is asked for, in whatever unit."""
_HOW_MANY = re.compile(r"^(?:by )?how many\b|^number of\b", re.IGNORECASE)
_APART = re.compile(r"^how many\b.{2,80}\bfrom\b|^how far\b", re.IGNORECASE)
_LENGTHS = word_set("meter kilometer mile foot yard nautical_mile astronomical_unit light_year")
_DATE_STEMS = frozenset(map(stem, word_set("year date day month time")))
_MODIFIERS = frozenset(map(stem, MODIFIERS))
MANY_WORDS = 6
"""A question with this many words of meaning besides its names is taken to describe something."""
_WHICH = r"(?:in|on|by|for|to|from|after) (?:which|whom)"
_MAKERS = "discover|invent|found|creat|direct|design|build|author|compos|produc|writ|sing|own"
_RELATIVES = "wife|husband|son|daughter|father|mother|author|capital|namesake|birthplace"
_DESCRIBED = "company|film|book|man|woman|person|city|band|rocket|spacecraft|moon|planet"
BY_WAY_OF = re.compile(
    rf"\b(?:the|an?) (?:[\w'-]{{1,30}} ){{1,6}}?(?:that|who|whom|whose|which|where|{_WHICH})\b"
    rf"|\b(?:{_MAKERS})[eo]rs? of\b"
    rf"|\b(?:{_RELATIVES}) of (?:the|an?) [a-z]"
    r"|\b(?:named after|used to launch|born in the|launched by the same|\w{3,20}(?:ed|wn|nt) by the [a-z]{3,30} that)\b"
    r"|\bthe (?:captain|head|chief|director|mayor|owner|founder|president|manager|coach|leader|designer|editor|king)"
    r" of .{2,60} (?:born|die|died|live|join|joined|study|graduate)\b"
    r"|\bthe (?:first|last|only|\w{2,20}est) [\w'-]{1,30} (?:to|of)\b"
    rf"|,\s(?:which|who|whose)\b|\bof the (?:\w{{1,20}} )?(?:{_DESCRIBED})\b",
    re.IGNORECASE,
)
"""Something is described by way of something else: the answer may take two hops."""


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
    indirect: bool = False
    """Whether something is described by way of something else, so that one sentence need not tell it all."""
    coordinated: bool = False
    """Whether names are joined by `and` or `or`, so that one sentence need not be about all of them."""


def _named_by_position(question: str) -> tuple[str, ...]:
    """Return the owner, or what follows the last `of` or `on`: the name, in a question typed without capitals."""
    if owner := re.search(r"\b([\w-]{2,40})'s\s", question):
        return (owner[1],)
    _, preposition, last = max((question.rpartition(f" {word} ") for word in ("of", "on")), key=lambda cut: len(cut[0]))
    return (re.sub(r"^(?:the|an?) ", "", last),) if preposition and len(last) <= 60 else ()


def _are_coordinated(asked: Asked) -> bool:
    parts = [part.rstrip(" ,").lower() for part in re.split(r"\b(?:and|or)\b", asked.text)]
    return any(part.endswith(name.lower()) for part in parts[:-1] for name in asked.names) and len(asked.names) > 1


def _sorts(question: str, names: tuple[str, ...]) -> frozenset[str]:
    """Return the stems of words that only say what sort of thing a name beside them is, as in `the planet Mars`."""
    beside = [
        word.lower()
        for name in names
        for found in re.finditer(rf"(?:([\w-]{{1,30}})\s)?{re.escape(name)}(?:\s([\w-]{{1,30}}))?", question)
        for word in found.groups("")
    ]
    return frozenset(stem(word) for word in beside if word in THINGS)


def _counted(question: str) -> str:
    """Return the noun that `how many` counts, which is the last word before the verb; empty where a unit is counted."""
    found = _COUNT.search(question)
    if found is None:
        return ""
    noun_phrase = _COUNT_ENDS.split(found[1], maxsplit=1)[0].split()
    noun = noun_phrase[-1] if noun_phrase else ""
    return "" if not noun or unit_of(noun) or noun == "times" else stem(noun)


def _wanted_unit(question: str) -> tuple[str | None, str]:
    """Return the unit that an answer is wanted in, and the question's word for it."""
    found = [(unit_of(found[1]), found[1]) for found in _IN_UNIT.finditer(question)]
    return next(((unit, word) for unit, word in found if unit), (None, ""))


def understand(question: str) -> Asked:
    """Take one question apart. A question without a value to look up is of kind `text`."""
    asked = _understand(in_plain_words(normalise(question)))
    indirect = BY_WAY_OF.search(asked.text) is not None or len(asked.words) >= MANY_WORDS
    return replace(asked, indirect=indirect, coordinated=_are_coordinated(asked))


def _understand(plain: str) -> Asked:
    if len(plain) > MAX_CHARS:
        return Asked(plain, "text", (), frozenset(content_stems(plain[:MAX_CHARS])))
    names = names_asked(plain) or _named_by_position(plain)
    stems = frozenset(content_stems(plain)) - frozenset(content_stems(" ".join(names))) - _sorts(plain, names)
    if _DATE.search(plain):
        return Asked(plain, "date", names, stems - _DATE_STEMS, year_only=bool(re.search(r"\byear\b", plain)))
    if counted := _counted(plain):
        return Asked(plain, "count", names, stems - {counted} - _MODIFIERS, units=("",), counted=counted)
    (unit, unit_word), attribute = _wanted_unit(plain), of_question(plain)
    if unit in _LENGTHS and attribute is None and _APART.search(plain):
        attribute = of_question("distance")
    if attribute is None and ((unit and _HOW_MANY.match(plain)) or _HOW_MUCH.match(plain)):
        attribute = amount_of("amount")
    if attribute:
        words = stems - asking_stems(attribute, plain) - _MODIFIERS - frozenset(content_stems(unit_word))
        return Asked(plain, "quantity", names, words, attribute, (unit,) if unit else attribute.units)
    return Asked(plain, "text", names, stems)
