"""When a sentence states a value: rounded numbers, units, names; not by chance."""

import pytest

from nodes.stated import is_in, repeats, states


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("It is 42.", 42),
        ("It is about 11.2 times wider.", 11.2091),
        ("Some 143,000 km.", "142984 km"),
        ("It measures 142,984 km across.", "142984 km"),
        ("It measures 142.984 thousand km.", "142984 km"),
        ("That is 5 km.", "5000 m"),
        ("The mass is 1.898 × 10^27 kg.", "1.898e27 kg"),
        ("Yes, they are equal.", True),
        ("No.", False),
        ("It costs 12.5 dollars.", {"price": 12.5, "name": "box"}),
        (
            "Clyde Tombaugh discovered Pluto on 18 February 1930.",
            "Clyde Tombaugh discovered Pluto on 18 February 1930.",
        ),
        ("The largest is Jupiter.", "Jupiter"),
        ("It is Mars and Venus.", ["Mars", "Venus"]),
    ],
)
def test_stated(sentence, value):
    assert states(sentence, value, "Which is the largest?")


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("It is 43.", 42),
        ("It is 420.", 42),
        ("It is about 11.3 times wider.", 11.2091),
        ("Roughly 100 km.", "96 km"),
        ("It weighs 142984 kg.", "142984 km"),
        ("Yes.", False),
        ("Four moons, and 1 of them is red.", 1),
        ("Jupiter was hit by a comet.", "Jupiter"),
        ("Jupiterians are the largest.", "Jupiter"),
        ("It is Mars.", ["Mars", "Venus"]),
        ("Nothing.", ""),
        ("Nothing.", None),
        ("Nothing.", []),
        ("Nothing is nan.", float("nan")),
    ],
)
def test_not_stated(sentence, value):
    assert not states(sentence, value, "Which is the largest?")


def test_a_name_counts_only_where_nothing_else_is_said():
    question = "Which planet is larger, Uranus or Neptune?"
    assert states("Uranus is the larger planet.", "Uranus", question)
    assert not states("Uranus was discovered by William Herschel.", "Uranus", question)


def test_quotes_and_workings_are_found_whatever_the_spacing():
    assert repeats("jupiter  is wide.", "Jupiter is wide. It is")
    assert not repeats("", "Jupiter")
    assert is_in("142984 km  / 12756 km = 11.21", "It is 11.21 (142984 km / 12756 km = 11.21)")
    assert not is_in(" ", "anything")
