"""Checks a draft's citations in code: a marker stands only if it points at text that the run really gathered.

A language model may invent a marker or misquote; the extractive solver should not, and is held to the same check.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nodes.drafts import Draft
from nodes.state import Citation, Passage, PassageId, Source

MARKER = re.compile(r"\s?\[(\d{1,4}(?:\s?,\s?\d{1,4}){0,20})\]")
"""`[3]` or `[1, 2]`, with the blank before it, which goes when the marker goes."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Text whose markers run from 1 in order of first use, their citations, and how many markers were removed."""

    text: str
    citations: tuple[Citation, ...]
    removed: int


def holds(source: Source, passages: Mapping[PassageId, Passage]) -> bool:
    """Whether the quote is exactly what stands at the cited offsets of a gathered passage."""
    passage = passages.get(source["passage_id"])
    if passage is None or not source["quote"]:
        return False
    start, end = source["start"] - passage["start"], source["end"] - passage["start"]
    return 0 <= start < end and passage["text"][start:end] == source["quote"]


def check(draft: Draft, gathered: Iterable[Passage]) -> Checked:
    """Remove markers that point at nothing and number the rest by first use; equal sources share a number."""
    passages = {passage["passage_id"]: passage for passage in gathered}
    numbers: dict[tuple[PassageId, int, int], int] = {}
    citations: list[Citation] = []
    removed = 0

    def number(marker: str) -> int | None:
        index = int(marker) - 1
        if not 0 <= index < len(draft.sources) or not holds(draft.sources[index], passages):
            return None
        source = draft.sources[index]
        key = (source["passage_id"], source["start"], source["end"])
        if key not in numbers:
            numbers[key] = len(citations) + 1
            citations.append(Citation(**source, n=numbers[key]))
        return numbers[key]

    def rewrite(match: re.Match[str]) -> str:
        nonlocal removed
        kept = [number(marker) for marker in match[1].split(",")]
        removed += kept.count(None)
        shown = "".join(f"[{n}]" for n in dict.fromkeys(kept) if n is not None)
        blank = match[0][: match[0].index("[")]
        return f"{blank}{shown}" if shown else ""

    text = MARKER.sub(rewrite, draft.text)
    return Checked(text, tuple(citations), removed)
