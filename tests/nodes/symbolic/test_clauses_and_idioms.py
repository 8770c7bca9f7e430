"""Values of one clause among several, pronouns that stand for the sentence before, and everyday phrases."""

import pytest

from nodes.symbolic.asked import understand
from nodes.symbolic.idioms import in_plain_words
from nodes.symbolic.phrases import in_order
from nodes.symbolic.place import Place
from nodes.symbolic.values import find_value

PRICES = "Visitors pay 9 euros, pensioners 6 euros and school children 3 euros."
YEARS = "In 2022 the district used 4,150 gigawatt hours of electricity, in 2023 it used 4,020 gigawatt hours."


def read(question: str, sentence: str, before: str = "", title: str = "") -> str | None:
    value = find_value(understand(question), Place(sentence, title, {}, before))
    return value.text if value else None


@pytest.mark.parametrize(
    ("question", "sentence", "value"),
    [
        ("cost of pensioner", PRICES, "6 EUR"),
        ("cost of school child", PRICES, "3 EUR"),
        ("cost of student", PRICES, None),
        ("amount of electricity used in 2022", YEARS, "4150 GWh"),
        ("amount of electricity used in 2021", YEARS, None),
        ("cost of bicycle", "Bicycles travel for $3.00.", "3 USD"),
        ("cost of the cake", "Cheese cake – €6.00 Chocolate cake – €8.50", None),
    ],
)
def test_a_quantity_is_read_from_its_own_clause(question, sentence, value):
    assert read(question, sentence) == value


def test_a_pronoun_stands_for_what_the_sentence_before_is_about():
    sentence, before = (
        "It has nine arches and is 158 metres long.",
        "The Saints Bridge in Caldmoor was finished in 1463.",
    )
    assert read("length of Saints Bridge", sentence, before, "Bridges of Caldmoor") == "158 m"
    assert read("length of Iron Bridge", sentence, before, "Bridges of Caldmoor") is None


def test_what_stands_over_a_name_or_is_its_kin_is_another_thing():
    assert read("length of Sorre", "The bridge over the Sorre is 742 m long.") is None
    assert read("mass of Amari", "His daughter Amari, born in 2016, weighs 2,100 kg.", "Tembo weighs 5 t.") == "2100 kg"
    assert read("height of Leo", "The giraffe Pippa is 4.6 m tall; the giraffe Leo reaches 5.1 m.") == "5.1 m"


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("When did Ada pass away", "When did Ada die"),
        ("Who is in charge of Cardiology", "Who is head of Cardiology"),
        ("When did the Basic 14 come out", "When did the Basic 14 released"),
        ("How high is the tower", "How high is the tower"),
    ],
)
def test_everyday_phrases_are_put_plainly(question, plain):
    assert in_plain_words(question) == plain


@pytest.mark.parametrize(
    ("question", "ordered"),
    [
        ("In high season, does A cost more than B", "does A cost more than B in high season"),
        ("Who is the youngest doctor, going by date of birth", "Who is the youngest doctor"),
        ("Which site lies farthest north", "Which site has the highest latitude"),
        ("Who is the highest paid employee", "Who is the employee with the highest salary"),
        ("In which year was it built", "In which year was it built"),
    ],
)
def test_questions_are_put_in_order(question, ordered):
    assert in_order(question) == ordered
