"""Where sentences end. Knows punctuation and a few abbreviations, and nothing of documents.

A newline always ends a sentence: the document readers put one only where a block ends, never where a line was wrapped.
A table's row, as in `Vessel: Astrid; Notes: Refitted. Sound`, is one sentence: its parts say nothing alone.
"""

import re

_WIDE_MARKS = "。！？"  # noqa: RUF001 - the full-width marks of Chinese and Japanese, which no space follows
_BOUNDARY = re.compile(rf"\n+|[.!?…]{{1,3}}[\"'”’)\]]{{0,3}}[ \t\u00a0]+|[{_WIDE_MARKS}][”’」』]{{0,3}}")
_ROW = re.compile(r"[^\n:;]{1,80}: [^\n;]{1,480}; [^\n:;]{1,80}: ")
_LAST_WORD = re.compile(r"[^\s(\[\"'“\u2018]{0,20}\Z")
_STARTS_SENTENCE = re.compile(r"[\"'“\u2018(\[#*•–—-]{0,3}[^\W_a-z]")
_ABBREVIATED = """
mr. mrs. ms. dr. prof. st. sr. jr. vs. etc. e.g. i.e. cf. al. approx. ca. c. fig. figs. eq. no. nos. vol. pp. p.
gen. col. lt. sgt. capt. rev. hon. gov. sen. rep. inc. ltd. co. corp. dept. est. ed. eds. jan. feb. mar. apr. jun.
jul. aug. sep. sept. oct. nov. dec. u.s. u.k. u.n. a.m. p.m.
"""
_ABBREVIATIONS = frozenset(_ABBREVIATED.split())
_BEFORE_NAMES = (
    "mr. mrs. ms. dr. prof. st. gen. col. lt. sgt. capt. rev. hon. gov. sen. rep. vs. e.g. i.e. u.s. u.k. u.n."
)
_NAMES_FOLLOW = frozenset(_BEFORE_NAMES.split())
_STARTER = re.compile(
    r"(?:The|An?|It|Its|This|That|These|Those|He|She|They|His|Her|Their|We|You|There|Here|In|On|At|By|For|From|With|"
    r"When|While|After|Before|Since|During|As|But|And|However|Although|Both|Each|All|Some|Most|Many|No)\b"
)
"""Words that begin a sentence and no surname."""


def split(text: str) -> list[tuple[int, int]]:
    """The `(start, end)` spans of the sentences of `text`, in order, without surrounding white space; linear time."""
    spans: list[tuple[int, int]] = []
    begin = 0
    for boundary in _BOUNDARY.finditer(text):
        if boundary.group()[0] == "\n" or (not _ROW.match(text, begin) and _ends_sentence(text, begin, boundary)):
            _add(spans, text, begin, boundary.end())
            begin = boundary.end()
    _add(spans, text, begin, len(text))
    return spans


def _ends_sentence(text: str, begin: int, boundary: re.Match[str]) -> bool:
    mark = boundary.group()
    if mark[0] in _WIDE_MARKS:
        return True
    if not _STARTS_SENTENCE.match(text, boundary.end()):
        return False
    if mark[0] != ".":
        return True
    tail = _LAST_WORD.search(text, max(begin, boundary.start() - 20), boundary.start())
    word = (tail.group() if tail else "").lower() + "."
    if len(word) == 2 and word[0].isalpha():
        return _STARTER.match(text, boundary.end()) is not None  # "Saturn V. The", but an initial in "J. Oort"
    if word in _NAMES_FOLLOW:
        return False  # "Dr. Stone", "U.S. Navy"
    return not (word in _ABBREVIATIONS and text[boundary.end()].isdigit())  # "No. 5" goes on, "etc. The" ends


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))
