"""The reader without a model: answers a small question from given passages with a value it is sure of, or a quote."""

import asyncio
from collections.abc import Mapping, Sequence

from nodes.state import Passage, Reading
from nodes.symbolic.asked import Asked
from nodes.symbolic.evidence import CANDIDATES, Evidence
from nodes.symbolic.place import Place
from nodes.symbolic.quoting import Quoting
from nodes.symbolic.ranking import SentenceRanker, ranked
from nodes.symbolic.sheet_reading import read_cell
from nodes.symbolic.spelling import understood
from nodes.symbolic.table import tabulated
from nodes.symbolic.values import find_value

READ = 2
"""Most sentences read for a question that has no short answer."""
NOTHING = Reading(value=None, sources=[])


class ExtractiveReader:
    """Reads quantities, counts and dates where a sentence surely tells them of the thing asked about; else sentences.

    `ranker` is usually the knowledge base. A question for a value that no sentence tells has no answer: a sentence in
    its place would go into a calculation.
    """

    def __init__(self, ranker: SentenceRanker) -> None:
        self._ranker = ranker
        self._quoting = Quoting(ranker)

    async def read(self, question: str, passages: Sequence[Passage], text: str) -> Reading:
        """Return the answer and the sentence it stands in; the value is None where the evidence does not say.

        `text` is evidence that is no passage, as another step's answer. A value taken from it has no source.
        """
        asked = understood(question, passages)
        sentences = await ranked(self._ranker, question, passages, CANDIDATES)
        evidence = Evidence(asked, sentences, passages)
        if told := evidence.value():
            return Reading(value=told.value.text, sources=[evidence.cited(told.sentence)])
        if cell := await asyncio.to_thread(read_cell, asked, passages):
            return Reading(value=cell[0].text, sources=cell[1])
        if asked.kind == "text":
            quoted = await self._quoting.quote(evidence, READ)
            sources = evidence.cited_together(quoted.sentences)
            text = " ".join(source["quote"] for source in sources)
            return Reading(value=text, sources=sources) if quoted.answers else NOTHING
        return self._from_text(asked, text)

    async def tabulate(self, attribute: str, passages: Sequence[Passage], of: str) -> Mapping[str, Reading]:
        """Return the attribute of every thing that the passages tell it of; `of` is the kind of thing, or empty."""
        rows = await asyncio.to_thread(tabulated, attribute, passages, of)
        return {row.name: Reading(value=row.value, sources=[row.source]) for row in rows}

    def _from_text(self, asked: Asked, text: str) -> Reading:
        value = find_value(asked, Place(text, "", {})) if text else None
        return Reading(value=value.text, sources=[]) if value else NOTHING
