"""Names as short answers: the forms that are read, and the near misses that must give nothing."""

import pytest

from nodes.symbolic.asked import understand
from nodes.symbolic.place import Place
from nodes.symbolic.values import find_value
from nodes.symbolic.wanted import Wanted, wanted


def read(question: str, sentence: str, title: str = "", before: str = "") -> str | None:
    value = find_value(understand(question), Place(sentence, title, {}, before, title))
    return value.shown if value else None


@pytest.mark.parametrize(
    ("question", "answer", "relation", "noun"),
    [
        ("Who wrote Emma", "agent", "writ", ""),
        ("Which yard built the Lomvi", "agent", "build", "yard"),
        ("By whom was Titan discovered", "agent", "discov", ""),
        ("Who was Titan discovered by", "agent", "discov", ""),
        ("Who is the chief executive of Moe Lines", "role", "executiv", ""),
        ("What is the capital of Botswana", "role", "capital", ""),
        ("Who is Ada Moe's husband", "role", "husband", ""),
        ("Where was Ada Moe born", "place", "", ""),
        ("In which city was Ada Moe born", "place", "", "cit"),
        ("Which band did Ada Moe found", "named", "", "band"),
        ("Who was Ada Moe", "definition", "", ""),
        ("Why is the sky blue", "other", "", ""),
    ],
)
def test_what_kind_of_answer_a_question_wants(question, answer, relation, noun):
    assert wanted(question) == Wanted(answer, relation, noun)


@pytest.mark.parametrize(
    ("question", "sentence", "name"),
    [
        ("Who discovered Titan?", "William Lassell discovered Titan in 1848.", "William Lassell"),
        ("Who discovered Titan?", "Titan was discovered in 1848 by the astronomer Ann Moe.", "Ann Moe"),
        ("Who designed the Lomvi Bridge?", "The designer of the Lomvi Bridge was Kåre Hansen.", "Kåre Hansen"),
        ("Who wrote Emma?", "Emma is a novel by the English writer Jane Austen.", "Jane Austen"),
        ("Who founded Moe Lines?", "Moe Lines was founded by Ada Moen and Ole Berg.", "Ada Moen and Ole Berg"),
        ("Who is the head of Moe Lines?", "The head of Moe Lines is Siri Aasen.", "Siri Aasen"),
        ("Who is the head of Moe Lines?", "Siri Aasen, the head of Moe Lines, spoke first.", "Siri Aasen"),
        ("Who commanded Apollo 11?", "Neil Armstrong was the commander of Apollo 11.", "Neil Armstrong"),
        ("Where was Ada Moe born?", "Ada Moe was born on 3 May 1943 in Flint, Michigan.", "Flint, Michigan"),
        ("Where was Ada Moe born?", "Ada Moe (born May 3, 1943, Flint, Michigan) sings.", "Flint, Michigan"),
        ("Where is Moe Lines based?", "Moe Lines has its headquarters in Bergen.", "Bergen"),
        ("Which band did Ada Moe join?", "In 1990 Ada Moe joined the band Ytre.", "Ytre"),
        ("Which rocket launched Juno?", "Juno was launched by an Atlas V rocket.", "Atlas V"),
        ("What is the largest moon of Neptune?", "Triton is Neptune's largest moon.", "Triton"),
    ],
)
def test_names_that_a_sentence_tells(question, sentence, name):
    assert read(question, sentence) == name


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who discovered Saturn?", "William Lassell discovered four moons of Saturn."),
        ("Who discovered Venus?", "Galileo Galilei discovered that Venus shows phases."),
        ("Who discovered Titan?", "Ann Moe saw Titan after Ole Berg had discovered Rhea."),
        ("Who is the head of Moe Lines?", "Siri Aasen, the head of Berg Lines, praised Moe Lines."),
        ("Who wrote Emma?", "Emma was performed in Oslo by Ann Moe."),
        ("Who owns Moe Lines?", "Moe Lines was founded by Ada Moen."),
        ("Where was Ada Moe born?", "Ada Moe lived in Oslo."),
        ("Who founded Moe Lines?", "Berg Lines was founded by Ole Berg."),
        ("Which band did Ada Moe join?", "Ada Moe joined the band Ytre after leaving the band Indre."),
    ],
)
def test_what_a_sentence_does_not_surely_tell_is_not_read(question, sentence):
    assert read(question, sentence) is None


def test_a_pronoun_stands_for_what_the_sentences_before_are_about():
    sentence = "It was founded in 1922 by the merchant Halvard Berg."
    assert read("Who founded Moe Lines?", sentence, before="Moe Lines is a shipping company.") == "Halvard Berg"
    assert read("Who founded Moe Lines?", sentence, before="Ytre Lines is a shipping company.") is None


@pytest.mark.parametrize("sentence", ["by the " * 3_000, "Ann, the " * 2_000, "discovered by " * 2_000, "a" * 20_000])
def test_a_hostile_sentence_is_read_to_its_end(sentence):
    assert read("Who discovered Titan?", f"{sentence} Titan discovered") is None
