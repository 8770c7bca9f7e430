"""Checks a draft's citations in code: a marker stands only if it points at something that the run really gathered.

A number points at a source, whose quote must stand exactly where it says; a step's name points at a step that has a
value of its own. A language model may invent a marker or misquote; the extractive solver should not, and is held to the
same check.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nodes import markers
from nodes.drafts import Draft
from nodes.evidence import BY_PERSON, is_given, passages_in
from nodes.state import Citation, Passage, PassageId, Source, StepCitation, StepId, StepResult

SHOWN_CHARS = 300
"""Most characters of a cited step's value that an answer repeats."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Text whose numbers run from 1 in order of first use, what it cites, and how many markers were removed."""

    text: str
    citations: tuple[Citation, ...]
    removed: int
    steps: tuple[StepCitation, ...] = ()


def holds(source: Source, passages: Mapping[PassageId, Passage]) -> bool:
    """Whether the quote is exactly what stands at the cited offsets of a gathered passage."""
    passage = passages.get(source["passage_id"])
    if passage is None or not source["quote"]:
        return False
    start, end = source["start"] - passage["start"], source["end"] - passage["start"]
    return 0 <= start < end and passage["text"][start:end] == source["quote"]


def has_own_value(result: StepResult | None) -> bool:
    """Whether a step can be cited itself: what a search found is passages, each of which can be."""
    return result is not None and result["status"] == "ok" and not any(passages_in(result["value"]))


def check(draft: Draft, gathered: Iterable[Passage], results: Mapping[StepId, StepResult] | None = None) -> Checked:
    """Remove markers that point at nothing and number the rest by first use; equal sources share a number."""
    checking = _Checking(draft, {passage["passage_id"]: passage for passage in gathered}, results or {})
    text = markers.rewrite(draft.text, checking.rewritten)
    return Checked(text, tuple(checking.citations), checking.removed, tuple(checking.steps.values()))


class _Checking:
    """One text's check: what has been cited so far, and how many markers pointed at nothing."""

    def __init__(
        self, draft: Draft, passages: Mapping[PassageId, Passage], results: Mapping[StepId, StepResult]
    ) -> None:
        self._sources, self._passages, self._results = draft.sources, passages, results
        self._numbers: dict[tuple[PassageId, int, int], int] = {}
        self.citations: list[Citation] = []
        self.steps: dict[StepId, StepCitation] = {}
        self.removed = 0

    def rewritten(self, marker: re.Match[str]) -> str:
        kept = [
            self._step(StepId(item)) if item[0] == "E" else self._number(int(item)) for item in markers.items(marker)
        ]
        self.removed += kept.count(None)
        shown = "".join(f"[{name}]" for name in dict.fromkeys(kept) if name is not None)
        blank = marker[0][: marker[0].index("[")]
        return f"{blank}{shown}" if shown else ""

    def _number(self, number: int) -> str | None:
        if not 0 < number <= len(self._sources) or not holds(self._sources[number - 1], self._passages):
            return None
        source = self._sources[number - 1]
        key = (source["passage_id"], source["start"], source["end"])
        if key not in self._numbers:
            self._numbers[key] = len(self.citations) + 1
            self.citations.append(Citation(**{**source, "n": self._numbers[key]}))
        return str(self._numbers[key])

    def _step(self, name: StepId) -> str | None:
        result = self._results.get(name)
        if result is None or not has_own_value(result):
            return None
        said = " ".join(str(result["working"] or result["value"]).split())
        shown = (
            said
            if len(said) <= SHOWN_CHARS
            else f"{said[:SHOWN_CHARS]} … [cut: {SHOWN_CHARS} of {len(said)} characters]"
        )
        by = f" ({BY_PERSON})" if is_given(result) else ""
        self.steps.setdefault(name, StepCitation(id=name, tool=result["tool"], value=f"{shown}{by}"))
        return name
