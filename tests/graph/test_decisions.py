"""What people decide, and that what was approved is what runs."""

import time

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from graph.decisions import answers_by_id
from nodes.drafts import SolveRequest
from nodes.errors import InputError
from nodes.events import ApprovalNeeded
from nodes.models.briefing import brief
from nodes.requests import CHANGED
from planfirst import Agent, tool

PENDING = [
    {"interrupt_id": "i2", "kind": "step_approval", "step": "E2", "fingerprint": "f00d01", "expires_at": None},
    {"interrupt_id": "i3", "kind": "step_approval", "step": "E3", "fingerprint": "cafe02", "expires_at": None},
]
REVIEW = [{"interrupt_id": "i1", "kind": "plan_review", "expires_at": None}]


def actions(pending, decision):
    return {id_: answer["action"] for id_, answer in answers_by_id(pending, decision).items()}


@pytest.mark.parametrize(
    ("decision", "answers"),
    [
        (None, {}),
        ("approve", {"i2": "approve", "i3": "approve"}),
        (False, {"i2": "reject", "i3": "reject"}),
        ({"action": "reject", "reason": "x"}, {"i2": "reject", "i3": "reject"}),
        ({"E2": "approve"}, {"i2": "approve"}),
        ({"#E2": True, "i3": {"action": "reject"}}, {"i2": "approve", "i3": "reject"}),
        ({"E3@cafe": "approve"}, {"i3": "approve"}),
    ],
)
def test_decisions_are_given_to_all_or_by_name(decision, answers):
    assert actions(PENDING, decision) == answers


@pytest.mark.parametrize(
    ("pending", "decision", "words"),
    [
        (PENDING, {"E9": "approve"}, "what waits is E2, E3"),
        (PENDING, {"E2@cafe": "approve"}, "not E2@cafe any more"),
        (PENDING, {"E2@": "approve"}, "any more"),
        (PENDING, "maybe", "approve or reject"),
        (PENDING, {"E2": "edit"}, "approve or reject"),
        (REVIEW, "perhaps", "approve or reject or edit"),
        ([], {"E2": "approve"}, "what waits is nothing"),
    ],
)
def test_what_fits_nothing_is_refused(pending, decision, words):
    with pytest.raises(InputError, match=words):
        answers_by_id(pending, decision)


def test_a_reply_to_what_a_tool_asks_is_passed_on_as_it_is():
    assert answers_by_id([{"interrupt_id": "i", "kind": "question", "value": "Who?"}], {"i": "ann"}) == {"i": "ann"}


def test_what_has_expired_is_answered_with_that():
    pending = [{**PENDING[0], "expires_at": time.time() - 1}, {**PENDING[1], "expires_at": time.time() + 60}]
    assert actions(pending, None) == {"i2": "expired"}
    assert actions(pending, "approve") == {"i2": "expired", "i3": "approve"}


class Post:
    """A tool that sends and one that looks, which sees something else each time."""

    def __init__(self) -> None:
        self.sent, self.seen = [], 0

        @tool(effect="write")
        def send(to: str, text: str) -> str:
            """Send."""
            self.sent.append((to, text))
            return to

        @tool(effect="read")
        def look() -> str:
            """Look."""
            self.seen += 1
            return f"view {self.seen}"

        self.tools = [send, look]


PLAN = '#E1 = look()\n#E2 = send(to="ann", text=#E1)'


@pytest.fixture
def post():
    return Post()


def agent_of(scripted, post, *replies, **options):
    return Agent(scripted(*replies), tools=post.tools, knowledge=None, approve="write", **options)


async def test_a_value_that_changed_since_it_was_shown_is_asked_about_again(graph_of, post):
    saver, config = InMemorySaver(), {"configurable": {"thread_id": "t"}}
    graph = graph_of(PLAN, "Done.", tools=post.tools, checkpointer=saver)
    state = await graph.ainvoke({"question": "q"}, config, context={"approve": "write"})
    (first,) = state["__interrupt__"]
    assert first.value["args"]["text"] == "view 1"
    # A saver that did not store the evidence before the request, as one without the gate may in a crash.
    lost = [
        (place, key)
        for place, writes in saver.writes.items()
        for key, (_, channel, value, _) in writes.items()
        if channel == "__return__" and saver.serde.loads_typed(value).get("tool") == "look"
    ]
    ((place, key),) = lost
    del saver.writes[place][key]
    state = await graph.ainvoke(Command(resume="approve"), config, context={"approve": "write"})
    (second,) = state["__interrupt__"]
    assert post.sent == []
    assert (second.value["args"]["text"], second.value["problems"]) == ("view 2", [CHANGED])
    state = await graph.ainvoke(Command(resume="approve"), config, context={"approve": "write"})
    assert post.sent == [("ann", "view 2")]
    assert state["answer"]["text"] == "Done."


