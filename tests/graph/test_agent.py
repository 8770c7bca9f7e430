"""The agent: run records in step with runs, loops and threads, pause and resume, follow-ups, tools that changed."""

import asyncio
import threading

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from graph.result import Result
from nodes.errors import ConfigurationError, InputError, RunStateError, ToolError, UnknownRunError
from nodes.events import AnswerReady, PhaseChanged, PlanReady, RunStarted
from nodes.tools import AllowAll, Denied
from planfirst import Agent, tool
from retrieval import HashEmbedder, KnowledgeBase

PLAN = '#E1 = calculate(expression="6 * 7")'


def agent_of(scripted, *replies, **options) -> Agent:
    return Agent(scripted(*replies), knowledge=None, **options)


async def test_a_result_has_the_fields_of_the_json(scripted):
    result = await agent_of(scripted, PLAN, "It is 42.").aask("6 * 7?")
    assert result.to_json().keys() >= {
        "run_id", "status", "question", "answer", "mode", "citations", "plan", "evidence", "usage", "seconds",
    }  # fmt: skip
    assert (result.status, result.answer, result.mode) == ("done", "It is 42.", "model")
    assert result.to_json()["plan"] == [
        {"id": "E1", "tool": "calculate", "args": {"expression": "6 * 7"}, "depends_on": []}
    ]
    assert result.evidence[0].value == 42
    assert result.usage.calls == 2
    assert result.usage.prompt_tokens is None  # the fake model reports nothing, and nothing is made up
    assert "It is 42." in result._repr_markdown_()


async def test_the_embedded_default_computes_without_a_model():
    result = await Agent(knowledge=None).aask("What is 15 % of 80?")
    assert result.mode == "extractive"
    assert result.answer.startswith("12")
    assert result.usage.calls == 0


def test_a_script_asks_from_threads_and_loops(scripted):
    agent = agent_of(scripted, *(reply for _ in range(4) for reply in (PLAN, "42.")))
    results: list[Result] = []
    results.append(agent.ask("one"))
    worker = threading.Thread(target=lambda: results.append(agent.ask("two")))
    worker.start()
    worker.join(timeout=60)
    results.append(asyncio.run(agent.aask("three")))

    async def notebook():
        results.append(agent.ask("four"))  # a cell is run inside a loop

    asyncio.run(notebook())
    assert [result.status for result in results] == ["done"] * 4


async def test_events_are_typed_and_the_first_names_the_run(scripted):
    agent = agent_of(scripted, PLAN, "42.")
    events = [event async for event in agent.astream("q")]
    assert isinstance(events[0], RunStarted)
    assert isinstance(events[-1], AnswerReady)
    assert any(isinstance(event, PlanReady) for event in events)
    assert (await agent.aresult(events[0].run_id)).status == "done"


async def test_leaving_the_stream_pauses_the_run_and_resume_finishes_it(scripted):
    agent = agent_of(scripted, PLAN, "42.")
    stream = agent.astream("q")
    async for event in stream:
        if event == PhaseChanged("running"):
            break
    await stream.aclose()
    (record,) = await agent.aruns()
    assert record.status == "paused"
    again = agent_of(scripted, "42.")
    assert (await again.aresume(record.id)).answer == "42."
    assert (await again.aruns())[0].status == "done"


async def test_a_cancelled_run_is_paused(scripted):
    started = asyncio.Event()

    @tool
    async def slow() -> int:
        """Take long."""
        started.set()
        await asyncio.sleep(60)

    agent = agent_of(scripted, "#E1 = slow()", "x", tools=[slow])
    asking = asyncio.create_task(agent.aask("q"))
    await asyncio.wait_for(started.wait(), 30)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert (await agent.aruns())[0].status == "paused"


async def test_a_follow_up_continues_the_conversation(scripted):
    agent = agent_of(scripted, PLAN, "It is 42.", '#E1 = read(question="how much", source=#A1)', "42", "Again 42.")
    first = await agent.aask("6 * 7?")
    second = await agent.aask("Say it again", follow=first.run_id)
    assert second.answer == "Again 42."
    third = (await agent.aruns())[0]
    assert (third.thread, third.turn) == (first.run_id, 2)


async def test_steps_wait_for_approval_and_go_on_by_name(scripted):
    sent = []

    @tool(effect="write")
    def send(to: str) -> str:
        """Send."""
        sent.append(to)
        return to

    plan = '#E1 = send(to="a")\n#E2 = send(to="b")'
    agent = agent_of(scripted, plan, "Sent.", tools=[send], approve="write")
    waiting = await agent.aask("send")
    assert waiting.status == "awaiting_approval"
    assert [request["step"] for request in waiting.pending] == ["E1", "E2"]
    assert (await agent.aresume(waiting.run_id)).status == "awaiting_approval"
    partly = await agent.aresume(waiting.run_id, {"E1": "approve"})
    assert [request["step"] for request in partly.pending] == ["E2"]
    result = await agent.aresume(waiting.run_id, "reject")
    assert sent == ["a"]
    assert result.status == "partial"
    assert "did not approve" in result.error["message"]


async def test_a_plan_waits_for_review_and_a_rejected_one_is_cancelled(scripted):
    agent = agent_of(scripted, PLAN, review=True)
    waiting = await agent.aask("q")
    assert (waiting.status, waiting.answer) == ("awaiting_review", None)
    assert (await agent.aresume(waiting.run_id, "reject")).status == "cancelled"


