"""The whole graph, driven as any LangGraph app would drive it."""

import asyncio
from dataclasses import replace

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command
from typing_extensions import TypedDict

from graph.build import build_graph
from graph.compose import compose
from nodes.errors import ConfigurationError, InputError, LimitError, PlanError
from nodes.limits import Limits
from planfirst import tool

DIALECTS = {
    "canonical": "#E1 = double(number=4)\n#E2 = double(number=#E1)\n",
    "paper": "Plan: double it\n#E1 = double[4]\nPlan: again\n#E2 = double[#E1]",
    "json": '[{"id": "E1", "tool": "double", "args": {"number": 4}}, {"tool": "double", "args": {"number": "#E1"}}]',
    "fenced": '```json\n{"steps": [{"tool": "double", "args": {"number": 4}}, {"tool": "double", "input": "#E1"}]}```',
    "numbered": "1. double(4)\n2. double($1)",
}


@tool(effect="read")
def double(number: float) -> float:
    """Twice a number."""
    return number * 2


def thread(name: str = "t") -> dict:
    return {"configurable": {"thread_id": name}}


@pytest.mark.parametrize("plan", DIALECTS.values(), ids=DIALECTS.keys())
async def test_a_fake_chat_model_with_a_plan_in_any_dialect_runs_the_whole_graph(graph_of, plan):
    state = await graph_of(plan, "It is 16.", tools=[double]).ainvoke({"question": "4 doubled twice?"})
    assert [result["value"] for result in state["results"].values()] == [8, 16]
    assert state["answer"]["text"] == "It is 16."
    assert state["answer"]["mode"] == "model"
    assert [type(message) for message in state["messages"]] == [HumanMessage, AIMessage]


async def test_messages_are_another_way_to_ask(graph_of):
    state = await graph_of("Plan: none", "Hello.").ainvoke({"messages": [HumanMessage("Say hello")]})
    assert state["question"] == "Say hello"
    assert [message.content for message in state["messages"]] == ["Say hello", "Hello."]


async def test_a_follow_up_refers_to_the_earlier_answer_and_starts_afresh(graph_of):
    graph = graph_of(
        "#E1 = double(number=4)", "It is 8.", '#E1 = shout(text=#A1)', "IT IS 8.", tools=[double, shout],
        checkpointer=InMemorySaver(),
    )  # fmt: skip
    await graph.ainvoke({"question": "4 doubled?"}, thread())
    state = await graph.ainvoke({"messages": [HumanMessage("Louder")]}, thread())
    assert state["question"] == "Louder"
    assert state["results"].keys() == {"E1"}
    assert state["results"]["E1"]["value"] == "IT IS 8."
    state = await graph.aget_state(thread())
    assert [turn["question"] for turn in state.values["turns"]] == ["4 doubled?", "Louder"]


@tool(effect="read")
def shout(text: str) -> str:
    """The text in capitals."""
    return text.upper()


async def test_an_invalid_plan_is_repaired_once(graph_of):
    state = await graph_of("#E1 = treble(number=1)", "#E1 = double(number=1)", "2.", tools=[double]).ainvoke(
        {"question": "q"}
    )
    assert state["answer"]["text"] == "2."
    assert state["answer"]["reason"] is None


async def test_a_model_that_cannot_plan_leaves_it_to_the_symbolic_planner_and_the_answer_says_so(graph_of):
    state = await graph_of("I cannot.", "I really cannot.", "The answer is 4.").ainvoke({"question": "What is 2 + 2?"})
    assert "calculate" in state["plan"]
    assert "made without a model" in state["answer"]["reason"]


async def test_a_model_that_fails_while_solving_leaves_it_to_the_extractive_solver(graph_of):
    state = await graph_of('#E1 = calculate(expression="2 + 2")').ainvoke({"question": "What is 2 + 2?"})
    assert state["answer"]["mode"] == "extractive"
    assert "4" in state["answer"]["text"]
    assert "made without a model" in state["answer"]["reason"]


