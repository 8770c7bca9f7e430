"""A counting semaphore whose queue cannot wait for ever.

Every healthy holder gives its slot back within its timeout, so a queue in which nothing moves for longer than that is
stuck behind holders that will not end. This module does not know what a slot is held for.
"""

import asyncio
from collections import deque


class Slots:
    """`size` slots of one event loop. `patience`, in seconds, bounds the wait between two releases.

    Neither `acquire` nor `release` may be called from another thread.
    """

    def __init__(self, size: int, patience: float) -> None:
        self._free = size
        self._patience = patience
        self._released = 0
        self._queue: deque[asyncio.Future[None]] = deque()

    async def acquire(self) -> bool:
        """Take a slot, first come first served. Return False where the queue stopped moving for `patience` seconds."""
        if self._free and not self._queue:
            self._free -= 1
            return True
        turn = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            while not turn.done():
                seen = self._released
                await asyncio.wait({turn}, timeout=self._patience)
                if not turn.done() and self._released == seen:
                    self._queue.remove(turn)
                    return False
        except asyncio.CancelledError:
            if turn.done():
                self.release()
            else:
                self._queue.remove(turn)
            raise
        return True

    def release(self) -> None:
        """Give a slot back, to the one who has waited longest."""
        self._released += 1
        if self._queue:
            self._queue.popleft().set_result(None)
        else:
            self._free += 1
