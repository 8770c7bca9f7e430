"""What Ctrl-C does to the run that this process drives."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from planfirst.cli.output import err, say_error

if TYPE_CHECKING:
    from graph.agent import Agent
    from graph.result import Result


T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end; one that Ctrl-C broke off raises KeyboardInterrupt, whoever caught the signal."""
    try:
        return asyncio.run(work)
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


class Interrupts:
    """What Ctrl-C asks of the run that this process drives: once to pause, twice to cancel; a third time breaks off."""

    def __init__(self, agent: "Agent") -> None:
        self.run_id = ""
        self.count = 0
        self._agent = agent
        self._asking: set[asyncio.Task[Result]] = set()

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Catch Ctrl-C inside the block, which runs in the current task."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        before = signal.getsignal(signal.SIGINT)
        try:
            loop.add_signal_handler(signal.SIGINT, self._pressed, task.cancel if task else lambda: None)
        except (NotImplementedError, RuntimeError, ValueError):  # not on this system, or not in the main thread
            yield
            return
        try:
            yield
        finally:
            loop.remove_signal_handler(signal.SIGINT)
            signal.signal(signal.SIGINT, before)

    def _pressed(self, break_off: Callable[[], object]) -> None:
        self.count += 1
        if not self.run_id or self.count > 2:
            break_off()
        elif self.count == 1:
            err.print("pausing once the steps under way have ended; Ctrl-C again cancels the run")
            self._ask(self._agent.apause(self.run_id, wait=0))
        else:
            err.print("cancelling")
            self._ask(self._agent.acancel(self.run_id, wait=0))

    def _ask(self, asking: "Coroutine[Any, Any, Result]") -> None:
        task = asyncio.create_task(asking)
        self._asking.add(task)
        task.add_done_callback(self._tell)

    def _tell(self, task: "asyncio.Task[Result]") -> None:
        self._asking.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            say_error(f"the run cannot be asked to stop: {error}")
