"""The list of checks: in order, each bounded, none in another's way."""

import threading

import pytest

from nodes.errors import KnowledgeError
from planfirst.doctor import CHECKS, Check, Finding, examine


def fine(_case):
    yield Finding("ok", "fine", "all is well")


def test_a_check_that_fails_or_never_ends_stops_no_other(case):
    forever = threading.Event()

    def hangs(_case):
        forever.wait()
        return []

    def breaks(_case):
        yield Finding("ok", "breaks", "so far")
        raise KeyError("sk-very-secret")

    def explains(_case):
        raise KnowledgeError("it is damaged; move it away")

    checks = [Check("hangs", hangs, 0.05), Check("breaks", breaks), Check("explains", explains), Check("fine", fine)]
    found = list(examine(case(), checks))
    forever.set()
    assert [(each.level, each.subject) for each in found] == [
        ("problem", "hangs"), ("problem", "breaks"), ("problem", "explains"), ("ok", "fine"),
    ]  # fmt: skip
    assert "did not end within 0.05 s" in found[0].message
    assert "KeyError" in found[1].message
    assert "sk-very-secret" not in repr(found)
    assert (found[2].message, found[2].mend) == ("it is damaged", "move it away")


def test_findings_come_as_they_are_found(case):
    def unreachable(_case):
        pytest.fail("asked before it was its turn")

    assert next(examine(case(), [Check("fine", fine), Check("later", unreachable)])).subject == "fine"


def test_the_checks_are_bounded_and_the_look_for_ollama_is_short():
    assert all(0 < check.seconds <= 30 for check in CHECKS)
    assert {check.subject: check.seconds for check in CHECKS}["Ollama"] < 1


def test_a_fresh_installation_has_no_problem_and_stays_as_it_is(case, own_home):
    found = list(examine(case(environment={"LANGGRAPH_STRICT_MSGPACK": "true"})))
    assert [each for each in found if each.level in {"warning", "problem"}] == []
    assert not own_home.exists()
