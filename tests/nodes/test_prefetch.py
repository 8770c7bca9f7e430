"""Jobs: claimed once, ended with their owner, and outside any graph."""

import asyncio
from contextlib import aclosing

import pytest

from nodes.events import StepRetried, StepStarted
from nodes.language import parse
from nodes.metering import Meter
from nodes.prefetch import PREFETCH_KEY, Known, Prefetch, prefetch_in
from nodes.steps import result_of
from nodes.tools import AllowAll, Toolbox, ToolRunner, tool

NOTHING = Known()


class Tools:
    """A tool that waits for its event, and one that answers at once."""

    def __init__(self):
        self.go = asyncio.Event()
        self.calls = []

        @tool(effect="read", attempts=2)
        async def wait(name: str) -> str:
            """Wait."""
            self.calls.append(name)
            if name == "shaky" and len(self.calls) == 1:
                raise OSError("once")
            await self.go.wait()
            return name

        @tool(effect="read")
        async def join(first: str, second: str = "") -> str:
            """Join."""
            self.calls.append("join")
            return first + second

        self.runner = ToolRunner(Toolbox([wait, join]), policy=AllowAll())

    def start(self, prefetch, text, known=NOTHING, meter=None, **inputs):
        (step,) = parse(text).steps
        return prefetch.start(text, step, inputs, known, meter or Meter())


@pytest.fixture
def tools():
    return Tools()


async def test_a_claim_waits_and_comes_under_the_claimants_number(tools):
    async with aclosing(Prefetch(tools.runner, "run")) as prefetch:
        tools.start(prefetch, '#E1 = wait(name="a")')
        told = []
        claim = asyncio.create_task(prefetch.claim('#E1 = wait(name="a")', "E7", told.append))
        await asyncio.sleep(0.01)
        assert [(type(event), event.id) for event in told] == [(StepStarted, "E7")]
        tools.go.set()
        early = await claim
        assert (early.result["id"], early.result["value"]) == ("E7", "a")
        assert told[0].at <= early.ended
        assert await prefetch.claim('#E1 = wait(name="a")', "E7", told.append) is None


async def test_what_nobody_started_cannot_be_claimed(tools):
    async with aclosing(Prefetch(tools.runner, "run")) as prefetch:
        assert await prefetch.claim("nothing", "E1", print) is None


async def test_a_retry_is_told_to_whoever_claims_later(tools):
    tools.go.set()
    async with aclosing(Prefetch(tools.runner, "run")) as prefetch:
        job = tools.start(prefetch, '#E1 = wait(name="shaky")')
        await job.task
        told = []
        early = await prefetch.claim('#E1 = wait(name="shaky")', "E1", told.append)
        assert [type(event) for event in told] == [StepStarted, StepRetried]
        assert early.result["attempts"] == 2


async def test_inputs_are_waited_for_and_their_values_passed_on(tools):
    async with aclosing(Prefetch(tools.runner, "run")) as prefetch:
        first = tools.start(prefetch, '#E1 = wait(name="a")')
        second = tools.start(prefetch, "#E2 = join(first=#E1, second=#A1)", Known(["!"]), E1=first)
        await asyncio.sleep(0.01)
        assert tools.calls == ["a"]
        tools.go.set()
        assert (await second.task)["value"] == "a!"


@pytest.mark.parametrize("text", ["#E2 = join(first=#E1.name)", '#E2 = join(first=#E1, third="x")'])
async def test_what_cannot_be_run_is_left_to_its_turn_or_fails_as_it_would_there(tools, text):
    tools.go.set()
    async with aclosing(Prefetch(tools.runner, "run")) as prefetch:
        first = tools.start(prefetch, '#E1 = wait(name="a")')
        second = tools.start(prefetch, text, E1=first)
        third = tools.start(prefetch, "#E3 = join(first=#E2)", E2=second)
        result = await second.task
        assert result is None or result["error"]["kind"] == "arguments"
        assert await third.task is None
        assert "join" not in tools.calls


async def test_a_carried_result_is_taken_over(tools):
    tools.go.set()
    text = '#E1 = wait(name="a")'
    async with aclosing(Prefetch(tools.runner, "run")) as prefetch:
        result = await tools.start(prefetch, text).task
        await prefetch.claim(text, "E1", print)
        again = tools.start(prefetch, text, Known(carried={result["fingerprint"]: result}))
        assert await again.task == result
        other = Prefetch(tools.runner, "another run")
        assert (await tools.start(other, text).task)["fingerprint"] != result["fingerprint"]
    assert tools.calls == ["a", "a"]


async def test_a_persons_value_for_the_place_is_taken_over_whatever_the_inputs_are(tools):
    async with aclosing(Prefetch(tools.runner, "run")) as prefetch:
        first = tools.start(prefetch, '#E1 = wait(name="a")')
        text = "#E2 = join(first=#E1)"
        (step,) = parse(text).steps
        given = result_of(step, "ok", text, value="X", set_by="person")
        second = tools.start(prefetch, text, Known(carried={text: given}), E1=first)
        assert (await second.task)["value"] == "X"
    assert tools.calls == ["a"]


async def test_closing_ends_what_runs_and_a_claim_with_it(tools):
    prefetch = Prefetch(tools.runner, "run")
    job = tools.start(prefetch, '#E1 = wait(name="a")')
    claim = asyncio.create_task(prefetch.claim('#E1 = wait(name="a")', "E1", print))
    await asyncio.sleep(0.01)
    await prefetch.aclose()
    assert job.task.cancelled()
    assert await claim is None


async def test_only_the_root_of_its_own_graph_finds_it(tools):
    prefetch = Prefetch(tools.runner, "run")
    toolbox = tools.runner.toolbox

    def config(**configurable):
        return {"configurable": configurable}

    assert prefetch_in(config(checkpoint_ns="plan:1", **{PREFETCH_KEY: prefetch}), toolbox) is prefetch
    assert prefetch_in(config(checkpoint_ns="execute:1|plan:2", **{PREFETCH_KEY: prefetch}), toolbox) is None
    assert prefetch_in(config(**{PREFETCH_KEY: prefetch}), Toolbox([])) is None
    assert prefetch_in(config(), toolbox) is None
    assert prefetch_in({}, toolbox) is None
