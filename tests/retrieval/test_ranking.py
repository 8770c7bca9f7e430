import pytest

from retrieval.ranking import inverse_document_frequency, word_overlap


def test_the_sentence_that_answers_comes_first_with_offsets_into_the_document(kb):
    hits = kb.search("equatorial diameter of Jupiter", 5)
    sentences = kb.rank_sentences("What is the equatorial diameter of Jupiter?", hits, 10)
    assert sentences[0].text == "Its equatorial diameter is 139,820 km."
    assert [s.score for s in sentences] == sorted((s.score for s in sentences), reverse=True)
    for sentence in sentences:
        assert kb.document_text(sentence.document)[sentence.start : sentence.end] == sentence.text
        assert -1.001 <= sentence.dense <= 1.001
        assert 0 <= sentence.overlap <= 1.001


def test_k_cuts_and_no_question_ranks_nothing(kb):
    hits = kb.search("moon", 5)
    assert len(kb.rank_sentences("moon", hits, 2)) == 2
    assert kb.rank_sentences("  ", hits) == []
    assert kb.rank_sentences("moon", []) == []


def test_words_meet_in_any_form_and_rare_ones_count_more():
    rarity = {"orbits": 3.0, "planet": 1.0}.__getitem__
    assert word_overlap("orbits the planet", ["It orbited.", "A planet.", "Orbiting planets", "No."], rarity) == (
        pytest.approx([0.75, 0.25, 1.0, 0.0])
    )
    assert word_overlap("", ["text"], rarity) == [0.0]


def test_rarity_falls_with_use_and_stays_positive():
    values = [inverse_document_frequency(having, 10) for having in range(11)]
    assert values == sorted(values, reverse=True)
    assert values[-1] > 0
