"""The two models that come with PlanFirst, exported once a session and asked for real."""

import warnings

import numpy as np
import pytest

from retrieval import KnowledgeError, QuestionTagger, SpanReader, StorageError
from retrieval.embedders.onnx import MODEL_FILE, TOKENIZER_FILE
from retrieval.trained.adapted import AdaptedModel
from retrieval.trained.export import merged
from retrieval.trained.questions import LABELS, OPERATIONS, Piece

TEXTS = [
    "Jupiter: The equatorial diameter of Jupiter is 142,984 km. It has 97 known moons.",
    "Menu: Starter: Fish soup; Price (EUR): 13.50\nStarter: Toast Skagen; Price (EUR): 16.00",
    "Harbour rules: Dogs have to be kept on a lead on all decks.",
]


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """A folder with both models in it."""
    folder = tmp_path_factory.mktemp("models")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what torch and transformers warn of when imported is not ours
        QuestionTagger(folder).prepare()
        SpanReader(folder).prepare()
    return folder


def labelled(cache, question: str) -> tuple[str, list[tuple[str, str]]]:
    tagged = QuestionTagger(cache).tag(question)
    return tagged.operation, [(each.label, question[each.start : each.end]) for each in tagged.pieces]


def test_the_tagger_takes_a_question_apart(cache):
    operation, pieces = labelled(cache, "By how many metres is the Eiffel Tower taller than Big Ben?")
    assert operation == "diff"
    assert [text for label, text in pieces if label == "i"] == ["Eiffel Tower", "Big Ben"]


def test_the_tagger_finds_what_has_to_be_found_first(cache):
    operation, pieces = labelled(cache, "How tall is the rocket that put Skylab into orbit?")
    assert operation == "lookup"
    assert ("h", "rocket that put Skylab into orbit") in pieces


@pytest.mark.parametrize("question", ["", "?", "x" * 5_000, "木星 🚀", "word " * 500])
def test_any_text_is_tagged(cache, question):
    tagged = QuestionTagger(cache).tag(question)
    assert tagged.operation in OPERATIONS
    assert 0 <= tagged.probability <= 1
    assert all(isinstance(piece, Piece) and 0 <= piece.start < piece.end <= len(question) for piece in tagged.pieces)


def test_the_reader_points_at_the_answer_and_knows_where_there_is_none(cache):
    reader = SpanReader(cache)
    best = reader.find("What is the equatorial diameter of Jupiter?", TEXTS)[0]
    assert TEXTS[best.text][best.start : best.end] == "142,984 km"
    row = reader.find("cost of toast Skagen", TEXTS)[0]
    assert TEXTS[row.text][row.start : row.end] == "16.00"
    assert best.margin > 0 > reader.find("Who discovered Titan?", TEXTS[2:])[0].margin
    assert reader.find("Who discovered Titan?", []) == []


def test_margins_order_the_spans_of_all_texts(cache):
    spans = SpanReader(cache).find("number of moons of Jupiter", TEXTS * 5)
    assert [span.margin for span in spans] == sorted((span.margin for span in spans), reverse=True)
    assert {span.text for span in spans} == set(range(15))


def test_heads_give_a_score_for_each_label(cache):
    model = AdaptedModel("questions", cache, 32)
    scores = model.run(model.tokenizer.encode_batch(["How tall is it?", "And how old?"]))
    assert scores["tag"].shape[::2] == (2, len(LABELS))
    assert scores["operation"].shape == (2, len(OPERATIONS))
    assert all(np.isfinite(each).all() for each in scores.values())


def test_an_exported_model_that_cannot_be_read_says_what_to_do(cache, tmp_path):
    for name in (MODEL_FILE, TOKENIZER_FILE):
        broken = AdaptedModel("questions", tmp_path / name, 32)
        broken.folder.mkdir(parents=True)
        whole = AdaptedModel("questions", cache, 32).folder
        for file in (MODEL_FILE, TOKENIZER_FILE):
            (broken.folder / file).write_bytes((whole / file).read_bytes())
        (broken.folder / name).write_bytes(b"broken" if name == MODEL_FILE else b"")
        if name == TOKENIZER_FILE:
            (broken.folder / name).unlink()
        with pytest.raises(KnowledgeError, match="delete that folder and it is made anew"):
            _ = broken.tokenizer


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StorageError, match="cannot be written"):
        QuestionTagger(tmp_path / "file").prepare()


def test_an_adapter_for_another_model_is_refused():
    with pytest.raises(KnowledgeError, match="install PlanFirst anew"):
        merged({}, {"encoder.layer.0.a": np.zeros((2, 2)), "encoder.layer.0.b": np.zeros((2, 2))}, 2.0)
