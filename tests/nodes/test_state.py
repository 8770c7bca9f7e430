"""Every reducer of the state, and that every key has one."""

from typing import get_type_hints

from hypothesis import given
from hypothesis import strategies as st
from langgraph.graph.message import add_messages

from nodes.state import State, Usage, add_usage, append, latest, merge_results, no_usage


def test_every_key_has_exactly_one_reducer():
    hints = get_type_hints(State, include_extras=True)
    assert hints
    for name, hint in hints.items():
        reducers = [extra for extra in getattr(hint, "__metadata__", ()) if callable(extra)]
        assert len(reducers) == 1, name
        assert reducers[0] in {latest, merge_results, append, add_messages}, name


def test_latest_keeps_the_newest():
    assert latest("old", "new") == "new"
    assert latest("old", None) is None


def test_results_merge_by_step_and_none_forgets():
    old = {"E1": {"value": 1}, "E2": {"value": 2}}
    assert merge_results(old, {"E2": {"value": 3}}) == {"E1": {"value": 1}, "E2": {"value": 3}}
    assert merge_results(None, {"E1": {"value": 1}}) == {"E1": {"value": 1}}
    assert merge_results(old, None) == {}


@given(st.lists(st.integers()), st.lists(st.integers()))
def test_append_adds_to_the_end_and_leaves_the_old_list_alone(old, new):
    before = list(old)
    assert append(old, new) == old + new
    assert old == before


usages = st.builds(
    Usage,
    prompt_tokens=st.none() | st.integers(0, 1000),
    completion_tokens=st.none() | st.integers(0, 1000),
    calls=st.integers(0, 5),
    cost=st.none() | st.floats(0, 1),
    cached_tokens=st.none() | st.integers(0, 1000),
    reasoning_tokens=st.none() | st.integers(0, 1000),
)


@given(usages, usages)
def test_unknown_usage_stays_unknown(a, b):
    total = add_usage(a, b)
    for key in ("prompt_tokens", "completion_tokens", "cost", "cached_tokens", "reasoning_tokens"):
        assert (total[key] is None) == (a[key] is None or b[key] is None)
    assert total["calls"] == a["calls"] + b["calls"]


@given(usages)
def test_no_usage_changes_nothing(usage):
    assert add_usage(usage, no_usage()) == usage


def test_usage_that_an_older_version_stored_is_read_and_what_it_does_not_say_is_unknown():
    old = {"prompt_tokens": 5, "completion_tokens": 2, "calls": 1, "cost": None}
    total = add_usage(old, no_usage())
    assert (total["prompt_tokens"], total["calls"], total["cached_tokens"]) == (5, 1, None)
