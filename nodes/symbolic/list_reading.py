"""Reads a value from a list in one line, as menus and price lists have them: `Soup – €6.00 Cake of Bergen – €8.50`."""

import re

from nodes.quantities import Quantity, find_quantities
from nodes.symbolic.asked import Asked
from nodes.symbolic.place import Place, Value
from nodes.symbolic.quantity_reading import as_asked, measures
from nodes.symbolic.words import content_stems

_LED_TO = re.compile(r"\s(?:[–—:|-]|\.{2,10}|…)\s?$")
"""What stands between an item and its value."""
LEAST = 2
"""Items that make a list."""


def items(asked: Asked, sentence: str) -> list[tuple[str, Quantity]]:
    """Return the items of a list in one line with their values; none where the line is no list."""
    values = [each for each in find_quantities(sentence) if measures(each, asked.units)]
    listed = [each for each in values if _LED_TO.search(sentence[: each.start])]
    if len(listed) < max(LEAST, len(values)):
        return []
    starts = [0, *(each.end for each in listed)]
    return [
        (_LED_TO.sub("", sentence[start : each.start]).strip(), each)
        for start, each in zip(starts, listed, strict=False)
    ]


def read_item(asked: Asked, place: Place) -> Value | None:
    """Return the value of the one item that has every word of the name asked about, first to last."""
    if asked.attribute is None or len(asked.names) != 1:
        return None
    words = {*content_stems(asked.names[0]), *asked.words}
    fits = [each for item, each in items(asked, place.sentence) if words <= set(content_stems(item))]
    return as_asked(fits[0], asked) if len(fits) == 1 else None
