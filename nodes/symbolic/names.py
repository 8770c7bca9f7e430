"""Proper names: finding them in a text, and telling a name from a longer name that contains it.

Reading `Saturn V` for `Saturn` is the worst mistake an extractive answer can make, so a mention counts only as a whole
name. This module knows spelling, not the world: it cannot tell two people of one name apart.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from nodes.symbolic.words import QUESTION_WORDS, STOP_WORDS, THINGS, bare, word_set

_MONTHS = word_set("January February March April May June July August September October November December")
_DAYS = word_set("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
_NOT_NAMES = frozenset(word.lower() for word in (*_MONTHS, *_DAYS)) | STOP_WORDS | word_set(
    "although after before even every most many several few three four five six seven eight nine ten once first later "
    "early long unlike like besides according because despite due another other such today"
)  # fmt: skip
_PART = r"(?:[^\W\d_a-z]\.|[^\W\d_a-z][\w-]{0,40})(?=\W|$)"
_NUMBER = r"\d{1,3}[A-Z]?(?![\w%°,.]?\d)(?!\s?(?:km\b|kg\b|m\b|%|°))(?=\W|$)"
_NAME = re.compile(rf"(?<![\w°-]){_PART}(?:\s(?:(?:de|von|van|der|la|of\sthe)\s)?(?:{_PART}|{_NUMBER})){{0,6}}")
_PLACE_WORDS = "New|North|South|East|West|Northern|Southern|Eastern|Western|San|Saint|Mount|Lake|Fort|Great|Upper|Lower"
_LONGER_BEFORE = re.compile(rf"(?:\b(?:{_PLACE_WORDS})\s|[\w][-])$")
_LONGER_AFTER = re.compile(
    rf"-\w|\s(?!(?:{'|'.join(sorted(_MONTHS | _DAYS))})\b)(?:[A-Z][\w-]{{0,40}}|{_NUMBER})"
)  # fmt: skip
_STYLE = re.compile(
    r"^(?:Captain|Dr|Doctor|Professor|Prof|Mr|Mrs|Ms|Miss|Sir|Admiral|Commander|Lieutenant|Colonel|Sergeant|Senator|"
    r"President|Judge)\.?\s(?=[A-Z])"
)
"""What a question may call somebody before his name, and a document may not."""
_QUOTED = re.compile(r"[\"“]([^\"”]{2,80})[\"”]")


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a name stands in a text, without a possessive ending."""

    name: str
    start: int
    end: int


def _trimmed(found: re.Match[str]) -> Mention | None:
    """Drop leading words that only look like a name because a sentence begins with them."""
    start, text = found.start(), found[0]
    while text and text.split(" ", 1)[0].rstrip(".").lower() in _NOT_NAMES:
        _, _, rest = text.partition(" ")
        start, text = start + len(text) - len(rest), rest
    for index, word in enumerate(words := text.split(" ")):
        if word.lower() in _NOT_NAMES and word[:1].isupper():
            text = " ".join(words[:index])
            break
    text = bare(text.rstrip("."))
    is_name = text and not text[0].isdigit() and not re.fullmatch(r"[A-Z][a-z]{1,20}ly", text)
    return Mention(text, start, start + len(text)) if is_name else None


def find_names(text: str) -> list[Mention]:
    """Return the capitalised names of a text in order; a sentence's first word counts unless it is a stop word."""
    found: list[Mention] = []
    for match in _NAME.finditer(text):
        mention = _trimmed(match)
        if mention:
            found.append(mention)
    return found


def names_asked(question: str) -> tuple[str, ...]:
    """Return the names and quoted titles of a question, each once."""
    quoted = [match[1].strip(" ,.") for match in _QUOTED.finditer(question)]
    rest = _QUOTED.sub(" ", question)
    found = (_STYLE.sub("", mention.name) for mention in find_names(rest))
    names = [name for name in found if name.lower() not in QUESTION_WORDS]
    return tuple(dict.fromkeys([*quoted, *names]))


@lru_cache(maxsize=1024)
def _spelling(name: str) -> re.Pattern[str]:
    words = r"[\s\u00a0]{1,3}".join(re.escape(word) for word in name.split())
    return re.compile(rf"(?<![\w]){words}(?!\w)", re.IGNORECASE)


def stands_in(name: str, text: str) -> bool:
    """Say whether a text has the words of a name, be it in a longer name."""
    return _spelling(name).search(text) is not None


def mentions(name: str, text: str) -> list[Mention]:
    """Return where `name` stands as a name of its own: `Saturn` is not in `Saturn V`, nor `Mars` in `Mars-1`."""
    found: list[Mention] = []
    for match in _spelling(name).finditer(text):
        longer = _LONGER_AFTER.match(text, match.end()) if match[0][:1].isupper() else None
        if not longer and not _LONGER_BEFORE.search(text[max(0, match.start() - 12) : match.start()]):
            found.append(Mention(name, match.start(), match.end()))
    return found


def plain_title(title: str) -> str:
    """Return a title without what tells it from others of the same name: `Mercury (planet)` is about Mercury."""
    return re.sub(r"\s\([^()]{1,60}\)$", "", title)


def forms_of(name: str, title: str, titles: Iterable[str], text: str) -> tuple[str, ...]:
    """Return what a name may be called in a text: itself, a title that it shortens, its last word once introduced.

    `Webb` goes by the one title that has it, if that adds words only: one that adds a number or numeral (`Saturn V`,
    `Apollo 11`) is another thing, and two such titles are a doubt. `Huygens` is Christiaan Huygens where the text has
    the full name too.
    """
    forms = [name, *_lengthened(name, set(titles))]
    last = name.rpartition(" ")[2]
    if last != name and re.fullmatch(r"[A-Z][a-z]{2,40}", last) and last.lower() not in THINGS:
        forms += [last] * bool(mentions(name, text) or title == name)
    if title == name and (first := _first_name(name, text)):
        forms.append(first)
    return tuple(forms)


def _first_name(name: str, text: str) -> str | None:
    """Return the first of two names of somebody whom a text calls `he` or `she`, as it may call him Tycho."""
    first = re.fullmatch(r"([A-Z][a-z]{2,40}) [A-Z][a-z]{2,40}", name)
    is_person = re.search(r"\b(?:he|she|his|her)\b", text, re.IGNORECASE)
    return first[1] if first and is_person and first[1].lower() not in THINGS else None


def _lengthened(name: str, titles: set[str]) -> tuple[str, ...]:
    if any(name.lower() == title.lower() for title in titles):
        return ()
    longer = [title for title in titles if _spelling(name).search(title)]
    if len(longer) != 1 or " and " in longer[0]:
        return ()
    extra = _spelling(name).sub(" ", longer[0]).replace(", ", " ").split()
    return (longer[0],) if all(re.fullmatch(r"-?[A-Z][a-z]{2,40}", word) for word in extra) else ()
