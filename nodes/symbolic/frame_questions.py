"""What to look up for each item of a frame: small questions that can be searched for and read by themselves."""

import re
from collections.abc import Callable

from nodes.language import Reference, Template
from nodes.quantities import unit_of
from nodes.symbolic.attributes import DEGREES, of_adjective, of_question
from nodes.symbolic.contrast import quantity_of
from nodes.symbolic.drafting import Drafting
from nodes.symbolic.frames import Frame, Part
from nodes.symbolic.marking import marked, role_of
from nodes.symbolic.phrases import completed, in_full, without_article
from nodes.symbolic.words import singular

Question = str | Template
Ask = Callable[[Frame, Part, Drafting], Question]
"""Makes the question for an item."""
AMOUNT = "amount"
"""What is asked for where no word says what is measured."""

_TIME = re.compile(
    r"\b(?:first|earlier|earliest|sooner|soonest|later|latest|before|after|already|recently|older|oldest|younger|"
    r"youngest|newer|newest|last(?! (?:year|month|week|season|night|time))|when|which year)\b",
    re.IGNORECASE,
)
"""Words that compare points in time."""
_MUCH = re.compile(r"\b(?:more|less|fewer|longer|shorter|higher|lower|most|least|farther|further)\b", re.IGNORECASE)
_AGES = re.compile(r"^(?:older|oldest|younger|youngest|newer|newest|old|age)$", re.IGNORECASE)
_DATED = re.compile(r"\b(?:date|day|year|month|deadline|birthday)$", re.IGNORECASE)
_CLAUSE = re.compile(
    r"\b(?:is|are|was|were|had|has|did|came|went|began|started|opened|died|became|being|getting)\b|\b[a-z]{3,15}ed\b",
    re.IGNORECASE,
)
_VERB = re.compile(r"[a-z]{2,12}(?:s|ed|t)(?: (?:on|out|up))?", re.IGNORECASE)
"""A verb that says no more than the adjective beside it: `which grows longest`."""
_QUANTITY = re.compile(r"\b(?:many|much|more|less|fewer|most|least|fewest|of)\s+(?:the\s+)?$", re.IGNORECASE)
_ADJECTIVE = re.compile(rf"\b({DEGREES})\b", re.IGNORECASE)
_AS = re.compile(r"\bas ([a-z]{3,12}) as\b", re.IGNORECASE)
_HEAD = re.compile(r"^(?:number|amount|count|quantity) of\s", re.IGNORECASE)
ARTICLE_BEHIND = re.compile(r"\b(?:the|an?|our|my|your|their)\s*$", re.IGNORECASE)


def operand(frame: Frame, nth: int, draft: Drafting, ask: Ask) -> Reference:
    """Look up the value of item `nth`."""
    item = frame.items[nth]
    within = marked(frame.question, role_of(frame.operation, nth), item.start, item.end)
    return draft.read(ask(frame, item, draft), _inserted(within, item, draft))


def unnamed_operand(frame: Frame, nth: int, draft: Drafting) -> Reference:
    """Look up the value that only its role in the operation tells, as what was `before` a change."""
    role = role_of(frame.operation, nth)
    return draft.read(f"{frame.said} ({role})", marked(frame.question, role))


def asks_time(frame: Frame) -> bool:
    """Say whether points in time are compared, not quantities."""
    return bool(_TIME.search(frame.question)) and not _MUCH.search(frame.question)


def value_of(frame: Frame, item: Part, draft: Drafting) -> Question:
    """Return the question for one item's quantity: `height of Big Ben in 1990`, `number of beds of the Kettle Hut`."""
    thing = item.text if frame.attribute or item == frame.items[0] else _completed(frame, item)
    return _inserted(_quantity(frame, thing), item, draft)


def date_of(frame: Frame, item: Part, draft: Drafting) -> Question:
    """Return the question for the date of what is said of an item, or of the event that the item is."""
    attribute = frame.attribute
    if attribute and _DATED.search(attribute):
        question = f"{attribute} of {item.text}{frame.context}"
    elif _AGES.match(attribute) or not attribute:
        question = f"date when {_event(item.text, frame.question)}{frame.context}"
    else:
        question = f"date when {item.text} {attribute}{frame.context}"
    return _inserted(question, item, draft)


