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
from typing import TypeVar

IDLE_SECONDS = 10.0
T = TypeVar("T")
_Job = Callable[[], None]


class DaemonThreads:
    """Threads that are started as needed and reused while busy. May be used from several event loops at once."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._idle: list[queue.SimpleQueue[_Job]] = []

    def submit(self, work: Callable[[], T], ended: Callable[[], None]) -> "asyncio.Future[T]":
        """Run `work`, which must not raise, in a copy of the current context; return a future of the running loop.

        `ended` is called on that loop when the thread is free again, also if the future was cancelled before.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        context = contextvars.copy_context()

        def settle(value: T) -> None:
            ended()
            if not future.done():
                future.set_result(value)

        def job() -> None:
            value = context.run(work)
            # A loop that was closed meanwhile has nobody who waits.
            if not loop.is_closed():
                _call_soon(loop, lambda: settle(value))

        self._hand_over(job)
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
            job()
            job = None  # the thread must not keep a value alive while it idles
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
            return inbox.get()  # it was taken in between, so a job is on its way


def _call_soon(loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
    try:
        loop.call_soon_threadsafe(callback)
    except RuntimeError:  # closed between the check and the call
        if not loop.is_closed():
            raise