async def test_what_was_approved_runs_once_and_as_it_was_shown(scripted, post):
    agent = agent_of(scripted, post, PLAN, "Done.")
    events = [event async for event in agent.astream("tell ann")]
    (needed,) = (event for event in events if isinstance(event, ApprovalNeeded))
    (run,) = await agent.aruns()
    (request,) = (await agent.aresult(run.id)).pending
    assert (needed.fingerprint, needed.origins) == (request["fingerprint"], request["origins"])
    assert request["origins"]["to"][0]["kind"] == "question"
    result = await agent.aresume(run.id, {f"E2@{request['fingerprint']}": "approve"})
    assert result.status == "done"
    assert post.sent == [("ann", request["args"]["text"])]
    assert run.results is None or "E2" not in run.results
    assert (await agent.aruns())[0].results["E2"]["fingerprint"] == request["fingerprint"]


async def test_the_time_a_request_expires_at_survives_the_process(scripted, post):
    plan = '#E1 = send(to="a", text="x")\n#E2 = send(to="b", text="y")'
    waiting = await agent_of(scripted, post, plan, expires=600).aask("q")
    first = {request["step"]: request["expires_at"] for request in waiting.pending}
    again = await agent_of(scripted, post, "Done.").aresume(waiting.run_id, {"E1": "approve"})
    assert {request["step"]: request["expires_at"] for request in again.pending} == {"E2": first["E2"]}


async def test_an_expired_request_is_a_no_that_the_answer_tells(scripted, post):
    agent = agent_of(scripted, post, PLAN, "I did what I could.", expires="2001-01-01")
    waiting = await agent.aask("q")
    assert waiting.status == "awaiting_approval"
    result = await agent.aresume(waiting.run_id)
    assert (result.status, result.evidence[1].status, result.evidence[1].error["kind"]) == (
        "partial", "denied", "expired",
    )  # fmt: skip
    assert "#E2 (send) denied: nobody approved this step" in result.error["message"]
    assert post.sent == []


async def test_a_review_that_expired_cancels_the_run(scripted, post):
    agent = agent_of(scripted, post, PLAN, review=True, expires="2001-01-01")
    waiting = await agent.aask("q")
    result = await agent.aresume(waiting.run_id)
    assert (result.status, post.seen) == ("cancelled", 0)
    assert "in time" in result.answer


async def test_what_a_person_refused_is_not_asked_again_by_a_revised_plan(scripted, post):
    plan = '#E1 = send(to="ann", text="x")'
    agent = agent_of(scripted, post, plan, "NOT ENOUGH EVIDENCE", plan, "It was not sent.")
    waiting = await agent.aask("q")
    result = await agent.aresume(waiting.run_id, {"action": "reject", "reason": "not now"})
    assert (result.answer, result.pending, post.sent) == ("It was not sent.", [], [])
    assert "not now" in result.error["message"]


async def test_the_solver_is_told_what_was_refused_and_why(scripted, post):
    agent = agent_of(scripted, post, PLAN, "Not sent.")
    waiting = await agent.aask("q")
    await agent.aresume(waiting.run_id, {"action": "reject", "reason": "wrong\nman"})
    (run,) = await agent.aruns()
    lines = brief(SolveRequest("q", run.plan, run.results, []), 1000).lines
    assert any("denied (rejected): a person did not approve this step: wrong man" in line for line in lines)


async def test_a_resume_that_forgets_the_context_asks_no_less(graph_of, post):
    config = {"configurable": {"thread_id": "t"}}
    graph = graph_of(PLAN, "Not sent.", tools=post.tools, checkpointer=InMemorySaver())
    await graph.ainvoke({"question": "q"}, config, context={"approve": "write"})
    state = await graph.ainvoke(Command(resume="reject"), config)
    assert (post.sent, state["results"]["E2"]["status"]) == ([], "denied")
