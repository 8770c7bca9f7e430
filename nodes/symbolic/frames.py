"""A question as its parts: what is asked, of which things, under which conditions, and what is to be done with it.

The parts come from a tagger; what it is not sure of, or what does not go together, gives no frame. Knows no plans.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from nodes.symbolic.words import STOP_WORDS

LEAST_ITEMS = 2
"""Items of which values are compared."""
SURE = 0.65
"""Least probability of the operation at which a question is planned by its parts."""
SURE_OF_ROLES = 0.9
"""The same where the things are not named one by one."""
_INNER = re.compile(
    r"\b(?:of|in|on|at|for|with|to|by|under|from) (?:the|an?) "
    r"(?P<inner>(?:[\w'-]{1,30} ){1,4}?"
    r"(?:that|which|who|whose|where|whom|(?:in|on|at|by|for|from|to|under|with) wh\w+)\b.{3,})",
    re.IGNORECASE,
)
"""A description within another, which has to be found first: `water in the port where Ada lies`."""
_RELATIVE = re.compile(r"(?:(?:in|on|at|by|for|from|to|under|with|of) )?(?:that|which|who|whose|whom|where)\b")
_NOUN_BEFORE = re.compile(r"\b(?:the|an?) (?P<noun>(?:(?!the\b|an?\b)[\w'-]{1,30} ){1,4})$", re.IGNORECASE)
_EMPTY = STOP_WORDS | {"", "-", "s", "per"}
_OWNED = re.compile(r"['’]s\s$")
_CUT = re.compile(r".['’]s\s?|['’]s\s.{1,2}")
"""What stands around a cut at an apostrophe, from the character before it."""
_LOOSE = re.compile(r"^(?:(?:of|in|on|at|for)\s)+|(?:\s(?:of|in|on|at|for|to|the|by|from))+$", re.IGNORECASE)
"""Prepositions at the edges of words that were cut in the wrong place."""
_POSSESSIVE = re.compile(r"(?:'s|’s|')$")


class TaggedPiece(Protocol):
    """Words of a question, characters `[start:end]`.

    Their label: `i` item, `a` attribute, `c` context, `s` set, `n` number, `h` a description of something unnamed.
    """

    @property
    def label(self) -> str: ...  # noqa: D102 - documented above
    @property
    def start(self) -> int: ...  # noqa: D102 - documented above
    @property
    def end(self) -> int: ...  # noqa: D102 - documented above


@dataclass(frozen=True, slots=True)
class _Joined:
    label: str
    start: int
    end: int


class TaggedQuestion(Protocol):
    """A question's pieces in order, the operation asked for, and how probable that is, 0 to 1."""

    @property
    def operation(self) -> str: ...  # noqa: D102 - documented above
    @property
    def probability(self) -> float: ...  # noqa: D102 - documented above
    @property
    def pieces(self) -> Sequence[TaggedPiece]: ...  # noqa: D102 - documented above


class QuestionTagger(Protocol):
    """Labels the words of a question. May be called from several threads."""

    def tag(self, question: str) -> TaggedQuestion:
        """Return the question's pieces."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """Words of the question; `hop` is what of them describes something that has to be found first, or empty."""

    text: str
    start: int
    end: int
    hop: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """A question's parts by what they are, each in the order of the question."""

    question: str
    operation: str
    probability: float
    items: tuple[Part, ...] = ()
    attributes: tuple[Part, ...] = ()
    contexts: tuple[Part, ...] = ()
    sets: tuple[Part, ...] = ()
    numbers: tuple[Part, ...] = ()
    hops: tuple[Part, ...] = ()

    @property
    def attribute(self) -> str:
        """The words for what is asked of each item."""
        return " ".join(part.text for part in self.attributes)

    @property
    def said(self) -> str:
        """All words that mean something for what is looked up, in the order of the question."""
        parts = sorted((*self.items, *self.attributes, *self.contexts), key=lambda part: part.start)
        return " ".join(part.text for part in parts)

    @property
    def context(self) -> str:
        """The words that hold for all items, with a blank before them; empty where there are none."""
        return "".join(f" {part.text}" for part in self.contexts)


