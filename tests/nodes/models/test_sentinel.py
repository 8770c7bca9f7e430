"""A reply that says there is no answer, told from an answer that speaks of there being none."""

import pytest

from nodes.models.sentinel import declined

WORDS = "NOT ENOUGH EVIDENCE"


@pytest.mark.parametrize(
    ("reply", "beside"),
    [
        ("NOT ENOUGH EVIDENCE", ""),
        ("not enough evidence.", ""),
        ("**NOT ENOUGH EVIDENCE**", ""),
        ('"NOT ENOUGH EVIDENCE"\n', ""),
        ("\n\n[NOT ENOUGH EVIDENCE]", ""),
        ("> NOT ENOUGH EVIDENCE", ""),
        ("NOT ENOUGH EVIDENCE: only Jupiter is described [1].", "only Jupiter is described [1]."),
        ("Not enough evidence - the passages stop in 1990.", "the passages stop in 1990."),
        ("NOT ENOUGH EVIDENCE\n\nThe passages stop in 1990.", "The passages stop in 1990."),
        ("The passages stop in 1990. [1]\n\nNOT ENOUGH EVIDENCE", "The passages stop in 1990. [1]"),
    ],
)
def test_it_counts_on_a_line_of_its_own_and_at_the_beginning(reply, beside):
    assert declined(reply, WORDS) == beside


@pytest.mark.parametrize(
    "reply",
    [
        "Not enough evidence exists to convict him, the court held [1].",
        "The court found that there was not enough evidence [1].",
        "The verdict was NOT ENOUGH EVIDENCE [1].",
        "Jupiter.\nnot enough evidence",
        "NOT ENOUGH EVIDENCES",
        "",
    ],
)
def test_in_a_sentence_it_is_prose(reply):
    assert declined(reply, WORDS) is None
