"""A deterministic embedder without a model: a bag of hashed words. For tests, and for trying things out in no time.

Texts that share words are near each other; meaning is out of its reach.
"""

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.embedders.protocol import Vectors

_WORD = re.compile(r"[^\W_]+")


class HashEmbedder:
    """Hashes each word to a signed position of a vector of `dimension` floats."""

    def __init__(self, dimension: int = 128) -> None:
        self.dimension = dimension

    @property
    def fingerprint(self) -> str:
        """Names the method and the dimension."""
        return f"hash-1:{self.dimension}"

    def embed_documents(self, texts: Sequence[str]) -> "Vectors":
        """Unit vectors, float32, shape `(len(texts), dimension)`; a text without words gets the zero vector."""
        return self._embed(texts)

    def embed_query(self, text: str) -> "Vectors":
        """The vector of one text, shape `(dimension,)`."""
        vector: Vectors = self._embed([text])[0]
        return vector

    def embed_sentences(self, texts: Sequence[str]) -> "Vectors":
        """As `embed_documents`."""
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> "Vectors":
        import numpy as np  # noqa: PLC0415 - the ground floor imports without numpy

        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in _WORD.findall(text.lower()):
                position, sign = _place(word, self.dimension)
                vectors[row, position] += sign
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        lengths[lengths == 0] = 1
        units: Vectors = vectors / lengths
        return units


@lru_cache(maxsize=65_536)
def _place(word: str, dimension: int) -> tuple[int, float]:
    digest = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")
    return digest % dimension, 1.0 if digest >> 63 else -1.0
