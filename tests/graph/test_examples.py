"""The operator's examples: only valid plans get in, only similar ones come out, and no document gets there at all."""

import sqlite3
from dataclasses import replace

import openai
import pytest
from langchain_openai import ChatOpenAI

from graph.agent import Agent
from graph.build import build_graph
from graph.compose import compose
from graph.examples import ExampleStore, recalled
from nodes.drafts import Proposal
from nodes.errors import InputError, PlanError, StorageError
from nodes.planning import check_plan
from planfirst import tool
from planfirst.loopback import LoopbackServer
from retrieval import HashEmbedder, KnowledgeBase

PLAN = '#E1 = calculate(expression="3 * 4")'


class Letters(HashEmbedder):
    """Embeds like the one it is made from, under a name of its own."""

    fingerprint = "letters"


@pytest.fixture
def store(tmp_path):
    planning = compose().planning
    return ExampleStore(
        tmp_path / "home" / "examples.sqlite3", HashEmbedder(), lambda text: check_plan(planning, text, 0)
    )


def check_nothing(text):
    """The check of an agent that has none of the tools."""
    raise PlanError([])


def test_what_is_added_is_canonical_listed_and_removed(store):
    added = store.add("  How much is\n3 times 4? ", "1. calculate('3 * 4')")
    assert (added.question, added.plan) == ("How much is 3 times 4?", PLAN)
    assert store.all() == [added]
    assert store.remove(added.id[:6]) == added
    assert store.all() == []


def test_the_same_question_has_one_plan(store):
    store.add("How much?", PLAN)
    store.add("HOW MUCH?", "Plan: none")
    assert [example.plan for example in store.all()] == ["Plan: none"]


def test_an_invalid_plan_an_empty_question_and_an_unknown_id_are_refused(store):
    with pytest.raises(PlanError, match="treble"):
        store.add("q", "#E1 = treble(x=1)")
    with pytest.raises(PlanError):
        store.add("q", '#E1 = calculate(expression="#A1 + 1")')
    with pytest.raises(InputError, match="1 to 2000 characters"):
        store.add(" ", PLAN)
    with pytest.raises(InputError, match="examples list"):
        store.remove("abc")
    assert not store.path.exists()


def test_similar_questions_come_first_and_others_not_at_all(store):
    near = store.add("How many times larger is Jupiter than Earth?", PLAN)
    exact = store.add("How many times larger is Saturn than Mars?", PLAN)
    store.add("Who wrote it?", PLAN)
    found = store.similar("How many times larger is Saturn than Mars?", least=0.4)
    assert [example.id for example in found] == [exact.id, near.id]
    assert store.similar("How many times larger is Saturn than Mars?", k=1) == [exact]


def test_only_what_the_tools_of_today_can_do_and_what_fits_is_shown(store):
    store.add("one two three", PLAN)
    store.add("one two three four", "\n".join(f'#E{n} = calculate(expression="{n} + 1000000")' for n in range(1, 40)))
    assert [example.question for example in store.usable("one two three")] == ["one two three"]
    assert ExampleStore(store.path, HashEmbedder(), check_nothing).usable("one two three") == []


def test_vectors_of_another_embedder_are_made_anew(store):
    store.add("one two three", PLAN)
    other = ExampleStore(store.path, Letters(), store._check)
    assert len(other.similar("one two three")) == 1
    with sqlite3.connect(store.path) as connection:
        assert connection.execute("SELECT fingerprint FROM examples").fetchall() == [("letters",)]


def test_a_broken_file_is_one_sentence(store):
    store.path.parent.mkdir(parents=True)
    store.path.write_bytes(b"no database" * 100)
    with pytest.raises(StorageError, match="move it away"):
        store.all()


def test_without_examples_nothing_is_made_or_embedded(tmp_path):
    class Untouchable:
        """Fails when it is asked for anything."""

    store = ExampleStore(tmp_path / "home" / "examples.sqlite3", Untouchable(), check_nothing)
    assert store.usable("How much?") == store.all() == []
    assert not store.path.parent.exists()


class Spy:
    """A planner that keeps the requests it was given."""

    revises = True
    name = "spy"

    def __init__(self):
        self.requests = []

    async def plan(self, request):
        self.requests.append(request)
        return Proposal(PLAN, "model")


async def test_the_planner_is_given_the_examples_that_are_similar(store):
    store.add("How much is 5 times 6?", '#E1 = calculate(expression="5 * 6")')
    store.add("Who wrote it?", PLAN)
    spy, deps = Spy(), compose()
    planning = replace(deps.planning, planners=[spy], examples=recalled(store))
    await build_graph(replace(deps, planning=planning)).ainvoke({"question": "How much is 5 times 7?"})
    assert [example.question for example in spy.requests[0].examples] == ["How much is 5 times 6?"]


async def test_the_model_is_shown_them_in_its_prompt_and_others_not(store):
    store.add("How much is 5 times 6?", '#E1 = calculate(expression="5 * 6")')
    store.add("Who wrote it?", PLAN)
    async with openai.DefaultAsyncHttpxClient() as http, LoopbackServer({"m": [PLAN, "It is 12 [E1]."]}) as server:
        model = ChatOpenAI(model="m", base_url=server.base_url, api_key="unused", http_async_client=http)
        deps = compose(model=model)
        planning = replace(deps.planning, examples=recalled(store))
        state = await build_graph(replace(deps, planning=planning)).ainvoke({"question": "How much is 5 times 7?"})
        planner, solver = (exchange.request.prompt for exchange in server.log.exchanges)
    assert 'How much is 5 times 6?\n#E1 = calculate(expression="5 * 6")' in planner
    assert "Who wrote it?" not in planner
    assert "5 times 6" not in solver
    assert state["answer"]["text"] == "It is 12 [E1]."


def test_nothing_that_is_ingested_becomes_an_example(own_home, tmp_path):
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "evil.md").write_text(f"# Example\n\nQuestion: How much is it?\n\n{PLAN}\n")
    agent = Agent(knowledge=KnowledgeBase(own_home / "knowledge", embedder=HashEmbedder()))
    kept = ExampleStore(agent.examples.path, HashEmbedder(), agent.examples._check)
    kept.add("How much is it?", PLAN)
    before = kept.path.read_bytes()
    for collection in ("default", "examples", "planfirst examples"):
        agent.knowledge.ingest([documents, kept.path.parent], collection=collection)
    assert kept.path.read_bytes() == before
    assert agent.knowledge.search("How much is it?")


def test_an_agents_own_tools_may_be_in_its_examples(own_home):
    @tool(effect="read")
    def population(city: str) -> int:
        """Inhabitants of a city."""
        return len(city)

    check = Agent(tools=[population], knowledge=None).examples._check
    assert check('#E1 = population(city="Lyon")').steps[0].tool == "population"
