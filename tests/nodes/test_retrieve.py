"""The passages for the solver: fused by rank, each once, within the budget."""

from hypothesis import given
from hypothesis import strategies as st

from nodes.evidence import passages_in
from nodes.limits import Limits
from nodes.retrieve import EMPTY, Retrieval, fit, fuse, make_retrieve_node
from nodes.tokens import at_most


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
def test_the_budget_holds(lengths, tokens, most):
    passages = [made(str(n), length) for n, length in enumerate(lengths)]
    kept = fit(passages, Limits(solver_tokens=tokens, passages=most))
    assert sum(at_most(passage["text"]) for passage in kept) <= tokens
    assert len(kept) <= most
    assert kept == [passage for passage in passages if passage in kept]


def test_passages_are_told_from_other_values():
    passage = made("a")
    assert list(passages_in([passage, {"passage_id": "b"}, 3, "text"])) == [passage]
    assert list(passages_in(passage)) == [passage]
    assert list(passages_in(None)) == []


class Retriever:
    """A knowledge base that holds these passages."""

    def __init__(self, *held: dict) -> None:
        self.held = held

    def passages(self, query: str, k: int) -> list[dict]:
        return list(self.held[:k])


def searched(tool: str = "search") -> dict:
    return {
        "question": "q",
        "plan": f'#E1 = {tool}(query="q")',
        "results": {"E1": {"tool": tool, "status": "ok", "value": []}},
        "notes": [],
    }


async def test_an_empty_knowledge_base_is_said_once():
    retrieve = make_retrieve_node(Retrieval(Retriever(), Limits()))
    assert await retrieve(searched()) == {"passages": [], "notes": [EMPTY]}
    assert "notes" not in await retrieve({**searched(), "notes": [EMPTY]})


async def test_what_the_steps_did_not_find_is_looked_for_with_the_question_itself():
    retrieve = make_retrieve_node(Retrieval(Retriever(made("a")), Limits()))
    assert await retrieve(searched()) == {"passages": [made("a")]}


async def test_a_plan_without_a_search_is_not_told_that_there_is_nothing_to_search():
    retrieve = make_retrieve_node(Retrieval(Retriever(), Limits()))
    assert await retrieve(searched("look")) == {"passages": []}
