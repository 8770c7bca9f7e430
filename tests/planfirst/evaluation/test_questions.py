"""Reading question files: every fault, each with its line."""

import json

import pytest

from nodes.errors import InputError
from planfirst.evaluation.questions import read_questions

GOOD = {
    "id": "sh-001", "kind": "single-hop", "question": "How wide is Jupiter?", "gold": [["142,984 km"]],
    "documents": ["jupiter.md"], "holdout": False,
}  # fmt: skip


@pytest.fixture
def read(tmp_path):
    """Write lines, given as text or as changes to a good question, to a file, and read it."""

    def read_lines(*lines):
        path = tmp_path / "questions.jsonl"
        texts = [line if isinstance(line, str) else json.dumps(GOOD | line) for line in lines]
        path.write_text("\n".join(texts), encoding="utf-8")
        return read_questions(path)

    return read_lines


def test_good_lines_are_read_in_order_and_blank_ones_let_pass(read):
    follow = {"id": "b", "kind": "follow-up", "question": "And Earth?", "after": ["How wide is Jupiter?"]}
    refused = {"id": "c", "kind": "unanswerable", "gold": [], "documents": [], "holdout": True}
    first, second, third = read({}, "", follow, refused)
    assert (first.id, first.gold, first.part, first.after) == ("sh-001", [["142,984 km"]], "dev", [])
    assert second.after == ["How wide is Jupiter?"]
    assert third.part == "holdout"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", ["Invalid JSON"]),
        ("[]", ["object"]),
        ({"kind": "riddle"}, ["kind", "'single-hop'"]),
        ({"extra": 1}, ["extra"]),
        ({"holdout": "no"}, ["holdout", "boolean"]),
        ({"question": " "}, ["question"]),
        ({"gold": []}, ["gold must be empty for an unanswerable question, and for no other"]),
        ({"kind": "unanswerable"}, ["gold must be empty"]),
        ({"gold": [[]]}, ["gold.0"]),
        ({"gold": [["?"]]}, ["gold.0.0", "no word"]),
        ({"documents": []}, ["documents must name"]),
        ({"kind": "follow-up"}, ["after"]),
    ],
)
def test_a_fault_is_named_with_its_line(read, line, words):
    with pytest.raises(InputError) as caught:
        read({}, {"id": "other"} | line if isinstance(line, dict) else line)
    assert "line 2: " in str(caught.value)
    for word in words:
        assert word in str(caught.value)


def test_all_faults_are_named_at_once(read):
    with pytest.raises(InputError) as caught:
        read({}, {"kind": "riddle", "holdout": 1}, {})
    said = str(caught.value)
    assert said.count("line 2: ") == 2
    assert "line 3: the id 'sh-001' is taken by line 1" in said


def test_files_that_cannot_be_read(read, tmp_path):
    with pytest.raises(InputError, match="holds no question"):
        read("")
    with pytest.raises(InputError, match="cannot be read"):
        read_questions(tmp_path / "none.jsonl")
    (tmp_path / "latin").write_bytes(b"\xe9")
    with pytest.raises(InputError, match="UTF-8"):
        read_questions(tmp_path / "latin")
