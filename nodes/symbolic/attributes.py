"""What can be measured, and the words for it: how a question asks, how a sentence tells, in which units.

One row an attribute, so that a new one is a line. Asking and telling differ: `how big` is told as a diameter.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from nodes.quantities import CURRENCIES
from nodes.symbolic.words import content_stems, singular

LENGTH, MASS, TIME, TEMPERATURE = "meter", "kilogram", "second", "kelvin"


@dataclass(frozen=True, slots=True)
class Attribute:
    """A measurable property. `units` are canonical, one for each dimension a value may have; empty is a bare number."""

    noun: str
    """How a plan's steps name it, as `diameter` in `diameter of Mars`."""
    more: tuple[str, ...]
    """Adjectives for much of it: base, comparative, superlative, for each."""
    less: tuple[str, ...]
    """Adjectives for little of it, the same way."""
    nouns: tuple[str, ...]
    told: tuple[str, ...]
    """Words, besides the nouns, that a sentence with the value may use."""
    units: tuple[str, ...]
    """Empty where any unit will do, and none."""


def _degrees(*words: str) -> tuple[str, ...]:
    """Inflect regular adjectives; others are given as `base/comparative/superlative`."""
    forms: list[str] = []
    for word in words:
        if "/" in word:
            forms += word.split("/")
        else:
            forms += [word, word.removesuffix("e") + "er", word.removesuffix("e") + "est"]
    return tuple(forms)


def _much(word: str) -> str:
    return f"{word}/more {word}/most {word}"


def _little(word: str) -> str:
    return f"less {word}/least {word}"


ATTRIBUTES = (
    Attribute("diameter", _degrees("wide", "large", "big/bigger/biggest"), _degrees("small", "narrow"),
              ("diameter", "width", "size"), ("across", "wide"), (LENGTH,)),
    Attribute("radius", (), (), ("radius", "radii"), (), (LENGTH,)),
    Attribute("mass", _degrees("heavy/heavier/heaviest", _much("massive")),
              _degrees("light/lighter/lightest", _little("massive")),
              ("mass", "weight", "weigh"), ("weighs", "weighed"), (MASS,)),
    Attribute("height", _degrees("tall", "high"), (), ("height", "elevation", "altitude"),
              ("tall", "high", "rises", "rising", "stands", "stood", "reaches"), (LENGTH,)),
    Attribute("depth", _degrees("deep"), _degrees("shallow"), ("depth",), ("deep",), (LENGTH,)),
    Attribute("thickness", _degrees("thick"), _degrees("thin/thinner/thinnest"), ("thickness",), ("thick",), (LENGTH,)),
    Attribute("distance", _degrees("far/farther/farthest", "far/further/furthest", _much("distant")),
              _degrees("close", "near"), ("distance",), ("away", "far", "lies"), (LENGTH,)),
    Attribute("length", _degrees("long"), _degrees("short"), ("length", "duration"),
              ("long", "last", "lasts", "lasted", "takes", "took", "equals", "spent",
               "runs for", "flows for", "extends for",
               "stretches for", "stretches", "measures", "span", "spans"), (LENGTH, TIME)),
    Attribute("temperature", _degrees("hot/hotter/hottest", "warm"), _degrees("cold", "cool"),
              ("temperature",), (), (TEMPERATURE,)),
    Attribute("speed", _degrees("fast", "quick"), _degrees("slow"), ("speed", "velocity"), ("fast", "at"),
              ("meter / second",)),
    Attribute("density", _degrees("dense"), (), ("density",), (), ("kilogram / meter ** 3",)),
    Attribute("area", (), (), ("area",), ("covers", "cover"), ("meter ** 2",)),
    Attribute("volume", (), (), ("volume",), (), ("meter ** 3",)),
    Attribute("pressure", (), (), ("pressure",), (), ("pascal",)),
    Attribute("thrust", _degrees(_much("powerful")), _degrees(_little("powerful")), ("thrust",), (), ("newton",)),
    Attribute("power", (), (), ("power",), ("produces", "generates", "delivers", "output"), ("watt",)),
    Attribute("cost", _degrees("dear", "pricey/pricier/priciest", _much("expensive"), _much("costly")),
              _degrees("cheap", _little("expensive")),
              ("cost", "price", "fee", "fare", "charge", "tariff", "premium"), ("costs", "priced", "pay", "pays"),
              CURRENCIES),
    Attribute("population", _degrees(_much("populous")), _degrees(_little("populous")),
              ("population",), ("inhabitants", "people"), ("",)),
    Attribute("orbital period", (), (), ("orbital period", "period of revolution"),
              ("orbit", "orbits", "revolution", "around"), (TIME,)),
    Attribute("rotation period", (), (), ("rotation period", "rotational period"),
              ("rotates", "rotation", "spins"), (TIME,)),
)  # fmt: skip
AREA = next(row for row in ATTRIBUTES if row.noun == "area")

