"""A language model as the solver."""

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage

from nodes.drafts import Draft, SolveRequest
from nodes.models.call import call
from nodes.models.prompts import NOT_ENOUGH, SOLVER, SOLVER_DIRECT, solver_user
from nodes.state import Passage, Source

RESULT_CHARS = 4_000
"""Most characters of one step's result in the solver's prompt."""
INSUFFICIENT = "The evidence does not answer the question."


class ChatSolver:
    """Asks a chat model for the answer; marker `[n]` stands for the n-th passage. Satisfies `nodes.solve.Solver`."""

    def __init__(self, model: BaseChatModel, *, seconds: float) -> None:
        self._model, self._seconds = model, seconds

    async def solve(self, request: SolveRequest) -> Draft:
        """Return the model's answer; raises ModelError."""
        system = SOLVER if request.plan.strip() else SOLVER_DIRECT
        messages = [SystemMessage(system), HumanMessage(solver_user(request, RESULT_CHARS))]
        reply = await call(self._model, messages, self._seconds)
        text = reply.text.strip()
        if not text or text.upper().startswith(NOT_ENOUGH):
            return Draft(INSUFFICIENT, status="insufficient", mode="model", usage=reply.usage)
        return Draft(text, tuple(map(whole, request.passages)), mode="model", usage=reply.usage)


def whole(passage: Passage) -> Source:
    """The whole passage as a source."""
    return Source(
        passage_id=passage["passage_id"],
        document=passage["document"],
        title=passage["title"],
        start=passage["start"],
        end=passage["end"],
        quote=passage["text"],
    )
