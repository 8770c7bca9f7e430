"""Daemon threads that run blocking functions and can be abandoned.

`asyncio.to_thread` is joined at interpreter exit: a tool that blocks for an hour would hold the process that long.
These threads are never joined; an idle one ends by itself. This module does not know what it runs, only that it does
not raise.
"""

import asyncio
import contextvars
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

IDLE_SECONDS = 10.0
T = TypeVar("T")


@dataclass(slots=True)
class _Job:
    """One function to run, and what is done with its value on the event loop."""

    loop: asyncio.AbstractEventLoop
    context: contextvars.Context
    work: Callable[[], Any]
    settle: Callable[[Any], None]

    def deliver(self, value: Any) -> None:
        """Settle on the loop; one that was closed meanwhile has nobody who waits."""
        try:
            self.loop.call_soon_threadsafe(self.settle, value)
        except RuntimeError:
            if not self.loop.is_closed():
                raise


class DaemonThreads:
    """Threads that are started as needed and reused while busy. May be used from several event loops at once."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._idle: list[queue.SimpleQueue[_Job]] = []

    def submit(self, work: Callable[[], T], ended: Callable[[], None]) -> "asyncio.Future[T]":
        """Run `work`, which must not raise, in a copy of the current context; return a future of the running loop.

        `ended` is called on that loop when the thread is free again, also if the future was cancelled before. Raises
        RuntimeError where the system has no more threads.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def settle(value: T) -> None:
            ended()
            if not future.done():
                future.set_result(value)

        self._hand_over(_Job(loop, contextvars.copy_context(), work, settle))
        return future

    def _hand_over(self, job: _Job) -> None:
        with self._lock:
            inbox = self._idle.pop() if self._idle else None
        if inbox is None:
            inbox = queue.SimpleQueue()
            threading.Thread(target=self._serve, args=(inbox,), name=self._name, daemon=True).start()
        inbox.put(job)

    def _serve(self, inbox: "queue.SimpleQueue[_Job]") -> None:
        job: _Job | None = inbox.get()
        while job is not None:
            # No local variable holds the value: an error's traceback refers to this frame, and that would be a cycle.
            job.deliver(job.context.run(job.work))
            job = None  # an idle thread keeps nothing alive
            with self._lock:
                self._idle.append(inbox)
            job = self._next(inbox)

    def _next(self, inbox: "queue.SimpleQueue[_Job]") -> _Job | None:
        try:
            return inbox.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            with self._lock:
                if inbox in self._idle:
                    self._idle.remove(inbox)
                    return None
        return inbox.get()  # taken in between, so a job is on its way
