"""PlanFirst's tools for a model that calls them one by one: as LangChain tools that run through PlanFirst's runner.

This module does not know which loop calls them.
"""

import json
from collections.abc import Mapping
from typing import Any

from langchain_core.tools import StructuredTool

from nodes.evidence import passages_in
from nodes.limits import Limits
from nodes.state import Passage
from nodes.tools import AllowAll, Outcome, Toolbox, ToolRunner


class Bridge:
    """The tools of one trial. `outcomes` are what their calls returned, with the tool's name, in order of their end."""

    def __init__(self, toolbox: Toolbox, limits: Limits) -> None:
        self._runner = runner_of(toolbox, limits)
        self._begun = 0
        self.outcomes: list[tuple[str, Outcome]] = []
        self.tools = [self._bridged(name) for name in toolbox]

    @property
    def searches(self) -> tuple[tuple[str, ...], ...]:
        """For each call that returned passages, their documents, best first."""
        found = ([passage["document"] for passage in passages_in(outcome.value)] for _, outcome in self.outcomes)
        return tuple(tuple(documents) for documents in found if documents)

    async def call(self, name: str, args: Mapping[str, Any]) -> str:
        """Call a tool and return what the model is shown of it."""
        self._begun += 1
        outcome = await self._runner.run(name, args, key=f"call-{self._begun}")
        self.outcomes.append((name, outcome))
        return shown(outcome)

    def _bridged(self, name: str) -> StructuredTool:
        tool = self._runner.toolbox[name]

        async def call(**args: Any) -> str:
            return await self.call(name, args)

        told = tool.signature.partition("  # ")[2] or name  # the same words, and as many, as PlanFirst's planner reads
        return StructuredTool(name=name, description=told, args_schema=dict(tool.parameters), coroutine=call, func=None)


def runner_of(toolbox: Toolbox, limits: Limits) -> ToolRunner:
    """Return a runner with the bounds that PlanFirst has."""
    return ToolRunner(
        toolbox,
        policy=AllowAll(),
        default_timeout=limits.step_seconds,
        default_max_chars=limits.step_chars,
        concurrency=limits.concurrency,
    )


def shown(outcome: Outcome) -> str:
    """Return an outcome as text: passages as PlanFirst's solver is shown them, an error by its kind and message."""
    if outcome.status != "ok":
        return f"Error: {outcome.error['kind']}: {outcome.error['message']}" if outcome.error else "Error"
    if passages := list(passages_in(outcome.value)):
        return "\n".join(_numbered(n, passage) for n, passage in enumerate(passages, start=1))
    value = outcome.value
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _numbered(n: int, passage: Passage) -> str:
    section = f", {passage['section']}" if passage["section"] else ""
    return f"[{n}] ({passage['title']}{section}) {passage['text']}"
