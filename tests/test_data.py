"""The sample data are whole: every document is described, every question well formed, its documents exist."""

import json
from collections import Counter
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"
DOCUMENTS = {path.name for path in (DATA / "corpus").iterdir()}
QUESTIONS = [json.loads(line) for line in (DATA / "eval" / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
KEYS = ["id", "kind", "question", "gold", "documents", "holdout"]


def test_every_document_has_its_line_in_the_readme():
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    assert {name for name in DOCUMENTS if f"| `{name}` |" not in readme} == set()
    assert all(path.stat().st_size < 100_000 for path in (DATA / "corpus").iterdir())


def test_no_question_is_there_twice():
    assert len({question["id"] for question in QUESTIONS}) == len(QUESTIONS)
    asked = Counter((*question.get("after", []), question["question"]) for question in QUESTIONS)
    assert [turns for turns, times in asked.items() if times > 1] == []


def test_questions_are_well_formed():
    for question in QUESTIONS:
        follow_up = question["kind"] == "follow-up"
        assert list(question) == ([*KEYS[:-1], "after", "holdout"] if follow_up else KEYS), question["id"]
        answerable = question["kind"] != "unanswerable"
        assert bool(question["gold"]) == bool(question["documents"]) == answerable, question["id"]
        assert all(spelling.strip() for part in question["gold"] for spelling in part), question["id"]
        assert all(question["gold"]), question["id"]


def test_gold_documents_exist_and_each_document_is_asked_about():
    named = {name for question in QUESTIONS for name in question["documents"]}
    assert named == DOCUMENTS


def test_a_third_of_each_kind_is_held_out():
    for kind, count in Counter(question["kind"] for question in QUESTIONS).items():
        held_out = sum(question["holdout"] for question in QUESTIONS if question["kind"] == kind)
        assert abs(held_out - count / 3) <= 1, kind