def year_of(frame: Frame, item: Part, draft: Drafting) -> Question:
    """Return the question for the year of an event."""
    return _event_of(frame, item, draft, "year")


def day_of(frame: Frame, item: Part, draft: Drafting) -> Question:
    """Return the question for the date of an event."""
    return _event_of(frame, item, draft, "date")


def _event_of(frame: Frame, item: Part, draft: Drafting, unit: str) -> Question:
    said = frame.attribute if _CLAUSE.search(frame.attribute) else ""
    text = item.text if _CLAUSE.search(item.text) else f"{item.text} {said}".strip()
    joined = "when" if _CLAUSE.search(text) else "of"
    return _inserted(f"{unit} {joined} {without_article(text)}", item, draft)


def label_of(item: Part) -> str:
    """Return what to call an item in an answer."""
    return without_article(item.text)


def _completed(frame: Frame, item: Part) -> str:
    """Return an item with what the first one says of its own: `Golden Gate's` behind `the Humber's span`."""
    owns = "'s" if re.match("['’]s", frame.question[item.end :]) else ""
    return completed(in_full(frame.items[0].text), f"{item.text}{owns}")


def _quantity(frame: Frame, thing: str) -> str:
    named = [part for part in frame.attributes if not unit_of(part.text)] or list(frame.attributes)
    measured = [part.text for part in named if of_question(part.text)]
    attribute = _HEAD.sub("", measured[0] if measured else " ".join(part.text for part in named))
    thing = in_full(thing)
    found = of_adjective(attribute) or of_adjective(attribute.split(" ")[-1])
    if not attribute:
        return f"{thing if of_question(thing) else f'{_implied(frame.question)} of {thing}'}{frame.context}"
    if found:
        return f"{found[0].noun} of {thing}{frame.context}"
    if how := of_question(f"how {attribute}"):
        noun = singular(attribute) if of_question(attribute) else how.noun
        return f"{noun} of {thing}{frame.context}"
    implied = _implied(frame.question)
    if implied != AMOUNT:
        told = "" if _VERB.fullmatch(attribute) else f" {attribute}"
        return f"{implied} of {thing}{told}{frame.context}"
    counted = next((part for part in named if _is_counted(frame.question, part)), named[0])
    rest = "".join(f" {part.text}" for part in named if part is not counted)
    return f"{quantity_of(_HEAD.sub('', counted.text), thing)}{rest}{frame.context}"


def _is_counted(question: str, part: Part) -> bool:
    """Say whether a word of quantity stands before a part: `electricity` in `use more electricity`."""
    return _QUANTITY.search(question[: part.start]) is not None


def _implied(question: str) -> str:
    """Return what an adjective in the question measures, as in `Prut or Tisza, the longer one`."""
    if adjective := _ADJECTIVE.search(question):
        found = of_adjective(adjective[1])
        return found[0].noun if found else AMOUNT
    as_it_is = _AS.search(question)
    found_how = of_question(f"how {as_it_is[1]}") if as_it_is else None
    return found_how.noun if found_how else AMOUNT


def _event(thing: str, question: str) -> str:
    """Return the beginning of a thing of which the age is asked: `Kepler was born`, `the bridge was built`."""
    return f"{thing} was {'born' if re.match(r'who|is s?he', question, re.IGNORECASE) else 'built or founded or born'}"


def _inserted(question: str, item: Part, draft: Drafting) -> Question:
    """Put what a step finds in the place of an item's description of something unnamed."""
    if not item.hop or item.hop not in question:
        return question
    before, _, behind = question.partition(item.hop)
    return Template((ARTICLE_BEHIND.sub("", before), draft.name(item.hop), behind))


def in_place_of(question: str, hop: Part, found: Reference) -> Template:
    """Return a question with what a step found in the place of a description."""
    return Template((ARTICLE_BEHIND.sub("", question[: hop.start]), found, question[hop.end :]))
