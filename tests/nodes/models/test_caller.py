"""One model asked over real HTTP: what is tried again, what is recorded, what is given up; and several in order."""

import asyncio
import time
from urllib.parse import urlsplit

import pytest
from langchain_core.messages import HumanMessage

from nodes.errors import LimitError, ModelError
from nodes.limits import Budgets
from nodes.metering import Meter, metered
from nodes.models import Breakers, Ladder, Retries
from planfirst.loopback import (
    BAD_KEY,
    CONTENT_FILTERED,
    CONTEXT_TOO_LONG,
    HANG,
    NO_QUOTA,
    NOT_PERMITTED,
    OVERLOADED,
    RESET,
    SERVER_ERROR,
    SERVER_TIMEOUT,
    Break,
    LoopbackServer,
    Pace,
    Reply,
    Scheduled,
    Spoil,
    Status,
    model_not_found,
    rate_limited,
    refused_base_url,
)  # fmt: skip

TEXT = "The quick brown fox jumps over the lazy dog."


def prompt(_cut):
    return [HumanMessage("Hi")]


def shorter(cut):
    return [HumanMessage("Hi" if cut else "Hi " * 500)]


async def collected(texts):
    return [text async for text in texts]


@pytest.fixture(params=["whole", "stream"])
def ask(request):
    """Ask a caller either way and return the text."""

    async def whole(caller, prompt=prompt):
        return (await caller.reply(prompt)).text

    async def stream(caller, prompt=prompt):
        *_, last = await collected(caller.stream(prompt))
        return last.text

    return whole if request.param == "whole" else stream


async def opened_again(breakers):
    """Wait until the one circuit lets a call try."""
    async with asyncio.timeout(10):
        while "open" in [circuit.condition for circuit in breakers.circuits().values()]:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.02)


def outcomes(meter):
    return [attempt["outcome"] for attempt in meter.attempts]


@pytest.mark.parametrize(
    ("fault", "kind", "status", "calls"),
    [
        (BAD_KEY, "bad_key", 401, 1),
        (NOT_PERMITTED, "denied", 403, 1),
        (model_not_found("m"), "not_found", 404, 1),
        (NO_QUOTA, "quota", 429, 1),
        (CONTENT_FILTERED, "content_filter", 400, 1),
        (CONTEXT_TOO_LONG, "context", 400, 1),
        (Status(413, "too large"), "context", 413, 1),
        (Status(422, "no"), "rejected", 422, 1),
        (rate_limited(0.01), "rate_limit", 429, 4),
        (rate_limited(0.01, "date"), "rate_limit", 429, 4),
        (rate_limited(600), "rate_limit", 429, 1),
        (rate_limited(), "rate_limit", 429, 4),
        (SERVER_ERROR, "server", 500, 3),
        (OVERLOADED, "server", 503, 3),
        (SERVER_TIMEOUT, "server", 408, 3),
        (RESET, "connection", None, 3),
        (Break("close"), "connection", None, 3),
        (Break("html"), "malformed", None, 2),
        (Spoil("no_choices"), "malformed", None, 2),
        (Spoil("no_content"), "malformed", None, 2),
        (Spoil("content_filter"), "content_filter", None, 1),
    ],
)
async def test_each_fault_has_its_kind_and_is_tried_as_often_as_that_is_worth(caller, ask, fault, kind, status, calls):
    async with LoopbackServer({"m": lambda _: TEXT}, faults=[Scheduled(fault)]) as server:
        with metered(Meter()) as meter, pytest.raises(ModelError) as caught:
            await ask(caller(server, breakers=Breakers(failures=100)))
        assert len(server.log.exchanges) == calls
    error = caught.value
    assert (error.kind, error.status, error.model, error.endpoint) == (kind, status, "m", server.base_url)
    assert outcomes(meter) == [kind] * calls
    assert error.fatal == (kind == "bad_key")
    assert f"at 127.0.0.1:{urlsplit(server.base_url).port} " in str(error)


async def test_a_refusal_is_told_from_an_answer_where_the_client_lets_it_through(caller):
    async with LoopbackServer({"m": [Spoil("refusal")]}) as server:
        with pytest.raises(ModelError) as caught:
            await caller(server).reply(prompt)
    assert caught.value.kind == "content_filter"


@pytest.mark.parametrize("fault", [HANG, Break("hang", 3)])
async def test_a_hang_costs_its_timeout_once(caller, ask, fault):
    async with LoopbackServer({"m": lambda _: TEXT}, faults=[Scheduled(fault)]) as server:
        with metered(Meter()) as meter, pytest.raises(ModelError, match="no reply within"):
            await ask(caller(server, seconds=0.3))
        assert len(server.log.exchanges) == 1
    assert outcomes(meter) == ["timeout"]
    assert meter.usage["prompt_tokens"] is None  # the model may have been at work


