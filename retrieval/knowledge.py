"""The entrance to a knowledge base: search it, rank its sentences, change it. Opens nothing until it is used.

It knows no agents and no models of language. Layout on disk, under the folder given: `<tenant>/knowledge.sqlite3` (the
truth), `<tenant>/vectors/<collection>/` (made again when missing), two lock files, and `_models/` for the default
embedder.
"""

import re
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from retrieval.database import Database, errors
from retrieval.embedders.cache import VectorCache
from retrieval.embedders.default import DefaultEmbedder, default_embedder
from retrieval.embedders.protocol import Embedder
from retrieval.errors import EmbedderMismatchError, InputError
from retrieval.index import Index
from retrieval.lock import WAIT_SECONDS, IndexLocks
from retrieval.lookup import Condition
from retrieval.ranking import RankedPassage, inverse_document_frequency, rank, word_matches
from retrieval.store import Collection, Store
from retrieval.values import CollectionInfo, Filters, Hit, IngestReport, PassageId, Sentence
from retrieval.vectors import VectorStore
from retrieval.words import content_words

if TYPE_CHECKING:
    from retrieval.ingest import OnProgress

_TENANT = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?")
_COLLECTION = re.compile(r"[^\W_](?:[\w .-]{0,62}\w)?")
_DATABASE = "knowledge.sqlite3"
_MAX_K = 1000
_QUERY_CHARS = 20_000
"""Characters of a query that are read; no embedding model sees more."""
_CACHED_SENTENCES = 4096
"""Vectors of sentences kept between questions: 6 MB for 384 dimensions."""


