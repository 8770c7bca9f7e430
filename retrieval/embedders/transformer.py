"""Any sentence-transformers model by name or folder. Importing that library takes seconds: it waits for a text.

This module does not know ONNX; `default.py` pairs the two.
"""

import hashlib
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import KnowledgeError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from retrieval.embedders.protocol import Vectors

_BATCH = 32
_HASHED_BYTES = 1 << 20
"""Files up to this size are part of the fingerprint by content, larger ones (weights) by size alone."""


class SentenceTransformerEmbedder:
    """Embeds with a model that is a folder on disk, or a name in the local Hugging Face cache; never downloads."""

    def __init__(self, model: str | Path, *, name: str | None = None) -> None:
        """`name` stands in the fingerprint where the folder's own name says little."""
        self._model = str(model)
        self._name = name or Path(model).name
        self._lock = threading.Lock()
        self._loaded: SentenceTransformer | None = None

    @cached_property
    def fingerprint(self) -> str:
        """The model's name with a digest of its files, read without loading the model."""
        return f"sentence-transformers:{self._name}:{_digest(Path(self._model))}"

    @property
    def dimension(self) -> int:
        """Length of a vector; loads the model."""
        return int(self.model().get_embedding_dimension() or 0)

    def embed_documents(self, texts: Sequence[str]) -> "Vectors":
        """Unit vectors, float32, shape `(len(texts), dimension)`. Raises KnowledgeError: the model cannot be loaded."""
        return self.model().encode(
            list(texts), batch_size=_BATCH, convert_to_numpy=True, normalize_embeddings=True, show_progress_bar=False
        )

    def embed_query(self, text: str) -> "Vectors":
        """The vector of one text, shape `(dimension,)`."""
        vector: Vectors = self.embed_documents([text])[0]
        return vector

    def embed_sentences(self, texts: Sequence[str]) -> "Vectors":
        """As `embed_documents`."""
        return self.embed_documents(texts)

    def model(self) -> "SentenceTransformer":
        """The model, loaded on first use. Raises KnowledgeError: it is not on this machine or cannot be read."""
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._model)
            return self._loaded


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.json")) + sorted(folder.rglob("*.safetensors")):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
        if size <= _HASHED_BYTES:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _load(model: str) -> "SentenceTransformer":
    with _offline():
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes seconds to import
        from transformers.utils import logging  # noqa: PLC0415 - the same

        logging.disable_progress_bar()  # type: ignore[no-untyped-call] # it would draw over the caller's own progress
        try:
            return SentenceTransformer(model, device="cpu", local_files_only=True)
        except (OSError, ValueError) as error:
            raise KnowledgeError(
                f"the embedding model {model!r} cannot be loaded: {str(error)[:200]}; "
                "give the folder of a sentence-transformers model, or download it into the local cache first."
            ) from error


@contextmanager
def _offline() -> Iterator[None]:
    """Keep the Hugging Face libraries, which read this when imported, from going to the network."""
    before = os.environ.get("HF_HUB_OFFLINE")
    os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["HF_HUB_OFFLINE"]
        else:
            os.environ["HF_HUB_OFFLINE"] = before
