"""How drafts without a model are written: quotes with the markers of what they stand in."""

from collections.abc import Sequence

from nodes.drafts import Draft
from nodes.markers import MARKER
from nodes.state import Source


def draft_of(lines: Sequence[str], sources: Sequence[Source]) -> Draft:
    """Return an answer in the extractive mode."""
    return Draft("\n".join(lines), tuple(sources), mode="extractive")


def draft_of_value(shown: str, sources: Sequence[Source]) -> Draft:
    """Return a value with the sentences and rows it was read from."""
    return draft_of([shown + "".join(f" [{n}]" for n in range(1, len(sources) + 1)), *numbered(sources)], sources)


def numbered(sources: Sequence[Source]) -> list[str]:
    """Return each source's quote with its number, from 1."""
    return [cited(source["quote"], n) for n, source in enumerate(sources, start=1)]


def cited(quote: str, n: int) -> str:
    """Return a quote with its marker; those that stand in the document itself, as in an encyclopedia, are not ours."""
    return f"{MARKER.sub('', quote)} [{n}]"
