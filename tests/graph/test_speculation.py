"""Steps that run while the plan is being written, through a whole agent and a planner that streams on cue."""

import asyncio
import contextvars
from contextlib import aclosing
from dataclasses import replace

import pytest
from langchain_core.runnables.config import var_child_runnable_config
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.config import get_stream_writer
from langgraph.types import interrupt

from graph.build import build_graph
from graph.compose import compose
from nodes.errors import ModelError, PlanError
from nodes.events import ModelCalled, PlanReady, StepFinished, StepRetried, StepStarted, StepWaiting
from nodes.limits import Budgets, Limits
from nodes.metering import current
from nodes.state import Attempt, Usage
from nodes.tools import AllowAll, Allowed, Denied
from planfirst import tool

SECONDS = 20


@pytest.fixture
def look(looking):
    return looking()


def values(result):
    return {step.id: step.value for step in result.evidence}


def statuses(result):
    return {step.id: step.status for step in result.evidence}


async def ask(agent, question="q"):
    return await asyncio.wait_for(agent.aask(question), SECONDS)


async def test_a_step_starts_when_its_line_is_there_and_its_dependents_when_it_is_done(streaming_agent, look, scribe):
    planner = scribe(
        [
            '#E1 = look(place="a")\n',
            look.event("a"),  # the plan goes on only once the step has been called
            '#E2 = look(place="b", after=#E1)\n',
            look.event("b"),
            '#E3 = look(place="c", after=#E2)',
        ]
    )
    result = await ask(streaming_agent(planner, look.tool))
    assert result.status == "done"
    assert values(result) == {"E1": "a", "E2": "ab", "E3": "abc"}
    assert look.started == ["a", "b", "c"]


async def test_a_step_may_stand_before_what_it_needs(streaming_agent, look, scribe):
    planner = scribe(['#E1 = look(place="b", after=#E2)\n', '#E2 = look(place="a")\n', look.event("b")])
    assert values(await ask(streaming_agent(planner, look.tool))) == {"E1": "ab", "E2": "a"}
    assert look.started == ["a", "b"]


async def test_a_step_that_still_runs_when_the_plan_is_done_is_waited_for_and_not_called_again(streaming_agent, scribe):
    done = asyncio.Event()
    calls = []

    @tool(effect="read")
    async def wait(name: str) -> str:
        """Wait."""
        calls.append(name)
        await done.wait()
        return name

    agent = streaming_agent(scribe(['#E1 = wait(name="a")\n', '#E2 = wait(name="b")']), wait)
    async with aclosing(agent.astream("q")) as events:
        async for event in events:
            if isinstance(event, StepWaiting):
                done.set()
    assert sorted(calls) == ["a", "b"]


async def test_what_a_step_reports_after_the_plan_is_done_is_told_too(streaming_agent, scribe):
    done = asyncio.Event()

    @tool(effect="read")
    async def wait(name: str) -> str:
        """Wait."""
        await done.wait()
        usage = Usage(prompt_tokens=1, completion_tokens=1, calls=1, cost=None)
        current().record(
            Attempt(role="worker", model="m", endpoint="e", outcome="ok", seconds=0.1, usage=usage, error=None)
        )
        return name

    plan = ['#E1 = wait(name="a")\n', "#E2 = wait(name=#E1)\n", '#E3 = wait(name="c")\n', "#E4 = now()"]
    told = []
    async with aclosing(streaming_agent(scribe(plan), wait).astream("q")) as events:
        async for event in events:
            told.append(event)
            if isinstance(event, StepStarted) and event.id == "E1":
                done.set()
    assert sorted(event.id for event in told if isinstance(event, StepStarted)) == ["E1", "E2", "E3", "E4"]
    assert [event.role for event in told if isinstance(event, ModelCalled)].count("worker") == 3


async def test_what_may_write_and_what_needs_it_wait_for_the_whole_plan(streaming_agent, look, scribe):
    written = []
    plan_is_done = False

    @tool(effect="write")
    async def send(text: str) -> str:
        """Send."""
        assert plan_is_done
        written.append(text)
        return text

    @tool
    async def unknown(text: str) -> str:
        """Nobody knows."""
        assert plan_is_done
        return text

    async def much_later():
        nonlocal plan_is_done
        await look.event("x").wait()
        for _ in range(50):
            await asyncio.sleep(0)
        assert look.started == ["x"]
        plan_is_done = True

    lines = '#E1 = send(text="1")\n#E2 = unknown(text="2")\n#E3 = look(place="y", after=#E1)\n#E4 = look(place="x")\n'
    result = await ask(streaming_agent(scribe([lines, much_later, "\n"]), look.tool, send, unknown))
    assert statuses(result) == dict.fromkeys(["E1", "E2", "E3", "E4"], "ok")
    assert written == ["1"]
    assert look.started == ["x", "y"]


