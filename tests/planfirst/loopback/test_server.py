"""The server itself: scripts, schedules, its log, its pace, and that it leaves nothing behind."""

import asyncio
import contextlib
import itertools
import time

import httpx
import openai
import pytest

from planfirst.loopback import (
    HANG,
    OVERLOADED,
    Break,
    Case,
    LoopbackServer,
    Reply,
    Scheduled,
    ScriptError,
    Spoil,
    cases,
    count_tokens,
    rate_limited,
)

TEXT = "The quick brown fox jumps over the lazy dog."


async def asked(model, times: int = 1) -> list[str]:
    """Ask so many times, and return each answer's text or its error's class."""
    results = []
    for _ in range(times):
        try:
            results.append((await model.ainvoke("Hi")).content)
        except openai.APIError as error:
            results.append(type(error).__name__)
    return results


async def test_a_script_answers_in_order_and_says_when_it_is_at_its_end(connect):
    async with LoopbackServer({"m": ["one", OVERLOADED, "two"]}) as server:
        assert await asked(connect(server), 4) == ["one", "OpenAIAPIError", "two", "OpenAIAPIError"]
        with pytest.raises(ScriptError, match="asked 4 times, and its script has 3 answers"):
            await server.stop()


async def test_a_rule_that_raises_is_reported_with_its_cause(connect):
    def rule(request):
        assert "Lyon" in request.prompt

    async with LoopbackServer({"m": rule}) as server:
        assert await asked(connect(server)) == ["OpenAIAPIError"]
        with pytest.raises(ScriptError) as caught:
            await server.stop()
    assert isinstance(caught.value.__cause__, AssertionError)


async def test_a_test_that_fails_by_itself_keeps_its_error_and_notes_the_script(connect):
    with pytest.raises(KeyError) as caught:  # noqa: PT012 - what is tested is how the block ends
        async with LoopbackServer({"m": []}) as server:
            await asked(connect(server))
            raise KeyError("mine")
    assert "its script has 0 answers" in caught.value.__notes__[0]


def test_a_text_in_place_of_a_script_is_refused():
    with pytest.raises(TypeError, match=r"write \['Hello\.'\]"):
        LoopbackServer({"m": "Hello."})


async def test_cases_choose_by_what_the_messages_contain(connect):
    rule = cases(Case("red", "stop"), Case("green", Reply("go")))
    async with LoopbackServer({"m": rule}) as server:
        assert [(await connect(server).ainvoke(colour)).content for colour in ("green", "red")] == ["go", "stop"]
        with pytest.raises(openai.InternalServerError):
            await connect(server).ainvoke("blue")
        with pytest.raises(ScriptError, match="no case fits"):
            await server.stop()


@pytest.mark.parametrize(
    ("scheduled", "struck"),
    [
        (Scheduled(OVERLOADED), [1, 2, 3, 4, 5, 6]),
        (Scheduled(OVERLOADED, first=2), [1, 2]),
        (Scheduled(OVERLOADED, every=3), [3, 6]),
        (Scheduled(OVERLOADED, first=4, every=2), [2, 4]),
        (Scheduled(OVERLOADED, model="other"), []),
    ],
)
async def test_faults_strike_by_number_and_leave_the_script_alone(connect, scheduled, struck):
    async with LoopbackServer({"m": list("abcdef")}, faults=[scheduled]) as server:
        results = await asked(connect(server), 6)
        assert [e.number for e in server.log.exchanges if e.fault is not None] == struck
    letters = iter("abcdef")
    assert results == ["OpenAIAPIError" if n in struck else next(letters) for n in range(1, 7)]


async def test_a_transfer_that_breaks_leaves_the_script_alone_and_a_spoilt_answer_does_not(connect):
    async with LoopbackServer({"m": ["a", "b"]}, faults=[Scheduled(Break("close", 1), first=1)]) as server:
        assert await asked(connect(server), 2) == ["OpenAIConnectionError", "a"]
        server.set_faults(Scheduled(Spoil("no_content"), first=1))
        assert await asked(connect(server)) == [""]


async def test_faults_can_be_replaced_and_count_anew(connect):
    async with LoopbackServer({"m": lambda _: "a"}, faults=[Scheduled(OVERLOADED)]) as server:
        assert await asked(connect(server)) == ["OpenAIAPIError"]
        server.set_faults()
        assert await asked(connect(server)) == ["a"]
        server.set_faults(Scheduled(rate_limited(), first=1, model="m"))
        assert await asked(connect(server), 2) == ["OpenAIRateLimitError", "a"]


async def test_the_log_tells_what_was_asked_and_what_became_of_it(connect):
    async with LoopbackServer({"m": [TEXT, OVERLOADED]}) as server:
        await asked(connect(server, api_key="secret", temperature=0.25), 2)
        good, bad = server.log.exchanges
    assert good.headers["authorization"] == "Bearer secret"
    assert good.request.model_extra["temperature"] == 0.25
    assert (good.status, good.sent, good.usage["completion_tokens"]) == (200, TEXT, count_tokens(TEXT))
    assert good.received <= good.first_token <= good.finished <= bad.received
    assert (bad.status, bad.fault, bad.first_token, bad.usage) == (503, OVERLOADED, None, None)
    assert not good.disconnected
    assert server.log.active == 0


