"""Which sentences are quoted together, and when none is."""

from dataclasses import fields

import pytest

from nodes.symbolic.asked import understand
from nodes.symbolic.evidence import CANDIDATES, Evidence
from nodes.symbolic.likelihood import BY_RULES, Features, likelihood
from nodes.symbolic.quoting import Quoting
from nodes.symbolic.ranking import ranked


@pytest.fixture
def quote(ranker, passages):
    async def quoted(question: str, k: int = 3):
        asked = understand(question)
        evidence = Evidence(asked, await ranked(ranker, question, passages, CANDIDATES), passages)
        return await Quoting(ranker).quote(evidence, k)

    return quoted


async def test_a_further_sentence_brings_what_the_first_lacks(quote):
    found = await quote("When was the discoverer of Titan born?")
    texts = [sentence.text for sentence in found.sentences]
    assert "The Dutch astronomer Christiaan Huygens discovered Titan on 25 March 1655." in texts
    assert "Huygens was born in The Hague on 14 April 1629." in texts
    assert found.answers


async def test_a_name_that_nothing_found_has_is_no_question_for_these_documents(quote):
    found = await quote("When was Voyager 3 launched?")
    assert (found.likelihood, found.answers) == (0.0, False)


async def test_another_thing_of_a_longer_name_answers_nothing(quote):
    assert not (await quote("How tall is Saturn?")).answers


async def test_at_most_k_sentences_are_quoted_and_none_without_words(quote):
    assert len((await quote("When was the discoverer of Titan born?", k=1)).sentences) == 1
    assert (await quote("?")).sentences == ()


async def test_the_same_sentence_in_two_documents_is_quoted_once(ranker, passages):
    asked = understand("What did Perseverance carry?")
    again = [
        {**each, "passage_id": "copy", "document": "copy.md"} for each in passages if each["title"] == "Mars Rovers"
    ]
    both = [*passages, *again]
    evidence = Evidence(asked, await ranked(ranker, asked.text, both, CANDIDATES), both)
    texts = [sentence.text for sentence in (await Quoting(ranker).quote(evidence, 3)).sentences]
    assert len(texts) == len(set(texts))


def test_the_likelihood_grows_with_every_measure_but_unknown_names():
    nothing = Features(*[0.0] * len(fields(Features)))
    everything = Features(dense=0.9, names=1, words=1, value=1, unknown=0, read=1)
    assert likelihood(nothing) < BY_RULES.likely < likelihood(everything)
    assert BY_RULES.weights.unknown < 0
    assert all(
        weight > 0
        for weight in (
            BY_RULES.weights.dense,
            BY_RULES.weights.names,
            BY_RULES.weights.words,
            BY_RULES.weights.value,
            BY_RULES.weights.read,
        )
    )
