"""A language model as the worker's reader."""

from collections.abc import Sequence

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage

from nodes.metering import record
from nodes.models.call import call
from nodes.models.prompts import NO_ANSWER, READER, reader_user
from nodes.state import Passage, Reading, Source


class ChatReader:
    """Asks a chat model a small question about given evidence. Satisfies the `read` tool's `Reader`."""

    def __init__(self, model: BaseChatModel, *, seconds: float) -> None:
        self._model, self._seconds = model, seconds

    async def read(self, question: str, passages: Sequence[Passage], text: str) -> Reading:
        """Return the model's short answer, None where the evidence holds none; raises ModelError.

        Its sources are the passages in which the answer stands literally; a paraphrase has none.
        """
        evidence = "\n".join([*(passage["text"] for passage in passages), *([text] if text else [])])
        reply = await call(
            self._model, [SystemMessage(READER), HumanMessage(reader_user(question, evidence))], self._seconds
        )
        record(reply.usage)
        answer = reply.text.strip()
        if not answer or answer.upper().startswith(NO_ANSWER):
            return Reading(value=None, sources=[])
        return Reading(value=answer, sources=[s for p in passages if (s := _quoted(answer, p)) is not None])


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
