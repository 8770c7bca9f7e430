"""A run that is killed while its plan is written, and resumed in another process."""

from collections import Counter

import pytest

READS, WRITES = 8, 4
DONE = "done All done. 14"
"""Two proposals of seven tokens each were used, whoever asked for them."""


@pytest.fixture
def child(child_of):
    return child_of("ahead_run.py")


def asked(child):
    return Counter(line.split()[1] for line in child.lines() if line.startswith("ask "))


def test_a_run_without_a_kill_asks_twice_and_reads_once(child):
    assert child.run("ask") == DONE
    assert asked(child) == {"first": 1, "repair": 1}
    assert Counter(line for line in child.lines() if line.startswith("look")) == {
        f"look {n}": 1 for n in range(1, READS + 1)
    }


@pytest.mark.parametrize("written", [1, 6, READS + WRITES])
def test_killed_while_the_first_draft_is_written_it_asks_again_and_nothing_was_done(child, written):
    child.kill_at(written, "line first", "ask")
    assert any(line.startswith("look") for line in child.lines())
    assert not any(line.startswith("send") for line in child.lines())
    assert child.run("resume") == DONE
    assert asked(child) == {"first": 2, "repair": 1}
    assert sum(line.startswith("send") for line in child.lines()) == WRITES


@pytest.mark.parametrize("verb", ["ask", "follow"])
@pytest.mark.parametrize("written", [4, READS + WRITES - 1])
def test_killed_while_a_repair_is_written_it_does_not_ask_for_the_first_draft_again(child, verb, written):
    if verb == "follow":
        child.run("ask")
        child.ledger.unlink()
    child.kill_at(written, "line repair", verb)
    assert not any(line.startswith("send") for line in child.lines())
    assert child.run("resume") == DONE
    assert asked(child) == {"first": 1, "repair": 2}
    assert sum(line.startswith("send") for line in child.lines()) == WRITES


@pytest.mark.parametrize("begun", [2, WRITES])
def test_killed_after_the_plan_was_written_it_asks_nobody_and_repeats_no_step_that_was_stored(child, begun):
    child.kill_at(begun, "send ", "ask")
    before = child.lines()
    assert child.run("resume") == DONE
    assert asked(child) == {"first": 1, "repair": 1}
    # A step is certainly stored once something that depends on it has started.
    stored = [line for line in before if line.startswith("send")][:-1]
    assert len(stored) == begun - 1
    assert all(child.lines().count(line) == 1 for line in stored)
    assert [line for line in child.lines() if line.startswith("look")] == [
        line for line in before if line.startswith("look")
    ]
