"""What goes in and out of the knowledge base: small frozen values, no behaviour.

This module does not know how anything is stored or ranked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NewType, TypeAlias

PassageId = NewType("PassageId", str)
"""A passage's stable name: the same text at the same place of the same document has the same id on every machine."""
DocumentId = NewType("DocumentId", str)
"""A document's stable name, made from its collection and display path."""

Scalar: TypeAlias = str | int | float
Metadata: TypeAlias = Mapping[str, Scalar | list[Scalar]]
"""What a document says about itself, as Markdown front matter does; a list means several values of one key."""
Filters: TypeAlias = Mapping[str, Scalar | list[Scalar]]
"""A condition per key, all of which must hold: equal to the scalar, or to one of the list's members."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found: `text` is characters `[start:end]` of the document's stored extracted text.

    `document` is the path relative to the folder that was ingested; `score` is in 0..1, comparable within one search
    only.
    """

    passage_id: PassageId
    document_id: DocumentId
    document: str
    title: str
    section: str
    text: str
    start: int
    end: int
    score: float
    collection: str
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage: `text` is characters `[start:end]` of the *document's* stored extracted text.

    `dense` is the cosine with the question, -1..1; `overlap` the share of the question's words that the sentence has,
    weighted by their rarity, 0..1; `score` is what ranks, and grows with both and with the passage's own score.
    """

    passage_id: PassageId
    document: str
    title: str
    start: int
    end: int
    text: str
    score: float
    dense: float
    overlap: float


@dataclass(frozen=True, slots=True)
class Fault:
    """A file or folder that could not be taken in, and why, in one sentence."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one ingestion did, in documents; `passages` counts the new ones and `seconds` the whole call.

    `ignored` counts files met in folders whose extension no document format claims.
    """

    added: int
    updated: int
    unchanged: int
    removed: int
    ignored: int
    passages: int
    faults: tuple[Fault, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an ingestion is: `done` of `total` files are read, and `path` is the one just read."""

    done: int
    total: int
    path: str


@dataclass(frozen=True, slots=True)
class CollectionInfo:
    """A collection: its name, the operator's description of it, and how much it holds."""

    name: str
    description: str
    documents: int
    passages: int
