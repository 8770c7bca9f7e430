"""Who is at work on a run, and how another process asks it to pause or to cancel.

A process that drives a run has its name in the run's record, with a lease that it renews; beside it stands what it is
asked to do, which it reads every half second. A lease that has run out, or whose process is gone from this machine,
holds nobody off. This module does not know how a run is driven.
"""

import asyncio
import os
import platform
import time
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from weakref import WeakKeyDictionary

from graph.logs import warn
from graph.runs import FINISHED, Request, RunRecord, RunStore
from nodes.errors import CheckpointError, RunStateError
from nodes.state import RunId
from nodes.stopping import Stop

POLL_SECONDS = 0.4
"""Time between two looks at what this process is asked to do."""
LEASE_SECONDS = 20.0
"""How long a process that is not heard of holds its runs."""
RENEW_SECONDS = 5.0
LOOK_SECONDS = 0.1
"""Time between two looks whether a run has done as it was asked."""
AT_WORK = frozenset({"queued", "planning", "running", "solving"})
"""The statuses of a run that somebody drives, or drove when it was killed."""


def _place() -> str:
    """Name where a process id means something: the machine, and on Linux the container too."""
    namespace = Path("/proc/self/ns/pid")
    return f"{platform.node()}:{namespace.readlink() if namespace.exists() else ''}"


def is_driven(record: RunRecord) -> bool:
    """Say whether a living process is at work on the run."""
    if not record.driver or record.lease < time.time():
        return False
    place, pid, _ = record.driver.rsplit("/", 2)
    if place != _place() or os.name != "posix":  # elsewhere signal 0 would end the process
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # it lives, under another user
    return True


class Tenure:
    """The runs that one agent drives. It looks after those of each event loop while there are any."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self.name = f"{_place()}/{os.getpid()}/{uuid.uuid4().hex[:8]}"
        self._held: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[RunId, Stop]] = WeakKeyDictionary()
        self._watchers: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Task[None]] = WeakKeyDictionary()

    def lease(self) -> float:
        """Return until when a hold that begins now lasts."""
        return time.time() + LEASE_SECONDS

    async def hold(self, record: RunRecord) -> Stop:
        """Take up a run and return what it is stopped by, until `release`.

        Raises:
            RunStateError: another process is at work on it.
        """
        mine = record.driver == self.name
        fresh = mine and not record.request and record.lease > time.time() + LEASE_SECONDS / 2
        if (not mine and is_driven(record)) or not (fresh or await self._take(record)):
            raise RunStateError(
                record.id,
                f"another process is at work on run {record.id}; wait for it, or end it with "
                f"`planfirst pause {record.id}` or `planfirst cancel {record.id}`",
            )
        loop, stop = asyncio.get_running_loop(), Stop()
        held = self._held.setdefault(loop, {})
        held[record.id] = stop
        if loop not in self._watchers:
            self._watchers[loop] = asyncio.create_task(self._watch(held))
        return stop

    async def _take(self, record: RunRecord) -> bool:
        """Write this agent's name into the record; return False where another was faster."""
        return await self._store.exchange(record.id, record.driver, driver=self.name, lease=self.lease(), request="")

    def release(self, run_id: RunId) -> None:
        """Look after a run no more; who wrote its end into its record has freed it there."""
        loop = asyncio.get_running_loop()
        held = self._held.get(loop, {})
        held.pop(run_id, None)
        if not held and (watcher := self._watchers.pop(loop, None)) is not None:
            watcher.cancel()

    def heed(self, run_id: RunId, request: Request) -> None:
        """Do at once what a run that this loop drives is asked to do."""
        if stop := self._held.get(asyncio.get_running_loop(), {}).get(run_id):
            _heed(stop, request)

    async def _watch(self, held: dict[RunId, Stop]) -> None:
        renewed = time.monotonic()
        while True:
            await asyncio.sleep(POLL_SECONDS)
            before = dict(held)  # one that comes while the database is asked may not be in what it says
            try:
                if time.monotonic() - renewed >= RENEW_SECONDS:
                    await self._store.renew(self.name, self.lease())
                    renewed = time.monotonic()
                asked = await self._store.requests(self.name)
            except CheckpointError as error:
                warn("requests to pause or cancel cannot be read: %s", error)
                continue
            for run_id, stop in before.items():
                if run_id in asked:
                    _heed(stop, asked[run_id])
                else:
                    stop.lose()


def _heed(stop: Stop, request: Request) -> None:
    if request == "cancel":
        stop.cancel()
    elif request == "pause":
        stop.pause()


async def ask_to_stop(
    store: RunStore,
    tenure: Tenure,
    run_id: str,
    request: Request,
    wait: float,
    directly: Callable[[RunRecord], Awaitable[None]],
) -> RunRecord:
    """Have a run pause or cancel and return its record, once it has or after `wait` seconds.

    The process that drives it is asked; where there is none, `directly` does it here.

    Raises:
        UnknownRunError: there is no such run.
    """
    deadline = time.monotonic() + wait
    record = await store.get(run_id)
    while record.status not in FINISHED:
        if not is_driven(record):
            if request == "pause" and record.status not in AT_WORK:
                return record
            with suppress(RunStateError):  # somebody took it up just now, and will be asked
                await directly(record)
                return await store.get(record.id)
            record = await store.get(record.id)
            continue
        if record.request not in {request, "cancel"}:  # who asks for less comes too late
            await store.exchange(record.id, record.driver, request=request)
        tenure.heed(record.id, request)
        if time.monotonic() >= deadline:
            break
        await asyncio.sleep(LOOK_SECONDS)
        record = await store.get(record.id)
    return record
