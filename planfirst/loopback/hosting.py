"""Around the server: a thread to host it, and an address where nobody listens."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from planfirst.loopback.models import ScriptError
from planfirst.loopback.server import HOST, LoopbackServer


class ThreadHost:
    """Runs a server on a loop in a thread of its own: for synchronous code, notebooks, and tests of child processes.

        with ThreadHost(LoopbackServer({"m": ["Hello."]})) as server:
            ChatOpenAI(model="m", base_url=server.base_url, api_key="unused").invoke("Hi")

    In a notebook, call `start` in one cell and `stop` in another.
    """

    def __init__(self, server: LoopbackServer) -> None:
        self.server = server

    def start(self) -> LoopbackServer:
        """Return the running server. Raises OSError: its port is in use."""
        self._settled = threading.Event()
        self._thread = threading.Thread(target=asyncio.run, args=[self._host()], name="planfirst-loopback", daemon=True)
        self._thread.start()
        self._settled.wait()
        if self._serving.done():
            self._thread.join()
            self._serving.result()
        return self.server

    def stop(self) -> None:
        """Stop the server and end its thread. Raises ScriptError: see `LoopbackServer.stop`."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._serving.result()

    def until(self, holds: Callable[[], bool], seconds: float = 30) -> None:
        """Wait until `holds()`, as `Log.until` does. Raises TimeoutError after `seconds`."""
        waiting = asyncio.run_coroutine_threadsafe(self.server.log.until(holds), self._loop)
        try:
            waiting.result(seconds)
        finally:
            waiting.cancel()

    def __enter__(self) -> LoopbackServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.stop()
        except ScriptError as problem:
            problem.show(error)

    async def _host(self) -> None:
        """Keep what the server raises in a task, where the other thread finds it."""
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._serving = asyncio.create_task(self._serve())
        self._serving.add_done_callback(lambda _: self._settled.set())
        await asyncio.wait([self._serving])

    async def _serve(self) -> None:
        async with self.server:
            self._settled.set()
            await self._stop.wait()


@contextmanager
def refused_base_url() -> Iterator[str]:
    """Give a base URL that refuses connections: its port is held, so that nobody else listens there meanwhile."""
    with socket.socket() as held:
        held.bind((HOST, 0))
        yield f"http://{HOST}:{held.getsockname()[1]}/v1"
