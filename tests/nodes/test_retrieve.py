"""The passages for the solver: fused by rank, each once, within the budget."""

from hypothesis import given
from hypothesis import strategies as st

from nodes.evidence import passages_in
from nodes.limits import Limits
from nodes.retrieve import fit, fuse


def made(passage_id: str, length: int = 10) -> dict:
    return {"passage_id": passage_id, "document": "d", "title": "t", "text": "x" * length, "start": 0, "end": length}


rankings = st.lists(st.lists(st.sampled_from("abcdef"), unique=True, max_size=6), max_size=5)


@given(rankings)
def test_fusion_keeps_every_passage_once_whatever_the_order_of_the_lists(lists):
    made_lists = [[made(name) for name in names] for names in lists]
    fused = [passage["passage_id"] for passage in fuse(made_lists)]
    assert sorted(fused) == sorted({name for names in lists for name in names})
    assert fused == [passage["passage_id"] for passage in fuse(made_lists[::-1])]


def test_what_several_steps_found_comes_first():
    fused = fuse([[made("a"), made("b")], [made("c"), made("b")]])
    assert [passage["passage_id"] for passage in fused] == ["b", "a", "c"]


@given(st.lists(st.integers(1, 50), max_size=12), st.integers(0, 100), st.integers(0, 8))
def test_the_budget_holds(lengths, chars, most):
    passages = [made(str(n), length) for n, length in enumerate(lengths)]
    kept = fit(passages, Limits(solver_chars=chars, passages=most))
    assert sum(len(passage["text"]) for passage in kept) <= chars
    assert len(kept) <= most
    assert kept == [passage for passage in passages if passage in kept]


def test_passages_are_told_from_other_values():
    passage = made("a")
    assert list(passages_in([passage, {"passage_id": "b"}, 3, "text"])) == [passage]
    assert list(passages_in(passage)) == [passage]
    assert list(passages_in(None)) == []
