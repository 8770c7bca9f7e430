"""What the knowledge base asks of an embedding model."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors: TypeAlias = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into unit vectors whose dot product is their similarity, -1..1. Called from several threads."""

    @property
    def fingerprint(self) -> str:
        """Names model and version: equal fingerprints mean equal vectors. Asking loads no model."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def embed_documents(self, texts: Sequence[str]) -> "Vectors":
        """Vectors of passages: float32, shape `(len(texts), dimension)`."""
        ...

    def embed_query(self, text: str) -> "Vectors":
        """The vector of a question: float32, shape `(dimension,)`."""
        ...

    def embed_sentences(self, texts: Sequence[str]) -> "Vectors":
        """Vectors of sentences compared with a question right now: as `embed_documents`, but quick to start."""
        ...