async def test_without_a_model_the_figures_of_a_plan_that_a_person_edited_count():
    agent = Agent(knowledge=None, review=True)
    waiting = await agent.aask("What is 15 % of 80?")
    edited = {"action": "edit", "plan": '#E1 = calculate(expression="15 % of 200")'}
    result = await agent.aresume(waiting.run_id, edited)
    assert result.answer == "30 (15 % of 200 = 30) [E1]"


async def test_a_policy_denies_by_argument(scripted):
    class NoSevens:
        def refuses(self, tool):
            return None

        def decide(self, tool, args):
            return Denied("no sevens here") if "7" in str(args) else AllowAll().decide(tool, args)

    result = await agent_of(scripted, PLAN, "I may not.", policy=NoSevens()).aask("q")
    assert result.evidence[0].status == "denied"
    assert "no sevens here" in result.error["message"]


async def test_a_failed_run_says_why_in_its_record_and_can_be_resumed(scripted, own_home):
    agent = agent_of(scripted, PLAN, "42.")
    agent._driver._graph = agent.graph.with_config(max_concurrency=1)
    with pytest.raises(ConfigurationError):
        await agent.aask("What is 2 + 2?")
    (record,) = await agent.aruns()
    assert record.status == "failed"
    assert record.error["kind"] == "ConfigurationError"
    assert (await agent_of(scripted, PLAN, "42.").aresume(record.id)).answer == "42."


@pytest.mark.parametrize("question", ["", "  \n"])
async def test_an_empty_question_leaves_no_run(question):
    agent = Agent(knowledge=None)
    with pytest.raises(InputError, match="empty"):
        await agent.aask(question)
    assert await agent.aruns() == []


async def test_following_an_unfinished_or_unknown_run_is_refused(scripted):
    agent = agent_of(scripted, PLAN, review=True)
    waiting = await agent.aask("q")
    with pytest.raises(RunStateError, match="awaiting_review"):
        await agent.aask("and?", follow=waiting.run_id)
    with pytest.raises(UnknownRunError):
        await agent.aask("and?", follow="nope")


async def test_any_checkpointer_will_do(scripted):
    result = await agent_of(scripted, PLAN, "42.", checkpointer=InMemorySaver()).aask("q")
    assert result.status == "done"


def test_two_tools_of_one_name_are_refused():
    @tool(name="now")
    def other() -> str:
        """Another now."""
        return ""

    with pytest.raises(ToolError, match="now"):
        Agent(tools=[other], knowledge=None)


async def test_citations_of_the_embedded_default_stand_where_they_say(tmp_path):
    (tmp_path / "moon.md").write_text(
        "# The Moon\n\nThe Moon is round. Apollo 11 landed on the Moon on 20 July 1969.\n"
    )
    with KnowledgeBase(tmp_path / "knowledge", embedder=HashEmbedder()) as knowledge:
        knowledge.ingest([tmp_path / "moon.md"])
        result = await Agent(knowledge=knowledge).aask("When did Apollo 11 land on the Moon?")
        assert "20 July 1969" in result.answer
        assert result.citations
        for citation in result.citations:
            text = knowledge.document_text(citation.document)
            assert text[citation.start : citation.end] == citation.quote


async def test_what_the_documents_do_not_hold_is_said(tmp_path):
    (tmp_path / "moon.md").write_text("# The Moon\n\nThe Moon is round.\n")
    with KnowledgeBase(tmp_path / "knowledge", embedder=HashEmbedder()) as knowledge:
        knowledge.ingest([tmp_path / "moon.md"])
        result = await Agent(knowledge=knowledge).aask("Who won the football world cup in 1998?")
    assert "do not say" in result.answer
    assert result.citations == []


async def test_an_answer_is_explained_back_to_the_documents(tmp_path):
    (tmp_path / "planets.md").write_text(
        "# Planets\n\nThe diameter of Jupiter is 142,984 km.\n\nThe diameter of Earth is 12,756 km.\n"
    )
    with KnowledgeBase(tmp_path / "knowledge", embedder=HashEmbedder()) as knowledge:
        knowledge.ingest([tmp_path / "planets.md"])
        agent = Agent(knowledge=knowledge)
        result = await agent.aask("How many times larger is Jupiter's diameter than Earth's?")
        explanation = await agent.aexplain(result.run_id[:8])
        assert " ".join(sentence.text for sentence in explanation.sentences) == " ".join(result.answer.split())
        assert explanation.unsupported == ()
        (basis,) = explanation.sentences[0].bases
        assert basis.origins[0].working == "142984 km / 12756 km = 11.21"
        places = [place for origin in basis.origins for place in origin.places]
        assert {place.quote for place in places} == {
            "The diameter of Jupiter is 142,984 km.",
            "The diameter of Earth is 12,756 km.",
        }
        text = knowledge.document_text("planets.md")
        assert all(text[place.start : place.end] == place.quote for place in places)
    assert [step.status for step in explanation.steps] == ["ok"] * len(result.plan)


def test_a_script_explains_a_run_of_a_model(scripted):
    agent = agent_of(scripted, PLAN, "It is 42. It is blue.")
    explanation = agent.explain(agent.ask("6 * 7?").run_id)
    assert [sentence.support for sentence in explanation.sentences] == ["derived", "none"]
    assert (explanation.mode, explanation.steps[0].gave) == ("model", "6 * 7 = 42")


async def test_a_run_that_waits_for_a_person_is_explained_with_the_step_it_waits_for(scripted):
    @tool(effect="write")
    def send(to: str) -> str:
        """Send."""
        return to

    agent = agent_of(scripted, '#E1 = send(to="a")', tools=[send], approve="write")
    waiting = await agent.aask("send")
    explanation = await agent.aexplain(waiting.run_id)
    assert (explanation.status, explanation.steps[0].status) == ("awaiting_approval", "waiting")
