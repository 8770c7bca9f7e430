"""A plan read while it is written: which lines start something, whatever the pieces it comes in."""

import asyncio
from contextlib import aclosing

import pytest

from nodes.ahead import Ahead
from nodes.language import parse
from nodes.metering import Meter
from nodes.prefetch import Known, Prefetch
from nodes.tools import AllowAll, Toolbox, ToolRunner, tool

NOTHING = Known()
DRAFT = 'Plan: look\n#E1 = look(place="a")\n#E2 = send(text=#E1)\n#E3 = look(place="b",\n  after=#E1)\n'


@pytest.fixture
def calls():
    return []


@pytest.fixture
async def prefetch(calls):
    @tool(effect="read")
    async def look(place: str, after: str = "") -> str:
        """Look."""
        calls.append(place)
        return after + place

    @tool(effect="write")
    async def send(text: str) -> str:
        """Send."""
        raise AssertionError(text)

    async with aclosing(Prefetch(ToolRunner(Toolbox([look, send]), policy=AllowAll()), "run")) as prefetch:
        yield prefetch


@pytest.fixture
def ahead_of(prefetch):
    def make(known=NOTHING, max_steps=10, meter=None):
        def check(step):
            return step if step.tool in prefetch.runner.toolbox else None

        return Ahead(prefetch, check, known, max_steps, meter or Meter())

    return make


async def settle():
    for _ in range(30):
        await asyncio.sleep(0)


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
async def test_pieces_of_any_size_start_the_same(ahead_of, calls, size):
    ahead = ahead_of()
    for start in range(0, len(DRAFT), size):
        await ahead.feed(DRAFT[start : start + size])
    await settle()
    assert calls == ["a", "b"]


async def test_a_line_is_a_step_only_with_its_newline(ahead_of, calls):
    ahead = ahead_of()
    await ahead.feed('#E1 = look(place="a")')
    await settle()
    assert calls == []
    await ahead.feed("\n")
    await settle()
    assert calls == ["a"]


async def test_a_plan_said_twice_is_run_once(ahead_of, calls):
    ahead = ahead_of()
    await ahead.feed(f"{DRAFT}Here it is again:\n{DRAFT}")
    await settle()
    assert calls == ["a", "b"]


async def test_another_step_of_the_same_number_ends_it(ahead_of, prefetch, calls):
    ahead = ahead_of()
    await ahead.feed(f'{DRAFT}#E1 = look(place="c")\n#E9 = look(place="d")\n')
    await settle()
    assert not {"c", "d"} & set(calls)
    assert prefetch._tasks == set()


async def test_an_answer_that_there_is_not_starts_nothing(ahead_of, calls):
    ahead = ahead_of(Known(["one"]))
    await ahead.feed('#E1 = look(place="a", after=#A2)\n#E2 = look(place="b", after=#A1)\n')
    await settle()
    assert calls == ["b"]


async def test_the_next_draft_shares_what_it_has_in_common(ahead_of, calls):
    ahead = ahead_of()
    await ahead.feed('#E1 = look(place="a")\n#E2 = look(place="b", after=#E1)\n#E3 = look(place="c")\n')
    await settle()
    await ahead.drop()
    ahead.begin()
    await ahead.feed('#E5 = look(place="c")\n#E6 = look(place="b", after=#E5)\n')
    await settle()
    assert calls == ["a", "c", "b", "b"]


async def test_only_what_the_plan_holds_is_kept(ahead_of, prefetch):
    ahead = ahead_of()
    await ahead.feed('#E1 = look(place="a")\n#E2 = look(place="b")\n')
    await settle()
    await ahead.keep(parse('#E1 = look(place="b")'))
    assert [job.result["value"] for job in prefetch._jobs.values()] == ["b"]
