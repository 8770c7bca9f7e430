"""The planner without a model: an ordered list of rules over the question's words, and a tagger for other wordings.

It sees the user's questions and the names of the tools, no document and no answer. What its plans are worth depends on
the reader, which takes a value only where a sentence surely tells it.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import chain

from nodes.drafts import PlanRequest, Proposal
from nodes.language import Plan, render
from nodes.symbolic import framed as parts
from nodes.symbolic.drafting import Drafting
from nodes.symbolic.followups import in_context
from nodes.symbolic.frames import QuestionTagger, framed
from nodes.symbolic.phrases import in_order
from nodes.symbolic.rules import FALLBACKS, RULES
from nodes.symbolic.words import normalise

Write = Callable[[str, Drafting], bool]

RULE_CHARS = 500
"""A longer question is searched for, not analysed: it is a text with a task in it, and one pattern does not span it."""
QUERY_CHARS = 2_000
"""Of a longer question, this much is the query."""


class SymbolicPlanner:
    """Plans without a model. `plan_for` is pure; any question takes far less than 0.1 s.

    Without a `tagger`, a question that no rule fits is searched for.
    """

    name = "the symbolic planner"
    revises = False

    def __init__(self, tagger: QuestionTagger | None = None) -> None:
        self._tagger = tagger

    async def plan(self, request: PlanRequest) -> Proposal:
        """Return a plan in the canonical dialect; one that was found invalid is followed by the simplest one."""
        tools = {tool.name for tool in request.tools}
        if request.earlier is not None and request.earlier.problems:
            tools &= {"search"}
        plan = await asyncio.to_thread(
            self.plan_for, request.question, request.turns, tools, max_steps=request.max_steps
        )
        return Proposal(render(plan), "extractive")

    def plan_for(
        self, question: str, turns: Sequence[str] = (), tools: Collection[str] = (), *, max_steps: int = 200
    ) -> Plan:
        """Return the plan of the first rule that fits and whose tools are there; an empty one if none is."""
        asked = in_order(normalise(in_context(question, turns))[:QUERY_CHARS])
        ways: Iterable[Write] = (rule.apply for rule in FALLBACKS[-1:])
        if len(asked) <= RULE_CHARS:
            rules, fallbacks = (
                [rule.apply for rule in each if rule.needs <= set(tools)] for each in (RULES, FALLBACKS)
            )
            ways = chain(rules, [self._by_parts], fallbacks)
        for write in ways:
            draft = Drafting(asked)
            if write(asked, draft) and draft.needs <= set(tools) and len(draft.plan.steps) <= max_steps:
                return draft.plan
        return Plan()

    def _by_parts(self, question: str, draft: Drafting) -> bool:
        """Write the plan for a question whose wording no rule knows, from its parts."""
        return self._tagger is not None and parts.write(framed(question, self._tagger.tag(f"{question}?")), draft)
