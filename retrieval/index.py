"""Tables and vectors as one thing: changes that survive a crash between the two, and hybrid search over both.

A batch is stored in an order that needs no repair for searching: vectors are added, the tables change in one
transaction, outdated vectors go. After a crash there are at most vectors too many; searches pass over them, and
`repair`, which the mark `unfinished` calls for, removes them.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from retrieval.database import Database
from retrieval.fusion import fuse
from retrieval.lock import IndexLocks
from retrieval.lookup import Condition, Lookup
from retrieval.store import Collection, Document, Store
from retrieval.values import DocumentId, Hit, PassageId
from retrieval.vectors import VectorStore

if TYPE_CHECKING:
    from retrieval.embedders.protocol import Vectors

_POOL = 100
"""Passages that each ranking offers for fusion; more change nothing measurable."""
_REPAIR_BATCH = 256


class Index:
    """One knowledge base's index, open. Methods that change it want the maintenance lock to be held."""

    def __init__(self, database: Database, vectors: VectorStore, locks: IndexLocks) -> None:
        self.store = Store(database)
        self.lookup = Lookup(database)
        self._database = database
        self._vectors = vectors
        self._locks = locks

    def search(
        self, collections: Sequence[Collection], condition: Condition, query: str, vector: "Vectors", k: int
    ) -> list[Hit]:
        """The `k` passages that fit best by meaning and words, best first; ties by passage id."""
        pool = max(_POOL, 2 * k)
        with self._locks.reading(), self.store.snapshot():
            generation = self.store.generation()
            existing = {collection.id for collection in self.store.collections()}
            dense: dict[PassageId, float] = {}
            for collection in collections:
                if collection.id not in existing:
                    continue  # purged since the caller looked
                among = self.lookup.allowed(collection.id, condition) if condition.filtered else None
                found = self._vectors.nearest(collection.id, generation, vector, pool, among)
                dense.update((PassageId(id_), cosine) for id_, cosine in found)
            words = self.lookup.by_words(query, condition, pool)
            fused = fuse(dense, words)
            ranked = sorted(fused.items(), key=lambda item: (-item[1], item[0]))
            return self.lookup.hits(ranked)[:k]

    def change(
        self, collection: int, documents: Sequence[Document], vectors: "Vectors", removed: Sequence[DocumentId]
    ) -> None:
        """Store documents with the vectors of their passages, in order, and remove others."""
        with self._locks.writing():
            generation = self.store.generation()
            self.store.set_mark("unfinished")
            fresh = [piece.id for document in documents for piece in document.pieces]
            self._vectors.put(collection, generation, fresh, vectors)
            with self.store.transaction():
                gone = self.store.passage_ids(collection, [*(document.id for document in documents), *removed])
                self.store.write(collection, documents)
                self.store.delete(removed)
                after = self.store.advance()
            self._vectors.remove(collection, generation, sorted(gone - set(fresh)))
            self._vectors.advance(collection, after)
            self.store.clear_marks()

    def is_whole(self) -> bool:
        """Whether every passage has its vector, as far as counting can tell."""
        with self._locks.reading(), self.store.snapshot():
            generation = self.store.generation()
            return not self.store.is_set("unfinished") and all(
                self._vectors.count(collection.id, generation) == self.store.passage_count(collection.id)
                for collection in self.store.collections()
            )

    def repair(self, fingerprint: str, embed: Callable[[Sequence[str]], "Vectors"]) -> None:
        """Make the vectors agree with the tables; collections of another embedder are left as they are."""
        collections = self.store.collections()
        for collection in collections:
            if collection.fingerprint == fingerprint:
                self._repair(collection.id, embed)
        with self._locks.writing():
            self._vectors.drop_others([collection.id for collection in collections])
            if self.store.is_set("purging"):
                self.store.forget()
            self.store.clear_marks()

    def _repair(self, collection: int, embed: Callable[[Sequence[str]], "Vectors"]) -> None:
        with self._locks.writing():
            generation = self.store.generation()
            there, wanted = self._vectors.ids(collection, generation), self.store.passage_ids(collection)
            self._vectors.remove(collection, generation, sorted(there - wanted))
        missing = sorted(wanted - there)
        for at in range(0, len(missing), _REPAIR_BATCH):
            texts = dict(self.store.index_texts(missing[at : at + _REPAIR_BATCH]))
            made = embed(list(texts.values()))
            with self._locks.writing():
                self._vectors.put(collection, generation, list(texts), made)
        with self._locks.writing(), self.store.transaction():
            self._vectors.advance(collection, self.store.advance())

    def purge(self, collection: int) -> None:
        """Delete a collection and rewrite the files, so that nothing of it is left on disk."""
        with self._locks.writing():
            with self.store.transaction():
                self.store.set_mark("unfinished")
                self.store.set_mark("purging")
                self.store.delete_collection(collection)
                self.store.advance()
            self._vectors.drop(collection)
            self.store.forget()
            self.store.clear_marks()

    def close(self) -> None:
        """Close the database and the vectors."""
        self._vectors.close()
        self._database.close()
