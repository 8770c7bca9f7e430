"""A language model as the solver."""

from collections.abc import Sequence

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from nodes.drafts import Draft, SolveRequest
from nodes.models.briefing import Briefing, brief
from nodes.models.caller import Ladder
from nodes.models.prompts import solver as prompts
from nodes.models.sentinel import declined

CUT = 4
"""After a model has said that it takes less, it is sent this fraction of the evidence."""
INSUFFICIENT = "The evidence does not answer the question."


class ChatSolver:
    """Asks chat models for the answer; marker `[n]` stands for the n-th source. Satisfies `nodes.solve.Solver`.

    `tokens` bounds the evidence in a prompt.
    """

    def __init__(self, models: Ladder, *, tokens: int) -> None:
        self._models, self._tokens = models, tokens

    async def solve(self, request: SolveRequest) -> Draft:
        """Return a model's answer; raises ModelError and LimitError. Where the run gathered nothing, none is asked."""
        asking = _Asking(request, self._tokens)
        if request.plan.strip() and not asking.briefing.says_something:
            return Draft(INSUFFICIENT, status="insufficient", mode="model")
        reply = await self._models.reply(asking.messages)
        return drafted(reply.text, asking.briefing)


class _Asking:
    """The prompts for one answer. `briefing` is that of the latest, which the markers of a reply to it refer to."""

    def __init__(self, request: SolveRequest, tokens: int) -> None:
        self._request, self._tokens = request, tokens
        self.briefing = brief(request, tokens)

    def messages(self, cut: int) -> Sequence[BaseMessage]:
        self.briefing = brief(self._request, self._tokens // CUT if cut else self._tokens)
        system = prompts.SYSTEM if self._request.plan.strip() else prompts.DIRECT
        return [SystemMessage(system), HumanMessage(prompts.user(self._request.question, self.briefing.lines))]


def drafted(reply: str, briefing: Briefing) -> Draft:
    """Return a model's reply as a draft; what it says beside that the evidence is not enough stays with it."""
    text = reply.strip()
    beside = declined(text, prompts.NOT_ENOUGH) if text else ""
    if beside is None:
        return Draft(text, briefing.sources)
    return Draft(" ".join(filter(None, [INSUFFICIENT, beside])), briefing.sources, status="insufficient")
