"""How a run begins, whether it may go on, and what is said of one that was cancelled: all that a record is told."""

import uuid
from collections.abc import Mapping
from typing import Any

from graph.runs import FINISHED, RunRecord, RunStore
from nodes.context import Context
from nodes.errors import RunStateError, ToolsChangedError
from nodes.language import parse_canonical
from nodes.models.prompts import PROMPT_VERSION
from nodes.state import Mode, RunId
from nodes.tools import Tool


async def begin(
    store: RunStore,
    question: str,
    follow: str | None,
    *,
    mode: Mode,
    options: Context,
    tools: Mapping[str, Tool],
    held: tuple[str, float] = ("", 0.0),
) -> RunRecord:
    """Store a new run for a checked question; `follow` is the run whose conversation it continues.

    `held` says who drives the run and until when that is taken for granted.

    Raises:
        UnknownRunError: there is no run `follow`.
        RunStateError: that run is not finished.
    """
    run_id = RunId(uuid.uuid4().hex[:12])
    thread, turn = str(run_id), 1
    if follow is not None:
        earlier = await store.get(follow)
        if earlier.status not in FINISHED:
            said = f"run {earlier.id} is {earlier.status}; finish it with resume before a follow-up question"
            raise RunStateError(earlier.id, said)
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
        driver=held[0],
        lease=held[1],
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


def cancelled(plan: str, results: Mapping[str, Any]) -> dict[str, str]:
    """Return a cancelled run's error: how many steps were done, and what is known of those that were broken off."""
    steps = parse_canonical(plan).steps
    done = sum(results.get(step.id, {}).get("status") == "ok" for step in steps)
    parts = ["the run was cancelled"]
    if steps:
        parts.append(f"{done} of {len(steps)} step{'s' if len(steps) > 1 else ''} had been done")
    parts += [
        f"#{step.id} ({step.tool}) was broken off: {results[step.id]['error']['message']}"
        for step in steps
        if step.id in results and _broken_off(results[step.id])
    ]
    return {"kind": "cancelled", "message": "; ".join(parts)}


def _broken_off(result: Mapping[str, Any]) -> bool:
    return result["status"] == "failed" and bool(result["error"]) and result["error"]["kind"] == "cancelled"