async def test_a_slow_stream_is_bounded_as_a_whole(caller):
    pace = Pace(first_token=0.0, tokens_per_second=10)
    async with LoopbackServer({"m": [TEXT]}, pace=pace) as server:
        with pytest.raises(ModelError) as caught:
            await collected(caller(server, seconds=0.4).stream(prompt))
    assert caught.value.kind == "timeout"


@pytest.mark.parametrize("fault", [rate_limited(0.01), OVERLOADED, RESET, Break("html")])
async def test_what_passes_is_forgotten_and_every_call_is_on_record(caller, ask, fault):
    async with LoopbackServer({"m": [TEXT]}, faults=[Scheduled(fault, first=1)]) as server:
        with metered(Meter()) as meter:
            assert await ask(caller(server)) == TEXT
    first, last = outcomes(meter)
    assert (first, last) == (meter.attempts[0]["outcome"], "ok")
    assert first != "ok"
    assert meter.attempts[0]["error"]
    assert meter.usage["calls"] == 2


async def test_retry_after_is_waited_for(caller, ask):
    async with LoopbackServer({"m": [TEXT]}, faults=[Scheduled(rate_limited(0.2), first=1)]) as server:
        await ask(caller(server))
        first, second = server.log.exchanges
    assert second.received - first.received >= 0.2


async def test_usage_is_what_was_reported_with_cached_and_reasoning_tokens_and_a_cost(caller, ask):
    reply = Reply(TEXT, reasoning_tokens=5, cached_tokens=3)
    async with LoopbackServer({"m": [reply]}) as server:
        with metered(Meter()) as meter:
            await ask(caller(server))
        sent = server.log.exchanges[0].usage
    usage = meter.usage
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (sent["prompt_tokens"], sent["completion_tokens"])
    assert (usage["cached_tokens"], usage["reasoning_tokens"]) == (3, 5)
    assert usage["cost"] == pytest.approx((sent["prompt_tokens"] * 1.0 + sent["completion_tokens"] * 2.0) / 1e6)


async def test_usage_that_is_missing_and_a_model_without_a_price_are_unknown(caller, ask):
    async with LoopbackServer({"m": [Reply(TEXT, usage="missing"), TEXT]}) as server:
        with metered(Meter()) as meter:
            await ask(caller(server))
            await ask(caller(server, price=None))
    assert (meter.attempts[0]["usage"]["prompt_tokens"], meter.attempts[0]["usage"]["cost"]) == (None, None)
    assert meter.attempts[1]["usage"]["prompt_tokens"] > 0
    assert meter.attempts[1]["usage"]["cost"] is None


async def test_a_refused_call_used_no_tokens(caller):
    async with LoopbackServer({"m": [rate_limited(600)]}) as server:
        with metered(Meter()) as meter, pytest.raises(ModelError):
            await caller(server).reply(prompt)
    assert (meter.usage["prompt_tokens"], meter.usage["calls"], meter.usage["cost"]) == (0, 1, 0.0)


async def test_a_prompt_that_is_too_long_is_cut_harder_once(caller, ask):
    async with LoopbackServer({"m": [CONTEXT_TOO_LONG, TEXT, CONTEXT_TOO_LONG, CONTEXT_TOO_LONG]}) as server:
        with metered(Meter()) as meter:
            assert await ask(caller(server), shorter) == TEXT
        assert outcomes(meter) == ["context", "ok"]
        long, short = (exchange.request.prompt for exchange in server.log.exchanges)
        assert len(short) < len(long)
        with pytest.raises(ModelError) as caught:
            await ask(caller(server), shorter)
        assert len(server.log.exchanges) == 4
    assert caught.value.kind == "context"


async def test_thoughts_of_open_models_are_no_part_of_a_reply(caller):
    async with LoopbackServer(
        {"m": ["<think>Is it 41?\nNo.</think>\n\nIt is 42.", "<think>Hm", "It is 42."]}
    ) as server:
        assert (await caller(server).reply(prompt)).text == "It is 42."
        assert (await caller(server).reply(prompt)).text == "It is 42."
        assert len(server.log.exchanges) == 3


