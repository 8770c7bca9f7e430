"""The planner without a model: an ordered list of rules over the question's words.

It sees the user's questions and the names of the tools, no document and no answer. What its plans are worth depends on
the reader, which takes a value only where a sentence surely tells it.
"""

from collections.abc import Collection, Sequence

from nodes.drafts import PlanRequest, Proposal
from nodes.language import Plan, render
from nodes.symbolic.drafting import Drafting
from nodes.symbolic.followups import in_context
from nodes.symbolic.phrases import in_order
from nodes.symbolic.rules import RULES
from nodes.symbolic.words import normalise

RULE_CHARS = 500
"""A longer question is searched for, not analysed: it is a text with a task in it, and one pattern does not span it."""
QUERY_CHARS = 2_000
"""Of a longer question, this much is the query."""


class SymbolicPlanner:
    """Plans without a model. `plan_for` is pure; any question takes far less than 0.1 s."""

    name = "the symbolic planner"
    revises = False

    async def plan(self, request: PlanRequest) -> Proposal:
        """Return a plan in the canonical dialect; one that was found invalid is followed by the simplest one."""
        tools = {tool.name for tool in request.tools}
        if request.earlier is not None and request.earlier.problems:
            tools &= {"search"}
        plan = self.plan_for(request.question, request.turns, tools, max_steps=request.max_steps)
        return Proposal(render(plan), "extractive")

    def plan_for(
        self, question: str, turns: Sequence[str] = (), tools: Collection[str] = (), *, max_steps: int = 200
    ) -> Plan:
        """Return the plan of the first rule that fits and whose tools are there; an empty one if none is."""
        asked = in_order(normalise(in_context(question, turns))[:QUERY_CHARS])
        for rule in RULES if len(asked) <= RULE_CHARS else RULES[-1:]:
            draft = Drafting(asked)
            if rule.needs <= set(tools) and rule.apply(asked, draft) and len(draft.plan.steps) <= max_steps:
                return draft.plan
        return Plan()