class KnowledgeBase:
    """Documents of one tenant in one folder. A context manager; safe to use from several threads and processes.

    `embedder` is the default one (all-MiniLM-L6-v2, nothing downloaded) unless given; `tenant` separates data
    completely; `wait_seconds` is how long to wait for another process. Every method raises PlanFirst's errors only:
    InputError, or KnowledgeError and its branches.
    """

    def __init__(
        self,
        folder: Path,
        *,
        embedder: Embedder | None = None,
        tenant: str = "local",
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        if not _TENANT.fullmatch(tenant):
            raise InputError(f"{tenant[:80]!r} cannot name a tenant; use up to 63 of a-z, 0-9, - and _.")
        self._folder = Path(folder) / tenant
        self._tenant = tenant
        self._embedder = embedder or default_embedder(Path(folder) / "_models")
        self._locks = IndexLocks(self._folder, wait_seconds)
        self._opening = threading.Lock()
        self._opened: Index | None = None
        self._whole_at: int | None = None
        self._sentences = VectorCache(self._embedder.embed_sentences, _CACHED_SENTENCES)

    def __enter__(self) -> Self:
        """Use the knowledge base and close it afterwards."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the files; they open again when the knowledge base is used again."""
        with self._opening:
            if self._opened:
                self._opened.close()
            self._opened = None
            self._whole_at = None

    @property
    def models(self) -> Path | None:
        """Where models made of the default embedder's weights are kept; None with another embedder."""
        return self._embedder.cache if isinstance(self._embedder, DefaultEmbedder) else None

    def search(
        self, query: str, k: int = 5, *, collection: str | None = None, filters: Filters | None = None
    ) -> list[Hit]:
        """The `k` passages that fit the query best by meaning and by words, best first; the same every time.

        `filters` maps `document`, `title`, `section`, `collection`, `extension` or a key of the documents' front matter
        to the value wanted, or to a list of which one is wanted. An empty knowledge base gives no hits.
        """
        if not query.strip():
            raise InputError("the query is empty; write what to look for.")
        if not 1 <= k <= _MAX_K:
            raise InputError(f"k is {k}; ask for 1 to {_MAX_K} passages.")
        index = self._existing()
        if index is None:
            return []
        collections = self._searched(index.store, collection)
        condition = Condition([found.id for found in collections], filters)
        if not collections:
            return []
        query = query[:_QUERY_CHARS]
        vector = self._embedder.embed_query(query)
        self._ensure_whole(index)
        return index.search(collections, condition, query, vector, k)

    def rank_sentences(self, question: str, hits: Sequence[RankedPassage], k: int = 5) -> list[Sentence]:
        """The `k` sentences of these passages that fit the question best, best first."""
        index = self._existing()
        if index is None or not question.strip():
            return []

        def rarity(word: str) -> float:
            return inverse_document_frequency(*index.lookup.rarity(word))

        return rank(question[:_QUERY_CHARS], hits, self.similarities, rarity, k)

    def similarities(self, text: str, others: Sequence[str]) -> list[float]:
        """The cosine of a text with each of some others; none of none."""
        if not others:
            return []
        return [float(cosine) for cosine in self._sentences.vectors(others) @ self._embedder.embed_query(text)]

    def weigh_words(self, question: str) -> dict[str, float]:
        """The question's words that carry meaning, each with its rarity (inverse document frequency), in order."""
        index = self._existing()
        words = content_words(question[:_QUERY_CHARS]) if index else []
        return {word: inverse_document_frequency(*index.lookup.rarity(word)) for word in words} if index else {}

    def match_words(self, words: Sequence[str], texts: Sequence[str]) -> list[list[bool]]:
        """For each word a row that says which of the texts have it in any form."""
        return word_matches(words, texts)

    def ingest(
        self,
        paths: Iterable[Path],
        *,
        collection: str = "default",
        describe: str | None = None,
        on_progress: "OnProgress | None" = None,
    ) -> IngestReport:
        """Take files and folders into a collection; what has not changed costs a look, what is gone goes.

        `describe` is the operator's description of the collection, which planners may see. `on_progress` hears of every
        file. Files that cannot be read are in the report's `faults`; everything else that goes wrong is raised, and
        what was stored before it stays.
        """
        from retrieval.ingest import Ingestion  # noqa: PLC0415 - a question does not load the document readers

        if not _COLLECTION.fullmatch(collection):
            raise InputError(
                f"{collection[:80]!r} cannot name a collection; use up to 64 letters, digits, - . _ and spaces."
            )
        index = self._create()
        with self._locks.maintenance():
            target = self._target(index.store, collection, describe)
            self._repair_if_needed(index)
            report = Ingestion(index, self._embedder, target, on_progress).run(Path(path) for path in paths)
        self._prepare()
        return report

    def collections(self) -> list[CollectionInfo]:
        """What there is, by name."""
        index = self._existing()
        return index.store.summary() if index else []

    def document_text(self, document: str) -> str:
        """The stored text of a document, which passages' offsets point into; by id, or by path if only one has it."""
        index = self._existing()
        found = index.lookup.document_text(document) if index else []
        if not found:
            raise InputError(f"there is no document {document[:200]!r}; search, and use a hit's document id.")
        if len(found) > 1:
            raise InputError(f"several collections have a document {document[:200]!r}; use a hit's document id.")
        return found[0][1]

    def passage(self, passage_id: str) -> Hit:
        """One passage by its id, with score 0."""
        index = self._existing()
        found = index.lookup.hits([(PassageId(passage_id), 0.0)]) if index else []
        if not found:
            raise InputError(f"there is no passage {passage_id[:80]!r}; its document may have changed since.")
        return found[0]

    def purge(self, collection: str) -> None:
        """Delete a collection; nothing of its text, words or vectors is left in any file."""
        index = self._existing()
        if index is None:
            raise InputError(f"there is no collection {collection[:80]!r}; nothing has been ingested.")
        with self._locks.maintenance():
            for found in self._named(index.store, collection):
                index.purge(found.id)

    def _prepare(self) -> None:
        """Make ready what a question will need, while torch is loaded."""
        if self.models is not None:
            from retrieval.trained.questions import QuestionTagger  # noqa: PLC0415 - only ingestion pays for it
            from retrieval.trained.spans import SpanReader  # noqa: PLC0415 - the same

            QuestionTagger(self.models).prepare()
            SpanReader(self.models).prepare()

    def _searched(self, store: Store, name: str | None) -> list[Collection]:
        collections = self._named(store, name) if name else store.collections()
        for collection in collections:
            self._check_embedder(collection)
        return collections

    def _named(self, store: Store, name: str) -> list[Collection]:
        found = store.collections(name)
        if not found:
            known = ", ".join(collection.name for collection in store.collections()) or "none yet"
            raise InputError(f"there is no collection {name[:80]!r}; there are: {known}.")
        return found

    def _check_embedder(self, collection: Collection) -> None:
        if collection.fingerprint != self._embedder.fingerprint:
            raise EmbedderMismatchError(
                f"collection {collection.name!r} was built with the embedding model {collection.fingerprint}, and "
                f"{self._embedder.fingerprint} is in use; use that model, or purge the collection and ingest it again."
            )

    def _target(self, store: Store, name: str, describe: str | None) -> Collection:
        if not store.collections(name):
            store.add_collection(name, self._embedder.fingerprint, self._embedder.dimension)
        target = store.collections(name)[0]
        self._check_embedder(target)
        if describe is not None:
            store.describe(target.id, describe)
        return target

    def _ensure_whole(self, index: Index) -> None:
        """After a crash, or if vectors were deleted, make vectors and tables agree, unless somebody is at it."""
        if self._whole_at == index.store.generation() and not index.store.is_set("unfinished"):
            return
        if not index.is_whole():
            with self._locks.maintenance_if_free() as free:
                if not free:
                    return
                self._repair_if_needed(index)
        self._whole_at = index.store.generation()

    def _repair_if_needed(self, index: Index) -> None:
        if not index.is_whole():
            index.repair(self._embedder.fingerprint, self._embedder.embed_sentences)

    def _existing(self) -> Index | None:
        if self._opened is None and not (self._folder / _DATABASE).exists():
            return None
        return self._create()

    def _create(self) -> Index:
        with self._opening:
            if self._opened is None:
                path = self._folder / _DATABASE
                with errors(path):
                    self._folder.mkdir(parents=True, exist_ok=True)
                self._opened = Index(
                    Database(path), VectorStore.shared(self._folder / "vectors", self._tenant), self._locks
                )
            return self._opened
