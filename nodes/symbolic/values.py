"""Reads one value from one sentence: a quantity, a count or a date, if the sentence surely tells what was asked.

Surely means: every name of the question is met as a name of its own, every word of meaning is met, the value is of the
wanted dimension, and the property's owner is the thing asked about. Anything less gives no value.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nodes.quantities import Quantity, convert, convertible, find_quantities, format_quantity, unit_of
from nodes.symbolic.asked import Asked
from nodes.symbolic.attributes import Attribute, telling_pattern
from nodes.symbolic.dates import Date, find_dates
from nodes.symbolic.names import Mention, find_names, mentions
from nodes.symbolic.owners import Owner, held_by, owner_at
from nodes.symbolic.words import THINGS, content_stems, stem, tokens

_BOUND = re.compile(r"\b(?:less than|more than|fewer than|at least|at most|up to|over|under|below|above|exceed(?:s|ing)?|within)\s(?:about\s)?$", re.I)  # fmt: skip
_RANGE_BEFORE = re.compile(r"\d[\d,.]{0,20}(?:\s[a-z]{1,12}){0,5}?\s?(?:to|and|–|-)\s(?:about\s)?$|\b(?:from|between)\s(?:about\s)?$", re.I)  # fmt: skip
_RANGE_AFTER = re.compile(r"^(?:\sto\s(?:about\s)?\d|\s?[–-]\s?\d)")
_COMPARED = re.compile(
    r"^\s(?:less|more|larger|smaller|longer|shorter|farther|further|taller|higher|heavier|lighter|closer|times|wider|nearer|"
    r"above|below|before|after|later|earlier|ago)\b"
)
_EXTREMES = re.compile(r"\b(?:maximum|minimum|lowest|highest|record|peak|daytime|night(?:time)?|coldest|hottest|perihelion|aphelion|per|every)\b", re.I)  # fmt: skip
_MANNER = r"(?:Earth|terrestrial|Julian|sidereal|solar|metric|calendar)"
NEAR = 14
"""Characters that may stand between a quantity and the word behind it that says what it is."""
_COMPOUND = re.compile(r"^(?:,\s(?:and\s)?|\sand\s)$")
_NUMBER_WORDS = {word: number for number, word in enumerate(
    "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split())}  # fmt: skip
_HAS = re.compile(r"\b(?:has|have|had|with)\s(?:about\s|only\s|some\s|a total of\s)?$", re.IGNORECASE)
_KNOWN = re.compile(r"^.{0,80}\b(?:were|are|is|was)\sknown\b")
_ANAPHOR = re.compile(r"^(?:It|Its|They|Their|He|She|His|Her)\b|\b[Tt]he (?:" + "|".join(sorted(THINGS)) + r")\b")


@dataclass(frozen=True, slots=True)
class Value:
    """A value as tools can use it (`text`), and as the sentence has it (`shown`, at `[start:end]`)."""

    text: str
    shown: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence with the title of its document, and for each asked name all names that it goes by."""

    sentence: str
    title: str
    names: Mapping[str, tuple[str, ...]]

    def mentioned(self, name: str) -> list[Mention]:
        """Return where the sentence mentions a name in any of its forms."""
        return [mention for form in self.names.get(name, (name,)) for mention in mentions(form, self.sentence)]

    def is_titled(self, name: str) -> bool:
        """Say whether the document is about the name."""
        return any(self.title.lower() == form.lower() for form in self.names.get(name, (name,)))


def find_value(asked: Asked, place: Place) -> Value | None:
    """Return the value that the sentence tells, or None where it does not surely tell it."""
    find = {"quantity": _quantity, "count": _count, "date": _date}.get(asked.kind)
    if find is None or not asked.names or not covers(asked, place):
        return None
    return find(asked, place)


def covers(asked: Asked, place: Place) -> bool:
    """Say whether the sentence has every word asked for, and names everything asked about."""
    return asked.words <= set(content_stems(place.sentence)) and all(names_it(place, name) for name in asked.names)


