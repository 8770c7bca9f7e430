"""The runner: the order of its gates, retries, fallbacks, and the values it returns."""

import asyncio
import contextvars
import dataclasses

import pytest
from langgraph.errors import GraphInterrupt

from nodes.tools import AllowAll, Allowed, Denied, Toolbox, ToolOutput, ToolRunner, tool
from nodes.tools import runner as runner_module


@pytest.fixture(autouse=True)
def _no_backoff(monkeypatch):
    monkeypatch.setattr(runner_module, "_BACKOFF", lambda state: 0.001)


def runner(*tools, policy=None, **options):
    return ToolRunner(Toolbox(tools), policy=policy or AllowAll(), **options)


async def test_returns_the_value_with_attempts_and_time():
    @tool(effect="read")
    async def double(x: int) -> int:
        """Double a number."""
        return 2 * x

    outcome = await runner(double).run("double", {"x": 4}, key="k")
    assert (outcome.status, outcome.value, outcome.error, outcome.attempts) == ("ok", 8, None, 1)
    assert outcome.seconds > 0


async def test_a_tool_says_where_its_value_stands():
    source = {"passage_id": "p", "document": "d", "title": "t", "start": 0, "end": 2, "quote": "hi"}

    @tool
    def quoting() -> ToolOutput:
        return ToolOutput("hi", sources=(source,), working="1 = 1")

    outcome = await runner(quoting).run("quoting", {}, key="k")
    assert (outcome.value, outcome.sources, outcome.working) == ("hi", (source,), "1 = 1")


async def test_an_unknown_tool_and_wrong_arguments_are_failures_that_call_nothing():
    calls = []

    @tool(effect="read", attempts=5)
    def probe(query: str, k: int = 5) -> str:
        calls.append(query)
        return query

    runs = runner(probe)
    assert (await runs.run("prob", {}, key="k")).error["kind"] == "unknown_tool"
    outcome = await runs.run("probe", {"k": "five", "depth": 1}, key="k")
    assert (outcome.status, outcome.error["kind"], outcome.attempts) == ("failed", "arguments", 0)
    assert outcome.error["message"] == (
        "query is missing; there is no parameter depth; k must be of type integer, not str"
    )
    assert not calls


async def test_the_policy_is_asked_with_the_arguments_after_they_were_checked():
    class OnlySmall(AllowAll):
        asked = 0

        def decide(self, tool, args):
            self.asked += 1
            return Allowed() if args["amount"] < 10 else Denied("amounts stay below 10")

    @tool(effect="write")
    def pay(amount: int) -> str:
        return f"paid {amount}"

    policy = OnlySmall()
    runs = runner(pay, policy=policy)
    assert (await runs.run("pay", {"amount": 5}, key="k")).value == "paid 5"
    denied = await runs.run("pay", {"amount": 50}, key="k")
    assert (denied.status, denied.error) == ("denied", {"kind": "denied", "message": "amounts stay below 10"})
    await runs.run("pay", {"amount": "x"}, key="k")
    assert policy.asked == 2


async def test_without_a_policy_of_ones_own_everything_is_allowed():
    @tool(effect="write")
    def act() -> str:
        return "done"

    assert AllowAll().refuses(act) is None
    assert AllowAll().decide(act, {}) == Allowed()


@pytest.mark.parametrize("decision", [ValueError("no"), SystemExit(), True, None])
async def test_a_policy_without_a_decision_denies(decision):
    class Broken(AllowAll):
        def decide(self, tool, args):
            if isinstance(decision, BaseException):
                raise decision
            return decision

    @tool
    def act() -> str:
        raise AssertionError("must not be called")

    assert (await runner(act, policy=Broken()).run("act", {}, key="k")).status == "denied"


def flaky(failures, **declared):
    """A tool that fails `failures` times, and the list of keys it was called with."""
    calls = []

    @tool(name="flaky", **declared)
    async def attempt(idempotency_key: str = "") -> int:
        calls.append(idempotency_key)
        if len(calls) <= failures:
            raise ConnectionError("lost")
        return len(calls)

    return attempt, calls


@pytest.mark.parametrize(
    ("declared", "attempts"),
    [
        ({"effect": "read", "attempts": 3}, 3),
        ({"effect": "read"}, 1),
        ({"effect": "write", "attempts": 3}, 3),
        ({"effect": "write", "attempts": 3, "idempotent": False}, 1),
        ({"effect": "unknown", "attempts": 3}, 1),
        ({"effect": "read", "attempts": 3, "retry_on": (TimeoutError,)}, 1),
        ({"effect": "read", "attempts": 3, "retry_on": (OSError,)}, 3),
    ],
)
async def test_only_what_is_safe_to_repeat_is_repeated(declared, attempts):
    fails, calls = flaky(10, **declared)
    outcome = await runner(fails).run("flaky", {}, key="the key")
    assert (outcome.status, outcome.attempts) == ("failed", attempts)
    assert calls == ["the key"] * attempts
    assert outcome.error == {"kind": "exception", "message": "ConnectionError: lost"}


async def test_a_write_without_a_key_is_called_once():
    calls = []

    @tool(effect="write", attempts=3)
    def send(to: str) -> str:
        calls.append(to)
        raise ConnectionError

    assert (await runner(send).run("send", {"to": "a"}, key="k")).attempts == len(calls) == 1


