"""Plans written from a question's parts, whatever its wording; the rules over whole questions come first.

One table says what each operation computes from the items' values, by their place in the question.
"""

import re
from collections.abc import Callable, Sequence

from nodes.language import Reference
from nodes.symbolic.attributes import of_adjective
from nodes.symbolic.drafting import Drafting
from nodes.symbolic.frame_questions import (
    Ask,
    asks_time,
    date_of,
    day_of,
    in_place_of,
    label_of,
    operand,
    unnamed_operand,
    value_of,
    year_of,
)
from nodes.symbolic.frames import SURE, SURE_OF_ROLES, Frame, Part, alternatives, owning
from nodes.symbolic.phrases import without_article
from nodes.symbolic.row_counting import NAME
from nodes.symbolic.words import NUMBER_WORDS, singular

MAX_ITEMS = 8
_FORMULAS: dict[str, tuple[str | int, ...]] = {
    **dict.fromkeys(("diff", "diff_rev", "diff_abs"), ("abs(", 0, " - ", 1, ")")),
    "ratio": (0, " / ", 1),
    "ratio_rev": (1, " / ", 0),
    "percent": (0, " / ", 1, " in %"),
    "percent_rev": (1, " / ", 0, " in %"),
    "change_pct": ("(", 1, " - ", 0, ") / ", 0, " in %"),
    "change_pct_rev": ("(", 0, " - ", 1, ") / ", 1, " in %"),
    "times": (0, " * ", 1),
    "less_pct": (0, " - ", 1),
    "plus_pct": (0, " + ", 1),
}
"""What is computed from the values of the first item (0) and the second (1).

Whoever asks by how much one is more takes for granted which it is, so a difference is shown without its sign.
"""
_UNIT = re.compile(r"\b(day|week|month|year)s?\b", re.IGNORECASE)
_SHORTER_UNIT = re.compile(r"\b(?:hour|minute|second)s?\b", re.IGNORECASE)
_APART = re.compile(r"\bhow far\b(?! apart)|\bdistance (?:from|between)\b", re.IGNORECASE)
"""Asks one value that two things have between them, not a difference of two."""
_LEFT = re.compile(r"\b(?:left|remain\w{0,5}|spare)\b", re.IGNORECASE)
"""Asks what is over, which is no product."""
_INFLECTED = re.compile(r"(?:er|est)$|^(?:more|most|less|least)\s", re.IGNORECASE)
_LIVED = re.compile(r"\b(?:lived? (?:the )?long|(?:great|high)\w+ age|grew old)", re.IGNORECASE)
_LIFE = re.compile(r"\b(?:old|age|live|lived|alive|life)\b", re.IGNORECASE)
_DEATH = re.compile(
    r"^(?:'s)?\s*(?:when|as|at)?\s*(?:(?:he|she|they)\s)?(?:die[ds]?|live[ds]?|death)\b|^'s (?:age|life)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,4})?")
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_DOZEN = {"dozen": 12, "couple": 2, "pair": 2, "double": 2, "twice": 2, "triple": 3, "thrice": 3}


def write(frame: Frame, draft: Drafting) -> bool:
    """Write the plan for a question's parts; False where they do not go together or the tagger is not sure."""
    writer = _WRITERS.get(frame.operation)
    if writer in (_computed, _added, _compared) and len(frame.items) > 2:
        frame = alternatives(owning(frame))
    return frame.probability >= SURE and writer is not None and writer(frame, draft)


def _computed(frame: Frame, draft: Drafting) -> bool:
    """Compute from two items' values, or from two that the question does not name one by one."""
    if _APART.search(frame.question) or not _names_two(frame):
        return False
    if not frame.attributes and _UNIT.search(frame.question) and frame.operation.startswith("diff"):
        return _elapsed(frame, draft)
    values = _two(frame, draft, value_of)
    draft.calculate(*(values[part] if isinstance(part, int) else part for part in _FORMULAS[frame.operation]))
    return True


def _names_two(frame: Frame) -> bool:
    """Say whether two items are named, or surely two values asked for by what they are in the operation."""
    return len(frame.items) > 1 or (frame.said != "" and frame.probability >= SURE_OF_ROLES)


