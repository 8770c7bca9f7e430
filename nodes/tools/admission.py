"""Who may run now: an overall bound, a bound per tool, and a bound on threads, for each event loop.

A tool's own slots are taken first, so that calls queueing for one slow tool do not hold places that others could use.
This module does not know what is run.
"""

import asyncio
import threading
from collections.abc import Callable

from nodes.tools.contract import Tool
from nodes.tools.failures import BusyError
from nodes.tools.slots import Slots


class Ticket:
    """The slots that one attempt holds. `leave_shared` and `leave_own` give them back, each once."""

    def __init__(self, own: list[Slots] | None = None) -> None:
        self.own = own or []
        self.shared: Slots | None = None

    def leave_shared(self) -> None:
        """Give back the overall slot: the attempt is over, even if a thread that it left behind is not."""
        if self.shared is not None:
            self.shared.release()
            self.shared = None

    def leave_own(self) -> None:
        """Give back the tool's slot and the thread's: nothing of the attempt runs any more."""
        while self.own:
            self.own.pop().release()


class Admission:
    """The slots of one event loop. `patience` gives the seconds after which a tool's queue counts as stuck."""

    def __init__(self, concurrency: int, patience: Callable[[Tool | None], float]) -> None:
        self._concurrency = concurrency
        self._patience = patience
        self._overall = Slots(concurrency, patience(None))
        # Twice as many threads as calls, and no tool more than `concurrency` of them: calls of one tool that never end
        # leave the others at least as many.
        self._threads = Slots(2 * concurrency, patience(None))
        self._tools: dict[Tool, Slots] = {}

    async def enter(self, tool: Tool) -> Ticket:
        """Wait for the slots that a call of `tool` needs.

        Raises BusyError where they are held by calls that do not end.
        """
        ticket = Ticket()
        try:
            for slots in self._own(tool):
                await _take(slots, tool)
                ticket.own.append(slots)
            await _take(self._overall, tool)
            ticket.shared = self._overall
        except (BusyError, asyncio.CancelledError):
            ticket.leave_own()
            raise
        return ticket

    def _own(self, tool: Tool) -> tuple[Slots, ...]:
        limit = tool.reliability.concurrency
        if limit is None and not tool.blocking:
            return ()
        slots = self._tools.get(tool)
        if slots is None:
            slots = self._tools[tool] = Slots(limit or self._concurrency, self._patience(tool))
        return (slots, self._threads) if tool.blocking else (slots,)


async def _take(slots: Slots, tool: Tool) -> None:
    if not await slots.acquire():
        raise BusyError(f"no call of {tool.name} could start: those that are running do not end")


class AdmissionPerLoop:
    """Finds the running loop's admission; an agent may be used from several loops and threads."""

    def __init__(self, make: Callable[[], Admission]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._by_loop: dict[asyncio.AbstractEventLoop, Admission] = {}

    def current(self) -> Admission:
        """Return the running loop's admission."""
        loop = asyncio.get_running_loop()
        admission = self._by_loop.get(loop)
        if admission is None:
            with self._lock:
                for other in [each for each in self._by_loop if each.is_closed()]:
                    del self._by_loop[other]
                admission = self._by_loop[loop] = self._make()
        return admission