async def test_a_line_that_cannot_be_right_ends_everything_before_the_plan_goes_on(streaming_agent, scribe, looking):
    look = looking("slow")

    async def all_has_ended():
        assert look.cancelled == ["slow"]

    planner = scribe(
        [
            '#E1 = look(place="quick")\n#E2 = look(place="slow", after=#E1)\n',
            look.event("slow"),
            "#E3 = no_such_tool()\n",
            all_has_ended,
            '#E4 = look(place="too late")\n',
        ],
        ['#E7 = look(place="quick")\n#E8 = look(place="other", after=#E7)\n', look.event("other")],
    )
    result = await ask(streaming_agent(planner, look.tool))
    assert values(result) == {"E7": "quick", "E8": "quickother"}
    assert look.started == ["quick", "slow", "other"]  # the renumbered step kept its result
    assert "no_such_tool" in str(planner.requests[1].earlier.problems[0])


@pytest.mark.parametrize(
    "wrong",
    [
        '#E1 = look(place="other")',
        '#E3 = look(place="b',
        "#E3 = look()",
        '#E3 = look(place="b", after=#E3)',
        '#E3 = refused(text="b")',
        '#E3 = look(place="b")\n#E4 = look(place="c")',
    ],
    ids=["same number", "open string", "argument missing", "itself", "refused by policy", "too many"],
)
async def test_whatever_is_wrong_with_a_line(streaming_agent, wrong, scribe, looking):
    look = looking("slow")

    @tool(effect="read")
    def refused(text: str) -> str:
        """Never to be used."""
        raise AssertionError(text)

    class NotThat(AllowAll):
        def refuses(self, tool):
            return "not that" if tool.name == "refused" else None

    async def all_has_ended():
        assert look.cancelled == ["slow"]

    begun = '#E1 = look(place="slow")\n#E2 = look(place="a")\n'
    planner = scribe([begun, look.event("slow"), f"{wrong}\n#E5 = look()\n", all_has_ended], ["Plan: none"])
    agent = streaming_agent(planner, look.tool, refused, limits=Limits(steps=3), policy=NotThat())
    assert (await ask(agent)).status == "done"
    assert set(look.started) <= {"slow", "a", "b"}


async def test_what_only_the_finished_plan_shows_to_be_wrong_ends_everything(streaming_agent, scribe, looking):
    look = looking("slow")
    planner = scribe(
        ['#E1 = look(place="slow")\n#E2 = look(place="b", after=#E9)\n', look.event("slow")],
        ['#E1 = look(place="b")\n'],
    )
    assert values(await ask(streaming_agent(planner, look.tool))) == {"E1": "b"}
    assert look.cancelled == ["slow"]
    assert look.started == ["slow", "b"]


async def test_a_step_whose_input_was_mended_is_run_again_and_the_others_are_not(streaming_agent, look, scribe):
    draft = '#E1 = look(place="{}")\n#E2 = look(place="of that", after=#E1)\n#E3 = look(place="c")\n'
    planner = scribe([draft.format("a"), look.event("of that"), "#E4 = nothing()"], [draft.format("b")])
    result = await ask(streaming_agent(planner, look.tool))
    assert values(result) == {"E1": "b", "E2": "bof that", "E3": "c"}
    assert sorted(look.started) == ["a", "b", "c", "of that", "of that"]


async def test_what_the_proposal_does_not_hold_is_ended(streaming_agent, scribe, looking):
    look = looking("slow")

    class Fickle(scribe):
        async def stream(self, request):
            async for piece in super().stream(request):
                yield piece if isinstance(piece, str) else replace(piece, text='#E1 = look(place="kept")')

    planner = Fickle(['#E1 = look(place="slow")\n#E2 = look(place="kept")\n', look.event("kept")])
    assert values(await ask(streaming_agent(planner, look.tool))) == {"E1": "kept"}
    assert look.cancelled == ["slow"]
    assert look.started == ["slow", "kept"]