async def test_too_little_evidence_is_planned_once_more_and_unchanged_steps_are_not_repeated(graph_of):
    calls = []

    @tool(effect="read")
    def look(place: str) -> str:
        """Look somewhere."""
        calls.append(place)
        return f"seen {place}"

    first, second = '#E1 = look(place="a")', '#E1 = look(place="b")\n#E2 = look(place="a")'
    state = await graph_of(first, "NOT ENOUGH EVIDENCE", second, "Found.", tools=[look]).ainvoke({"question": "q"})
    assert state["answer"]["text"] == "Found."
    assert calls == ["a", "b"]
    assert state["results"]["E2"]["value"] == "seen a"


async def test_revisions_are_bounded(graph_of):
    plan = "#E1 = double(number=1)"
    graph = graph_of(
        plan, "NOT ENOUGH EVIDENCE", plan, "NOT ENOUGH EVIDENCE", plan, tools=[double], limits=Limits(revisions=1)
    )
    state = await graph.ainvoke({"question": "q"})
    assert state["answer"]["status"] == "insufficient"


async def test_a_failed_step_fails_alone_and_the_answer_is_partial(graph_of):
    @tool(effect="read")
    def broken() -> str:
        """Fails."""
        raise RuntimeError("no luck")

    plan = "#E1 = broken()\n#E2 = double(number=2)\n#E3 = shout(text=#E1)"
    state = await graph_of(plan, "4.", tools=[broken, double, shout]).ainvoke({"question": "q"})
    assert [result["status"] for result in state["results"].values()] == ["failed", "ok", "skipped"]
    assert state["answer"]["status"] == "partial"
    assert "no luck" in state["answer"]["reason"]


async def test_a_path_that_does_not_fit_is_a_failed_step(graph_of):
    state = await graph_of("#E1 = double(number=2)\n#E2 = shout(text=#E1.name)", "4.", tools=[double, shout]).ainvoke(
        {"question": "q"}
    )
    assert state["results"]["E2"]["error"]["kind"] == "reference"


@pytest.mark.parametrize(
    ("given", "error"),
    [({"question": "  "}, InputError), ({}, InputError), ({"question": "x" * 100_000}, LimitError)],
)
async def test_unusable_questions_are_refused(graph_of, given, error):
    with pytest.raises(error):
        await graph_of("Plan: none").ainvoke({"messages": [], **given})


async def test_more_steps_than_allowed_is_a_plan_error_when_nobody_else_can_plan(scripted):
    plan = "\n".join(f"#E{n} = double(number={n})" for n in range(1, 4))
    deps = compose(model=scripted(plan, plan), tools=[double], limits=Limits(steps=2))
    graph = build_graph(replace(deps, planning=replace(deps.planning, planners=deps.planning.planners[:1])))
    with pytest.raises(PlanError, match="2 are allowed"):
        await graph.ainvoke({"question": "q"})


async def test_one_at_a_time_through_langgraph_is_refused_in_one_sentence(graph_of):
    graph = graph_of("#E1 = double(number=1)", "2.", tools=[double])
    with pytest.raises(ConfigurationError, match=r"Limits\(concurrency=1\)"):
        async for _ in graph.astream({"question": "q"}, {"max_concurrency": 1}, stream_mode="custom"):
            pass


async def test_one_at_a_time_through_limits_works(graph_of):
    running = most = 0

    @tool(effect="read")
    async def slow(n: int) -> int:
        """Wait a little."""
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1
        return n

    plan = "\n".join(f"#E{n} = slow(n={n})" for n in range(1, 6))
    state = await graph_of(plan, "Done.", tools=[slow], limits=Limits(concurrency=1)).ainvoke({"question": "q"})
    assert len(state["results"]) == 5
    assert most == 1


@pytest.mark.parametrize("mode", ["values", "updates", "custom", "messages", "debug", "tasks", "checkpoints"])
async def test_every_stream_mode_works(graph_of, mode):
    graph = graph_of("#E1 = double(number=1)", "2.", tools=[double], checkpointer=InMemorySaver())
    chunks = [chunk async for chunk in graph.astream({"question": "q"}, thread(), stream_mode=mode)]
    assert chunks