def names_it(place: Place, name: str) -> bool:
    """Say whether the sentence mentions a name, or takes up its document's title by a pronoun or a general word."""
    return bool(place.mentioned(name)) or (place.is_titled(name) and _takes_up(place))


def _takes_up(place: Place) -> bool:
    found = _ANAPHOR.search(place.sentence)
    names = find_names(place.sentence)
    return found is not None and (not names or found.start() < names[0].start)


# Quantities


def _quantity(asked: Asked, place: Place) -> Value | None:
    if asked.attribute is None:
        return None
    sentence = place.sentence
    told = [(found.start(), found.end()) for found in telling_pattern(asked.attribute).finditer(sentence)]
    best: tuple[int, Value] | None = None
    for quantity in _united(sentence):
        if not told or not _exact(quantity, asked, sentence) or not _measures(quantity, asked.units):
            continue
        if not _covered_outside(asked, sentence, quantity):
            continue
        start, end = min(told, key=lambda span: _distance(span, quantity))
        if not _tells((start, end), quantity, sentence):
            continue
        if _owned(owner_at(sentence, start, end, place.title), asked, place) and _names_near(asked, place, quantity):
            ranked = (_distance((start, end), quantity), _value(quantity, asked))
            best = min(best, ranked, key=lambda pair: pair[0]) if best else ranked
    return best[1] if best else None


def _covered_outside(asked: Asked, sentence: str, quantity: Quantity) -> bool:
    """Say whether the words asked for stand beside the value: a `day` of `225 Earth days` is none."""
    rest = f"{sentence[: quantity.start]} {sentence[quantity.end :]}"
    return asked.words <= set(content_stems(rest))


def _distance(span: tuple[int, int], quantity: Quantity) -> int:
    return quantity.start - span[1] if quantity.start >= span[1] else span[0] - quantity.end


def _tells(span: tuple[int, int], quantity: Quantity, sentence: str) -> bool:
    """Say whether the telling word goes with the quantity: before it in one clause, or right behind it (`110 m tall`)."""
    if span[0] >= quantity.end:
        return span[0] - quantity.end <= NEAR and "," not in sentence[quantity.end : span[0]]
    return not re.search(r"[;:]|, (?:and|but|which|while)\b", sentence[span[1] : quantity.start])


def _exact(quantity: Quantity, asked: Asked, sentence: str) -> bool:
    """Say whether the sentence gives the quantity itself: not a bound, a range, a difference or an extreme."""
    before, after = sentence[: quantity.start][-60:], sentence[quantity.end :]
    clause = before.rpartition(", ")[2] + sentence[quantity.start : quantity.end]
    if any(pattern.search(before) for pattern in (_BOUND, _RANGE_BEFORE)):
        return False
    if _RANGE_AFTER.match(after) or _COMPARED.match(after):
        return False
    extreme = _EXTREMES.search(clause)
    return extreme is None or extreme[0].lower() in asked.text.lower() or extreme[0] == "per"


def _measures(quantity: Quantity, units: Iterable[str]) -> bool:
    return any(bool(unit) == bool(quantity.unit) and convertible(quantity.unit, unit) for unit in units)


def _owned(owner: Owner | None, asked: Asked, place: Place) -> bool:
    if owner is None or not owner.part <= asked.words:
        return False
    forms = {form.lower() for name in asked.names for form in place.names.get(name, (name,))}
    return any(name.lower() in forms for name in owner.names)


def _names_near(asked: Asked, place: Place, quantity: Quantity) -> bool:
    """Say whether every name stands before the value, or directly behind it: what follows a comma is a comparison."""
    for name in asked.names:
        found = place.mentioned(name)
        ends = [mention.start for mention in found if mention.start >= quantity.end]
        if len(ends) == len(found) and any("," in place.sentence[quantity.end : end] for end in ends[:1]):
            return False
    return True


def _united(sentence: str) -> list[Quantity]:
    """Return the quantities, with `11.9 Earth years` read as years, and `2 hours and 31 minutes` as one."""
    merged: list[Quantity] = []
    for quantity in (_with_manner(found, sentence) for found in find_quantities(sentence)):
        last = merged[-1] if merged else None
        if last and _continues(last, quantity, sentence):
            total = convert(last.magnitude, last.unit, quantity.unit) + quantity.magnitude
            text = sentence[last.start : quantity.end]
            merged[-1] = Quantity(total, quantity.unit, last.start, quantity.end, text)
        else:
            merged.append(quantity)
    return merged


