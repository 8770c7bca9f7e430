"""Steps ahead of their plan with the real client, over HTTP."""

import asyncio

import openai
import pytest
from langchain_openai import ChatOpenAI

from planfirst import Agent, tool
from planfirst.loopback import Break, LoopbackServer, Pace, Reply, count_tokens

PACE = Pace(first_token=0.01, tokens_per_second=40)
PLAN = '#E1 = look(place="a")\n#E2 = look(place="b", after=#E1)\n#E3 = look(place="c", after="at the end of the line")'


@pytest.fixture
async def agent_of():
    """Return a function from a server to an agent, and the calls of its tool: place, and whether the plan was there."""
    count_tokens("a first count loads the vocabulary, for which no stream should have to wait")
    async with openai.DefaultAsyncHttpxClient() as http:

        def make(server, *, hold="", **options):
            calls = []

            @tool(effect="read")
            async def look(place: str, after: str = "") -> str:
                """Look somewhere."""
                calls.append((place, server.log.exchanges[0].finished is not None))
                if place == hold:
                    try:
                        await asyncio.sleep(100)
                    except asyncio.CancelledError:
                        calls.append(("cancelled", place))
                        raise
                return after + place

            model = ChatOpenAI(
                model="m", base_url=server.base_url, api_key="unused", http_async_client=http, timeout=30,
                max_retries=0, stream_usage=True,
            )  # fmt: skip
            return Agent(model, tools=[look], knowledge=None, **options), calls

        yield make


async def test_steps_start_while_the_model_writes_and_its_usage_is_known(agent_of):
    async with LoopbackServer({"m": [PLAN, "Seen."]}, pace=PACE) as server:
        agent, calls = agent_of(server)
        result = await agent.aask("What is there?")
        assert (result.status, result.answer) == ("done", "Seen.")
        assert [step.value for step in result.evidence] == ["a", "ab", "at the end of the linec"]
        assert calls[:2] == [("a", False), ("b", False)]
        assert calls[2][0] == "c"
        reported = [exchange.usage["prompt_tokens"] for exchange in server.log.exchanges]
        assert result.usage.prompt_tokens == sum(reported)
        assert [exchange.request.stream for exchange in server.log.exchanges] == [True, False]


async def test_switched_off_the_plan_is_not_streamed(agent_of):
    async with LoopbackServer({"m": [PLAN, "Seen."]}, pace=PACE) as server:
        agent, calls = agent_of(server, speculate=False)
        assert (await agent.aask("What is there?")).status == "done"
        assert all(planned for _, planned in calls)
        assert not server.log.exchanges[0].request.stream


@pytest.mark.parametrize("how", ["reset", "close", "garbage", "error"])
async def test_a_stream_that_breaks_is_asked_for_anew_and_what_it_had_started_ends(agent_of, how):
    broken = Reply(PLAN, fault=Break(how, after=30))
    async with LoopbackServer({"m": [broken, '#E1 = calculate(expression="2 + 2")', "It is 4."]}, pace=PACE) as server:
        agent, calls = agent_of(server, hold="a")
        result = await agent.aask("What is 2 + 2?")
        assert calls == [("a", False), ("cancelled", "a")]
        assert (result.status, result.answer) == ("done", "It is 4.")
        assert [step.tool for step in result.plan] == ["calculate"]
        assert len(server.log.exchanges) == 3


async def test_a_run_that_is_cancelled_hangs_up(agent_of):
    waiting = '#E1 = look(place="a")' + "\n#E2 = look(place=#E1)" * 3000
    async with LoopbackServer({"m": [waiting]}, pace=PACE) as server:
        agent, calls = agent_of(server, hold="a")
        asking = asyncio.create_task(agent.aask("What is there?"))
        async with asyncio.timeout(20):
            while not calls:  # noqa: ASYNC110 - the tool is the agent's and knows no event
                await asyncio.sleep(0.005)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            await server.log.until(lambda: server.log.active == 0)
        assert server.log.exchanges[0].disconnected
        assert calls == [("a", False), ("cancelled", "a")]
