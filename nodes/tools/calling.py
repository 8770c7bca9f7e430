"""One attempt: call a tool's function wherever it belongs, bounded in time and output, and contain whatever it does.

A coroutine runs in a task of its own on the running loop, and is ended even if it swallows its cancellation. A
synchronous function runs on a daemon thread that is abandoned at the timeout, since Python cannot end it. What this
cannot bound is a coroutine function that blocks the loop without awaiting: declare such a tool as a plain function.
This module does not know policies, retries or fallbacks.
"""

import asyncio
import copy
import inspect
import threading
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from nodes.tools.admission import Ticket
from nodes.tools.boundary import Finished, Stoppable, acontained, contained
from nodes.tools.contract import Tool, ToolOutput
from nodes.tools.failures import AttemptTimeoutError
from nodes.tools.functions import KEY
from nodes.tools.output import Shaper
from nodes.tools.threads import DaemonThreads

GRACE_SECONDS = 1.0
"""How long a cancelled coroutine may take to clean up before it is closed."""
WORKING_CHARS = 2_000


@dataclass(frozen=True, slots=True)
class Call:
    """One tool with its arguments and bounds. `timeout` is in seconds, `budget` in characters of the value."""

    tool: Tool
    args: Mapping[str, Any]
    key: str
    timeout: float
    budget: int

    def kwargs(self) -> dict[str, Any]:
        """Return what the function is called with: copies, since evidence is shared by the steps that refer to it."""
        given = {name: copy.deepcopy(v) if isinstance(v, list | dict) else v for name, v in self.args.items()}
        if self.tool.prepare is not None:
            given = self.tool.prepare(given)
        return {**given, KEY: self.key} if self.tool.takes_key else given


@dataclass(frozen=True, slots=True)
class Shaped(ToolOutput):
    """A tool's output as JSON within the budget; `whole` is the value uncut, None where it was not cut."""

    whole: Any = None


async def attempt(call: Call, threads: DaemonThreads, ticket: Ticket) -> Finished[Shaped]:
    """Make the call and return how it ended. Raises only the cancellation of the run itself."""
    work = Stoppable(lambda: _on_thread(call, threads, ticket) if call.tool.blocking else _on_loop(call))
    task = asyncio.create_task(acontained(work))
    try:
        await asyncio.wait({task}, timeout=call.timeout)
        if not task.done():
            return Finished(error=AttemptTimeoutError(f"{call.tool.name} took longer than {call.timeout:g} s"))
    finally:
        if not task.done():
            await _end(task, work)
    # A tool may cancel its own task and return before that takes effect.
    return Finished(error=asyncio.CancelledError()) if task.cancelled() else task.result()


async def _end(task: "asyncio.Task[Finished[Shaped]]", work: Stoppable[Shaped]) -> None:
    task.cancel()
    try:
        await asyncio.wait({task}, timeout=GRACE_SECONDS)
    finally:
        if not task.done():
            work.stop()
            task.cancel()
    await asyncio.wait({task}, timeout=GRACE_SECONDS)


async def _on_loop(call: Call) -> Shaped:
    return await _settled(call.tool.function(**call.kwargs()), Shaper(call.budget))


async def _on_thread(call: Call, threads: DaemonThreads, ticket: Ticket) -> Shaped:
    abandoned = threading.Event()
    shaper = Shaper(call.budget, abandoned.is_set)

    def work() -> Any:
        value = call.tool.function(**call.kwargs())
        return value if _is_asynchronous(value) else _packed(value, shaper)

    held = Ticket(ticket.own)
    working = threads.submit(lambda: contained(work), held.leave_own)
    ticket.own = []  # from here on these slots are the thread's, until it ends
    try:
        finished = await working
    finally:
        abandoned.set()
    try:
        if finished.error is not None:
            raise finished.error
        value = finished.value
    finally:
        # The error's traceback refers to this frame: a cycle would keep the tool's values alive.
        del finished, working
    return value if isinstance(value, Shaped) else await _settled(value, Shaper(call.budget))


def _is_asynchronous(value: Any) -> bool:
    return inspect.isawaitable(value) or isinstance(value, AsyncIterator)


async def _settled(value: Any, shaper: Shaper) -> Shaped:
    if inspect.isawaitable(value):
        value = await value
    if isinstance(value, AsyncIterator):
        return Shaped(await shaper.collect(value))
    return _packed(value, shaper)


def _packed(value: Any, shaper: Shaper) -> Shaped:
    given = value if isinstance(value, ToolOutput) else ToolOutput(value)
    shaped = shaper.shape(given.value)
    working = given.working and given.working[:WORKING_CHARS]
    return Shaped(shaped, given.sources, working, shaper.whole(given.value))