AMOUNTS = (
    "salary", "wage", "income", "revenue", "turnover", "profit", "loss", "budget", "expense", "expenditure", "spending",
    "rent", "toll", "tax", "fine", "deposit", "discount", "surcharge", "bonus", "payment",
    "value", "amount", "balance", "debt", "loan", "investment", "donation", "score", "rating", "rate", "share",
    "percentage", "proportion", "age", "capacity", "displacement", "tonnage", "draught", "draft", "beam", "range",
    "endurance", "mark", "grade", "consumption", "emission", "output", "production", "yield", "frequency", "humidity",
    "luminosity",
    "magnitude", "gravity", "limit", "allowance", "quota", "margin", "interest", "workforce", "attendance", "headcount",
    "latitude", "longitude",
    "notice period", "payload", "warranty", "aperture", "resolution", "eccentricity", "inclination", "tilt",
)  # fmt: skip
"""Nouns for what is a number with whatever unit goes with it; the table above is for what has adjectives or units."""

_DEGREE = {form: (attribute, "largest" if form in attribute.more else "smallest")
           for attribute in ATTRIBUTES for form in (*attribute.more, *attribute.less)}  # fmt: skip
DEGREES = "|".join(sorted(map(re.escape, _DEGREE), key=len, reverse=True))
"""Alternatives of a pattern that match any adjective of the table, in any degree."""
_NOUN = re.compile(
    r"\b("
    + "|".join(sorted((noun for row in ATTRIBUTES for noun in row.nouns), key=len, reverse=True))
    + r")(?:s|es)?\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    rf"\b({'|'.join(sorted(AMOUNTS, key=len, reverse=True)).replace('y|', '(?:y|ies)|')})(?:s|es)?\b"
    r"|^how much (?:is|are|was|were) (?:the|an?) ((?:[\w-]{1,30} ){0,2}?[\w-]{1,30}) (?:of|for|on|in)\b",
    re.IGNORECASE,
)
_PAID = re.compile(
    r"^(?:how much|what) (?:do|does|did|will|would|must|should)\b.{1,200}\b(?:pay|charge)\b"
    r"|^how much (?:is|are) (?:(?:the|an?) )?[\w' -]{2,160}$",
    re.IGNORECASE,
)
"""How a question asks for a price without the word."""
_ADJECTIVE = re.compile(rf"\bhow (?:much )?(?:{DEGREES})\b", re.IGNORECASE)


def of_adjective(adjective: str) -> tuple[Attribute, str] | None:
    """Return the attribute that an adjective is about, and which end of it: `largest` or `smallest`."""
    return _DEGREE.get(" ".join(adjective.lower().split()))


def of_question(question: str) -> Attribute | None:
    """Return the attribute that a question asks for, by its noun or by `how <adjective>`."""
    if noun := _NOUN.search(question):
        return next(row for row in ATTRIBUTES if noun[1].lower() in row.nouns)
    if adjective := _ADJECTIVE.search(question):
        found = of_adjective(re.sub(r"^how (?:much )?", "", adjective[0].lower()))
        return found[0] if found else None
    if amount := _AMOUNT.search(question):
        return amount_of(amount[1] or amount[2])
    return next(row for row in ATTRIBUTES if row.noun == "cost") if _PAID.search(question) else None


def is_measured(name: str) -> bool:
    """Say whether a name is only a word for what is measured, as the head of a column: `Height`."""
    return bool(_NOUN.fullmatch(name) or _AMOUNT.fullmatch(name))


def amount_of(noun: str) -> Attribute:
    """Return the attribute of a noun that is not in the table: a number with any unit."""
    noun = singular(noun.lower())
    return Attribute(noun, (), (), (noun,), (), ())


def asking_stems(attribute: Attribute, question: str) -> frozenset[str]:
    """Return the stems of the words by which a question asks for the attribute: a sentence may tell it by others."""
    adjectives = " ".join(_ADJECTIVE.findall(question))
    return frozenset(content_stems(" ".join((*attribute.nouns, adjectives))))


@lru_cache(maxsize=64)
def telling_pattern(attribute: Attribute) -> re.Pattern[str]:
    """Return a pattern for the words by which a sentence tells the attribute."""
    words = sorted({*attribute.nouns, *attribute.told, attribute.noun}, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + r")(?:s|es)?\b", re.IGNORECASE)
