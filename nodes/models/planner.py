"""A language model as the planner."""

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage

from nodes.drafts import PlanRequest, Proposal
from nodes.models.call import call
from nodes.models.prompts import planner_system, planner_user


class ChatPlanner:
    """Asks a chat model for a plan in text; `seconds` bounds one call. Satisfies `nodes.planning.Planner`."""

    revises = True

    def __init__(self, model: BaseChatModel, *, seconds: float) -> None:
        self._model, self._seconds = model, seconds

    async def plan(self, request: PlanRequest) -> Proposal:
        """Return the model's plan as it wrote it; raises ModelError."""
        messages = [SystemMessage(planner_system(request)), HumanMessage(planner_user(request))]
        reply = await call(self._model, messages, self._seconds)
        return Proposal(reply.text, "model", reply.usage)
