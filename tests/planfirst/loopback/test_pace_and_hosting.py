"""The pace of answers, and the server in a thread of its own."""

import threading
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest

from planfirst.loopback import HANG, LoopbackServer, Pace, Reply, ScriptError, ThreadHost, count_tokens

TEXT = "The quick brown fox jumps over the lazy dog."


class TestPace:
    def test_moments_are_counted_from_the_request(self):
        pace = Pace(first_token=0.25, tokens_per_second=100)
        assert [pace.due(tokens) for tokens in (0, 1, 2, 101)] == pytest.approx([0.25, 0.25, 0.26, 1.25])
        assert Pace().due(10**6) == 0

    @pytest.mark.parametrize("wrong", [{"first_token": -1}, {"tokens_per_second": 0}, {"chunk_tokens": 0}])
    def test_an_impossible_pace_is_refused(self, wrong):
        with pytest.raises(ValueError, match="cannot be kept"):
            Pace(**wrong)

    async def test_no_token_comes_before_its_time(self, connect):
        pace = Pace(first_token=0.05, tokens_per_second=200, chunk_tokens=3)
        reply = Reply(TEXT, reasoning_tokens=4)
        async with LoopbackServer({"m": [reply] * 2}, pace=pace) as server:
            sizes = [count_tokens(c.content) async for c in connect(server).astream("Hi") if c.content]
            await connect(server).ainvoke("Hi")
            streamed, whole = server.log.exchanges
        assert sizes == [3, 3, 3, 1]
        total = pace.due(count_tokens(TEXT) + 4)
        assert streamed.first_token - streamed.received >= pace.due(5)
        assert streamed.finished - streamed.received >= total
        assert whole.first_token - whole.received >= total

    async def test_a_replys_pace_overrides_the_servers(self, connect):
        async with LoopbackServer({"m": [Reply("a", pace=Pace(0.05))]}, pace=Pace(1000)) as server:
            assert (await connect(server).ainvoke("Hi")).content == "a"
            assert server.log.exchanges[0].first_token - server.log.exchanges[0].received >= 0.05


class TestThreadHost:
    def test_synchronous_code_can_use_it(self, connect_sync):
        with ThreadHost(LoopbackServer({"m": ["one", TEXT]})) as server:
            model = connect_sync(server.base_url)
            assert model.invoke("Hi").content == "one"
            assert "".join(chunk.content for chunk in model.stream("Hi")) == TEXT
        assert "planfirst-loopback" not in {thread.name for thread in threading.enumerate()}

    def test_it_starts_stops_and_waits_from_another_thread(self, connect_sync):
        host = ThreadHost(LoopbackServer({"m": [HANG]}))
        server = host.start()
        with ThreadPoolExecutor(1) as pool:
            call = pool.submit(connect_sync(server.base_url).invoke, "Hi")
            host.until(lambda: server.log.active == 1)
            with pytest.raises(TimeoutError):
                host.until(lambda: server.log.active == 2, seconds=0.01)
            host.stop()
            with pytest.raises(openai.APIConnectionError):
                call.result()

    def test_a_wrong_script_is_raised_where_it_stops(self, connect_sync):
        host = ThreadHost(LoopbackServer({"m": []}))
        with pytest.raises(openai.InternalServerError):
            connect_sync(host.start().base_url).invoke("Hi")
        with pytest.raises(ScriptError):
            host.stop()

    def test_a_port_in_use_is_an_error_at_the_start(self):
        with ThreadHost(LoopbackServer({})) as server:
            port = int(server.base_url.split(":")[-1].removesuffix("/v1"))
            with pytest.raises(OSError, match="address already in use"):
                ThreadHost(LoopbackServer({}, port=port)).start()
