"""The one bridge from synchronous callers: a background event loop that ends with the main thread.

Notebooks already run a loop in their thread and scripts run none; both get their answers from this one, so that model
clients and database connections stay open from one call to the next.
"""

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class LoopThread:
    """An event loop in a thread of its own. It shuts down, closing what it holds, once the main thread has ended."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self._ready: Future[asyncio.AbstractEventLoop] = Future()
        self._done: asyncio.Event | None = None
        # Not a daemon: a daemon would be cut off before its connections are closed.
        threading.Thread(target=asyncio.run, args=(self._live(),), name="planfirst-loop").start()
        threading.Thread(target=self._watch, name="planfirst-loop-end").start()

    async def _live(self) -> None:
        self._done = asyncio.Event()
        self._ready.set_result(asyncio.get_running_loop())
        await self._done.wait()

    def _watch(self) -> None:
        threading.main_thread().join()
        loop = self._ready.result()
        assert self._done is not None  # noqa: S101 - set before the loop is ready
        loop.call_soon_threadsafe(self._done.set)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end and return its result; Ctrl-C cancels it and waits until it has stopped."""
        future = asyncio.run_coroutine_threadsafe(work, self._ready.result())
        try:
            return future.result()
        except KeyboardInterrupt:
            future.cancel()
            stopped = asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self._ready.result())
            stopped.result()
            raise


_guard = threading.Lock()
_thread: LoopThread | None = None


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine from synchronous code, also where the calling thread runs a loop of its own (a notebook)."""
    global _thread  # noqa: PLW0603 - one background loop for the process, made at first use
    with _guard:
        if _thread is None or _thread.pid != os.getpid():  # a forked child has the object but not the thread
            _thread = LoopThread()
    return _thread.run(work)
