"""How a run begins, and whether it may go on: what its record says against what there is now."""

import uuid
from collections.abc import Mapping

from graph.runs import FINISHED, RunRecord, RunStore
from nodes.context import Context
from nodes.errors import RunStateError, ToolsChangedError
from nodes.language import parse_canonical
from nodes.models.prompts import PROMPT_VERSION
from nodes.state import Mode, RunId
from nodes.tools import Tool


async def begin(
    store: RunStore, question: str, follow: str | None, *, mode: Mode, options: Context, tools: Mapping[str, Tool]
) -> RunRecord:
    """Store a new run for a checked question; `follow` is the run whose conversation it continues.

    Raises:
        UnknownRunError: there is no run `follow`.
        RunStateError: that run is not finished.
    """
    run_id = RunId(uuid.uuid4().hex[:12])
    thread, turn = str(run_id), 1
    if follow is not None:
        earlier = await store.get(follow)
        if earlier.status not in FINISHED:
            raise RunStateError(
                earlier.id,
                f"run {earlier.id} is {earlier.status}; finish it with resume before a follow-up question",
            )
        thread, turn = earlier.thread, await store.turns(earlier.thread) + 1
    record = RunRecord(
        id=run_id,
        thread=thread,
        turn=turn,
        question=question,
        mode=mode,
        options=dict(options),
        tools={tool.name: tool.digest for tool in tools.values()},
        prompt_version=PROMPT_VERSION,
    )
    await store.add(record)
    return record


def check_tools(record: RunRecord, tools: Mapping[str, Tool]) -> None:
    """Refuse to go on where the plan's tools are not those it was made for.

    Raises:
        ToolsChangedError: one is missing or has changed.
    """
    needed = dict.fromkeys(step.tool for step in parse_canonical(record.plan or "").steps)
    missing = [name for name in needed if name not in tools]
    changed = [name for name in needed if name in tools and tools[name].digest != record.tools.get(name)]
    if not missing and not changed:
        return
    parts = [f"{', '.join(names)} {what}" for names, what in ((missing, "missing"), (changed, "changed")) if names]
    raise ToolsChangedError(
        record.id,
        [*missing, *changed],
        f"run {record.id} cannot go on: the tools of its plan are not what they were ({'; '.join(parts)}); "
        "give the agent the same tools, or ask the question again",
    )
