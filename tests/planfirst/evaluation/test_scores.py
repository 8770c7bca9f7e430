"""Token F1, on values worked out by hand."""

import pytest

from planfirst.evaluation.scores import token_f1


@pytest.mark.parametrize(
    ("answer", "gold", "f1"),
    [
        ("The Exies", "exies", 1.0),
        ("a spirit, in Sumer", "Spirit", 0.5),  # one of three words, and the only one wanted
        ("Jack Owens", "Stephen King", 0.0),
        ("to be or to be", "to be", 2 * 2 / 7),  # a repeated word counts as often as it is wanted
        ("yes", "yes", 1.0),
        ("yes indeed", "yes", 0.0),
        ("no", "no man", 0.0),
        ("", "x", 0.0),
    ],
)
def test_f1(answer, gold, f1):
    assert token_f1(answer, gold) == pytest.approx(f1)
