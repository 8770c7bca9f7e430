"""The built-in tool `reason`: a small piece of thinking over evidence that earlier steps gave, the paper's `LLM[...]`.

There is one only where there is a model to think; this module does not know which.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from nodes.state import Passage
from nodes.tools.contract import NoAnswerError, Tool
from nodes.tools.declare import tool
from nodes.tools.read import parted


class Reasoner(Protocol):
    """Does a small task with evidence alone."""

    async def reason(self, task: str, passages: Sequence[Passage], text: str) -> str | None:
        """Return the result as text; None says that the evidence is not enough."""
        ...


def reason_tool(reasoner: Reasoner, *, timeout: float | None = None) -> Tool:
    """Return the tool `reason` over a reasoner; `timeout` is in seconds."""

    @tool(effect="read", timeout=timeout)
    async def reason(task: str, evidence: Any = None) -> str:
        """Think: judge, choose, compare or sum up in words, from earlier results given as evidence.

        Raises NoAnswerError where they are not enough.
        """
        passages, texts = parted(evidence)
        result = await reasoner.reason(task, passages, "\n".join(texts))
        if result is None:
            raise NoAnswerError("the evidence is not enough")
        return result

    return reason