async def test_what_turns_out_to_be_thinking_is_ended(streaming_agent, scribe, looking):
    look = looking("slow")
    thinking = '#E1 = look(place="slow")\n'
    planner = scribe([thinking, look.event("slow"), '</think>\n#E2 = look(place="kept")\n', look.event("kept")])
    assert values(await ask(streaming_agent(planner, look.tool))) == {"E2": "kept"}
    assert look.cancelled == ["slow"]
    assert look.started == ["slow", "kept"]


async def test_a_planner_that_fails_in_the_middle_leaves_it_to_the_fallback(streaming_agent, scribe, looking):
    look = looking("slow")
    planner = scribe(['#E1 = look(place="slow")\n', look.event("slow"), ModelError("the line is dead")])
    result = await ask(streaming_agent(planner, look.tool, fallback=scribe(['#E1 = look(place="b")'])))
    assert values(result) == {"E1": "b"}
    assert look.cancelled == ["slow"]
    assert "the line is dead" in result.error["message"]


async def test_a_stream_without_a_proposal_is_a_failure_of_the_planner(streaming_agent, look, scribe):
    class Mute(scribe):
        async def stream(self, request):
            yield '#E1 = look(place="a")\n'

    with pytest.raises(ModelError, match="without a proposal"):
        await ask(streaming_agent(Mute(), look.tool))


async def test_where_no_plan_comes_about_nothing_is_left(streaming_agent, scribe, looking):
    look = looking("slow")
    bad = ['#E1 = look(place="slow")\n', look.event("slow"), "#E2 = nothing()"]
    with pytest.raises(PlanError):
        await ask(streaming_agent(scribe(list(bad), list(bad)), look.tool))
    assert look.cancelled == ["slow", "slow"]
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_plan_under_review_starts_nothing(streaming_agent, look, scribe):
    draft = ['#E1 = look(place="a")\n', '#E2 = look(place="b")\n']
    agent = streaming_agent(scribe(draft, draft, draft), look.tool, review=True)
    waiting = await ask(agent)
    assert (waiting.status, look.started) == ("awaiting_review", [])
    assert (await agent.aresume(waiting.run_id, "reject")).status == "cancelled"
    assert look.started == []
    waiting = await ask(agent)
    edited = await agent.aresume(waiting.run_id, {"action": "edit", "plan": '#E1 = look(place="c")'})
    assert (values(edited), look.started) == ({"E1": "c"}, ["c"])


async def test_it_can_be_switched_off(streaming_agent, look, scribe):
    planner = scribe(['#E1 = look(place="a")\n', look.event("a")])
    assert values(await ask(streaming_agent(planner, look.tool, speculate=False))) == {"E1": "a"}
    assert planner.streams == 0


async def test_a_graph_that_somebody_else_runs_does_not_speculate(look, scribe):
    planner = scribe(['#E1 = look(place="a")\n'])
    deps = compose(tools=[look.tool])
    graph = build_graph(
        replace(deps, planning=replace(deps.planning, planners=[planner])), checkpointer=InMemorySaver()
    )
    state = await graph.ainvoke({"question": "q"}, {"configurable": {"thread_id": "t"}})
    assert state["results"]["E1"]["value"] == "a"
    assert planner.streams == 0


async def test_a_graph_inside_a_tool_of_the_run_does_not_touch_its_jobs(streaming_agent, scribe, looking):
    look = looking()
    held = asyncio.Event()

    @tool(effect="read")
    async def hold() -> str:
        """Wait until the inner run is over."""
        await held.wait()
        return "held"

    @tool
    async def inner() -> str:
        """Ask the same graph."""
        state = await agent.graph.ainvoke({"question": "inside"}, {"configurable": {"thread_id": "inner"}})
        held.set()
        return state["results"]["E1"]["value"]

    planner = scribe(["#E1 = hold()\n#E2 = inner()\n"], ['#E1 = look(place="a")\n'])
    agent = streaming_agent(planner, look.tool, hold, inner)
    assert values(await ask(agent)) == {"E1": "held", "E2": "a"}
    assert planner.streams == 1


async def test_a_policy_that_denies_a_call_is_asked_before_it_is_made(streaming_agent, look, scribe):
    class NotThere(AllowAll):
        def decide(self, tool, args):
            return Denied("not there") if args["place"] == "secret" else Allowed()

    planner = scribe(['#E1 = look(place="secret")\n#E2 = look(place="a")\n', look.event("a")])
    result = await ask(streaming_agent(planner, look.tool, policy=NotThere()))
    assert statuses(result) == {"E1": "denied", "E2": "ok"}
    assert look.started == ["a"]


