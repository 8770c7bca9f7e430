"""The root of PlanFirst's error tree, and the branch that the ground floor raises.

The whole tree is drawn in `nodes/errors.py`. Every message is a sentence or two: what happened, and what to do.
"""


class PlanFirstError(Exception):
    """Root of every error that PlanFirst raises on purpose."""


class InputError(PlanFirstError):
    """What the caller gave cannot be used; the message says what can."""


class KnowledgeError(PlanFirstError):
    """The knowledge base cannot do what was asked."""


class IndexInUseError(KnowledgeError):
    """Another process holds the index in a way that excludes this one."""


class IndexCorruptError(KnowledgeError):
    """The database or the vector store cannot be read."""


class EmbedderMismatchError(KnowledgeError):
    """The index was built with another embedding model than the one in use."""


class StorageError(KnowledgeError):
    """The disk is full or the folder cannot be written."""


class DocumentError(KnowledgeError):
    """One document cannot be read; ingestion of the others goes on."""
