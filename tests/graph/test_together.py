"""Roles, ladder, streaming, examples, budgets and the answer's contract in one agent, with the real client."""

from contextlib import asynccontextmanager

import pytest

from nodes.limits import Budgets, Limits
from planfirst import Agent, ModelSpec, tool
from planfirst.loopback import SERVER_ERROR, LoopbackServer, Pace, Reply, model_not_found
from retrieval import HashEmbedder

PLAN = (
    '#E1 = look(place="a")\n#E2 = look(place="b", after=#E1)\n#E3 = look(place="c", after="the end of the last line")'
)
ANSWER = "It is ab [E2] [9]. ![x](https://evil.example/?q=1)"
PACE = Pace(first_token=0.01, tokens_per_second=40)


@pytest.fixture
def agent_on(monkeypatch, tmp_path):
    """Make an agent of a server's models `a` to `c`, and the calls of its tool: the place, and whether that was early.

    The planner is `a`, else `b`; the worker is `c`; the solver is `a`, else `c`.
    """
    monkeypatch.setattr("graph.compose.default_embedder", lambda path: HashEmbedder())

    @asynccontextmanager
    async def make(models, **budgets):
        async with LoopbackServer(models, pace=PACE) as server:
            calls = []

            @tool(effect="read")
            async def look(place: str, after: str = "") -> str:
                """Look somewhere."""
                calls.append((place, server.log.exchanges[-1].finished is None))
                return after + place

            a, b, c = (ModelSpec(name, server.base_url) for name in "abc")
            limits = Limits(budgets=Budgets(**budgets), retry_seconds=0.001)
            roles = {"planner": [a, b], "worker": c, "solver": [a, c]}
            agent = Agent(models=roles, tools=[look], knowledge=None, home=tmp_path, limits=limits)
            yield agent, server, calls
            await agent.aclose()

    return make


FAILING = [Reply("", fault=SERVER_ERROR)] * 9
MISSING = [Reply("", fault=model_not_found("a"))] * 2


async def test_the_second_planner_streams_and_its_steps_start_early_with_the_examples_in_its_prompt(agent_on):
    async with agent_on({"a": MISSING, "b": [PLAN], "c": [ANSWER]}) as (agent, server, calls):
        agent.examples.add("What is in place a?", '#E1 = look(place="x")')
        result = await agent.aask("What is in place a and b?")
        streamed = [exchange.request for exchange in server.log.exchanges if exchange.request.stream]
    assert calls[:2] == [("a", True), ("b", True)]
    assert [request.model for request in streamed][-1] == "b"
    assert '#E1 = look(place="x")' in streamed[-1].prompt
    assert result.answer == "It is ab [E2]. (image removed)"
    assert result.removed == {"citations": 1, "image": 1}
    assert {call.model for call in result.attempts if call.role == "planner"} == {"a", "b"}
    assert "a made no plan" in result.error["message"]
    assert result.usage_by_role["planner"].calls == result.usage.calls - result.usage_by_role["solver"].calls


async def test_the_lowest_rung_is_held_to_the_contract_too(agent_on):
    plan = 'look(place="![x](https://evil.example/)")'
    async with agent_on({"a": [f"#E1 = {plan}", *FAILING], "c": FAILING}) as (agent, _, _):
        result = await agent.aask("What is there?")
    assert "evil.example" not in (result.answer or "")
    assert "without a model" in result.error["message"]


@pytest.mark.parametrize("budget", [{"steps": 2}, {"tool_calls": 2}])
async def test_budgets_hold_for_steps_that_start_early(agent_on, budget):
    async with agent_on({"a": [PLAN, ANSWER]}, **budget) as (agent, _, calls):
        result = await agent.aask("What is there?")
    assert [place for place, _ in calls] == ["a", "b"]
    assert result.status == "partial"
    assert [step.status for step in result.evidence] == ["ok", "ok", "failed"]