async def test_a_tool_that_asks_a_person_does_so_in_its_turn(streaming_agent, look, scribe):
    @tool(effect="read")
    async def enquire() -> str:
        """Ask a person."""
        return interrupt({"kind": "step_approval", "step": "E1", "tool": "enquire", "args": {}})

    planner = scribe(
        ['#E1 = enquire()\n#E2 = look(place="a")\n', look.event("a"), '#E3 = look(place="b", after=#E1)\n']
    )
    agent = streaming_agent(planner, look.tool, enquire)
    waiting = await ask(agent)
    assert waiting.status == "awaiting_approval"
    assert asyncio.all_tasks() == {asyncio.current_task()}
    result = await agent.aresume(waiting.run_id, {"E1": "yes: "})
    assert values(result) == {"E1": "yes: ", "E2": "a", "E3": "yes: b"}
    assert look.started == ["a", "b"]


async def test_a_tool_that_writes_to_the_stream_does_so_in_its_turn(streaming_agent, look, scribe):
    @tool(effect="read")
    async def report() -> str:
        """Say how far it is."""
        get_stream_writer()({"theirs": 1})
        return "reported"

    planner = scribe(['#E1 = report()\n#E2 = look(place="a")\n', look.event("a")])
    assert values(await ask(streaming_agent(planner, look.tool, report)))["E1"] == "reported"


async def test_a_step_that_fails_is_run_in_its_turn_and_its_dependents_are_skipped(streaming_agent, look, scribe):
    calls = []

    @tool(effect="read")
    async def broken() -> str:
        """Fail."""
        calls.append(1)
        raise RuntimeError("no luck")

    planner = scribe(['#E1 = broken()\n#E2 = look(place="a", after=#E1)\n#E3 = look(place="b")\n', look.event("b")])
    result = await ask(streaming_agent(planner, broken, look.tool))
    assert statuses(result) == {"E1": "failed", "E2": "skipped", "E3": "ok"}
    assert len(calls) == 2
    assert look.started == ["b"]


async def test_a_step_that_timed_out_is_not_called_again(streaming_agent, scribe, looking):
    look = looking("slow")
    planner = scribe(['#E1 = look(place="slow")\n', look.event("slow")])
    result = await ask(streaming_agent(planner, look.tool, limits=Limits(step_seconds=0.05)))
    assert result.evidence[0].error["kind"] == "timeout"
    assert look.started == ["slow"]


async def test_jobs_take_the_same_slots_as_steps(streaming_agent, scribe):
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

    draft = [f"#E{n} = slow(n={n})\n" for n in range(1, 9)]
    result = await ask(streaming_agent(scribe(draft), slow, limits=Limits(concurrency=2)))
    assert list(values(result).values()) == list(range(1, 9))
    assert most == 2


async def test_events_of_a_step_come_once_in_order_and_with_their_true_times(streaming_agent, scribe):
    tries = []

    @tool(effect="read", attempts=3)
    async def shaky() -> str:
        """Fail twice."""
        tries.append(1)
        if len(tries) < 3:
            raise OSError("not yet")
        finished.set()
        return "ok"

    finished = asyncio.Event()
    agent = streaming_agent(scribe(["#E1 = shaky()\n", finished, "#E2 = now()"]), shaky)
    events = [event async for event in agent.astream("q")]
    story = [event for event in events if getattr(event, "id", None) == "E1"]
    assert [type(event) for event in story] == [StepWaiting, StepStarted, StepRetried, StepRetried, StepFinished]
    times = [event.at for event in story[1:]]
    assert times == sorted(times)
    assert times[1] - times[0] < times[2] - times[0] < times[3] - times[0]
    (other,) = [event for event in events if isinstance(event, StepStarted) and event.id == "E2"]
    assert times[3] < other.at  # it had ended before the plan was ready
    assert events.index(story[0]) > events.index(next(e for e in events if isinstance(e, PlanReady)))


async def test_a_second_plan_is_read_ahead_too_and_repeats_nothing(streaming_agent, look, scribe):
    planner = scribe(
        ['#E1 = look(place="a")\n', look.event("a")],
        ['#E1 = look(place="b", after=#E2)\n#E2 = look(place="a")\n', look.event("b")],
    )
    result = await ask(streaming_agent(planner, look.tool, answers=["", "Found."]))
    assert (result.answer, values(result)) == ("Found.", {"E1": "ab", "E2": "a"})
    assert look.started == ["a", "b"]
    assert planner.streams == 2


