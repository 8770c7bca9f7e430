"""Plan-and-execute: a plan in words, one call of an executor for each step, then an answer or a new plan.

The executor sees the plan and the results so far, and makes the step's tool calls. This is the pattern as LangGraph's
tutorial and its many descendants have it, with text instead of structured output, so that any model can follow it.
"""

import asyncio
import re
from typing import TYPE_CHECKING, Any, Final

from nodes.limits import Limits
from nodes.tools import Toolbox
from planfirst.evaluation.baselines.bridge import Bridge
from planfirst.evaluation.baselines.trial import NOT_ENOUGH, Meter, System, Trial, endpoint_errors, messages_of

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

PLANNER: Final = """\
Write a short plan for answering the question with these tools: {tools}. One step a line, numbered as `1. ...`, each a \
task for somebody who sees the results of earlier steps. Write only the steps."""
EXECUTOR: Final = "Carry out the step that is named last, with the tools or from the results so far. Be brief."
SOLVER: Final = f"""\
Answer the question briefly from the results alone. If they do not answer it, write the steps that are still to be \
done, one a line, numbered as `1. ...`; if no step could help, write only: {NOT_ENOUGH}"""

_STEP = re.compile(r"^\s*\d+[.)]\s+(.+)$", re.MULTILINE)


class _Run:
    """One question being answered."""

    def __init__(self, model: "BaseChatModel", toolbox: Toolbox, limits: Limits, question: str) -> None:
        self.meter, self.bridge = Meter(), Bridge(toolbox, limits)
        self._model, self._question = model, question
        self._executor = model.bind_tools(self.bridge.tools)
        self._done: list[str] = []

    async def answer(self, plans: int) -> str:
        """Return the solver's last word after at most `plans` plans."""
        text = await self._say(PLANNER.format(tools=", ".join(tool.name for tool in self.bridge.tools)), self._asked)
        for _ in range(plans):
            for step in _STEP.findall(text):
                self._done.append(f"{step}\n{await self._execute(step)}")
            text = await self._say(SOLVER, self._so_far())
            if not _STEP.match(text):
                return text
        return NOT_ENOUGH

    @property
    def _asked(self) -> str:
        return f"Question: {self._question}"

    def _so_far(self) -> str:
        return "\n".join([self._asked, *(f"Step {n}: {step}" for n, step in enumerate(self._done, start=1))])

    async def _execute(self, step: str) -> str:
        """Return what the step's tool calls returned; where the executor makes none, what it said."""
        prompt = messages_of(EXECUTOR, f"{self._so_far()}\nNow: {step}")
        message: Any = await self._executor.ainvoke(prompt, {"callbacks": [self.meter]})
        if not message.tool_calls:
            return str(message.text)
        return "\n".join(await asyncio.gather(*(self.bridge.call(c["name"], c["args"]) for c in message.tool_calls)))

    async def _say(self, system: str, user: str) -> str:
        message = await self._model.ainvoke(messages_of(system, user), {"callbacks": [self.meter]})
        return str(message.text).strip()


def plan_and_execute(
    model: "BaseChatModel", toolbox: Toolbox, *, plans: int = 2, limits: Limits | None = None
) -> System:
    """Return plan-and-execute over a model that calls tools; `plans` counts the first and those that replace it."""
    limits = limits or Limits()

    async def ask(question: str) -> Trial:
        run = _Run(model, toolbox, limits, question)
        with endpoint_errors():
            text = await run.answer(plans)
        return run.meter.trial(text, len(run.bridge.outcomes), searches=run.bridge.searches)

    return ask
