"""What the baselines do where something is missing or fails: usage, the endpoint, LangChain, an end."""

import sys

import pytest

from benchmarks.tokens import PARALLEL, SINGLE
from nodes.errors import ConfigurationError, ModelError
from nodes.tools import Outcome, Toolbox, tool
from planfirst.evaluation.baselines import direct, plan_and_execute, react
from planfirst.evaluation.baselines import react as react_
from planfirst.evaluation.baselines.bridge import shown
from planfirst.loopback import BAD_KEY, Reply, ToolCall


@tool(effect="read")
async def double(n: int) -> int:
    """Twice a number."""
    return 2 * n


BOX = Toolbox([double])
CALL = Reply(tool_calls=(ToolCall("double", {"n": 21}),))


async def test_missing_usage_is_unknown_and_not_nothing(served):
    async with served([CALL, Reply("42", usage="missing")]) as (model, _):
        trial = await PARALLEL(model, BOX)("What is twice 21?")
    assert (trial.reply.text, trial.tokens, trial.model_calls) == ("42", None, 2)


@pytest.mark.parametrize(
    "system", [SINGLE, plan_and_execute, lambda model, box: direct(model)], ids=["react", "stepwise", "direct"]
)
async def test_a_failing_endpoint_is_a_model_error(served, system):
    async with served([BAD_KEY]) as (model, _):
        with pytest.raises(ModelError, match="AuthenticationError"):
            await system(model, BOX)("What is twice 21?")


def test_without_langchain_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "langchain.agents", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'planfirst\[eval\]'"):
        react(None, BOX, parallel=True)


async def test_a_loop_without_end_is_ended(served, monkeypatch):
    monkeypatch.setattr(sys.modules[react_.__module__], "TURNS", 3)
    async with served(lambda request: CALL) as (model, server):
        trial = await SINGLE(model, BOX)("What is twice 21?")
    assert trial.reply.status == "failed"
    assert "3 turns" in trial.reply.text
    assert trial.model_calls == len(server.log.exchanges) == 3
    assert trial.tool_calls >= 2


async def test_wrong_arguments_come_back_to_the_model_as_the_tools_words(served):
    wrong = Reply(tool_calls=(ToolCall("double", {"n": "many"}),))
    async with served([wrong, CALL, "42"]) as (model, server):
        trial = await SINGLE(model, BOX)("What is twice 21?")
    second, third = (exchange.request.messages[-1].text for exchange in server.log.exchanges[1:])
    assert second.startswith("Error: arguments: ")
    assert (third, trial.reply.text, trial.tool_calls) == ("42", "42", 2)


async def test_an_answer_that_is_not_there_yet_is_planned_anew(served):
    script = ["1. Double 21.", CALL, "1. Say it.", "It is 42.", "Twice 21 is 42."]
    async with served(script) as (model, server):
        trial = await plan_and_execute(model, BOX)("What is twice 21?")
    assert (trial.reply.text, trial.reply.status, trial.model_calls, trial.tool_calls) == (
        "Twice 21 is 42.", "answered", 5, 1,
    )  # fmt: skip
    assert "Step 1: Double 21.\n42\nStep 2: Say it.\nIt is 42." in server.log.exchanges[-1].request.prompt
    assert [bool(exchange.request.tools) for exchange in server.log.exchanges] == [False, True, False, True, False]


async def test_plans_are_bounded(served):
    async with served(["1. Double 21.", CALL, "1. Again.", CALL, "1. And again."]) as (model, _):
        trial = await plan_and_execute(model, BOX, plans=2)("What is twice 21?")
    assert trial.reply.status == "insufficient"


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        (Outcome("ok", value="Oslo"), "Oslo"),
        (Outcome("ok", value={"å": [1.5]}), '{"å": [1.5]}'),
        (Outcome("ok", value=[]), "[]"),
        (Outcome("failed", error={"kind": "timeout", "message": "it took long"}), "Error: timeout: it took long"),
    ],
)
def test_what_a_model_is_shown_of_a_call(outcome, text):
    assert shown(outcome) == text


def test_passages_are_shown_numbered_with_their_titles():
    passage = {"passage_id": "p", "document": "io.md", "title": "Io", "section": "Size", "text": "Io is big."}
    passage |= {"start": 0, "end": 10, "score": 1.0, "collection": "c", "best": "Io is big."}
    assert shown(Outcome("ok", value=[passage, {**passage, "section": ""}])) == (
        "[1] (Io, Size) Io is big.\n[2] (Io) Io is big."
    )
