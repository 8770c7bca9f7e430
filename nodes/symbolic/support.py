"""How much of a question a sentence tells: its words in any form, the things named, and a value of the right kind."""

import re
from collections.abc import Iterable

from nodes.quantities import convertible, find_quantities
from nodes.symbolic.asked import Asked
from nodes.symbolic.attributes import Attribute, telling_pattern
from nodes.symbolic.dates import find_dates
from nodes.symbolic.names import find_names
from nodes.symbolic.owners import held_by, is_owned, owner_at
from nodes.symbolic.place import Place
from nodes.symbolic.record_reading import has_column
from nodes.symbolic.records import read_record
from nodes.symbolic.telling import is_nations, told_words
from nodes.symbolic.wanted import wanted
from nodes.symbolic.words import content_stems, stem, word_set

_VAGUE = frozenset(map(stem, word_set("take get type kind sort code once exactly actually currently originally")))
VALUE = "?"
"""Stands for the kind of value that is asked for, among the words and names that a sentence has of a question."""
_DECADE = re.compile(r"\b(?:1[0-9]|20)\d0s\b|\b(?:\d{1,2}(?:st|nd|rd|th)|\w{3,12}th) century\b")
_PLACING = frozenset({"in", "at", "near", "from"})
"""Prepositions that make a name a place, which is no answer to `who`."""
_PREPOSITION = re.compile(
    r"\b(?:in|at|near|on|from|to|outside|off|between|around|along|above|below|under|inside)\s(?!\d)"
)


def told(words: Iterable[str], place: Place) -> frozenset[str]:
    """Return those of a question's stems that the sentence tells in any words."""
    return told_words(words, f"{place.heading}\n{place.sentence}", place.lead)


def words_of_meaning(asked: Asked) -> frozenset[str]:
    """Return the words that a sentence has to tell: without the kind of thing that is asked for, and vague ones."""
    words = asked.words - _VAGUE - {wanted(asked.text).noun}
    return words or asked.words


def met(asked: Asked, place: Place) -> frozenset[str]:
    """Return what a sentence has of the words and names asked for, and of the kind of value."""
    named = {name.lower() for name in asked.names if place.concerns(name, asked)}
    spoken = {VALUE} if _speaks_of_it(asked, place) else set[str]()
    return told(asked.words, place) | named | spoken


def _speaks_of_it(asked: Asked, place: Place) -> bool:
    """Say whether a sentence speaks of the kind of value that is asked for; where none is, any does."""
    record = read_record(place.sentence)
    if record and (asked.kind == "text" or has_column(asked, record)):
        return True
    if asked.attribute:
        return _measures(asked, place.sentence) or _tells(asked, place, asked.attribute)
    if asked.kind == "date":
        return bool(find_dates(place.sentence)) or _DECADE.search(place.sentence) is not None
    if asked.kind == "count":
        return asked.counted in content_stems(place.sentence)
    return _names_one(asked, place)


def _measures(asked: Asked, sentence: str) -> bool:
    """Say whether a sentence has a quantity of the dimension asked for; a bare number may be anything."""
    units = [quantity.unit for quantity in find_quantities(sentence) if quantity.unit]
    return bool(asked.words) and any(unit and convertible(found, unit) for found in units for unit in asked.units)


def _tells(asked: Asked, place: Place, attribute: Attribute) -> bool:
    """Say whether a sentence speaks of the attribute, and not surely of another thing's.

    Where the thing is described by way of another, the sentence names it and the question does not.
    """
    pattern = telling_pattern(attribute)
    if asked.indirect or (place.lead and pattern.search(place.lead)):
        return asked.indirect is False or pattern.search(place.sentence) is not None
    owners = (
        owner_at(place.sentence, found.start(), found.end(), place.title) for found in pattern.finditer(place.sentence)
    )
    return any(owner is None or owner.part or is_owned(owner, asked, place) for owner in owners)


def _names_one(asked: Asked, place: Place) -> bool:
    """Say whether a sentence has what may answer `who` or `where`: a name, or words for a place."""
    answer = wanted(asked.text).answer
    if answer == "place":
        return _PREPOSITION.search(place.sentence) is not None
    if answer not in {"agent", "role"} or not asked.text.lower().startswith("who"):
        return True
    said = asked.text.lower()
    others = [
        name
        for name in find_names(place.sentence)
        if name.name.lower() not in said
        and not is_nations(name.name, place.sentence[name.end :])
        and held_by(place.sentence, name.start) not in _PLACING
    ]
    return bool(others) or (bool(place.title) and place.title.lower() not in said)
