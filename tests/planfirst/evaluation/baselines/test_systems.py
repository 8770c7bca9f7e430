"""Every system over every workload, through the real client: right answers, and figures that are the server's own."""

import pytest

from benchmarks.gold import GoldModel, fan_out, fan_out_read, twelve_steps, two_hop
from benchmarks.gold.model import WRONG
from benchmarks.tokens import PARALLEL, SINGLE, ours_reading
from nodes.tools import Toolbox, tool
from planfirst.evaluation.baselines import direct, plan_and_execute, planfirst

SYSTEMS = {"planfirst": planfirst, "one call": SINGLE, "parallel": PARALLEL, "stepwise": plan_and_execute}
WORKLOADS = {"two-hop": two_hop(1), "fan-out": fan_out(1)[2:3], "12 steps": twelve_steps(1)}
CALLS = {
    "two-hop": {"planfirst": 2, "one call": 3, "parallel": 3, "stepwise": 4},
    "fan-out": {"planfirst": 2, "one call": 6, "parallel": 3, "stepwise": 7},
    "12 steps": {"planfirst": 2, "one call": 13, "parallel": 7, "stepwise": 14},
}
"""Model calls of a system: a plan and an answer, or one for each turn."""


def reported(server):
    """Return all tokens that the server reported."""
    return sum(exchange.usage["total_tokens"] for exchange in server.log.exchanges)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("workload", WORKLOADS)
async def test_a_system_answers_right_and_its_figures_are_those_of_the_server(served, workload, system):
    [task] = WORKLOADS[workload]
    async with served(GoldModel([task])) as (model, server):
        trial = await SYSTEMS[system](model, task.toolbox)(task.question)
    assert trial.reply.status == "answered"
    assert task.gold in trial.reply.text
    assert trial.tokens == reported(server) > 0
    assert trial.model_calls == len(server.log.exchanges) == CALLS[workload][system]
    assert trial.tool_calls == len(task.calls)
    searches = sum(call.tool == "search" for call in task.calls)
    assert [len(documents) for documents in trial.reply.searches] == [5] * searches


async def test_tokens_of_a_model_call_inside_a_tool_are_counted(served):
    [task] = fan_out_read(1)[:1]
    async with served(GoldModel([task])) as (model, server):
        trial = await ours_reading(model, task.toolbox)(task.question)
    assert task.gold in trial.reply.text
    assert trial.model_calls == len(server.log.exchanges) == 4
    assert trial.tokens == reported(server)


async def test_one_call_a_turn_is_asked_for_and_kept(served):
    [task] = WORKLOADS["fan-out"]
    most = {}
    for name, system in {"one call": SINGLE, "parallel": PARALLEL}.items():
        async with served(GoldModel([task])) as (model, server):
            await system(model, task.toolbox)(task.question)
        messages = server.log.exchanges[-1].request.messages
        asked = {exchange.request.parallel_tool_calls for exchange in server.log.exchanges}
        most[name] = asked, max(len(message.tool_calls or ()) for message in messages)
    assert most == {"one call": ({False}, 1), "parallel": ({True}, 4)}


async def test_every_system_is_told_the_same_of_a_tool(served):
    [task] = WORKLOADS["12 steps"]
    told = {name: each.signature.partition("  # ")[2] for name, each in task.toolbox.items()}
    async with served(GoldModel([task])) as (model, server):
        await planfirst(model, task.toolbox)(task.question)
        await PARALLEL(model, task.toolbox)(task.question)
    plan, react = server.log.exchanges[0].request, server.log.exchanges[-1].request
    assert {each.function.name: each.function.description for each in react.tools} == told
    assert all(words in plan.messages[0].text for words in told.values())


async def test_direct_is_offered_no_tools_and_may_not_know(served):
    async with served(["NOT ENOUGH EVIDENCE", "Oslo."]) as (model, server):
        first, second = [await direct(model)("Where?") for _ in range(2)]
    assert (first.reply.status, second.reply.status) == ("insufficient", "answered")
    assert [len(exchange.request.tools) for exchange in server.log.exchanges] == [0, 0]
    assert (second.model_calls, second.tool_calls, second.reply.text) == (1, 0, "Oslo.")


@tool(effect="read")
async def inhabitants(town: str) -> int:
    """Number of inhabitants of a town."""
    raise ConnectionError("the register is down")


@pytest.mark.parametrize("system", SYSTEMS)
async def test_no_system_gives_a_right_answer_without_the_observations(served, system):
    [task] = WORKLOADS["fan-out"]
    box = Toolbox([inhabitants, task.toolbox["calculate"]])
    async with served(GoldModel([task])) as (model, _):
        trial = await SYSTEMS[system](model, box)(task.question)
    assert task.gold not in trial.reply.text
    assert trial.reply.status == "insufficient"


async def test_what_a_careless_model_makes_up_is_not_given_as_answered_by_planfirst(served):
    task = fan_out(1)[1]
    box = Toolbox([inhabitants, task.toolbox["calculate"]])
    async with served(GoldModel([task])) as (model, _):
        ours = await planfirst(model, box)(task.question)
        theirs = await SINGLE(model, box)(task.question)
    assert ours.reply.text == theirs.reply.text == WRONG
    assert (ours.reply.status, theirs.reply.status) == ("partial", "answered")
