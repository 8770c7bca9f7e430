import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.fusion import fuse

SCORES = st.dictionaries(st.integers(0, 20), st.floats(-1, 1), max_size=12)


@given(SCORES, SCORES, st.floats(0, 1))
def test_every_id_gets_a_score_between_0_and_1(dense, words, weight):
    fused = fuse(dense, words, weight=weight)
    assert set(fused) == set(dense) | set(words)
    assert all(-1e-9 <= score <= 1 + 1e-9 for score in fused.values())


@given(SCORES, SCORES)
def test_better_in_both_is_better_fused(dense, words):
    fused = fuse(dense, words)
    both = [id_ for id_ in dense if id_ in words]
    for a in both:
        for b in both:
            if dense[a] >= dense[b] and words[a] >= words[b]:
                assert fused[a] >= fused[b]


@given(SCORES)
def test_a_single_ranking_keeps_its_order(scores):
    fused = fuse(scores, {})
    assert all(fused[a] >= fused[b] for a in scores for b in scores if scores[a] >= scores[b])


def test_the_length_of_a_ranking_does_not_change_its_scores():
    assert fuse({"a": 0.8, "b": 0.4, "c": 0.1}, {})["b"] == fuse({"a": 0.8, "b": 0.4}, {})["b"]


def test_weights_mix_normalised_scores():
    assert fuse({"a": 0.9, "b": 0.6}, {"b": 8.0, "c": 4.0}, weight=0.6) == pytest.approx({"a": 0.6, "b": 0.8, "c": 0.2})


def test_nothing_fuses_to_nothing():
    assert fuse({}, {}) == {}
