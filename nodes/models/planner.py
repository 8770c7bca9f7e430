"""A language model as the planner, in text or, where asked for and the endpoint has it, in native structured output."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Literal

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from nodes.drafts import PlanRequest, Proposal
from nodes.errors import ModelError
from nodes.models.call import Reply
from nodes.models.caller import Caller
from nodes.models.prompts import planner as prompts
from nodes.models.schema import plan_schema, without_nulls

PlanFormat = Literal["text", "json_schema", "auto"]
"""How a plan is asked for; `auto` is text, and structured output for a repair."""


class ChatPlanner:
    """Asks one chat model for a plan. Satisfies `nodes.planning.StreamingPlanner`."""

    revises = True

    def __init__(self, caller: Caller, form: PlanFormat = "text") -> None:
        self._caller, self._form = caller, form
        self._structured = caller.candidate.structured

    @property
    def name(self) -> str:
        """The model's name."""
        return self._caller.candidate.name

    async def plan(self, request: PlanRequest) -> Proposal:
        """Return the model's plan as it wrote it; raises ModelError and LimitError."""
        if self._as_json(request):
            try:
                reply = await self._caller.reply(_prompt(request, as_json=True), **_response_format(request))
                return Proposal(without_nulls(reply.text), "model")
            except ModelError as error:
                if error.kind != "rejected":
                    raise
                self._structured = False  # the endpoint does not have it, so it is not asked for it again
        reply = await self._caller.reply(_prompt(request))
        return Proposal(reply.text, "model")

    async def stream(self, request: PlanRequest) -> AsyncGenerator[str | Proposal, None]:
        """Yield the model's plan as it writes it, and last the Proposal; structured output comes as that alone.

        A reply that breaks off is asked for anew, where its kind of failure makes that worth while. Raises ModelError
        and LimitError.
        """
        if self._as_json(request):
            yield await self.plan(request)
            return
        begun = False
        try:
            async with aclosing(self._caller.stream(_prompt(request))) as parts:
                async for part in parts:
                    begun = True
                    yield Proposal(part.text, "model") if isinstance(part, Reply) else part
        except ModelError as error:
            if not (begun and self._caller.asks_again(error)):
                raise
            yield await self.plan(request)

    def _as_json(self, request: PlanRequest) -> bool:
        repairing = request.earlier is not None and bool(request.earlier.problems)
        return self._structured and (self._form == "json_schema" or (self._form == "auto" and repairing))


def _prompt(request: PlanRequest, *, as_json: bool = False) -> Any:
    def messages(cut: int) -> Sequence[BaseMessage]:
        system = prompts.system(request, as_json=as_json, examples=cut == 0)
        return [SystemMessage(system), HumanMessage(prompts.user(request))]

    return messages


def _response_format(request: PlanRequest) -> dict[str, Any]:
    """Return the call's argument for structured output; as `extra_body` the client leaves the reply as text."""
    named = {"name": "plan", "strict": True, "schema": plan_schema(request.tools)}
    return {"extra_body": {"response_format": {"type": "json_schema", "json_schema": named}}}
