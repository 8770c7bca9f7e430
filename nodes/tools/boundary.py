"""The one place where anything a tool raises is caught, and where a coroutine that ignores cancellation is ended.

A `SystemExit` or `KeyboardInterrupt` that leaves a task stops the event loop, and a stray `CancelledError` looks like
the run's own, so nothing may leave. This module does not know what an error means; `failures.py` does.
"""

from collections.abc import Awaitable, Callable, Coroutine, Generator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Finished(Generic[T]):
    """How a call ended: with a value, or with an error."""

    value: T | None = None
    error: BaseException | None = None


def contained(work: Callable[[], T]) -> Finished[T]:
    """Call `work` and return how it ended, whatever it raised."""
    try:
        return Finished(work())
    except BaseException as error:  # noqa: BLE001 - the tool-runner boundary: nothing a tool raises may leave
        return Finished(error=error)


async def acontained(work: Awaitable[T]) -> Finished[T]:
    """Await `work` and return how it ended, whatever it raised."""
    try:
        return Finished(await work)
    except BaseException as error:  # noqa: BLE001 - the tool-runner boundary: nothing a tool raises may leave
        return Finished(error=error)


class Stoppable(Awaitable[T]):
    """Awaits a coroutine that can be ended even if it swallows its cancellation.

    Cancelling the task that awaits this object cancels the coroutine politely. After `stop()`, the next thing thrown
    in closes the coroutine instead and is raised here, so that the task ends at once: `asyncio.run` waits for every
    task at its end, and one that could not be ended would hang it.
    """

    def __init__(self, start: Callable[[], Coroutine[Any, Any, T]]) -> None:
        # Started when first awaited: a task that is cancelled before must not leave a coroutine that never ran.
        self._start = start
        self._stopped = False

    def stop(self) -> None:
        """From now on, end the coroutine instead of cancelling it."""
        self._stopped = True

    def __await__(self) -> Generator[Any, Any, T]:
        # Errors that pass refer to this frame, so it holds on to nothing: a cycle would keep the tool's values alive.
        coroutine = self._start()
        step: Callable[[Any], Any] = coroutine.send
        sent: Any = None
        while True:
            try:
                waited = step(sent)
            except StopIteration as end:
                value: T = end.value
                return value
            finally:
                sent = None
            try:
                sent, step = (yield waited), coroutine.send
            except BaseException as thrown:  # passed on, into the coroutine or out of here
                if self._stopped:
                    contained(coroutine.close)
                    raise
                sent, step = thrown, coroutine.throw
            finally:
                del waited
