"""The ground floor: documents, passages, the index and search. It knows nothing of plans, models or agents.

Names are loaded when they are first used (PEP 562), so that importing this package costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from retrieval.errors import (
    DocumentError,
    EmbedderMismatchError,
    IndexCorruptError,
    IndexInUseError,
    InputError,
    KnowledgeError,
    PlanFirstError,
    StorageError,
)

if TYPE_CHECKING:
    from retrieval.embedders.default import default_embedder
    from retrieval.embedders.hashing import HashEmbedder
    from retrieval.embedders.onnx import OnnxEmbedder
    from retrieval.embedders.protocol import Embedder
    from retrieval.embedders.transformer import SentenceTransformerEmbedder
    from retrieval.knowledge import KnowledgeBase
    from retrieval.trained.questions import QuestionTagger
    from retrieval.trained.spans import SpanReader
    from retrieval.values import CollectionInfo, Fault, Hit, IngestReport, Progress, Sentence

_HOMES = {
    "CollectionInfo": "retrieval.values",
    "Embedder": "retrieval.embedders.protocol",
    "Fault": "retrieval.values",
    "HashEmbedder": "retrieval.embedders.hashing",
    "Hit": "retrieval.values",
    "IngestReport": "retrieval.values",
    "KnowledgeBase": "retrieval.knowledge",
    "OnnxEmbedder": "retrieval.embedders.onnx",
    "Progress": "retrieval.values",
    "QuestionTagger": "retrieval.trained.questions",
    "Sentence": "retrieval.values",
    "SpanReader": "retrieval.trained.spans",
    "SentenceTransformerEmbedder": "retrieval.embedders.transformer",
    "default_embedder": "retrieval.embedders.default",
}

__all__ = [
    "CollectionInfo",
    "DocumentError",
    "Embedder",
    "EmbedderMismatchError",
    "Fault",
    "HashEmbedder",
    "Hit",
    "IndexCorruptError",
    "IndexInUseError",
    "IngestReport",
    "InputError",
    "KnowledgeBase",
    "KnowledgeError",
    "OnnxEmbedder",
    "PlanFirstError",
    "Progress",
    "QuestionTagger",
    "Sentence",
    "SentenceTransformerEmbedder",
    "SpanReader",
    "StorageError",
    "default_embedder",
]


def __getattr__(name: str) -> Any:
    """Load the module that defines a public name, on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
