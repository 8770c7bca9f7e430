"""Whose property a sentence tells: the `Jupiter` of `Jupiter's equatorial diameter is 142,984 km`.

A sentence may name several things, so that a name in it is not enough. The forms read here are few and plain; where
none fits there is no owner, and the caller quotes the sentence instead of taking a value from it.
"""

import re
from dataclasses import dataclass

from nodes.symbolic.asked import Asked
from nodes.symbolic.names import Mention, find_names
from nodes.symbolic.place import Place
from nodes.symbolic.words import MODIFIERS, STOP_WORDS, THINGS, content_stems

_PREPOSITION = re.compile(
    r"(?:\b((?i:of|on|in|at|to|from|by|for|with|around|near|above|below|between|including|than|like|as|aboard|into|under|"
    r"over|past))|[’']s?)\s(?:(?:the|a|an|its|each)\s)?(?:[a-z-]{1,20}\s){0,2}$"
)
_OF = re.compile(r"\s(?:of|on|at|for)\s((?:(?:the|a|an)\s)?(?:[a-z-]{1,20}\s(?:of\s)?(?:the\s)?){0,2})$")
_FROM_TO = re.compile(r"\sfrom\s(?:the\s)?$")
_BETWEEN = re.compile(r"\sbetween\s(?:the\s)?$")
_RELATIVE = re.compile(r"^(?:,\s|\s\()?(?:which|whose|who|that)\b")
_APPOSED = re.compile(r"^,?\s(?:with|at)\s|^,\s(?:about\s|some\s|nearly\s)?\d")
_FRONTED = re.compile(
    r"^(?:At|In|On|By|After|Before|During|From|With|Including|Because|Although|Despite|According|For|As|Among|Then|Since)\b"
    r"[^,]{1,100},\s"
)
_PRONOUN = re.compile(r"^(?:It|Its|They|Their|He|His|She|Her)\b")
_KIN = re.compile(r"(?:His|Her|Its|Their)\s(?:[a-z-]{2,20}\s){1,3}(?=[A-Z])")
"""A name that the sentence introduces by way of another: `His daughter Amari`."""
_THE = re.compile(r"^(?:The|This|Each|Both)\s([a-z-]{2,30})\b")


@dataclass(frozen=True, slots=True)
class Owner:
    """Names of equal standing that own a property, and the stems of the part of them that is meant, as `mirror`."""

    names: tuple[str, ...]
    part: frozenset[str] = frozenset()


_IGNORED = STOP_WORDS | MODIFIERS | THINGS | {"surface", "air", "diameter", "distance"}
"""A part named by one of these is the thing itself; a question that says `surface` still wants that word met."""


def _part(text: str) -> frozenset[str]:
    return frozenset(content_stems(" ".join(word for word in text.lower().split() if word not in _IGNORED)))


def _whole_part(text: str) -> frozenset[str]:
    """Return the stems of what stands on, over or at a name: `the bridge over the Aare` is not the Aare."""
    return frozenset(content_stems(" ".join(word for word in text.split() if word.lower() not in MODIFIERS)))


def owner_at(sentence: str, start: int, end: int, title: str) -> Owner | None:
    """Return who owns the property told by the words `[start:end]`; the title stands for a pronoun at the beginning."""
    if cut := sentence.rfind("; ", 0, start) + 1:
        return owner_at(sentence[cut + 1 :], start - cut - 1, end - cut - 1, title)
    names = find_names(sentence)
    before = [name for name in names if name.end <= start]
    after = [name for name in names if name.start >= end]
    return (
        _behind(sentence, end, after)
        or _possessor(sentence, start, before)
        or _nearest_apposed(sentence, start, before)
        or _subject(sentence, start, before, title)
    )


def _behind(sentence: str, end: int, after: list[Mention]) -> Owner | None:
    """`diameter of Mars`, `temperature on Venus`, `distance between Earth and the Moon`."""
    if not after:
        return None
    gap = sentence[end : after[0].start]
    if _BETWEEN.match(gap):
        return Owner(tuple(name.name for name in after[:2]))
    if _FROM_TO.match(gap) and len(after) > 1 and re.match(r"\sto\s", sentence[after[0].end :]):
        return Owner(tuple(name.name for name in after[:2]))
    found = _OF.match(gap)
    return Owner(_coordinated(sentence, after), _part(found[1])) if found else None


