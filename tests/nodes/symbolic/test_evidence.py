"""Sentences in their documents: how likely they answer, and what is cited with them."""

import pytest

from nodes.symbolic.evidence import Evidence, led_from
from nodes.symbolic.likelihood import BY_RULES, Features, likelihood
from nodes.symbolic.spelling import understood

BRIDGE = "The Lomvi Bridge crosses the sound. It was designed by Ada Moe. It opened in 1992.\nIts towers are tall."


@pytest.fixture
def evidence(ranker, a_passage):
    def make(question: str, *texts: str) -> Evidence:
        passages = [a_passage(f"D{n}", text) for n, text in enumerate(texts)]
        asked = understood(question, passages)
        return Evidence(asked, ranker.rank_sentences(question, [Hit(p) for p in passages], 40), passages)

    return make


class Hit:
    """A passage with its keys as attributes."""

    def __init__(self, passage):
        self.__dict__.update(passage)


def test_more_of_a_question_is_likelier_to_answer_it():
    least = Features(dense=0.5, names=0.0, words=0.0, value=0.0, unknown=0.0, read=0.0)
    most = Features(dense=0.8, names=1.0, words=1.0, value=1.0, unknown=0.0, read=1.0)
    assert likelihood(least) < BY_RULES.likely < 0.5 < likelihood(most) < 1


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who owns the Lomvi Bridge?", "The Lomvi Bridge was designed by Ada Moe."),
        ("Who discovered Saturn?", "William Lassell discovered four moons of Saturn in 1848."),
    ],
)
def test_another_relation_or_another_thing_is_no_answer(evidence, question, text):
    found = evidence(question, text)
    assert found.judged(found.sentences[0]).likelihood == 0.0


def test_a_sentence_is_cited_with_those_that_its_pronoun_leans_on(evidence):
    found = evidence("When was the Lomvi Bridge opened?", BRIDGE)
    by_text = {sentence.text: found.cited(sentence) for sentence in found.sentences}
    opened = by_text["It opened in 1992."]
    assert opened["quote"] == "The Lomvi Bridge crosses the sound. It was designed by Ada Moe. It opened in 1992."
    assert BRIDGE[opened["start"] - 100 : opened["end"] - 100] == opened["quote"]
    assert by_text["Its towers are tall."]["quote"] == "Its towers are tall."
    both = found.cited_together(found.sentences)
    assert [source["quote"][:20] for source in both] == ["The Lomvi Bridge cro", "Its towers are tall."]


def test_what_leans_on_nothing_is_cited_alone():
    assert led_from("A bridge. Ada Moe drew it.", 10) == 10
    assert led_from("It stands. It is tall.", 11) == 0


def test_names_in_small_letters_are_spelled_as_the_passages_spell_them(a_passage):
    passages = [a_passage("Ada Moe", "The engineer Ada Moe drew bridges. Bridges are long.")]
    assert understood("what did ada moe draw", passages).names == ("Ada Moe",)
    asked = understood("how long is the swimming pool of the club", passages)
    assert asked.names == ()
    assert {"club", "pool"} <= asked.words
