"""Asking many questions: order, the bound, errors; and what is taken from an agent's result."""

import asyncio

import pytest

from graph.result import Citation, Evidence, PlannedStep, Result, RunUsage
from nodes.errors import ModelError
from planfirst.evaluation.asking import ask_all, reply_of


async def test_replies_come_in_order_and_no_more_than_the_bound_are_in_flight(reply):
    flying, most = 0, 0

    async def ask(question, after):
        nonlocal flying, most
        flying += 1
        most = max(most, flying)
        for _ in range(len(question)):
            await asyncio.sleep(0)
        flying -= 1
        return reply(f"{question} after {len(after)}")

    heard = []
    replies = await ask_all(
        ask, [("xxxx", ["a", "b"]), ("x", []), ("xx", [])], at_once=2, on_reply=lambda: heard.append(1)
    )
    assert [each.text for each in replies] == ["xxxx after 2", "x after 0", "xx after 0"]
    assert most == 2
    assert len(heard) == 3


async def test_the_first_error_ends_it_as_itself():
    ended = []

    async def ask(question, after):
        if question == "bad":
            raise ModelError("the model is gone")
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(question)

    with pytest.raises(ModelError, match="gone"):
        await ask_all(ask, [("good", []), ("bad", [])])
    assert ended == ["good"]


def test_what_counts_of_a_search_is_its_first_passages(reply):
    found = reply("", ["a", "a", "b"], ["c", "d"])
    assert found.fetched(2) == {"a", "c", "d"}
    assert found.fetched() == {"a", "b", "c", "d"}


def test_a_result_is_read_whole():
    def evidence(id_, value, status="ok"):
        return Evidence(id_, status, value, None, 1, 0.1)

    citation = Citation(1, "p", "io.md", "Io", 0, 2, "Io")
    result = Result(
        run_id="r", status="done", question="q", answer="Io [1]", answer_status="answered", mode="extractive",
        citations=[citation, citation],
        plan=[PlannedStep(f"E{n}", tool, {}, []) for n, tool in enumerate(("search", "read", "search", "search"), 1)],
        evidence=[evidence("E1", [{"document": "io.md"}, {"document": "io.md"}]), evidence("E2", "3,643 km"),
                  evidence("E3", None, "failed"), evidence("E4", [{"document": "jupiter.md"}])],
        usage=RunUsage(0, 0, 0, 0.0), seconds=1.5,
    )  # fmt: skip
    got = reply_of(result)
    assert got.searches == (("io.md", "io.md"), (), ("jupiter.md",))
    assert (got.text, got.status, got.refused, got.cited, got.seconds) == (
        "Io [1]", "answered", False, ("io.md",), 1.5,
    )  # fmt: skip
