"""What is recorded inside tools reaches the step's meter, across tasks and threads, and budgets hold over all parts."""

import asyncio
import contextvars
import threading

import pytest

from nodes.errors import LimitError
from nodes.limits import Budgets
from nodes.metering import Meter, by_role, current, metered, total
from nodes.state import Attempt, Usage, no_usage


def attempt(role="planner", outcome="ok", **usage) -> Attempt:
    used = {"prompt_tokens": 3, "completion_tokens": 2, "calls": 1, "cost": None}
    return Attempt(
        role=role, model="m", endpoint="e", outcome=outcome, seconds=0.1, error=None, usage=Usage(**{**used, **usage})
    )


async def test_tasks_and_copied_threads_share_the_meter():
    def record():
        current().record(attempt())

    async def call():
        record()

    with metered(Meter()) as meter:
        await asyncio.gather(call(), asyncio.create_task(call()))
        thread = threading.Thread(target=contextvars.copy_context().run, args=(record,))
        thread.start()
        thread.join()
    assert (meter.usage["prompt_tokens"], meter.usage["completion_tokens"], meter.usage["calls"]) == (9, 6, 3)
    assert meter.usage["cost"] is None


def test_without_a_meter_nothing_is_kept_and_nothing_is_bounded():
    current().begin_model_call()
    current().record(attempt())
    assert current().attempts == []
    assert total() == no_usage()


def test_what_a_part_uses_counts_for_the_part_and_for_the_whole():
    told = []
    whole = Meter(on_attempt=told.append)
    first, second = whole.child(), whole.child()
    first.record(attempt("worker"))
    second.record(attempt("solver"))
    assert [each["role"] for each in first.attempts] == ["worker"]
    assert [each["role"] for each in whole.attempts] == [each["role"] for each in told] == ["worker", "solver"]
    assert {role: usage["calls"] for role, usage in by_role(whole.attempts).items()} == {"worker": 1, "solver": 1}


@pytest.mark.parametrize(
    ("budgets", "kind", "value"),
    [
        (Budgets(tokens=5), "tokens", 5),
        (Budgets(cost=0.01), "cost", 0.02),
        (Budgets(model_calls=1), "model_calls", 1),
    ],
)
def test_a_budget_holds_over_parts_and_from_node_to_node(budgets, kind, value):
    earlier = attempt(cost=0.02)
    for meter in (Meter(budgets, earlier=[earlier]), Meter(budgets)):
        if not meter._earlier:
            meter.child().begin_model_call()
            meter.child().record(earlier)
        part = meter.child()
        part.record(attempt(calls=0, prompt_tokens=None, completion_tokens=None))  # unknown is not counted
        with pytest.raises(LimitError) as caught:
            part.begin_model_call()
        assert (caught.value.kind, caught.value.value) == (kind, value)
        assert meter.exhausted is caught.value


def test_calls_that_are_under_way_count_before_they_have_ended():
    meter = Meter(Budgets(model_calls=2))
    meter.child().begin_model_call()
    meter.child().begin_model_call()
    with pytest.raises(LimitError, match="model_calls"):
        meter.child().begin_model_call()


def test_steps_tool_calls_and_seconds_are_bounded_too():
    meter = Meter(Budgets(steps=1, tool_calls=1), spent={"seconds": 7.0, "steps": 0, "tool_calls": 0})
    meter.child().begin_step()
    meter.child().begin_tool_call()
    with pytest.raises(LimitError, match="steps"):
        meter.child().begin_step()
    with pytest.raises(LimitError, match="tool_calls"):
        meter.child().begin_tool_call()
    assert meter.spent["seconds"] >= 7.0
    late = Meter(Budgets(seconds=7), spent={"seconds": 7.0, "steps": 0, "tool_calls": 0})
    assert late.child().seconds_left() == 0
    with pytest.raises(LimitError, match="seconds"):
        late.child().begin_model_call()


def test_a_meter_goes_on_from_the_state_and_says_what_comes_back_into_it():
    first = Meter(Budgets(model_calls=1))
    first.begin_model_call()
    first.record(attempt())
    state = first.onto({})
    second = Meter.of(state, Budgets(model_calls=1))
    with pytest.raises(LimitError):
        second.begin_model_call()
    second.record(attempt("solver", "limit", calls=0))
    after = second.onto(state)
    assert [each["role"] for each in after["attempts"]] == ["planner", "solver"]
    assert after["usage"]["prompt_tokens"] == 6
    assert "model_calls" in after["exhausted"]
    assert Meter.of({}, Budgets()).onto(after)["exhausted"] == after["exhausted"]


def test_a_reply_that_turned_out_useless_is_said_so_once():
    meter = Meter()
    meter.condemn("invalid", "no such step")
    meter.record(attempt())
    meter.condemn("invalid", "no such step")
    meter.condemn("invalid", "another")
    assert [(each["outcome"], each["error"]) for each in meter.attempts] == [("ok", None), ("invalid", "no such step")]
    assert meter.usage["calls"] == 1


def test_work_aside_is_held_to_the_budgets_and_counts_for_whoever_adopts_it():
    planning = Meter(Budgets(steps=2, tool_calls=2, model_calls=2))
    first, second = planning.aside(), planning.aside()
    for part in (first, second):
        part.begin_step()
        part.begin_tool_call()
        part.begin_model_call()
        part.record(attempt("worker"))
    for begin in (planning.begin_step, planning.begin_tool_call, planning.begin_model_call):
        with pytest.raises(LimitError):
            begin()
    assert planning.attempts == []
    assert (planning.spent["steps"], planning.spent["tool_calls"]) == (0, 0)

    told = []
    executing = Meter(Budgets(steps=2, model_calls=2), on_attempt=told.append)
    executing.adopt(first)
    assert executing.attempts == told == first.attempts
    assert (executing.spent["steps"], executing.spent["tool_calls"]) == (1, 1)
    first.begin_step()  # what is still to come counts here too
    with pytest.raises(LimitError):
        executing.begin_step()
    planning.adopt(second)
    assert (len(planning.attempts), planning.spent["steps"]) == (1, 1)


def test_work_aside_that_meets_a_budget_does_not_end_the_run():
    planning = Meter(Budgets(steps=0))
    with pytest.raises(LimitError):
        planning.aside().begin_step()
    assert planning.exhausted is None


def test_calls_from_before_a_crash_count_and_are_not_told_again():
    told = []
    meter = Meter(Budgets(model_calls=1), on_attempt=told.append)
    meter.recall([attempt()])
    assert (meter.usage["calls"], told) == (1, [])
    with pytest.raises(LimitError, match="model_calls"):
        meter.begin_model_call()