def _two(frame: Frame, draft: Drafting, ask: Ask) -> list[Reference]:
    if len(frame.items) < 2:
        return [unnamed_operand(frame, nth, draft) for nth in range(2)]
    return [operand(frame, nth, draft, ask) for nth in range(2)]


def _added(frame: Frame, draft: Drafting) -> bool:
    """Add or average what is told of every item."""
    if not 2 <= len(frame.items) <= MAX_ITEMS:
        return False
    values = [operand(frame, nth, draft, value_of) for nth in range(len(frame.items))]
    joined = _joined([(value,) for value in values])
    draft.calculate(*(("(", *joined, f") / {len(values)}") if frame.operation == "mean" else joined))
    return True


def _multiplied(frame: Frame, draft: Drafting) -> bool:
    """Multiply a value by a number, or each of several by its own."""
    numbers = [_number(part.text) for part in frame.numbers]
    if not frame.items or not numbers or None in numbers or _LEFT.search(frame.question):
        return False
    if len(numbers) == 1:
        items = [_nearest(frame.items, frame.numbers[0])]
    elif len(numbers) <= len(frame.items) <= MAX_ITEMS:
        items = [_nearest(frame.items, number) for number in frame.numbers]
    else:
        return False
    if len(set(items)) < len(items):
        return False
    terms = [
        (f"{number:g} * ", operand(frame, frame.items.index(item), draft, value_of))
        for number, item in zip(numbers, items, strict=True)
    ]
    draft.calculate(*_joined(terms))
    return True


def _share(frame: Frame, draft: Drafting) -> bool:
    """Take a percentage or a fraction of a value."""
    if len(frame.items) != 1 or len(frame.numbers) != 1:
        return False
    text = frame.numbers[0].text.lower()
    percent = _NUMBER.search(text)
    part = next((value for word, value in _PARTS.items() if word in text), None)
    factor = f"{percent[0]} / 100 * " if percent else f"1 / {part} * " if part else ""
    if not factor:
        return False
    draft.calculate(factor, operand(frame, 0, draft, value_of))
    return True


def _elapsed(frame: Frame, draft: Drafting) -> bool:
    """Reckon the time between two events."""
    if _SHORTER_UNIT.search(frame.question) or not _names_two(frame):
        return False
    unit = _UNIT.search(frame.question)
    years = unit is None or unit[1].lower() == "year"
    first, second = _two(frame, draft, year_of if years else day_of)
    if years:
        draft.calculate("abs(", second, " - ", first, ")")
    elif unit:
        draft.elapsed(first, second, f"{unit[1].lower()}s")
    return True


def _duration(frame: Frame, draft: Drafting) -> bool:
    """Reckon somebody's age, at an event or at the end, or how long something went on."""
    if not frame.items:
        return False
    if not _LIFE.search(frame.question):
        return _lasted(frame, draft)
    name = label_of(frame.items[0])
    event = _DEATH.sub("", frame.question[frame.items[0].end :]).strip(" ,?")
    ends = f"date when {name} {event}" if event else f"When did {name} die"
    draft.elapsed(draft.read(f"When was {name} born"), draft.read(ends), "years")
    return True


def _lasted(frame: Frame, draft: Drafting) -> bool:
    unit = _UNIT.search(frame.question)
    if _SHORTER_UNIT.search(frame.question) or frame.probability < SURE_OF_ROLES:
        return False
    start, end = (unnamed_operand(frame, nth, draft) for nth in range(2))
    draft.elapsed(start, end, f"{unit[1].lower()}s" if unit else "years")
    return True


def _compared(frame: Frame, draft: Drafting) -> bool:
    """Compare the named items: which wins, whether the first does, or whether they are equal."""
    if not 2 <= len(frame.items) <= MAX_ITEMS:
        return False
    labels = list(dict.fromkeys(map(label_of, frame.items)))
    if len(labels) < len(frame.items):
        return False
    if _LIVED.search(frame.question):
        values = {name: _age_of(name, draft) for name in labels}
    else:
        ask = date_of if asks_time(frame) else value_of
        values = {name: operand(frame, nth, draft, ask) for nth, name in enumerate(labels)}
    draft.compare_values(values, "equal" if frame.operation == "same" else _end(frame))
    return True


