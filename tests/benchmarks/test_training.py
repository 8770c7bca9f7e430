"""The training data: every line is in its format, and every answer stands in its text."""

import random

import pytest

from benchmarks.training import examples, operands, questions


def test_every_question_is_marked_as_the_tagger_needs_it():
    marked = questions.read(questions.QUESTIONS.read_text("utf-8").splitlines())
    assert len({each.operation for each in marked}) > 20


def test_every_answer_stands_in_its_text():
    for whole in examples.read_texts(examples.TEXTS.read_text("utf-8")):
        for each in whole:
            assert each.start < 0 or each.text[each.start : each.end].strip()


def test_every_operand_stands_in_a_text_of_its_group():
    for group in operands.groups(questions.OPERANDS.read_text("utf-8")):
        assert questions.in_groups(group)
        assert any(each.start >= 0 for each in operands.examples(group, random.Random(1)))


GROUP = """# Ada | Ferry
The Ada is 92 m long. She was built by Moe in 1990.
# Bore | Ferry
The Bore is 85 m long.
> diff | How much [a:longer] is [1:the Ada] than [2:the Bore]? => 92 m | 85 m
> lookup | When did the [1:[h:maker of the Ada]] [a:found the yard]? => Moe | -
? length of the Bore => 85 m"""


def test_an_operand_is_asked_for_as_the_planner_does():
    group = GROUP.splitlines()
    told = [each for each in operands.examples(group, random.Random(2)) if each.start >= 0]
    found = {(each.question, each.text[each.start : each.end]) for each in told}
    assert found >= {
        ("more: How much longer is [the Ada] than the Bore", "92 m"),
        ("less: How much longer is the Ada than [the Bore]", "85 m"),
        ("name of maker of the Ada", "Moe"),
        ("length of the Bore", "85 m"),
    }
    assert [each.operation for each in questions.in_groups(group)] == ["diff", "lookup"]


def test_a_value_that_stands_nowhere_is_an_error():
    with pytest.raises(ValueError, match="'91 m' does not stand"):
        operands.examples(GROUP.replace("92 m |", "91 m |").splitlines(), random.Random(2))