async def test_events_tell_the_story_in_order(graph_of):
    graph = graph_of("#E1 = double(number=1)\n#E2 = double(number=#E1)", "4.", tools=[double])
    events = [chunk async for chunk in graph.astream({"question": "q"}, stream_mode="custom")]
    names = [(event["event"], event.get("id") or event.get("phase")) for event in events]
    assert names == [
        ("phase", "planning"), ("model_called", None), ("plan", None), ("phase", "running"),
        ("step_waiting", "E1"), ("step_waiting", "E2"),
        ("step_started", "E1"), ("step_finished", "E1"), ("step_started", "E2"), ("step_finished", "E2"),
        ("phase", "solving"), ("model_called", None), ("answer", None),
    ]  # fmt: skip


async def test_state_and_history_can_be_read(graph_of):
    graph = graph_of("#E1 = double(number=1)", "2.", tools=[double], checkpointer=InMemorySaver())
    await graph.ainvoke({"question": "q"}, thread())
    assert graph.get_state(thread()).values["answer"]["text"] == "2."
    history = [snapshot async for snapshot in graph.aget_state_history(thread())]
    assert [snapshot.next for snapshot in history] == [
        (),
        ("solve",),
        ("retrieve",),
        ("execute",),
        ("plan",),
        ("__start__",),
    ]


async def test_it_is_a_subgraph_of_any_app(graph_of):
    class Parent(TypedDict, total=False):
        question: str
        answer: dict
        reply: str

    parent = StateGraph(Parent, context_schema=dict)
    parent.add_node("agent", graph_of("#E1 = double(number=1)", "2.", tools=[double]))
    parent.add_node("reply", lambda state: {"reply": state["answer"]["text"]})
    parent.add_edge(START, "agent")
    parent.add_edge("agent", "reply")
    parent.add_edge("reply", END)
    app = parent.compile(checkpointer=InMemorySaver())
    state = await app.ainvoke({"question": "q"}, thread(), context={"theirs": 1})
    assert state["reply"] == "2."


async def test_several_approvals_wait_at_once_and_are_answered_by_step(graph_of):
    done = []

    @tool(effect="write")
    def send(to: str) -> str:
        """Send something."""
        done.append(to)
        return f"sent to {to}"

    plan = '#E1 = send(to="a")\n#E2 = send(to="b")\n#E3 = double(number=1)\n#E4 = shout(text=#E1)'
    graph = graph_of(plan, "Sent.", tools=[send, double, shout], checkpointer=InMemorySaver())
    context = {"approve": "write"}
    state = await graph.ainvoke({"question": "q"}, thread(), context=context)
    waiting = {interrupt.value["step"]: interrupt.id for interrupt in state["__interrupt__"]}
    assert waiting.keys() == {"E1", "E2"}
    assert done == []
    answers = {waiting["E1"]: "approve", waiting["E2"]: "reject"}
    state = await graph.ainvoke(Command(resume=answers), thread(), context=context)
    assert done == ["a"]
    assert [result["status"] for result in state["results"].values()] == ["ok", "denied", "ok", "ok"]


async def test_a_plan_under_review_can_be_edited_and_a_bad_edit_says_what_is_wrong(graph_of):
    graph = graph_of("#E1 = double(number=1)", "6.", tools=[double], checkpointer=InMemorySaver())
    context = {"review": True}
    state = await graph.ainvoke({"question": "q"}, thread(), context=context)
    assert state["__interrupt__"][0].value["plan"].strip() == "#E1 = double(number=1)"
    bad = Command(resume={"action": "edit", "plan": "#E1 = treble(number=3)"})
    state = await graph.ainvoke(bad, thread(), context=context)
    assert "treble" in state["__interrupt__"][0].value["problems"][0]
    good = Command(resume={"action": "edit", "plan": "#E1 = double(number=3)"})
    state = await graph.ainvoke(good, thread(), context=context)
    assert state["results"]["E1"]["value"] == 6


async def test_a_rejected_plan_runs_nothing(graph_of):
    graph = graph_of("#E1 = double(number=1)", tools=[double], checkpointer=InMemorySaver())
    await graph.ainvoke({"question": "q"}, thread(), context={"review": True})
    state = await graph.ainvoke(Command(resume="reject"), thread(), context={"review": True})
    assert "rejected" in state["answer"]["text"]
    assert state["results"] == {}
