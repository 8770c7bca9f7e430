"""What a question may load, checked in fresh processes."""

import json

IMPORT = "import sys, json, retrieval; print(json.dumps(sorted(sys.modules)))"
QUESTION = """
import sys, json
from pathlib import Path
from retrieval import HashEmbedder, KnowledgeBase
with KnowledgeBase(Path(sys.argv[1]), embedder=HashEmbedder()) as kb:
    assert kb.rank_sentences("moon", kb.search("moon", 3), 2)
    if len(sys.argv) > 2:
        assert kb.ingest([Path(sys.argv[2])]).unchanged == 3
print(json.dumps(sorted(sys.modules)))
"""
HEAVY = {"torch", "sentence_transformers", "transformers", "onnx"}
READERS = {"bs4", "markdown_it", "pypdfium2", "mammoth", "pptx", "openpyxl", "lxml", "charset_normalizer"}


def modules(process) -> set[str]:
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    return set(json.loads(output))


def test_importing_the_package_loads_nothing_heavy(python):
    assert not modules(python(IMPORT)) & {*HEAVY, *READERS, "numpy", "chromadb", "onnxruntime", "sqlite3"}


def test_a_question_loads_neither_torch_nor_document_readers(python, kb, tmp_path):
    kb.close()
    assert not modules(python(QUESTION, tmp_path / "home")) & {*HEAVY, *READERS}


def test_taking_in_an_unchanged_folder_loads_no_torch(python, kb, tmp_path, library):
    kb.close()
    assert not modules(python(QUESTION, tmp_path / "home", library)) & HEAVY
