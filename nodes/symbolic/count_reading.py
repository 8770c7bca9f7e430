"""Reads a count from a sentence: `97` from `Jupiter had 97 known moons`, and nothing from `the four largest moons`."""

import re

from nodes.symbolic.asked import Asked
from nodes.symbolic.owners import is_owned, owner_at
from nodes.symbolic.place import Place, Value
from nodes.symbolic.words import stem, tokens

_IN_WORDS = "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
_NUMBER_WORDS = {word: number for number, word in enumerate(_IN_WORDS.split())}
_HAS = re.compile(r"\b(?:has|have|had|with)\s(?:about\s|only\s|some\s|a total of\s)?$", re.IGNORECASE)
_KNOWN = re.compile(r"^.{0,80}\b(?:were|are|is|was)\sknown\b")


def read_count(asked: Asked, place: Place) -> Value | None:
    """Read `has 97 known moons`, and `28 moons of Uranus were known`; not `the four largest moons`."""
    words = list(tokens(place.sentence))
    for index, word in enumerate(words):
        number = _number(word[0])
        noun = next((w for w in words[index + 1 : index + 4] if stem(w[0]) == asked.counted), None)
        if number is None or noun is None:
            continue
        between = place.sentence[word.end() : noun.start()]
        before, after = place.sentence[: word.start()], place.sentence[noun.end() :]
        if re.search(r"est\b|[,.;]|\b(?:of|other|more|unknown|named|major|large|main)\b", between) or before.endswith(
            "the "
        ):
            continue
        has = _HAS.search(before)
        if has and not is_owned(owner_at(place.sentence, has.start(), word.start(), place.title), asked, place):
            continue
        if has or asked.words or _KNOWN.match(after):
            return Value(str(number), place.sentence[word.start() : noun.end()])
    return None


def _number(word: str) -> int | None:
    if word.lower() in _NUMBER_WORDS:
        return _NUMBER_WORDS[word.lower()]
    return int(word) if word.isdecimal() and len(word) < 10 else None
