"""Reads a quantity from one clause of a sentence in which several stand: `adults pay 9 euros, children 3 euros`.

For things without a name of their own, which have no owner to be told from others: every word of the question has to
stand in the clause, or in the sentence as long as no other clause has it.
"""

import re
from itertools import pairwise

from nodes.quantities import Quantity, find_quantities
from nodes.symbolic.asked import Asked
from nodes.symbolic.attributes import telling_pattern
from nodes.symbolic.list_reading import items
from nodes.symbolic.place import Place, Value
from nodes.symbolic.quantity_reading import as_asked, is_exact, measures
from nodes.symbolic.sheet_query import IDLE
from nodes.symbolic.telling import telling_stems
from nodes.symbolic.words import content_stems

_CLAUSE = re.compile(r"[;,:]\s(?:and\s|or\s|but\s)?|\s(?:and|but|while)\s(?=[^,;]{0,60}\d)")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")


def read_clause(asked: Asked, place: Place) -> Value | None:
    """Return the one quantity of the one clause that tells the question's words."""
    if asked.kind not in {"quantity", "count"} or items(asked, place.sentence):
        return None
    words = (asked.words | frozenset(content_stems(" ".join(asked.names)))) - IDLE
    words |= frozenset({asked.counted} - {""})
    headed = frozenset(content_stems(place.heading or place.title))
    words = frozenset(word for word in words if word[0].isdigit() or not telling_stems(word) & headed)
    if all(word[0].isdigit() for word in words) and not _speaks_of_it(asked, place.sentence):
        return None
    if not words or not all(telling_stems(word) & set(content_stems(place.sentence)) for word in words):
        return None
    spans = _clauses(place.sentence)
    told = [frozenset(content_stems(place.sentence[start:end])) for start, end in spans]
    fits: list[Quantity] = []
    for n, (start, end) in enumerate(spans):
        others = frozenset[str]().union(*(stems for other, stems in enumerate(told) if other != n))
        missing = [word for word in words if not telling_stems(word) & told[n]]
        shared = all(not word[0].isdigit() and telling_stems(word) & told[0] and n > 0 for word in missing)
        if len(missing) < len(words) and shared and (not missing or others):
            fits += _measured(asked, place.sentence, start, end)
    return as_asked(fits[0], asked) if len(fits) == 1 else None


def _speaks_of_it(asked: Asked, sentence: str) -> bool:
    """Say whether a sentence has a word for what is measured: a year alone is told of anything."""
    return asked.attribute is not None and telling_pattern(asked.attribute).search(sentence) is not None


def _clauses(sentence: str) -> list[tuple[int, int]]:
    cuts = [0, *(found.end() for found in _CLAUSE.finditer(sentence)), len(sentence)]
    return list(pairwise(cuts))


def _measured(asked: Asked, sentence: str, start: int, end: int) -> list[Quantity]:
    """Return the quantities of the kind asked for that stand in a clause; a year is none."""
    found = [each for each in find_quantities(sentence) if start <= each.start < end]
    known = [each for each in found if each.unit or not _YEAR.fullmatch(each.text)]
    if asked.kind == "count":
        return [each for each in known if not each.unit and each.magnitude.is_integer()]
    return [each for each in known if measures(each, asked.units) and is_exact(each, asked, sentence)]
