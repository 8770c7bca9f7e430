"""The words of a query that carry meaning. Knows English stop words, and nothing of the index."""

import re

_WORD = re.compile(r"[^\W_]+")
_STOP_WORDS = """
a about above after again all also am an and any are as at be because been before being below between both but by
can could did do does doing done down during each few for from further had has have having he her here hers him his
how i if in into is it its itself just me more most my no nor not now of off on once only or other our out over own
s same she should so some such t than that the their them then there these they this those through to too under
until up very was we were what when where which while who whom whose why will with would you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
MAX_WORDS = 64
"""Words of a query that are used; the rest of a longer one adds time and no meaning."""


def content_words(text: str, limit: int = MAX_WORDS) -> list[str]:
    """The distinct words of `text` in lower case, in order, without stop words, unless it has nothing else."""
    found = dict.fromkeys(match.group().lower() for match in _WORD.finditer(text))
    return ([word for word in found if word not in STOP_WORDS] or list(found))[:limit]
