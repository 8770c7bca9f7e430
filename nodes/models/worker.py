"""A language model as the worker: it reads one value off evidence, or reasons over evidence."""

from collections.abc import Sequence

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from nodes.models.caller import Ladder, Prompt
from nodes.models.prompts import worker as prompts
from nodes.state import Passage, Reading, Source

EVIDENCE_CHARS = 40_000
"""Most characters of evidence in one prompt."""
CUT_CHARS = 8_000
"""The same after the model has said that it takes less."""


class ChatWorker:
    """Asks chat models small questions about given evidence. Satisfies the tools' `Reader` and `Reasoner`."""

    def __init__(self, models: Ladder) -> None:
        self._models = models

    async def read(self, question: str, passages: Sequence[Passage], text: str, within: str = "") -> Reading:
        """Return a model's short answer, None where the evidence holds none; raises ModelError and LimitError.

        Its sources are the passages in which the answer stands literally; a paraphrase has none.
        """
        task = f"Question: {question}\nIt is a part of: {within}" if within else f"Question: {question}"
        answer = await self._ask(prompts.READ, task, passages, text)
        if answer is None:
            return Reading(value=None, sources=[])
        return Reading(value=answer, sources=[s for p in passages if (s := _quoted(answer, p)) is not None])

    async def reason(self, task: str, passages: Sequence[Passage], text: str) -> str | None:
        """Return what a model makes of the evidence, None where it is not enough; raises ModelError and LimitError."""
        return await self._ask(prompts.REASON, f"Task: {task}", passages, text)

    async def _ask(self, system: str, task: str, passages: Sequence[Passage], text: str) -> str | None:
        evidence = "\n".join([*(passage["text"] for passage in passages), *([text] if text else [])])
        reply = await self._models.reply(_prompt(system, task, evidence))
        answer = reply.text.strip()
        return None if answer.upper().startswith(prompts.NO_ANSWER) else answer


def _prompt(system: str, task: str, evidence: str) -> Prompt:
    def messages(cut: int) -> Sequence[BaseMessage]:
        chars = CUT_CHARS if cut else EVIDENCE_CHARS
        shown = f"{evidence[:chars]} … [cut]" if len(evidence) > chars else evidence
        return [SystemMessage(system), HumanMessage(prompts.user(task, shown))]

    return messages


def _quoted(answer: str, passage: Passage) -> Source | None:
    """Return where the answer stands in the passage, as a source whose quote is the answer itself."""
    at = passage["text"].find(answer)
    if at < 0:
        return None
    start = passage["start"] + at
    return Source(
        passage_id=passage["passage_id"],
        document=passage["document"],
        title=passage["title"],
        start=start,
        end=start + len(answer),
        quote=answer,
    )
