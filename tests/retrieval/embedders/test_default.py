"""The real model: exported once a session, then everything runs on it."""

import json
import warnings

import numpy as np
import pytest

from retrieval import KnowledgeError, OnnxEmbedder, SentenceTransformerEmbedder, default_embedder
from retrieval.embedders.onnx import MODEL_FILE, SETTINGS_FILE

TEXTS = [
    "Jupiter — Moons: Io is the most volcanic body known.",
    "x",
    "Voyager 1 was launched in 1977. " * 60,
    "Größe: 木星 🚀",
    "",
]
QUESTION = """
import json, sys
from pathlib import Path
from retrieval import KnowledgeBase
with KnowledgeBase(Path(sys.argv[1])) as kb:
    hits = kb.search("Which body has volcanoes?", 3)
    kb.rank_sentences("Which body has volcanoes?", hits)
print(json.dumps({"best": hits[0].section, "modules": sorted(sys.modules)}))
"""


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """The folder of a knowledge base whose model has been exported."""
    folder = tmp_path_factory.mktemp("home")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what torch and transformers warn of when imported is not ours
        default_embedder(folder / "_models").embed_query("export")
    return folder


@pytest.fixture(scope="session")
def embedder(home):
    """The default embedder over the exported model."""
    return default_embedder(home / "_models")


def test_both_runtimes_give_the_same_vectors(embedder):
    trained = embedder._trained.embed_documents(TEXTS)
    quick = embedder.embed_sentences(TEXTS)
    assert quick.shape == trained.shape == (len(TEXTS), embedder.dimension)
    assert quick.dtype == trained.dtype == np.float32
    assert np.allclose((quick * trained).sum(axis=1), 1, atol=1e-5)


def test_many_passages_go_through_torch_and_few_do_not(embedder):
    vectors = embedder.embed_documents([f"passage {n}" for n in range(70)])
    assert np.allclose(vectors[:3], embedder.embed_documents([f"passage {n}" for n in range(3)]), atol=1e-5)
    assert embedder.embed_documents([]).shape == (0, 384)


def test_the_export_says_what_it_is(home, embedder):
    folder = next((home / "_models").iterdir())
    exported = OnnxEmbedder(folder)
    assert exported.dimension == 384
    assert exported.fingerprint == embedder.fingerprint
    assert [path.name for path in (home / "_models").iterdir()] == [folder.name]  # no scratch is left
    assert json.loads((folder / SETTINGS_FILE).read_text())["max_tokens"] == 256


def test_a_damaged_export_is_named(tmp_path, home):
    folder = tmp_path / "broken"
    folder.mkdir()
    source = next((home / "_models").iterdir())
    with pytest.raises(KnowledgeError, match="delete that folder"):
        OnnxEmbedder(folder).embed_query("x")
    for path in source.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / MODEL_FILE).write_bytes(b"garbage")
    with pytest.raises(KnowledgeError, match="delete that folder"):
        OnnxEmbedder(folder).embed_query("x")


def test_a_model_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(KnowledgeError, match="cannot be loaded"):
        SentenceTransformerEmbedder(tmp_path / "nowhere").embed_query("x")


def test_a_question_is_answered_without_torch(home, library, open_kb, python):
    open_kb(home, embedder=None).ingest([library])
    output, errors = python(QUESTION, home).communicate(timeout=120)
    assert errors == ""
    answer = json.loads(output)
    assert answer["best"] == "Moons"
    assert not set(answer["modules"]) & {"torch", "sentence_transformers", "transformers", "onnx"}


def test_a_question_leaves_nothing_in_the_users_home_to_be_reported(
    home, tmp_path, library, open_kb, python, monkeypatch
):
    open_kb(home, embedder=None).ingest([library])
    for name in ("ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    (tmp_path / "user").mkdir()
    _, errors = python(QUESTION, home).communicate(timeout=120)
    assert errors == ""
    assert list((tmp_path / "user").rglob("*")) == []  # ONNX Runtime keeps an id of the device and its reports there
