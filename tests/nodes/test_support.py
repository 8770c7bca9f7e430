"""Which sentences of an answer have nothing under them."""

import pytest

from nodes.sentences import marked
from nodes.support import Ground, claims, unsupported

QUOTE = "Jupiter is the largest planet of the Solar System, and it has no surface."


@pytest.fixture
def ground(passage, source, step_result):
    p = passage(text=QUOTE)
    results = {
        "E1": step_result("E1", [p]),
        "E2": step_result("E2", 11.2091, tool="calculate", working="142984 / 12756 = 11.21"),
    }
    plan = '#E1 = search(query="Jupiter")\n#E2 = calculate(expression="142984 / 12756")'
    return Ground("How many times wider is Jupiter?", plan, results, [{**source(p, QUOTE), "n": 1}])


@pytest.mark.parametrize(
    "text",
    [
        "It is hot in there [1].",
        "It is 12 times as wide. [E2]",
        "It is 11.2 times as wide.",
        "Jupiter is the largest planet of the Solar System.",
        "Here is the answer:\n- It is hot. [1]",
        "# Jupiter",
        "Shall I look for more?",
        "The documents do not say who found it.",
        "The passages don't mention its age, and its mass is not given.",
        "So it is.",
        "```\nprint('Saturn')\n```",
    ],
)
def test_supported_or_nothing_claimed(ground, text):
    assert unsupported(text, ground) == []


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("It is hot in there [1]. It is old.", ["It is old."]),
        ("It is 15 times as wide.", ["It is 15 times as wide."]),
        ("Saturn.", ["Saturn."]),
        ("- It is hot [1]\n- It is not a planet", ["- It is not a planet"]),
        ("1. It is old.\n2. It is hot. [1]", ["1. It is old."]),
        ("No, it is `small`.", ["No, it is `small`."]),
        ("Jupiter has a surface.", ["Jupiter has a surface."]),
    ],
)
def test_a_claim_that_cites_and_repeats_nothing_is_unsupported(ground, text, without):
    assert unsupported(text, ground) == without


def test_people_are_shown_which():
    text = "It is old.  It is hot [1].\n\n1. It is new. It is old."
    assert marked(text, ["It is old.", "1. It is new."]) == (
        "It is old. (unsupported)  It is hot [1].\n\n1. It is new. (unsupported) It is old. (unsupported)"
    )
    assert marked(text, []) == text


def test_a_heading_and_a_lead_in_claim_nothing():
    assert not claims("In summary:")
    assert claims("It weighs 3 kg")