def _possessor(sentence: str, start: int, before: list[Mention]) -> Owner | None:
    """`Titan's mean diameter`."""
    if not before:
        return None
    gap = re.match(r"[’']s?\s((?:[a-z-]{1,20}\s){0,3})$", sentence[before[-1].end : start])
    return Owner((before[-1].name,), _part(gap[1])) if gap else None


def _nearest_apposed(sentence: str, start: int, before: list[Mention]) -> Owner | None:
    """`Ingenuity, which had a mass of`, and `is Perseverance, with a mass of`, but not `in the Solar System, with`."""
    if not before:
        return None
    last, gap = before[-1], sentence[before[-1].end : start]
    if _RELATIVE.match(gap):
        return Owner((last.name,))
    loose = _PREPOSITION.search(sentence[: last.start])
    return Owner((last.name,)) if not loose and _APPOSED.match(f"{gap}{sentence[start : start + 8]}") else None


def _subject(sentence: str, start: int, before: list[Mention], title: str) -> Owner | None:
    """Return the first name that no preposition holds; else the part that the sentence begins with, of that name."""
    fronted = _FRONTED.match(sentence)
    if fronted and fronted.end() > start:
        return _fronted(sentence, fronted.end(), before)
    begin = fronted.end() if fronted else 0
    opening = sentence[begin:start]
    kin = _KIN.match(sentence[begin:])
    if kin is None and _PRONOUN.match(_capital(opening)):
        own = re.match(
            r"(?:its|their|his|her)\s((?:[a-z-]{1,20}\s){1,3}?)(?:is|was|has|had|are|were)\b", opening, re.IGNORECASE
        )
        return Owner((title,), _part(own[1]) if own else frozenset())
    candidates = [name for name in before if name.start >= begin + (kin.end() if kin else 0)]
    if not candidates:
        thing = _THE.match(_capital(opening))
        return Owner((title,), _part(thing[1])) if thing else None
    first = candidates[0]
    held = _PREPOSITION.search(sentence[begin : first.start])
    if not held:
        return Owner(_coordinated(sentence, candidates))
    head = sentence[begin : begin + held.start()]
    return Owner((first.name,), _part(head) if (held[1] or "of").lower() == "of" else _whole_part(head))


def _fronted(sentence: str, begin: int, before: list[Mention]) -> Owner | None:
    """`With a mass of 1.345 × 10^23 kg, Titan is`: the subject comes behind the property."""
    names = [name for name in find_names(sentence) if name.start >= begin]
    direct = names and not before and re.fullmatch(r"(?:the )?", sentence[begin : names[0].start])
    return Owner((names[0].name,)) if direct else None


def held_by(sentence: str, start: int) -> str | None:
    """Return the preposition (or the possessive `'s`) that holds the name at `start`, as `of` in `a moon of Saturn`."""
    whole = next((name.start for name in find_names(sentence) if name.start <= start < name.end), start)
    found = _PREPOSITION.search(sentence[:whole])
    return (found[1] or "'s").lower() if found else None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _coordinated(sentence: str, names: list[Mention]) -> tuple[str, ...]:
    """Return the first name and those joined to it, as in `Spirit and Opportunity`."""
    joined = [names[0]]
    for name in names[1:]:
        if not re.fullmatch(r",? and (?:the )?|, ", sentence[joined[-1].end : name.start]):
            break
        joined.append(name)
    return tuple(name.name for name in joined)


def is_owned(owner: Owner | None, asked: Asked, place: Place) -> bool:
    """Say whether the owner is one of the things asked about, and the part of it one that was asked for."""
    if owner is None or not owner.part <= asked.words:
        return False
    forms = {form.lower() for name in asked.names for form in place.forms(name)}
    return any(name.lower() in forms for name in owner.names)
