"""Resources that belong to an event loop: opened at first use in it, closed with it.

An `Agent` is built without a running loop and used from several: scripts, notebooks, threads. Connections cannot be
shared between loops, so each loop gets its own.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")


_lifetimes: set[AsyncGenerator[Any, None]] = set()
"""Every open resource's generator: one that were only collected as garbage might be cancelled before it has closed."""


class _Held(Generic[T]):
    """One loop's resource, and the lock under which it is opened."""

    def __init__(self) -> None:
        self.opening = asyncio.Lock()
        self.lifetime: AsyncGenerator[T, None] | None = None
        self.value: T | None = None


class PerLoop(Generic[T]):
    """One resource for each running event loop.

    The resource lives inside an asynchronous generator that is left suspended, so a loop that ends in the orderly way,
    as `asyncio.run` does by `shutdown_asyncgens`, closes it without having been told about it. A loop closes all its
    generators at once, so `open_` must not leave suspended ones of its own (as `asynccontextmanager` would).
    """

    def __init__(self, open_: Callable[[], Awaitable[T]], close: Callable[[T], Awaitable[None]]) -> None:
        self._open, self._close = open_, close
        self._held: WeakKeyDictionary[asyncio.AbstractEventLoop, _Held[T]] = WeakKeyDictionary()
        self._guard = threading.Lock()

    async def get(self) -> T:
        """Return the running loop's resource, opening it if need be; what opening raises is passed on."""
        with self._guard:
            held = self._held.setdefault(asyncio.get_running_loop(), _Held())
        async with held.opening:
            if held.lifetime is None:
                lifetime = self._lifetime()
                held.value = await anext(lifetime)
                held.lifetime = lifetime
                _lifetimes.add(lifetime)
        assert held.value is not None  # noqa: S101 - set together with `lifetime`
        return held.value

    async def _lifetime(self) -> AsyncGenerator[T, None]:
        loop = asyncio.get_running_loop()
        resource = await self._open()
        try:
            yield resource
        finally:
            await self._close(resource)
            if lifetime := self._held[loop].lifetime:
                _lifetimes.discard(lifetime)
            with self._guard:  # what is held may itself refer to the loop, so the entry would never go by itself
                self._held.pop(loop, None)

    async def aclose(self) -> None:
        """Close the running loop's resource; the next `get` opens it again."""
        with self._guard:
            held = self._held.get(asyncio.get_running_loop())
        if held is not None and held.lifetime is not None:
            await held.lifetime.aclose()
