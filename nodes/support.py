"""Which sentences of an answer claim something that nothing the run gathered supports.

A sentence is supported by a marker that was found to hold, by repeating a cited quote, or by stating the value of a
step. That a marked sentence follows from what it cites is for its reader to judge; no code can.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nodes.language import parse_canonical, plan_to_json
from nodes.markup import without_blocks
from nodes.sentences import cited_steps, markers, sentences_of, without_markers
from nodes.state import Citation, StepId, StepResult
from nodes.stated import is_in, states
from nodes.symbolic.words import content_stems

_QUOTED_WORDS = 3
"""Least words of an unmarked sentence that is looked for in quotes; shorter ones stand in many."""
_GIVEN = (
    r"(?:say|said|mention|state|give|contain|includ|provid|specif|answer|show|tell|cover|availab|found|known|enough)"
)
_ABSENCE = re.compile(
    rf"\b(?:evidence|documents?|passages?|sources?|texts?|information|data)\b.{{0,80}}(?:\bnot\b|n't\b).{{0,40}}\b{_GIVEN}"
    rf"|\bno (?:information|evidence|mention|data|answer)\b|\b(?:is|are|was|were)(?: not|n't) {_GIVEN}",
    re.IGNORECASE,
)
"""Says what is not there, which nothing can be cited for."""
_NO_CLAIM = frozenset(content_stems("answer result following below above summary conclusion note"))
"""Stems of words that a sentence may have and still say nothing."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a run's answer may rest on: its question and plan, the results by step, and what the text cites."""

    question: str
    plan: str
    results: Mapping[StepId, StepResult]
    citations: Sequence[Citation]


def unsupported(text: str, ground: Ground) -> list[str]:
    """Return the unsupported sentences of a checked text, as they stand in it, in order."""
    values = list(_values(ground))
    quotes = [citation["quote"] for citation in ground.citations]
    return [
        sentence
        for sentence in sentences_of(without_blocks(text))
        if not (markers(sentence) or cited_steps(sentence))
        and claims(without_markers(sentence))
        and not _repeats(without_markers(sentence), quotes)
        and not any(states(sentence, result["value"], known) for result, known in values)
    ]


def claims(sentence: str) -> bool:
    """Whether a sentence says something: it is no heading, no question, and not that something is not known."""
    if sentence.endswith((":", "?")) or sentence.startswith("#") or _ABSENCE.search(sentence):
        return False
    return bool(set(content_stems(sentence)) - _NO_CLAIM)


def _repeats(sentence: str, quotes: Collection[str]) -> bool:
    said = sentence.lstrip("-*• ").rstrip(".!")
    return len(said.split()) >= _QUOTED_WORDS and any(is_in(said, quote) for quote in quotes)


def _values(ground: Ground) -> Iterator[tuple[StepResult, str]]:
    """Yield the steps that have a value of their own, with the words that were known before it."""
    for step in plan_to_json(parse_canonical(ground.plan)):
        result = ground.results.get(StepId(step["id"]))
        if result is not None and result["status"] == "ok":
            yield result, f"{ground.question} {step['args']}"
