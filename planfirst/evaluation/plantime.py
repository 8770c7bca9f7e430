"""Times the planner alone, one question after another, with nothing else going on in the process."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodes.planning import Planning


async def plan_seconds(planning: "Planning", questions: Sequence[tuple[str, Sequence[str]]]) -> list[float]:
    """Return the seconds that the planner takes for each question with its earlier turns, in order."""
    from nodes.planning import request_for  # noqa: PLC0415 - loads LangGraph, which reading questions needs not

    request = await request_for(planning, "", {})
    seconds = []
    for question, after in questions:
        asked = replace(request, question=question, turns=after)
        began = time.perf_counter()
        await planning.planner.plan(asked)
        seconds.append(time.perf_counter() - began)
    return seconds