async def test_requests_at_once_are_counted(connect):
    release = asyncio.Event()

    async def rule(_request):
        await release.wait()
        return "done"

    async with LoopbackServer({"m": rule}) as server:
        calls = [asyncio.create_task(connect(server).ainvoke("Hi")) for _ in range(5)]
        await server.log.until(lambda: server.log.active == 5)
        release.set()
        await asyncio.gather(*calls)
        assert (server.log.active, server.log.peak) == (0, 5)


@pytest.mark.parametrize("stream", [True, False])
async def test_a_client_that_goes_is_noticed_and_its_work_is_cancelled(connect, stream):
    cancelled = asyncio.Event()

    async def rule(_request):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async def use(model):
        if stream:
            await anext(aiter(model.astream("Hi")))
        else:
            await model.ainvoke("Hi")

    async with LoopbackServer({"m": rule}) as server:
        call = asyncio.create_task(use(connect(server)))
        await server.log.until(lambda: server.log.active == 1)
        call.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await call
        await cancelled.wait()
        await server.log.until(lambda: server.log.active == 0)
        assert server.log.exchanges[0].disconnected


async def test_a_stream_that_is_left_is_noticed(connect):
    async with LoopbackServer({"m": [Reply(TEXT, fault=Break("hang", 3))]}) as server:
        async with contextlib.aclosing(connect(server).astream("Hi")) as stream:
            await anext(stream)
            await server.log.until(lambda: server.log.exchanges[0].sent == "The quick brown ")
        await server.log.until(lambda: server.log.active == 0)
        assert server.log.exchanges[0].disconnected


async def test_stopping_ends_what_hangs_and_leaves_nothing(connect):
    before = asyncio.all_tasks()
    async with LoopbackServer({"m": [HANG, Reply(TEXT, fault=Break("hang", 2))]}) as server:
        calls = [asyncio.create_task(asked(connect(server))) for _ in range(2)]
        await server.log.until(lambda: server.log.active == 2)
    assert await asyncio.gather(*calls) == [["OpenAIConnectionError"]] * 2
    assert asyncio.all_tasks() == before
    assert server.log.active == 0
    assert not any(exchange.disconnected for exchange in server.log.exchanges)
    assert await asked(connect(server)) == ["OpenAIConnectionError"]


async def test_a_stopped_server_can_come_back_at_the_same_address(connect):
    server = LoopbackServer({"m": ["before", "after"]})
    with pytest.raises(RuntimeError, match="before it is started"):
        _ = server.base_url
    await server.start()
    url = server.base_url
    assert await asked(connect(url)) == ["before"]
    await server.stop()
    assert await asked(connect(url)) == ["OpenAIConnectionError"]
    await server.start()
    assert await asked(connect(url)) == ["after"]
    await server.stop()
    await server.stop()


async def test_it_listens_on_loopback_only():
    async with LoopbackServer({}) as server:
        assert server.base_url.startswith("http://127.0.0.1:")
        assert [socket.getsockname()[0] for socket in server._listener.sockets] == ["127.0.0.1"]


async def test_connections_are_kept_and_requests_may_come_in_pieces():
    async with LoopbackServer({"m": ["one", "two"]}) as server:
        host, port = server.base_url.removeprefix("http://").removesuffix("/v1").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        body = b'{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}'
        head = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
        whole = (head + body) * 2  # the second request arrives before the first is answered
        for part in (whole[:20], whole[20:100], whole[100:]):
            writer.write(part)
            await writer.drain()
        received = b""
        while received.count(b'"finish_reason": "stop"') < 2:
            received += await reader.read(65536)
        assert received.index(b"one") < received.index(b"two")
        writer.write(b"this is no HTTP\r\n\r\n")
        assert await reader.read(1000) == b""
        writer.close()


async def test_other_paths_and_bodies_are_refused_in_the_apis_own_shape():
    async with LoopbackServer({"m": []}) as server, httpx.AsyncClient(base_url=server.base_url) as client:
        missing = await client.get("/embeddings")
        broken = await client.post("/chat/completions", content=b"{")
        chunked = await client.post("/chat/completions", content=async_parts(b'{"model":', b'"n"}'))
    assert (missing.status_code, missing.json()["error"]["type"]) == (404, "invalid_request_error")
    assert (broken.status_code, chunked.status_code) == (400, 400)
    assert chunked.json()["error"]["param"] == "messages"


async def async_parts(*parts):
    for part in parts:
        yield part


async def test_many_clients_at_once_are_all_answered_rightly(connect):
    async with LoopbackServer({"m": lambda request: request.messages[-1].text * 3}) as server:
        model = connect(server)
        answers = await asyncio.gather(*(model.ainvoke(f"{n} ") for n in range(40)))
        assert [answer.content for answer in answers] == [f"{n} " * 3 for n in range(40)]
        numbers = [exchange.number for exchange in server.log.exchanges]
        assert numbers == list(range(1, 41))
    assert all(a.received <= b.received for a, b in itertools.pairwise(server.log.exchanges))
    assert server.log.exchanges[-1].finished <= time.monotonic()