class TestStreams:
    async def test_chunks_come_as_they_are_written_and_the_record_when_the_last_is_out(self, caller):
        async with LoopbackServer({"m": [TEXT]}) as server:
            with metered(Meter()) as meter:
                chunks = caller(server).stream(prompt)
                first = await anext(chunks)
                assert meter.attempts == []
                *rest, last = [chunk async for chunk in chunks]
        assert len(rest) > 3
        assert first + "".join(rest) == last.text == TEXT
        assert outcomes(meter) == ["ok"]
        assert meter.usage["completion_tokens"] > 3

    async def test_what_came_before_a_break_stands_and_nothing_is_tried_again(self, caller):
        async with LoopbackServer({"m": [Reply(TEXT, fault=Break("close", 3))]}) as server:
            with metered(Meter()) as meter:
                chunks = caller(server).stream(prompt)
                received = [await anext(chunks) for _ in range(3)]
                with pytest.raises(ModelError) as caught:
                    await anext(chunks)
            assert len(server.log.exchanges) == 1
        assert (caught.value.kind, "".join(received)) == ("connection", "The quick brown ")
        assert outcomes(meter) == ["connection"]

    async def test_a_stream_that_just_ends_did_not_finish(self, caller):
        async with LoopbackServer({"m": [Reply(TEXT, fault=Break("end", 3))]}) as server:
            with pytest.raises(ModelError) as caught:
                await collected(caller(server).stream(prompt))
        assert caught.value.kind == "malformed"

    async def test_closing_breaks_the_call_off_and_records_it(self, caller):
        pace = Pace(tokens_per_second=5)
        async with LoopbackServer({"m": [TEXT]}, pace=pace) as server:
            with metered(Meter()) as meter:
                chunks = caller(server).stream(prompt)
                await anext(chunks)
                await chunks.aclose()
            async with asyncio.timeout(10):
                await server.log.until(lambda: server.log.active == 0)
            assert server.log.exchanges[0].disconnected
        assert outcomes(meter) == ["cancelled"]
        assert meter.usage["completion_tokens"] is None

    async def test_cancelling_breaks_the_call_off_and_records_it(self, caller, ask):
        async with LoopbackServer({"m": [HANG]}) as server:
            with metered(Meter()) as meter:
                task = asyncio.create_task(ask(caller(server)))
                await server.log.until(lambda: server.log.active == 1)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
        assert outcomes(meter) == ["cancelled"]


class TestBudgets:
    async def test_a_call_that_the_budget_does_not_allow_is_not_made(self, caller, ask):
        async with LoopbackServer({"m": lambda _: TEXT}) as server:
            with metered(Meter(Budgets(tokens=10))) as meter:
                await ask(caller(server))
                with pytest.raises(LimitError) as caught:
                    await ask(caller(server))
            assert len(server.log.exchanges) == 1
        assert caught.value.kind == "tokens"
        assert outcomes(meter) == ["ok", "limit"]
        assert meter.attempts[1]["usage"]["calls"] == 0

    async def test_the_time_of_the_run_bounds_a_call_and_says_so(self, caller, ask):
        breakers = Breakers(failures=1)
        async with LoopbackServer({"m": [HANG]}) as server:
            with metered(Meter(Budgets(seconds=0.2))) as meter, pytest.raises(LimitError) as caught:
                await ask(caller(server, breakers=breakers))
        assert caught.value.kind == "seconds"
        assert outcomes(meter) == ["limit"]
        assert breakers.circuits()[server.base_url].condition == "closed"  # it is not the endpoint's fault

    async def test_a_wait_longer_than_the_time_left_is_not_begun(self, caller, ask):
        retries = Retries(obeyed=60)
        async with LoopbackServer({"m": [rate_limited(30)]}) as server:
            began = time.monotonic()
            with metered(Meter(Budgets(seconds=20))), pytest.raises(ModelError):
                await ask(caller(server, retries=retries))
        assert time.monotonic() - began < 20