def _with_manner(quantity: Quantity, sentence: str) -> Quantity:
    found = None if quantity.unit else re.match(rf"\s{_MANNER}\s([a-z]{{1,12}})\b", sentence[quantity.end :])
    unit = unit_of(found[1]) if found else None
    if found is None or unit is None:
        return quantity
    end = quantity.end + found.end()
    return Quantity(quantity.magnitude, unit, quantity.start, end, sentence[quantity.start : end])


def _continues(last: Quantity, quantity: Quantity, sentence: str) -> bool:
    """Say whether a duration goes on with a smaller unit."""
    if not (_COMPOUND.match(sentence[last.end : quantity.start]) and last.unit and quantity.unit):
        return False
    if not (convertible(last.unit, "second") and convertible(quantity.unit, "second")):
        return False
    return convert(1, quantity.unit, "second") < convert(1, last.unit, "second")


def _value(quantity: Quantity, asked: Asked) -> Value:
    wanted = asked.units[0] if len(asked.units) == 1 and asked.attribute and asked.units != asked.attribute.units else ""
    unit, magnitude = quantity.unit, quantity.magnitude
    if wanted and wanted != unit:
        unit, magnitude = wanted, convert(magnitude, unit, wanted)
    return Value(format_quantity(magnitude, unit), quantity.text, quantity.start, quantity.end)


# Counts


def _count(asked: Asked, place: Place) -> Value | None:
    """Read `has 97 known moons`, and `28 moons of Uranus were known`; not `the four largest moons`."""
    words = list(tokens(place.sentence))
    for index, word in enumerate(words):
        number = _number(word[0])
        noun = next((w for w in words[index + 1 : index + 4] if stem(w[0]) == asked.counted), None)
        if number is None or noun is None:
            continue
        between = place.sentence[word.end() : noun.start()]
        before, after = place.sentence[: word.start()], place.sentence[noun.end() :]
        if re.search(r"est\b|[,.;]|\b(?:of|other|more|unknown|named|major|large|main)\b", between) or before.endswith("the "):
            continue
        has = _HAS.search(before)
        if has and not _owned(owner_at(place.sentence, has.start(), word.start(), place.title), asked, place):
            continue
        if has or asked.words or _KNOWN.match(after):
            return Value(str(number), place.sentence[word.start() : noun.end()], word.start(), noun.end())
    return None


def _number(word: str) -> int | None:
    if word.lower() in _NUMBER_WORDS:
        return _NUMBER_WORDS[word.lower()]
    return int(word) if word.isdecimal() and len(word) < 10 else None


# Dates


_OTHER_CLAUSE = re.compile(r"\b(?:which|who|whose|when|where|while|since|after|before|until|although|because|as)\b|[;:]")


def _date(asked: Asked, place: Place) -> Value | None:
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
    if not mentioned and names_it(place, name):
        return 0
    asks = {held_by(asked.text, found.start) for found in mentions(name, asked.text)} - {"of", "'s"}
    for found in mentioned:
        holder = held_by(place.sentence, found.start)
        owns = re.match(r"[’']s?\s", place.sentence[found.end :])
        if not owns and (holder is None or holder in asks):
            return found.start
    return None


def _nearest_words(asked: Asked, place: Place, at: list[int]) -> list[int]:
    """Return for each word of the question where the sentence has it, nearest to a name if it has it more than once."""
    found: dict[str, list[int]] = {}
    for word in tokens(place.sentence):
        if stem(word[0]) in asked.words:
            found.setdefault(stem(word[0]), []).append(word.start())
    return [min(starts, key=lambda start: min((abs(start - name) for name in at), default=0)) for starts in found.values()]


def _dated(date: Date, asked: Asked) -> Value:
    text = str(date.year) if asked.year_only else date.text
    return Value(text, text, date.start, date.end)
