"""Who may touch the index, across threads and processes. Knows two lock files, and nothing of what they protect.

`maintenance` is held by one ingestion, purge or repair from beginning to end; `index` is shared by searches and taken
alone for the moments in which vectors change. So a search waits for a batch being stored, never for one being embedded.
The locks are SQLite's own file locks (through filelock): the operating system drops them with the process that held
them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import ReadWriteLock, Timeout

from retrieval.errors import IndexInUseError, StorageError

WAIT_SECONDS = 10.0
"""How long to wait for another process before giving up. A batch is stored in well under a second."""


class IndexLocks:
    """The locks of one knowledge base. Every acquisition opens its own handle, so threads wait like processes do."""

    def __init__(self, folder: Path, wait_seconds: float = WAIT_SECONDS) -> None:
        self._folder = folder
        self._wait = wait_seconds

    @contextmanager
    def maintenance(self) -> Iterator[None]:
        """Be the only one that changes the knowledge base. Raises IndexInUseError, StorageError."""
        with self._held("maintenance.lock", alone=True, wait=self._wait) as held:
            if not held:
                raise IndexInUseError(
                    f"another process is changing the knowledge base in {self._folder}; "
                    "wait until it has finished, or end it."
                )
            yield

    @contextmanager
    def maintenance_if_free(self) -> Iterator[bool]:
        """As `maintenance`, but give False at once when somebody else has it."""
        with self._held("maintenance.lock", alone=True, wait=0) as held:
            yield held

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read the index together with others. Raises IndexInUseError, StorageError."""
        with self._held("index.lock", alone=False, wait=self._wait) as held:
            if not held:
                raise self._busy()
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Change the index while nobody reads it. Raises IndexInUseError, StorageError."""
        with self._held("index.lock", alone=True, wait=self._wait) as held:
            if not held:
                raise self._busy()
            yield

    def _busy(self) -> IndexInUseError:
        return IndexInUseError(
            f"the index in {self._folder} was held by another process for {self._wait:g} seconds; "
            "try again when it has finished."
        )

    @contextmanager
    def _held(self, name: str, *, alone: bool, wait: float) -> Iterator[bool]:
        lock = ReadWriteLock(self._folder / name, is_singleton=False)
        try:
            acquire = lock.acquire_write if alone else lock.acquire_read
            try:
                acquire(timeout=wait)
            except Timeout:
                yield False
                return
            except OSError as error:
                raise StorageError(
                    f"the lock file {self._folder / name} cannot be opened ({error.strerror}); "
                    "allow writing to its folder."
                ) from error
            yield True
        finally:
            lock.close()