async def test_an_earlier_answer_is_an_input_like_any_other(streaming_agent, look, scribe):
    planner = scribe(["Plan: none"], ['#E1 = look(place="b", after=#A1)\n', look.event("b")])
    agent = streaming_agent(planner, look.tool, answers=["First.", "Second."])
    first = await ask(agent)
    second = await asyncio.wait_for(agent.aask("and?", follow=first.run_id), SECONDS)
    assert values(second) == {"E1": "First.b"}


async def test_what_models_used_in_vain_is_counted(streaming_agent, scribe):
    called = asyncio.Event()

    @tool(effect="read")
    async def costly(text: str) -> str:
        """Use a model."""
        current().begin_model_call()
        usage = Usage(prompt_tokens=10, completion_tokens=1, calls=1, cost=0.5)
        current().record(
            Attempt(role="worker", model="m", endpoint="e", outcome="ok", seconds=0.1, usage=usage, error=None)
        )
        called.set()
        return text

    planner = scribe(['#E1 = costly(text="a")\n', called, "#E2 = nothing()"], ['#E1 = costly(text="b")'])
    result = await ask(streaming_agent(planner, costly))
    assert (result.usage.prompt_tokens, result.usage.calls, result.usage.cost) == (20, 2, 1.0)


async def test_a_step_that_is_no_job_leaves_the_jobs_their_share_of_a_budget(streaming_agent, look, scribe):
    sent = []

    @tool(effect="write")
    async def send(text: str) -> str:
        """Send."""
        sent.append(text)
        return text

    draft = '#E1 = send(text="first in line")\n#E2 = look(place="a")\n#E3 = look(place="b")\n'
    agent = streaming_agent(
        scribe([draft, look.event("b")]), look.tool, send, limits=Limits(budgets=Budgets(tool_calls=2))
    )
    assert statuses(await ask(agent)) == {"E1": "failed", "E2": "ok", "E3": "ok"}
    assert sent == []


async def test_what_a_bad_draft_used_up_is_missing_in_the_turn_of_the_plan(streaming_agent, look, scribe):
    bad = '#E1 = look(place="a")\n#E2 = look(place="b", after=#E1)\n'
    planner = scribe([bad, look.event("b"), "#E3 = nothing()"], ['#E1 = look(place="c")\n#E2 = look(place="d")\n'])
    result = await ask(streaming_agent(planner, look.tool, limits=Limits(budgets=Budgets(steps=3))))
    assert sorted(statuses(result).values()) == ["failed", "ok"]
    assert len(look.started) == 3
    assert result.status == "partial"
    assert "steps" in result.error["message"]


@pytest.mark.parametrize(
    ("budgets", "ran"), [(Budgets(steps=2), 2), (Budgets(tool_calls=2), 2), (Budgets(steps=4, tool_calls=4), 4)]
)
async def test_steps_ahead_of_their_plan_are_held_to_the_budgets(streaming_agent, look, scribe, budgets, ran):
    lines = [f'#E{n} = look(place="{n}")\n' for n in range(1, 5)]
    agent = streaming_agent(scribe([*lines, look.event("2"), "#E5 = now()"]), look.tool, limits=Limits(budgets=budgets))
    result = await ask(agent)
    assert len(look.started) == ran
    assert result.status == "partial"
    assert "the limit on" in result.error["message"]
    assert [step.status for step in result.evidence].count("ok") == ran


async def test_jobs_see_the_callers_context_variables_and_no_graph(streaming_agent, scribe):
    who = contextvars.ContextVar("who")
    seen = []

    @tool(effect="read")
    async def peek() -> str:
        """Look around."""
        seen.append((who.get(), var_child_runnable_config.get()))
        peeked.set()
        return "seen"

    peeked = asyncio.Event()
    who.set("me")
    await ask(streaming_agent(scribe(["#E1 = peek()\n", peeked]), peek))
    assert seen == [("me", None)]


async def test_two_runs_that_one_task_follows_in_turn_do_not_mix(streaming_agent, look, scribe):
    planner = scribe(*([f'#E1 = look(place="{n}")\n', look.event(str(n)), "#E2 = now()"] for n in range(2)))
    agent = streaming_agent(planner, look.tool)
    runs = [agent.astream("one"), agent.astream("two")]
    going = list(runs)
    while going:
        for run in list(going):
            if await anext(run, None) is None:
                going.remove(run)
    assert sorted(look.started) == ["0", "1"]
    assert [record.status for record in await agent.aruns()] == ["done", "done"]
