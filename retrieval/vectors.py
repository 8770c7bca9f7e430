"""Vectors and passage ids in Chroma, one folder a collection. Everything here can be made again from the database.

Measured on Chroma 1.5.9: a client does not notice what another process writes, without an error; so a caller says
which generation of the index it needs, and an older client is closed and opened again (about 70 ms). Deleting a Chroma
collection leaves its files on disk; hence a folder each, which can be removed. Callers hold the index lock.
"""

import shutil
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from retrieval.errors import IndexCorruptError, StorageError

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

    from retrieval.embedders.protocol import Vectors

MAX_BATCH = 5461
"""Chroma takes no more records in one call."""
_LITTLE_SPACE = 1 << 20
"""Bytes free on a disk that counts as full, when Chroma fails without saying why."""


@dataclass(slots=True)
class _Open:
    client: "Client"
    collection: "Collection"
    generation: int


class VectorStore:
    """The vectors of one knowledge base's collections. Get it through `shared`."""

    _shared: ClassVar["weakref.WeakValueDictionary[tuple[Path, str], VectorStore]"] = weakref.WeakValueDictionary()
    _shared_lock = threading.Lock()

    def __init__(self, folder: Path, tenant: str) -> None:
        self._folder = folder
        self._tenant = tenant
        self._lock = threading.RLock()
        self._opened: dict[int, _Open] = {}

    @classmethod
    def shared(cls, folder: Path, tenant: str) -> "VectorStore":
        """The one store of `folder` in this process: two Chroma clients of one folder would share stale state."""
        key = (folder.resolve(), tenant)
        with cls._shared_lock:
            store = cls._shared.get(key)
            if store is None:
                store = cls._shared[key] = cls(*key)
            return store

    def nearest(
        self, collection: int, generation: int, query: "Vectors", k: int, among: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """The `k` ids nearest to `query` with their cosine, best first; only of those in `among` if it is given."""
        with self._errors(collection), self._lock:
            opened = self._at(collection, generation)
            size = min(k, opened.collection.count() if among is None else len(among))
            if size == 0:
                return []
            found = opened.collection.query(
                query_embeddings=query[None],
                n_results=size,
                ids=None if among is None else list(among),
                include=["distances"],
            )
            distances = found["distances"] or [[]]
            return [(id_, 1 - distance) for id_, distance in zip(found["ids"][0], distances[0], strict=True)]

    def count(self, collection: int, generation: int) -> int:
        """How many vectors there are."""
        with self._errors(collection), self._lock:
            return int(self._at(collection, generation).collection.count())

    def ids(self, collection: int, generation: int) -> set[str]:
        """The ids that have a vector."""
        with self._errors(collection), self._lock:
            return set(self._at(collection, generation).collection.get(include=[])["ids"])

    def put(self, collection: int, generation: int, ids: Sequence[str], vectors: "Vectors") -> None:
        """Store vectors, shape `(len(ids), dimension)`; an id that is there already gets the new one."""
        with self._errors(collection), self._lock:
            target = self._at(collection, generation).collection
            for at in range(0, len(ids), MAX_BATCH):
                target.upsert(ids=list(ids[at : at + MAX_BATCH]), embeddings=vectors[at : at + MAX_BATCH])

    def remove(self, collection: int, generation: int, ids: Sequence[str]) -> None:
        """Forget vectors; ids that have none are passed over."""
        with self._errors(collection), self._lock:
            target = self._at(collection, generation).collection
            for at in range(0, len(ids), MAX_BATCH):
                target.delete(ids=list(ids[at : at + MAX_BATCH]))

    def advance(self, collection: int, generation: int) -> None:
        """Note that what this process wrote is generation `generation`, so that it need not open the files again."""
        with self._lock:
            if collection in self._opened:
                self._opened[collection].generation = generation

    def drop(self, collection: int) -> None:
        """Remove a collection's files. Raises StorageError."""
        with self._lock:
            self._close(collection)
            try:
                shutil.rmtree(self._path(collection))
            except FileNotFoundError:
                pass
            except OSError as error:
                raise StorageError(
                    f"{self._path(collection)} cannot be removed ({error.strerror}); remove it yourself."
                ) from error

    def drop_others(self, keep: Sequence[int]) -> None:
        """Remove what is left of collections that no longer exist, as after a purge that was interrupted."""
        names = {str(collection) for collection in keep}
        for path in self._folder.glob("*"):
            if path.name.isdecimal() and path.name not in names:
                self.drop(int(path.name))

    def close(self) -> None:
        """Close all clients; they open again when needed."""
        with self._lock:
            for collection in list(self._opened):
                self._close(collection)

    def _close(self, collection: int) -> None:
        opened = self._opened.pop(collection, None)
        if opened:
            opened.client.close()

    def _path(self, collection: int) -> Path:
        return self._folder / str(collection)

    def _at(self, collection: int, generation: int) -> _Open:
        opened = self._opened.get(collection)
        if opened and opened.generation != generation:
            self._close(collection)
            opened = None
        if opened is None:
            opened = self._opened[collection] = self._open(collection, generation)
        return opened

    def _open(self, collection: int, generation: int) -> _Open:
        from chromadb.api.client import Client  # noqa: PLC0415 - takes half a second to import
        from chromadb.api.shared_system_client import SharedSystemClient  # noqa: PLC0415 - the same
        from chromadb.config import Settings  # noqa: PLC0415 - the same

        path = self._path(collection)
        path.mkdir(parents=True, exist_ok=True)
        settings = Settings(is_persistent=True, persist_directory=str(path), anonymized_telemetry=False)
        # Nobody else in this process has the folder open: what Chroma still keeps for it is half a system that failed
        # to open, which it would hand out again after the folder is mended.
        SharedSystemClient._identifier_to_system.pop(str(path), None)
        client = Client(settings=settings)
        with ExitStack() as on_failure:
            on_failure.callback(client.close)
            handle = client.get_or_create_collection(
                f"{self._tenant}.{collection}",
                configuration={"hnsw": {"space": "cosine"}},
                embedding_function=None,  # the default one downloads
            )
            on_failure.pop_all()
        return _Open(client, handle, generation)

    @contextmanager
    def _errors(self, collection: int) -> Iterator[None]:
        """Turn Chroma's errors into PlanFirst's; it reports a full disk as an internal error, so the disk is asked."""
        from chromadb.errors import ChromaError  # noqa: PLC0415 - takes half a second to import

        path = self._path(collection)
        try:
            yield
        except OSError as error:
            raise StorageError(f"{path} cannot be used: {error.strerror}; free some space or allow writing.") from error
        except (ChromaError, ValueError, RuntimeError) as error:
            if _disk_is_full(self._folder):
                raise StorageError(f"the disk that holds {path} is full; free some space and try again.") from error
            raise IndexCorruptError(
                f"the vectors in {path} cannot be read ({type(error).__name__}); "
                "delete that folder, and they are made again from the database."
            ) from error


def _disk_is_full(folder: Path) -> bool:
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free < _LITTLE_SPACE
