"""Citations are checked in code: only what was gathered, exactly as it stands, may be cited."""

import re

from hypothesis import given
from hypothesis import strategies as st

from nodes.citations import check
from nodes.drafts import Draft


def test_markers_are_renumbered_by_first_use_and_equal_sources_share_a_number(passage, source):
    p = passage()
    large, small = source(p, "Jupiter is large."), source(p, "Earth is small.")
    checked = check(Draft("Small [2]. Large [1], again small [3].", (large, small, small)), [p])
    assert checked.text == "Small [1]. Large [2], again small [1]."
    assert [(c["n"], c["quote"]) for c in checked.citations] == [(1, "Earth is small."), (2, "Jupiter is large.")]
    assert checked.removed == 0


def test_invented_markers_are_removed_with_their_blank_and_counted(passage, source):
    p = passage()
    checked = check(Draft("Large [1]. Round [7]. Both [1, 9].", (source(p, "Jupiter is large."),)), [p])
    assert checked.text == "Large [1]. Round. Both [1]."
    assert checked.removed == 2


def test_a_misquote_a_shifted_quote_and_a_foreign_passage_do_not_stand(passage, source):
    p = passage()
    true = source(p, "Jupiter is large.")
    wrong = ({**true, "quote": "Jupiter is small."}, {**true, "start": true["start"] + 1}, {**true, "passage_id": "p9"})
    checked = check(Draft("A [1]. B [2]. C [3].", wrong), [p])
    assert checked.text == "A. B. C."
    assert checked.citations == ()
    assert checked.removed == 3


def test_a_source_that_is_not_cited_is_not_listed(passage, source):
    p = passage()
    assert check(Draft("Nothing cited.", (source(p, "Earth is small."),)), [p]).citations == ()


@given(st.text(max_size=200) | st.from_regex(r"([a-z ]{0,5}\[\d{1,5}(, \d{1,3})?\]){0,8}", fullmatch=True))
def test_every_marker_that_is_left_has_its_citation(text):
    p = {"passage_id": "p", "document": "d", "title": "t", "text": "abc", "start": 5, "end": 8}
    source = {"passage_id": "p", "document": "d", "title": "t", "start": 5, "end": 8, "quote": "abc"}
    checked = check(Draft(text, (source,) * 3), [p])
    numbers = {citation["n"] for citation in checked.citations}
    for marker in re.findall(r"\[(\d{1,4})\]", checked.text):
        assert int(marker) in numbers


def test_a_step_that_has_a_value_of_its_own_can_be_cited(passage, step_result):
    results = {
        "E1": step_result("E1", [passage()]),
        "E2": step_result("E2", 11.2, tool="calculate", working="142984 km / 12756 km = 11.21"),
        "E3": step_result("E3", None, status="failed", error={"kind": "timeout", "message": "late"}),
    }
    text = "So it is [E2]. And so [#E2]. Found [E1]. Failed [E3]. Invented [E7]."
    checked = check(Draft(text), [], results)
    assert checked.text == "So it is [E2]. And so [E2]. Found. Failed. Invented."
    assert checked.steps == ({"id": "E2", "tool": "calculate", "value": "142984 km / 12756 km = 11.21"},)
    assert checked.removed == 3


def test_a_long_value_is_cited_with_a_mark_where_it_was_cut(step_result):
    (step,) = check(Draft("So [E1]."), [], {"E1": step_result("E1", "x" * 1000, tool="look")}).steps
    assert step["value"].endswith("x … [cut: 300 of 1000 characters]")


def test_the_spellings_that_models_use_are_all_checked(passage, source, step_result):
    p = passage()
    sources = (source(p, "Jupiter is large."), source(p, "Earth is small."))
    text = "A【1†planets.md】. B [1-2]. C [1; 2, E1]. D [^2]. E [1–9]."
    checked = check(Draft(text, sources), [p], {"E1": step_result("E1", 3, tool="look")})
    assert checked.text == "A[1]. B [1][2]. C [1][2][E1]. D [2]. E [1][2]."
    assert checked.removed == 7


def test_an_index_in_code_is_no_marker(passage, source):
    text = "Use `a[0]` or\n```\nb[7] = [1]\n```\nas said [1][7]."
    p = passage()
    checked = check(Draft(text, (source(p, "Earth is small."),)), [p])
    assert checked.text == "Use `a[0]` or\n```\nb[7] = [1]\n```\nas said [1]."
    assert checked.removed == 1
