"""The built-in tools that work on documents: search gives passages with their best sentence, read answers from them."""

from dataclasses import dataclass

import pytest

from nodes.tools import AllowAll, Toolbox, ToolRunner, read_tool, search_tool

TEXT = "Jupiter is a planet. Its diameter is 139,820 km."


@dataclass(frozen=True)
class Hit:
    passage_id: str
    document: str = "jupiter.md"
    title: str = "Jupiter"
    section: str = ""
    text: str = TEXT
    start: int = 0
    end: int = len(TEXT)
    score: float = 0.5
    collection: str = "default"


class Library:
    """A knowledge base of one text under several ids."""

    def search(self, query, k=5, *, collection=None, filters=None):
        self.asked = (query, k, collection)
        return [] if query == "nothing" else [Hit(f"p{n}") for n in range(min(k, 2))]

    def rank_sentences(self, question, hits, k=5):
        return [Hit(hit.passage_id, text=TEXT[21:], start=21) for hit in hits for _ in "ab"][:k]


class Reading:
    """A reader that says what it was given."""

    async def read(self, question, passages, text, within=""):
        value = None if question == "unknown" else f"{[p['passage_id'] for p in passages]} {text}"
        return {"value": value, "sources": []}


@pytest.fixture
def library():
    return Library()


@pytest.fixture
def runs(library):
    return ToolRunner(Toolbox([search_tool(library), read_tool(Reading())]), policy=AllowAll())


async def test_search_returns_passages_with_their_best_sentence(runs, library):
    found = await runs.run("search", {"query": "diameter of Jupiter", "k": 2, "collection": "planets"}, key="k")
    assert library.asked == ("diameter of Jupiter", 2, "planets")
    assert [passage["passage_id"] for passage in found.value] == ["p0", "p1"]
    assert found.value[0]["best"] == "Its diameter is 139,820 km."
    assert [source["quote"] for source in found.sources] == ["Its diameter is 139,820 km."] * 2
    assert TEXT[found.sources[0]["start"] : found.sources[0]["end"]] == found.sources[0]["quote"]


async def test_search_is_bounded_and_may_find_nothing(runs, library):
    assert (await runs.run("search", {"query": "nothing"}, key="k")).value == []
    await runs.run("search", {"query": "x", "k": 10**9}, key="k")
    assert library.asked[1] == 50
    signature = runs.toolbox["search"].signature
    assert signature.startswith("search(query: str, k=5, collection?: str, after?: ")


class Chain(Library):
    """Finds `p0`, `p1`, ... for a plain query; with a lead such as `says p1`, what follows that passage."""

    def search(self, query, k=5, *, collection=None, filters=None):
        _, _, lead = query.partition(" says p")
        first = 10 * (int(lead) + 1) if lead else 0
        return [Hit(f"p{n}") for n in (*range(first, first + k), 99)][:k]

    def rank_sentences(self, question, hits, k=5):
        return [Hit(hit.passage_id, text=f"says {hit.passage_id}") for hit in hits][:k]


async def test_the_second_hop_takes_turns_among_what_the_first_passages_lead_to():
    runs = ToolRunner(Toolbox([search_tool(Chain())]), policy=AllowAll())
    first = (await runs.run("search", {"query": "q", "k": 3}, key="k")).value
    second = (await runs.run("search", {"query": "q", "k": 5, "after": first}, key="k")).value
    assert [passage["passage_id"] for passage in second] == ["p10", "p20", "p11", "p21", "p12"]


async def test_the_second_hop_gives_nothing_twice_and_needs_no_first():
    runs = ToolRunner(Toolbox([search_tool(Library())]), policy=AllowAll())
    found = (await runs.run("search", {"query": "q", "after": []}, key="k")).value
    assert [passage["passage_id"] for passage in found] == ["p0", "p1"]
    assert (await runs.run("search", {"query": "q", "after": found}, key="k")).value == []
    assert (await runs.run("search", {"query": "q", "after": ["a sentence"]}, key="k")).value == found


async def test_read_takes_passages_and_text_out_of_whatever_it_is_given(runs):
    passages = (await runs.run("search", {"query": "q"}, key="k")).value

    async def given(source):
        return (await runs.run("read", {"question": "q", "source": source}, key="k")).value

    assert await given(passages) == "['p0', 'p1'] "
    assert await given([passages, passages[:1], "and text"]) == "['p0', 'p1'] and text"
    assert await given({"first": passages, "note": "text"}) == "['p0', 'p1'] text"
    assert await given("139820 km") == "[] 139820 km"
    assert await given(11.2) == "[] 11.2"
    assert await given({"a": 1}) == '[] {"a": 1}'
    assert await given(None) == "[] "


async def test_evidence_that_does_not_say_is_a_failure_of_its_own_kind(runs):
    outcome = await runs.run("read", {"question": "unknown", "source": "text"}, key="k")
    assert (outcome.status, outcome.error) == ("failed", {"kind": "no_answer", "message": "the evidence does not say"})
