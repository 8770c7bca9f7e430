"""The corpus of model outputs: each is read, or rejected, as it should be. `benchmarks/plans.py` describes it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import plans
from nodes.errors import PlanError
from nodes.language import Plan, PlanParser, parse, render

ENTRIES = plans.entries()
each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.kind_of_output}: {entry.name}")


def _outcome(read):
    try:
        return read(), ()
    except PlanError as error:
        return None, error.problems


def _fed(text, cuts):
    """Return the parser that has read the text in pieces, and the steps it gave meanwhile."""
    parser, early = PlanParser(), []
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        early += parser.feed(text[start:end])
    return parser, early


def test_the_corpus_is_large_and_no_entry_stands_twice():
    assert len(ENTRIES) >= 320
    assert len({(entry.kind_of_output, entry.name) for entry in ENTRIES}) == len(ENTRIES)
    assert len({entry.text for entry in ENTRIES}) == len(ENTRIES)


@each_entry
def test_an_output_is_read_as_it_is_meant(entry):
    plan, problems = _outcome(lambda: plans.read(parse(entry.text)))
    if entry.is_unambiguous:
        assert not problems
        assert plans.shown(plan, entry.plan) == entry.plan
    else:
        assert plan is None
        assert plans.has_clear_error(entry, problems), problems


def test_the_share_that_is_read_as_meant():
    meant = [entry for entry in ENTRIES if entry.is_unambiguous]
    assert sum(map(plans.is_right, meant)) >= 0.99 * len(meant)


@each_entry
@settings(max_examples=10, deadline=None)  # the machine may be busy
@given(data=st.data())
def test_a_streamed_output_is_read_as_the_whole_one(entry, data):
    places = st.lists(st.integers(0, len(entry.text)), max_size=12)
    cuts = sorted(data.draw(places | st.just(list(range(len(entry.text))))))
    parser, _ = _fed(entry.text, cuts)
    assert _outcome(parser.close) == _outcome(lambda: parse(entry.text))


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.before], ids=lambda entry: entry.name)
def test_the_steps_before_a_cut_are_given(entry):
    _, early = _fed(entry.text, [])
    assert plans.shown(Plan(tuple(early)), entry.before) == entry.before


@each_entry
def test_what_an_output_is_read_as_is_canonical(entry):
    if entry.plan:
        bound = plans.read(parse(entry.plan))
        assert plans.shown(bound, entry.plan) == entry.plan
        assert parse(render(bound)) == bound
