"""The reader without a language model: answers a small question from given passages with a value, or a quote."""

import asyncio
from collections.abc import Mapping, Sequence

from nodes.state import Passage, Reading
from nodes.symbolic.asked import Asked, understand
from nodes.symbolic.drafting import NAME_OF
from nodes.symbolic.evidence import CANDIDATES, Evidence
from nodes.symbolic.likely_tables import nearest_column
from nodes.symbolic.marking import has_mark
from nodes.symbolic.place import Place
from nodes.symbolic.quoting import Quoting
from nodes.symbolic.ranking import SentenceRanker, ranked
from nodes.symbolic.row_counting import NAME
from nodes.symbolic.sheet_reading import read_cell
from nodes.symbolic.span_reading import Pointed, SpanFinder, SpanReading, agreed, margins
from nodes.symbolic.spelling import understood
from nodes.symbolic.table import Row, comparable, tabulated
from nodes.symbolic.values import find_value

READ = 2
"""Most sentences read for a question that has no short answer."""
SURE = 1.0
"""Least margin, in logits, at which what was pointed at goes into a computation."""
CERTAIN = 5.0
"""Least margin at which it need not be said of the thing asked about by one of its names."""
NOTHING = Reading(value=None, sources=[])


class ExtractiveReader:
    """Reads values and names where a sentence or a row tells them of the thing asked about; else sentences.

    `ranker` is usually the knowledge base; `finder` points at an answer where no rule is sure of one. A question for a
    value that no sentence tells has no answer: a sentence in its place would go into a calculation.
    """

    def __init__(self, ranker: SentenceRanker, finder: SpanFinder | None = None) -> None:
        self._ranker = ranker
        self._quoting = Quoting(ranker)
        self._spans = SpanReading(finder)

    async def read(self, question: str, passages: Sequence[Passage], text: str, within: str = "") -> Reading:
        """Return the answer and the sentence it stands in; the value is None where the evidence does not say.

        `text` is evidence that is no passage, as another step's answer. A value taken from it has no source. `within`
        is a marked question, for the span finder.
        """
        named = question.startswith(NAME_OF)
        asked = understood(question.removeprefix(NAME_OF), passages)
        sentences = await ranked(self._ranker, question, passages, CANDIDATES)
        evidence = Evidence(asked, sentences, passages)
        if told := evidence.value():
            return Reading(value=told.value.text, sources=[evidence.cited(told.sentence)])
        if cell := await asyncio.to_thread(read_cell, asked, passages):
            return Reading(value=cell[0].text, sources=cell[1])
        wording, no_question = f"{NAME_OF}{asked.text}" if named else "", within and asked.kind == "text"
        pointed = None if no_question else await self._spans.read(asked, sentences, passages, wording)
        evidence = evidence.with_margins(margins(pointed))
        if named or asked.kind != "text":
            for each in pointed or ():
                if each.margin >= SURE and evidence.is_about(*each.key):
                    return Reading(value=each.value.text, sources=[each.source])
        if within:
            marked = await self._spans.read(asked, sentences, passages, within, any_value=True) or []
            return _operand(within, evidence, pointed or [], marked) or self._from_text(asked, text)
        if asked.kind == "text" and not named:
            quoted = await self._quoting.quote(evidence, READ)
            sources = evidence.cited_together(quoted.sentences)
            text = " ".join(source["quote"] for source in sources)
            return Reading(value=text, sources=sources) if quoted.answers else NOTHING
        return self._from_text(asked, text)

    async def tabulate(self, attribute: str, passages: Sequence[Passage], of: str) -> Mapping[str, Reading]:
        """Return the attribute of every thing that the passages tell it of; `of` is the kind of thing, or empty."""
        rows = await asyncio.to_thread(tabulated, attribute, passages, of)
        if not rows and of and attribute != NAME:
            rows = await asyncio.to_thread(self._nearest, attribute, passages, of)
        return {row.name: Reading(value=row.value, sources=[row.source]) for row in rows}

    def _nearest(self, attribute: str, passages: Sequence[Passage], of: str) -> list[Row]:
        dated = understand(f"{attribute} of it").kind == "date"
        cells = nearest_column(attribute, of, dated, passages, self._ranker.similarities)
        return comparable([Row(name, value.text, row.source) for name, value, row in cells])

    def _from_text(self, asked: Asked, text: str) -> Reading:
        value = find_value(asked, Place(text, "", {})) if text else None
        return Reading(value=value.text, sources=[]) if value else NOTHING


def _operand(within: str, evidence: Evidence, pointed: Sequence[Pointed], marked: Sequence[Pointed]) -> Reading | None:
    """Return the value that a marked question points at, or that it and the small question agree on."""
    for each in agreed(pointed, marked) if has_mark(within) else marked:
        sure = each.margin >= SURE and (not has_mark(within) or evidence.is_about(*each.key))
        if sure or each.margin >= CERTAIN:
            return Reading(value=each.value.text, sources=[each.source])
    return None