def _age_of(name: str, draft: Drafting) -> Reference:
    return draft.elapsed(draft.read(f"When was {name} born"), draft.read(f"When did {name} die"), "years")


def _end(frame: Frame) -> str:
    """Return which end is asked for: the adjective knows best, unless it compares points in time."""
    adjective = of_adjective(frame.attribute)
    if adjective and _INFLECTED.search(frame.attribute) and not asks_time(frame):
        return adjective[1]
    return "largest" if frame.operation.endswith("_max") else "smallest"


def _extreme(frame: Frame, draft: Drafting) -> bool:
    """Name the largest or smallest of all things of a kind."""
    if not frame.sets or not frame.attribute:
        return False
    adjective = of_adjective(frame.attribute)
    attribute = adjective[0].noun if adjective else frame.attribute
    draft.compare_values(draft.tabulate(singular(attribute), _kind(frame)), _end(frame))
    return True


def _aggregated(frame: Frame, draft: Drafting) -> bool:
    """Add up, average or count over all things of a kind."""
    if not frame.sets or not frame.attribute:
        return False
    if frame.operation == "count":
        draft.aggregate(draft.tabulate(NAME, f"{_kind(frame)} {frame.attribute}"), "count")
    else:
        how = "mean" if frame.operation == "average" else "sum"
        draft.aggregate(draft.tabulate(frame.attribute, _kind(frame)), how)
    return True


def _each(frame: Frame, draft: Drafting) -> bool:
    if not 2 <= len(frame.items) <= MAX_ITEMS or not frame.attribute:
        return False
    for nth in range(len(frame.items)):
        operand(frame, nth, draft, value_of)
    return True


def _looked_up(frame: Frame, draft: Drafting) -> bool:
    """Find first what a description stands for, then ask the question of that."""
    if not frame.hops:
        return False
    hop = max(frame.hops, key=lambda part: part.end - part.start)
    if not frame.attribute or hop.end - hop.start > len(frame.question) * 0.9:
        return False
    draft.search_twice(draft.question)
    draft.read(in_place_of(frame.question, hop, draft.name(hop.text)))
    return True


def _kind(frame: Frame) -> str:
    first, *rest = (without_article(part.text) for part in frame.sets)
    words = first.split(" ")
    head = [*words[:-1], singular(words[-1])] if len(words) <= 2 else [singular(words[0]), *words[1:]]
    return " ".join([*head, *rest]) + frame.context


def _nearest(items: Sequence[Part], number: Part) -> Part:
    """Return the item that a number counts: the first one behind it, else the last before it."""
    return next((item for item in items if item.start >= number.end), items[-1])


def _number(text: str) -> float | None:
    plain = text.lower().replace(",", "")
    if found := _NUMBER.search(plain):
        return float(found[0])
    words = plain.split()
    named = [_DOZEN[word] for word in words if word in _DOZEN]
    named += [NUMBER_WORDS.index(word) + 1 for word in words if word in NUMBER_WORDS]
    return float(named[0]) if len(named) == 1 else None


def _joined(terms: Sequence[tuple[str | Reference, ...]]) -> list[str | Reference]:
    return [part for term in terms for part in (*term, " + ")][:-1]


_WRITERS: dict[str, Callable[[Frame, Drafting], bool]] = {
    **dict.fromkeys(_FORMULAS, _computed),
    **dict.fromkeys(("sum", "mean"), _added),
    **dict.fromkeys(("compare_max", "compare_min", "yes_max", "yes_min", "same"), _compared),
    **dict.fromkeys(("extreme_max", "extreme_min"), _extreme),
    **dict.fromkeys(("total", "average", "count"), _aggregated),
    "product": _multiplied,
    "percent_n": _share,
    "elapsed": _elapsed,
    "duration": _duration,
    "each": _each,
    "lookup": _looked_up,
}
