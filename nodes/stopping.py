"""How a run is asked to stop: LangGraph's own RunControl, and beside it the cancellation that ends what is under way.

A pause lets what has begun come to its end and begins nothing new; a cancellation ends it. This module does not know
who asks, nor what is under way.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Literal

from langgraph.runtime import RunControl

Stopping = Literal["pause", "cancel"]


class Stop(RunControl):
    """The control of one run on one event loop. Its methods are called on that loop, what LangGraph reads from any."""

    __slots__ = ("_scopes", "is_cancelled", "is_lost")

    def __init__(self) -> None:
        super().__init__()
        self.is_cancelled = False
        self.is_lost = False
        """Whether another process has taken the run over, so that nothing may be noted of it here."""
        self._scopes: dict[asyncio.Timeout, Callable[[], float]] = {}

    @classmethod
    def winding_up(cls) -> "Stop":
        """Return the control of a run that was cancelled, which lets its steps say what became of them."""
        stop = cls()
        stop.is_cancelled = True
        return stop

    def pause(self) -> None:
        """Begin nothing new."""
        if not self.drain_requested:
            self.request_drain("pause")

    def cancel(self) -> None:
        """Begin nothing new, and end what is under way."""
        self.request_drain("cancel")
        if self.is_cancelled:
            return
        self.is_cancelled = True
        now = asyncio.get_running_loop().time()
        for scope, grace in self._scopes.items():
            scope.reschedule(now + grace())

    def lose(self) -> None:
        """End the run here, since it is going on elsewhere."""
        self.is_lost = True
        self.cancel()

    @asynccontextmanager
    async def scope(self, grace: Callable[[], float] = lambda: 0.0) -> AsyncGenerator[asyncio.Timeout, None]:
        """End the block `grace()` seconds after a cancellation, with a TimeoutError; the scope has then expired."""
        async with asyncio.timeout(0.0 if self.is_cancelled else None) as timeout:
            self._scopes[timeout] = grace
            try:
                yield timeout
            finally:
                del self._scopes[timeout]


def asked_of(control: RunControl | None) -> Stopping | None:
    """Return what a run is asked for; a control that is not ours knows pauses only."""
    if isinstance(control, Stop) and control.is_cancelled:
        return "cancel"
    return "pause" if control is not None and control.drain_requested else None


@asynccontextmanager
async def ended_by(control: RunControl | None) -> AsyncGenerator[asyncio.Timeout | None, None]:
    """End the block at once where the run is cancelled, with a TimeoutError; see `Stop.scope`."""
    if not isinstance(control, Stop):
        yield None
        return
    async with control.scope() as timeout:
        yield timeout