class TestBreakers:
    async def test_a_dead_endpoint_is_left_alone_after_a_few_failures(self, caller, ask):
        breakers = Breakers(failures=3, seconds=60)
        async with LoopbackServer({"m": lambda _: TEXT, "n": lambda _: TEXT}, faults=[Scheduled(HANG)]) as server:
            with metered(Meter()) as meter:
                for _ in range(5):
                    with pytest.raises(ModelError):
                        await ask(caller(server, breakers=breakers, seconds=0.4))
                with pytest.raises(ModelError, match="left alone for"):
                    await ask(caller(server, "n", breakers=breakers))  # another model, the same endpoint
            assert len(server.log.exchanges) <= 3  # the first may time out while the client is still starting
        assert outcomes(meter) == ["timeout"] * 3 + ["unavailable"] * 3
        assert meter.usage["calls"] == 3
        circuit = breakers.circuits()[server.base_url]
        assert (circuit.condition, circuit.failures) == ("open", 3)
        assert 0 < circuit.seconds <= 60

    async def test_a_model_that_fails_by_itself_is_left_alone_and_its_neighbours_are_not(self, caller, ask):
        breakers = Breakers(failures=3, seconds=60)
        async with LoopbackServer({"m": lambda _: SERVER_ERROR, "n": lambda _: TEXT}) as server:
            with pytest.raises(ModelError, match="failing by itself"):
                await ask(caller(server, breakers=breakers))
            with pytest.raises(ModelError, match=r"m at .* is left alone for"):
                await ask(caller(server, breakers=breakers))
            assert (await caller(server, "n", breakers=breakers).reply(prompt)).text == TEXT
        assert breakers.circuits()[server.base_url].condition == "closed"

    async def test_after_its_time_one_call_may_try_and_a_good_one_closes_the_circuit(self, caller):
        breakers = Breakers(failures=1, seconds=0.05)
        async with LoopbackServer({"m": lambda _: TEXT}, faults=[Scheduled(HANG, first=1)]) as server:
            asked = caller(server, breakers=breakers, seconds=0.2)
            with pytest.raises(ModelError):
                await asked.reply(prompt)
            await opened_again(breakers)
            assert breakers.circuits()[server.base_url].condition == "half_open"
            assert (await asked.reply(prompt)).text == TEXT
        assert breakers.circuits()[server.base_url].condition == "closed"

    async def test_only_one_call_tries_at_a_time(self, caller):
        breakers = Breakers(failures=1, seconds=0.05)
        async with LoopbackServer({"m": lambda _: TEXT}, faults=[Scheduled(HANG, first=2)]) as server:
            asked = caller(server, breakers=breakers, seconds=0.3)
            with pytest.raises(ModelError):
                await asked.reply(prompt)
            await opened_again(breakers)
            ended = await asyncio.gather(*(asked.reply(prompt) for _ in range(4)), return_exceptions=True)
            assert len(server.log.exchanges) == 2
        assert sorted(error.kind for error in ended) == ["timeout", "unavailable", "unavailable", "unavailable"]

    async def test_a_trial_that_is_cancelled_gives_its_place_back(self, caller):
        breakers = Breakers(failures=1, seconds=0.05)
        async with LoopbackServer({"m": lambda _: TEXT}, faults=[Scheduled(HANG, first=2)]) as server:
            with pytest.raises(ModelError):
                await caller(server, breakers=breakers, seconds=0.2).reply(prompt)
            await opened_again(breakers)
            task = asyncio.create_task(caller(server, breakers=breakers).reply(prompt))
            await server.log.until(lambda: server.log.active == 1)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert (await caller(server, breakers=breakers).reply(prompt)).text == TEXT

    @pytest.mark.parametrize("fault", [BAD_KEY, rate_limited(600), CONTENT_FILTERED, model_not_found("m")])
    async def test_an_endpoint_that_refuses_is_alive(self, caller, fault):
        breakers = Breakers(failures=1)
        async with LoopbackServer({"m": lambda _: TEXT}, faults=[Scheduled(fault, first=3)]) as server:
            for _ in range(3):
                with pytest.raises(ModelError):
                    await caller(server, breakers=breakers).reply(prompt)
            assert (await caller(server, breakers=breakers).reply(prompt)).text == TEXT


class TestLadders:
    @pytest.mark.parametrize("fault", [OVERLOADED, rate_limited(600), model_not_found("a"), CONTENT_FILTERED, NO_QUOTA])
    async def test_the_next_model_is_asked_where_one_fails(self, caller, fault):
        models = {"a": lambda _: TEXT, "b": [TEXT]}
        async with LoopbackServer(models, faults=[Scheduled(fault, model="a")]) as server:
            ladder = Ladder([caller(server, "a"), caller(server, "b")])
            with metered(Meter()) as meter:
                assert (await ladder.reply(prompt)).text == TEXT
        assert [attempt["model"] for attempt in meter.attempts][-2:] == ["a", "b"]
        assert outcomes(meter)[-1] == "ok"

    async def test_a_dead_endpoint_is_followed_by_one_that_lives(self, caller):
        with refused_base_url() as dead:
            async with LoopbackServer({"m": [TEXT]}) as server:
                reply = await Ladder([caller(dead), caller(server)]).reply(prompt)
        assert reply.text == TEXT

    async def test_a_wrong_key_fails_at_once_and_no_other_model_is_asked(self, caller):
        async with LoopbackServer({"a": [BAD_KEY], "b": [TEXT]}) as server:
            with pytest.raises(ModelError, match=r"refuses the key \(401, invalid_api_key\); set MY_KEY") as caught:
                await Ladder([caller(server, "a"), caller(server, "b")]).reply(prompt)
            assert len(server.log.exchanges) == 1
        assert caught.value.fatal

    async def test_where_all_fail_the_last_error_stands(self, caller):
        async with LoopbackServer({"a": [NO_QUOTA], "b": [CONTENT_FILTERED]}) as server:
            with pytest.raises(ModelError) as caught:
                await Ladder([caller(server, "a"), caller(server, "b")]).reply(prompt)
        assert caught.value.model == "b"
