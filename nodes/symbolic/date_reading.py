"""Reads a date from a sentence: the one that goes with the event asked for, not just any in the sentence."""

import re

from nodes.symbolic.asked import Asked
from nodes.symbolic.dates import Date, find_dates
from nodes.symbolic.names import find_names, mentions
from nodes.symbolic.owners import held_by
from nodes.symbolic.place import Place, Value
from nodes.symbolic.words import stem, tokens

_OTHER_CLAUSE = re.compile(
    r"\b(?:was|were|is|are|has|have|had)\b|\b(?:which|who|whose|when|where|while|since|after|before|until|although|because|as|now|today)\b|[;:]"
)


def read_date(asked: Asked, place: Place) -> Value | None:
    """Return the date behind the event's last word in its clause, or else the date that the sentence opens with."""
    dates = find_dates(place.sentence)
    named = [_free_mention(asked, place, name) for name in asked.names]
    at = [start for start in named if start is not None]
    if not dates or len(at) < len(named):
        return None
    anchors = [*at, *_nearest_words(asked, place, at)]
    following = next((date for date in dates if date.start >= max(anchors, default=0)), None)
    if following and _OTHER_CLAUSE.search(place.sentence[max(anchors, default=0) : following.start]):
        following = None
    date = following or (dates[0] if _opens(dates[0], anchors, place.sentence) else None)
    return _dated(date, asked) if date else None


def _opens(date: Date, anchors: list[int], sentence: str) -> bool:
    """Say whether the sentence opens with the date and goes on with the event: `In April 2017 Cassini began`."""
    if not anchors or date.end > min(anchors) or find_names(sentence[: date.start]):
        return False
    return not _OTHER_CLAUSE.search(sentence[date.end : max(anchors)])


def _free_mention(asked: Asked, place: Place, name: str) -> int | None:
    """Return where the event's sentence has the name in its own right; None where another thing's phrase holds it.

    `A moon of Uranus was discovered` and `launched by a Saturn V` tell nothing about Uranus or the Saturn V. A
    preposition other than `of` that the question itself puts there, as in `land on Titan`, is as asked.
    """
    mentioned = place.mentioned(name)
    if not mentioned and place.names_it(name):
        return 0
    asks = {held_by(asked.text, found.start) for found in mentions(name, asked.text)} - {"of", "'s"}
    passive = not re.search(r"\bdid\b", asked.text, re.IGNORECASE)
    for found in mentioned:
        holder = held_by(place.sentence, found.start)
        owns = re.match(r"[’']s?\s", place.sentence[found.end :])
        does = passive and _acts(asked, place.sentence[found.end :])
        if not owns and not does and (holder is None or holder in asks):
            return found.start
    return None


def _acts(asked: Asked, rest: str) -> bool:
    """Say whether the words behind a name make it the one who acts: `a Saturn V launched Skylab`."""
    verb = re.match(r"\s(?:ha[ds]\s|have\s)?([a-z]{3,20}ed)\s(?!on|in|by|at|from)", rest)
    return verb is not None and stem(verb[1]) in asked.words


def _nearest_words(asked: Asked, place: Place, at: list[int]) -> list[int]:
    """Return for each word of the question where the sentence has it, nearest to a name if it has it more than once."""
    found: dict[str, list[int]] = {}
    for word in tokens(place.sentence):
        if stem(word[0]) in asked.words:
            found.setdefault(stem(word[0]), []).append(word.start())
    return [
        min(starts, key=lambda start: min((abs(start - name) for name in at), default=0)) for starts in found.values()
    ]


def _dated(date: Date, asked: Asked) -> Value:
    text = str(date.year) if asked.year_only else date.text
    return Value(text, text)