_SIDE_BY_SIDE = re.compile(
    r"[^\w]{0,3}(?:,|;|\b(?:or|and|vs\.?|versus|than|to|from|with|against|plus|instead of)\b)?[^\w]{0,3}"
    r"(?:(?:or|and|of|in|for|on|at|the|an?|that|those|our|its|his|her)\b\s?){0,3}$",
    re.IGNORECASE,
)


def owning(frame: Frame) -> Frame:
    """Return a frame in which what an item owns, as the span in `the Humber's span`, is an attribute and no item."""
    owned = [item for item in frame.items if _OWNED.search(frame.question[: item.start])]
    if not owned or len(frame.items) - len(owned) < LEAST_ITEMS:
        return frame
    attributes = tuple(sorted((*frame.attributes, *owned), key=lambda part: part.start))
    return replace(frame, items=tuple(item for item in frame.items if item not in owned), attributes=attributes)


def alternatives(frame: Frame) -> Frame:
    """Return a frame whose items are those set side by side; what else was taken for an item is context."""
    runs: list[list[Part]] = []
    for item in frame.items:
        gap = frame.question[runs[-1][-1].end : item.start] if runs else ""
        if runs and _SIDE_BY_SIDE.match(gap):
            runs[-1].append(item)
        else:
            runs.append([item])
    longest = max(runs, key=len, default=[])
    if len(longest) < 2 or len(longest) == len(frame.items):
        return frame
    others = [item for item in frame.items if item not in longest]
    contexts = tuple(sorted((*frame.contexts, *others), key=lambda part: part.start))
    return replace(frame, items=tuple(longest), contexts=contexts)


def framed(question: str, tagged: TaggedQuestion) -> Frame:
    """Sort a question's pieces by what they are."""
    hops = [_innermost(question, each.start, each.end) for each in tagged.pieces if each.label == "h"]
    whole = _uncut(question, tagged.pieces)

    def parts(label: str) -> tuple[Part, ...]:
        found = [each for each in whole if each.label == label and _says(question[each.start : each.end])]
        return tuple(_part(question, each, hops) for each in found)

    return Frame(
        question,
        tagged.operation,
        tagged.probability,
        items=parts("i"),
        attributes=parts("a"),
        contexts=parts("c"),
        sets=parts("s"),
        numbers=parts("n"),
        hops=tuple(hops),
    )


def _uncut(question: str, pieces: Sequence[TaggedPiece]) -> list[TaggedPiece]:
    """Join pieces of one label that were cut at an apostrophe, as `company` and `s own power`."""
    whole: list[TaggedPiece] = []
    for piece in pieces:
        last = whole[-1] if whole else None
        if last and last.label == piece.label != "h" and _CUT.fullmatch(question[last.end - 1 : piece.start + 2]):
            whole[-1] = _Joined(piece.label, last.start, piece.end)
        else:
            whole.append(piece)
    return whole


def _innermost(question: str, start: int, end: int) -> Part:
    """Return the description within one, and with the noun that it describes."""
    inner = _INNER.search(question, start, end)
    begin = inner.start("inner") if inner else start
    noun = _NOUN_BEFORE.search(question[:begin]) if _RELATIVE.match(question[begin:end]) else None
    begin = noun.start("noun") if noun else begin
    return Part(question[begin:end], begin, end)


def _says(text: str) -> bool:
    """Say whether words mean something by themselves, unlike a preposition that was cut off."""
    return any(word.strip(".,;:'").lower() not in _EMPTY for word in text.split())


def _part(question: str, piece: TaggedPiece, hops: Sequence[Part]) -> Part:
    text = _POSSESSIVE.sub("", question[piece.start : piece.end])
    if piece.label in "ias":
        text = _LOOSE.sub("", text) or text
    inside = [hop.text for hop in hops if piece.start <= hop.start and hop.end <= piece.end]
    return Part(text, piece.start, piece.end, inside[0] if inside else "")
