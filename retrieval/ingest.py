"""Takes files into a collection: read, cut, embed, store, in batches that are each stored whole.

What fails with one file is reported and the rest goes on; a file that cannot be read keeps the version that was taken
in before. Knows files and order of work; the index knows how to store.
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from retrieval.documents.isolation import Converter
from retrieval.documents.registry import EXTRACTION_VERSION
from retrieval.embedders.protocol import Embedder
from retrieval.errors import DocumentError
from retrieval.index import Index
from retrieval.passages import cut, index_text
from retrieval.scan import Found, Source, scan
from retrieval.store import Collection, Document, Entry
from retrieval.values import DocumentId, Fault, IngestReport, Progress

MAX_FILE_BYTES = 64_000_000
_BATCH_PASSAGES = 512
"""A batch is stored when it has this many passages: enough to embed well, little to lose."""

OnProgress = Callable[[Progress], None]


@dataclass(slots=True)
class _Counts:
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    passages: int = 0
    faults: list[Fault] = field(default_factory=list)


class Ingestion:
    """One ingestion into one collection. The caller holds the maintenance lock."""

    def __init__(
        self, index: Index, embedder: Embedder, collection: Collection, on_progress: OnProgress | None
    ) -> None:
        self._index = index
        self._embedder = embedder
        self._collection = collection
        self._on_progress = on_progress
        self._manifest = index.store.manifest(collection.id)
        self._names = {entry.name: path for path, entry in self._manifest.items()}
        self._batch: list[Document] = []
        self._converter = Converter()
        self._counts = _Counts()

    def run(self, paths: Iterable[Path]) -> IngestReport:
        """Take in everything under `paths`. Raises InputError, and KnowledgeError when nothing more can be stored."""
        began = time.monotonic()
        found = scan(paths)
        with self._converter:
            for done, source in enumerate(found.sources, start=1):
                self._take(source)
                if self._on_progress:
                    self._on_progress(Progress(done, len(found.sources), source.name))
        self._flush()
        self._remove_deleted(found)
        counts = self._counts
        return IngestReport(
            added=counts.added,
            updated=counts.updated,
            unchanged=counts.unchanged,
            removed=counts.removed,
            ignored=found.ignored,
            passages=counts.passages,
            faults=(*found.faults, *counts.faults),
            seconds=time.monotonic() - began,
        )

    def _take(self, source: Source) -> None:
        before = self._manifest.get(str(source.path))
        try:
            data = _read(source.path)
            digest = hashlib.sha256(b"%d\0" % EXTRACTION_VERSION + data).hexdigest()
            if before and before.digest == digest:
                self._counts.unchanged += 1
                return
            document = self._document(source, before, digest, data)
        except DocumentError as error:
            kept = " The version taken in before is kept." if before else ""
            self._counts.faults.append(Fault(str(source.path), f"{error}{kept}"))
            return
        self._batch.append(document)
        if sum(len(waiting.pieces) for waiting in self._batch) >= _BATCH_PASSAGES:
            self._flush()

    def _document(self, source: Source, before: Entry | None, digest: str, data: bytes) -> Document:
        extracted = self._converter.extract(source.path, data)
        name = before.name if before else self._free_name(source)
        id_ = before.id if before else document_id(self._collection.name, name)
        return Document(
            id=id_,
            path=str(source.path),
            name=name,
            extension=source.path.suffix.lower(),
            digest=digest,
            title=extracted.title,
            metadata=extracted.metadata,
            text=extracted.text,
            pieces=cut(id_, extracted),
        )

    def _free_name(self, source: Source) -> str:
        """The short name, or the whole path where a file of another folder has that name already."""
        name = (
            source.name
            if self._names.get(source.name, str(source.path)) == str(source.path)
            else source.path.as_posix()
        )
        self._names[name] = str(source.path)
        return name

    def _flush(self) -> None:
        batch, self._batch = self._batch, []
        if not batch:
            return
        texts = [
            index_text(document.title, piece.section, piece.text) for document in batch for piece in document.pieces
        ]
        self._index.change(self._collection.id, batch, self._embedder.embed_documents(texts), [])
        for document in batch:
            if document.path in self._manifest:
                self._counts.updated += 1
            else:
                self._counts.added += 1
            self._counts.passages += len(document.pieces)

    def _remove_deleted(self, found: Found) -> None:
        present = {str(source.path) for source in found.sources}
        gone = [
            entry.id
            for path, entry in self._manifest.items()
            if path not in present and found.covers(Path(path)) and not Path(path).is_file()
        ]
        if gone:
            self._index.change(self._collection.id, [], self._embedder.embed_documents([]), gone)
            self._counts.removed = len(gone)


def document_id(collection: str, name: str) -> DocumentId:
    """A document's id: the same on every machine that ingests the same folder into a collection of the same name."""
    return DocumentId(
        "d_" + hashlib.sha256(f"{collection}\0{name}".encode("utf-8", "surrogateescape")).hexdigest()[:20]
    )


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            # A file that is too large is not read at all; one more byte than allowed shows that it is growing.
            data = file.read(MAX_FILE_BYTES + 1) if size <= MAX_FILE_BYTES else b""
    except OSError as error:
        raise DocumentError(f"the file cannot be read ({error.strerror}); check its permissions.") from error
    size = max(size, len(data))
    if size > MAX_FILE_BYTES:
        megabytes = f"{size / 1e6:,.0f} MB, and {MAX_FILE_BYTES / 1e6:,.0f} MB"
        raise DocumentError(f"the file has {megabytes} are read at most; split it.")
    return data
