"""What the server has seen, for tests to assert on: every chat request, and how many were in work at once."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from planfirst.loopback.faults import Fault
from planfirst.loopback.requests import ChatRequest


@dataclass(slots=True)
class Exchange:
    """A chat request and what became of it. Moments are in seconds of `time.monotonic()`.

    number        from 1, in the order of arrival
    request       None where the body could not be read as one
    first_token   when the first part of the answer was sent, `finished` when the last was or the connection broke
    status        of the response; None where there was none
    fault         the fault that struck, by schedule, script or rule
    sent          the text of the answer as far as it was sent; `usage` what was reported of it
    disconnected  the client went before the answer was complete
    changed       the log's own, set whenever there is something new here
    """

    number: int
    headers: Mapping[str, str]
    received: float
    request: ChatRequest | None = None
    first_token: float | None = None
    finished: float | None = None
    status: int | None = None
    fault: Fault | None = None
    sent: str = ""
    usage: Mapping[str, Any] | None = None
    disconnected: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event, repr=False)


@dataclass(slots=True)
class Log:
    """The exchanges in order of arrival, the paths that were asked for, the requests in work, and the most at once."""

    exchanges: list[Exchange] = field(default_factory=list)
    paths: Counter[str] = field(default_factory=Counter)
    active: int = 0
    peak: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def open(self, headers: Mapping[str, str], now: float) -> Exchange:
        """Start an exchange."""
        exchange = Exchange(len(self.exchanges) + 1, headers, now, changed=self._changed)
        self.exchanges.append(exchange)
        self.active += 1
        self.peak = max(self.peak, self.active)
        self._changed.set()
        return exchange

    def close(self, exchange: Exchange, now: float) -> None:
        """End an exchange."""
        exchange.finished = now
        self.active -= 1
        self._changed.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until `holds()`, looked at whenever an exchange starts, sends or ends. On the server's own loop only."""
        while not holds():
            self._changed.clear()
            await self._changed.wait()
