"""Puts questions to the embedded default: the planner's time first, alone, then the answers, several at once.

The one composition root of this package: what else it measures is given an `Ask` (`asking.py`).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from tempfile import TemporaryDirectory

from graph.agent import Agent
from graph.compose import compose
from nodes.planning import Planning, request_for
from planfirst.evaluation.asking import Reply, agent_ask, ask_all
from retrieval import KnowledgeBase

Asked = tuple[str, Sequence[str]]
"""A question, and the user's earlier turns of the same conversation."""
OnProgress = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and how much there is."""


async def ask_embedded(
    knowledge: KnowledgeBase, questions: Sequence[Asked], on_progress: OnProgress
) -> tuple[list[Reply], list[float]]:
    """Return the reply to each question and the seconds its plan took; no run is kept."""
    taken = await plan_seconds(compose(knowledge=knowledge).planning, questions)
    done = 0

    def replied() -> None:
        nonlocal done
        done += 1
        on_progress("asking", done, len(questions))

    with TemporaryDirectory(prefix="planfirst-eval-") as home:
        agent = Agent(None, knowledge=knowledge, home=home)
        try:
            replies = await ask_all(agent_ask(agent), questions, on_reply=replied)
        finally:
            await agent.aclose()
    return replies, taken


async def plan_seconds(planning: Planning, questions: Sequence[Asked]) -> list[float]:
    """Return the seconds the planner takes for each question, one after another, while nothing else goes on.

    What is opened once, as the tagger's model, is opened before.
    """
    request = await request_for(planning, "", {})
    await planning.planners[0].plan(replace(request, question="a wording that no rule knows"))
    seconds = []
    for question, after in questions:
        asked = replace(request, question=question, turns=after)
        began = time.perf_counter()
        await planning.planners[0].plan(asked)
        seconds.append(time.perf_counter() - began)
    return seconds
