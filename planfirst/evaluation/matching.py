"""Whether a gold answer stands in a reply. Words are compared as words and numbers as numbers, never as characters.

This module knows texts only: not the questions' file, not how a reply came about.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from nodes.quantities import Quantity, convert, convertible, find_quantities

ANSWER_PROPER: Final = frozenset({"comparison", "superlative", "arithmetic"})
"""Kinds whose gold answer must be the answer proper: a quotation that happens to hold it computes nothing."""

_MARKER = re.compile(r"\s?\[\d{1,3}\]")
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺"
_RAISED = re.compile(rf"(?<=\w)[{_SUPERSCRIPTS}]{{1,4}}")
_THOUSANDS = re.compile(r"(?<=\d)[\u00a0\u2009\u202f'\u2019](?=\d{3}(?!\d))")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2012\u2013\u2014\u2015\u2212", "-"))
_WRITTEN = re.compile(r"\d[\d,]*(?:\.(\d+))?|\.(\d+)")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text: `unit` as in `Quantity`, `precision` the worth of its last written digit, in that unit."""

    magnitude: float
    unit: str
    precision: float


Token = str | Number


def tokens(text: str) -> list[Token]:
    """Return the words of a text in lower case, and its numbers with their units, in order.

    Signs, blanks, quotes and the ways to write a dash, a power or thousands do not matter; `STS-31` is two words.
    """
    plain, at, found = _plain(text), 0, list[Token]()
    for quantity in find_quantities(plain, len(plain)):
        found += _WORD.findall(plain[at : quantity.start].casefold())
        found.append(_number(quantity))
        at = quantity.end
    return found + _WORD.findall(plain[at:].casefold())


def stands_in(spelling: str, text: str) -> bool:
    """Say whether the tokens of `spelling` stand in `text`, one after the other.

    A number fits if it is the same once rounded to the precision of the one in `spelling` (a tie either way), in that
    one's unit or another of the same dimension. A number spelled without a unit also fits the same number with one.
    """
    gold, said = tokens(spelling), tokens(text)
    starts = range(len(said) - len(gold) + 1) if gold else ()
    return any(all(map(_fits, gold, said[start:])) for start in starts)


def gold_in_reply(kind: str, gold: Sequence[Sequence[str]], reply: str) -> bool:
    """Say whether every part of the gold answer is in the reply in one of its spellings; no gold is in no reply.

    For the kinds in ANSWER_PROPER only `answer_proper` counts; `yes` and `no` must be the reply's first word.
    """
    text = answer_proper(reply) if kind in ANSWER_PROPER else without_markers(reply)
    return bool(gold) and all(any(_is_said(spelling, text) for spelling in part) for part in gold)


def without_markers(reply: str) -> str:
    """Return a reply without its citation markers, which are numbers but say nothing."""
    return _MARKER.sub("", reply)


def answer_proper(reply: str) -> str:
    """Return the first line of a reply without citation markers and without the working in parentheses at its end."""
    lines = [line.strip() for line in without_markers(reply).splitlines() if line.strip()]
    line = lines[0] if lines else ""
    start = _last_group(line)
    return line[:start].rstrip() if start else line


def _last_group(line: str) -> int:
    """Return where the parenthesis that the line ends with opens; 0 where it ends with none, or is nothing else."""
    depth = 0
    for at in range(len(line) - 1, -1, -1) if line.endswith(")") else ():
        depth += {")": 1, "(": -1}.get(line[at], 0)
        if depth == 0:
            return at
    return 0


def _is_said(spelling: str, text: str) -> bool:
    if (only := tokens(spelling)) in (["yes"], ["no"]):
        return tokens(text)[:1] == only
    return stands_in(spelling, text)


def _fits(gold: Token, said: Token) -> bool:
    if isinstance(gold, str) or isinstance(said, str):
        return gold == said
    if gold.unit == said.unit or (not gold.unit and gold.precision < 1):
        value = said.magnitude
    elif not gold.unit:
        return said.magnitude == gold.magnitude  # a gold `2` is not any quantity between 1.5 and 2.5
    elif said.unit and convertible(said.unit, gold.unit):
        value = convert(said.magnitude, said.unit, gold.unit)
    else:
        return False
    return abs(value - gold.magnitude) <= gold.precision / 2 + 1e-14 * abs(
        gold.magnitude
    )  # a tie is not lost to floats


def _plain(text: str) -> str:
    """Return the text in one spelling. Powers and thousands go first: NFKC would make 10² a hundred and two."""
    text = _RAISED.sub(lambda raised: "^" + unicodedata.normalize("NFKC", raised[0]), text)
    return unicodedata.normalize("NFKC", _THOUSANDS.sub(",", text)).translate(_DASHES)


def _number(quantity: Quantity) -> Number:
    """Return a quantity with its precision; a power that stands by itself, as `10^24`, is exact."""
    written = _WRITTEN.search(quantity.text)
    if written is None or quantity.text[written.end() :].startswith(("^", "**")):
        return Number(quantity.magnitude, quantity.unit, 0.0)
    mantissa = float(written[0].replace(",", ""))
    scale = abs(quantity.magnitude / mantissa) if mantissa else 1.0
    decimals = len(written[1] or written[2] or "")
    return Number(quantity.magnitude, quantity.unit, scale * 10.0**-decimals)