async def test_each_retry_is_reported_before_it_is_made():
    fails, calls = flaky(2, effect="read", attempts=3)
    reported = []
    outcome = await runner(fails).run("flaky", {}, key="k", on_retry=lambda *each: reported.append((*each, len(calls))))
    assert (outcome.value, outcome.attempts) == (3, 3)
    assert [(number, kind, called) for number, kind, _, called in reported] == [
        (1, "exception", 1),
        (2, "exception", 2),
    ]


@pytest.mark.parametrize("error", [TypeError("bug"), KeyError("x"), SystemExit(1)])
async def test_errors_that_repeat_for_certain_are_not_retried(error):
    @tool(effect="read", attempts=3)
    def buggy() -> str:
        raise error

    assert (await runner(buggy).run("buggy", {}, key="k")).attempts == 1


async def test_the_fallback_gives_the_value_and_is_named():
    @tool(effect="read")
    def cached(query: str) -> str:
        return f"cached {query}"

    @tool(effect="read", attempts=2, fallback="cached")
    def live(query: str, depth: int = 1) -> str:
        raise ConnectionError("offline")

    outcome = await runner(live, cached).run("live", {"query": "q", "depth": 2}, key="k")
    assert (outcome.status, outcome.value, outcome.fallback, outcome.attempts) == ("ok", "cached q", "cached", 3)


async def test_where_the_fallback_fails_too_both_are_named():
    async def second(query: str) -> str:
        raise ValueError("nor here")

    @tool(effect="read", fallback=second)
    async def first(query: str) -> str:
        raise ConnectionError("offline")

    outcome = await runner(first).run("first", {"query": "q"}, key="k")
    assert (outcome.status, outcome.fallback, outcome.error["kind"]) == ("failed", None, "exception")
    assert outcome.error["message"] == "ConnectionError: offline; then its fallback second: ValueError: nor here"


async def test_the_fallback_of_a_call_that_was_not_made_is_not_made():
    @tool(effect="read", fallback=lambda_tool())
    def first(query: str) -> str:
        return query

    assert (await runner(first).run("first", {}, key="k")).error["kind"] == "arguments"


def lambda_tool():
    @tool(effect="read")
    def second() -> str:
        raise AssertionError("must not be called")

    return second


async def test_arguments_of_rich_types_are_converted():
    import datetime

    @tool
    def weekday(day: datetime.date) -> str:
        return day.strftime("%A")

    runs = runner(weekday)
    assert (await runs.run("weekday", {"day": "2015-07-14"}, key="k")).value == "Tuesday"
    wrong = await runs.run("weekday", {"day": "someday"}, key="k")
    assert (wrong.status, wrong.error["kind"]) == ("failed", "arguments")


async def test_a_tool_cannot_change_the_evidence_that_others_see():
    @tool
    def spoil(rows: list[dict]) -> str:
        rows[0]["name"] = "spoiled"
        rows.clear()
        return "done"

    evidence = [{"name": "Jupiter"}]
    assert (await runner(spoil).run("spoil", {"rows": evidence}, key="k")).status == "ok"
    assert evidence == [{"name": "Jupiter"}]


@pytest.mark.parametrize("blocking", [True, False])
async def test_context_variables_reach_the_tool(blocking):
    tenant = contextvars.ContextVar("tenant")
    tenant.set("acme")

    def sync() -> str:
        return tenant.get()

    async def asynchronous() -> str:
        return tenant.get()

    which = tool(name="which")(sync if blocking else asynchronous)
    assert (await runner(which).run("which", {}, key="k")).value == "acme"


async def test_a_tool_that_asks_a_person_interrupts_the_graph():
    @tool(effect="read", attempts=3)
    async def ask() -> str:
        raise GraphInterrupt(())

    with pytest.raises(GraphInterrupt):
        await runner(ask).run("ask", {}, key="k")


async def test_no_more_calls_run_at_once_than_allowed():
    async def most(overall, **declared):
        running, peak = 0, 0

        @tool(effect="read", **declared)
        async def work() -> None:
            nonlocal running, peak
            running += 1
            peak = max(peak, running)
            await asyncio.sleep(0.001)
            running -= 1

        runs = runner(work, concurrency=overall)
        outcomes = await asyncio.gather(*(runs.run("work", {}, key="k") for _ in range(20)))
        assert all(each.status == "ok" for each in outcomes)
        return peak

    assert await most(3) == 3
    assert await most(10, concurrency=2) == 2


async def test_calls_that_queue_for_one_tool_hold_no_place_of_others():
    release = asyncio.Event()

    @tool(effect="read", concurrency=1)
    async def slow() -> str:
        await release.wait()
        return "slow"

    @tool(effect="read")
    async def quick() -> str:
        return "quick"

    runs = runner(slow, quick, concurrency=2)
    waiting = [asyncio.create_task(runs.run("slow", {}, key="k")) for _ in range(5)]
    await asyncio.sleep(0)
    assert (await asyncio.wait_for(runs.run("quick", {}, key="k"), 5)).value == "quick"
    release.set()
    assert [each.value for each in await asyncio.gather(*waiting)] == ["slow"] * 5


def test_one_runner_serves_several_event_loops():
    @tool(effect="read", concurrency=1)
    async def one() -> int:
        await asyncio.sleep(0)
        return 1

    runs = runner(one)

    async def three():
        return await asyncio.gather(*(runs.run("one", {}, key="k") for _ in range(3)))

    for _ in range(3):
        assert [each.value for each in asyncio.run(three())] == [1, 1, 1]
    assert len(runs._admission._by_loop) == 1


async def test_outcomes_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        (await runner().run("none", {}, key="k")).status = "ok"
