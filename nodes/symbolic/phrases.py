"""Phrases of a question: lists of things, measured properties, and pairs in which the second is cut short.

`Jupiter's mass`, `that of Earth`, `on Mars` and `Earth's` all become a question that can be looked up by itself, as
`mass of Jupiter`. Knows nothing of plans.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nodes.symbolic.attributes import Attribute, of_question
from nodes.symbolic.names import names_asked

MAX_THINGS = 12
VERB_NOUNS = {"weigh": "mass", "cost": "cost", "pay": "cost", "earn": "salary", "measure": "length"}
"""What verbs ask for."""
_NUMBERED = re.compile(r"\s?[-–]?\d{1,6}\w?")
"""What may follow a name and belong to it, as in `Model -10`."""
_JUDGED = re.compile(r",? (?:going|judging|measured|counting) by [\w' -]{2,40}$", re.IGNORECASE)
_PLACED = tuple(
    (
        re.compile(
            rf"\b(?:is|are|was|were|lies?|lay)(?: situated| located)? (?:the )?(?:{far}) {where}\b", re.IGNORECASE
        ),
        spoken,
    )
    for far, where, spoken in (
        ("farthest|furthest|most", "(?:to the )?north", "has the highest latitude"),
        ("farther|further|more", "(?:to the )?north", "has the higher latitude"),
        ("farthest|furthest|most", "(?:to the )?south", "has the lowest latitude"),
        ("farther|further|more", "(?:to the )?south", "has the lower latitude"),
        ("nearest|closest", "(?:to )?the equator", "has the lowest latitude"),
        ("nearer|closer", "(?:to )?the equator", "has the lower latitude"),
    )
)
"""How far north or south a place lies is told as its latitude."""
_BEST = re.compile(
    r"\b(?:the )?(?P<degree>highest|best|lowest|worst)[- ](?P<verb>paid|selling) (?P<noun>[a-z]{3,20})\b", re.IGNORECASE
)
_MOST_DONE = re.compile(r"\bthe (?P<degree>most|least) (?P<verb>[a-z]{3,15}ed) (?P<noun>[a-z]{3,20})\b")
_FRONTED = re.compile(
    r"(?P<front>(?:In|On|At|During|For) (?!what|which|how|whom)[^,?]{2,50}), (?P<question>"
    r"(?:how|what|which|who|is|are|was|were|do|does|did|has|have|can)\s.{5,300})",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"\b(?:of|in|on|at|for|from|to|with|per|by|under)\b|'s\b")
_CAPITAL = re.compile(r"\b[A-Z][\w-]{0,40}")
"""Words of names, in which a measured property is none: the `Premium` tariff."""
_IT = re.compile(r"\bit(s?)\b", re.IGNORECASE)
_HE = re.compile(r"\b(he|she|him|his|her)\b", re.IGNORECASE)
_OWNING = frozenset({"his", "her"})
_WHO = re.compile(r"^(?:who|whom|whose|which|what)\b", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:both|either|between|the|a|an)\s", re.IGNORECASE)
_SEPARATOR = re.compile(r",\s{0,2}(?:and|or)\s|,\s|\s(?:and|or|vs\.?|versus)\s", re.IGNORECASE)
_SHORT = re.compile(r"^(?:(?:that|those|the one|one)\s)?(?P<by>of|on|in|for)\s(?P<rest>.+)$", re.IGNORECASE)
_OWNED = re.compile(r"^(?:the\s)?(?P<owner>.{1,80}?)(?:'s|(?<=s)')(?:\s(?P<what>.{1,80}))?$")
_HEAD = re.compile(r"^(?P<head>.{1,100}?)\s(?P<by>of|on|in|for)\s(?P<rest>.{1,120})$")


@dataclass(frozen=True, slots=True)
class Measure:
    """One value to look up: the question to search and read with, and the name of the thing it belongs to."""

    question: str
    label: str


def without_article(text: str) -> str:
    """Drop what may stand before a name."""
    text = text.strip(" ,:;")
    while (shorter := _ARTICLE.sub("", text)) != text:
        text = shorter
    return text


def things(text: str) -> list[str]:
    """Split `A, B and C`, `A or B` or `A versus B` into its parts; one part where nothing separates."""
    parts = [without_article(part) for part in _SEPARATOR.split(text.strip(" ,:;"))]
    return [part for part in parts if part][:MAX_THINGS]


def in_full(text: str) -> str:
    """Turn `Jupiter's mass` into `mass of Jupiter`; leave anything else as it is, without its article."""
    text = re.sub(r"^the\s", "", text.strip(" ,:;"), flags=re.IGNORECASE)
    owned = _OWNED.match(text)
    return f"{owned['what']} of {owned['owner']}" if owned and owned["what"] else text


def measured(attribute: Attribute, thing: str, tail: str = "") -> Measure:
    """Return what to look up for a thing of which an adjective is said, as `larger` of `Jupiter`."""
    full = in_full(thing)
    question = full if of_question(_CAPITAL.sub("", full)) else f"{attribute.noun} of {full}"
    return Measure(f"{question}{tail}", label(full))


def label(phrase: str) -> str:
    """Return the name in a phrase, or what follows its last preposition, or the phrase."""
    names = names_asked(phrase)
    if len(names) == 1:
        rest = phrase.removeprefix(names[0])
        return phrase if _NUMBERED.fullmatch(rest) or (rest != phrase and not _PREPOSITION.search(rest)) else names[0]
    head = _HEAD.match(phrase)
    return without_article(head["rest"]) if head and not names else phrase


def completed(first: str, second: str) -> str:
    """Return the second of two phrases in full; it may lean on the first: `Earth's`, `that of Earth`, `on Earth`."""
    if year := re.fullmatch(r"(?:(?:that|those) )?(?:of|in|for) ((?:19|20)\d\d)", second.strip()):
        return re.sub(r"\b(?:19|20)\d\d\b", year[1], in_full(first))
    head = _HEAD.match(in_full(first))
    owned, short = _OWNED.match(second.strip()), _SHORT.match(second.strip())
    if owned and not owned["what"] and head:
        return f"{head['head']} of {owned['owner']}"
    if short and head:
        return f"{head['head']} {short['by']} {short['rest']}"
    full = in_full(second)
    if head and of_question(head["head"]) and not of_question(full):
        return f"{head['head']} {head['by']} {full}"
    return full


def take_up(question: str, names: Sequence[str], before: str = "who") -> str | None:
    """Put the one name of an earlier question in the place of `it`, or of `he`; None where that is not plain.

    After `who discovered Titan`, `he` is not Titan but someone whom the answer named; after `when was Kepler born` it
    is Kepler. `before` is the earlier question.
    """
    if len(names) != 1:
        return None
    if _IT.search(question):
        return _IT.sub(lambda found: names[0] + found[1].replace("s", "'s"), question, count=1)
    if _HE.search(question) and not _WHO.match(before):
        return _HE.sub(lambda found: names[0] + "'s" * (found[0].lower() in _OWNING), question, count=1)
    return None


def _with_the_most(found: re.Match[str]) -> str:
    """Return `the product with the highest sales` for `the best-selling product`."""
    degree = "highest" if found["degree"].lower() in {"highest", "best"} else "lowest"
    return f"the {found['noun']} with the {degree} {'salary' if found['verb'].lower() == 'paid' else 'sales'}"


def in_order(question: str) -> str:
    """Put what a question begins with behind it, and leave out how it should be judged.

    `In high season, does A cost more than B` is `does A cost more than B in high season`.
    """
    plain = _JUDGED.sub("", question)
    for pattern, spoken in _PLACED:
        plain = pattern.sub(spoken, plain)
    plain = _MOST_DONE.sub(r"the \g<noun> with the \g<degree> \g<verb>", _BEST.sub(_with_the_most, plain))
    fronted = _FRONTED.fullmatch(plain)
    return f"{fronted['question']} {fronted['front'][0].lower()}{fronted['front'][1:]}" if fronted else plain


def pair(first: str, second: str) -> tuple[Measure, Measure] | None:
    """Return two measures that a question sets side by side; None where what is measured is not said."""
    whole = in_full(first)
    if not of_question(whole) and of_question(in_full(second)):
        flipped = pair(second, first)
        return (flipped[1], flipped[0]) if flipped else None
    other = completed(whole, second)
    if not of_question(whole) or not of_question(other):
        return None
    return Measure(whole, label(whole)), Measure(other, label(other))
