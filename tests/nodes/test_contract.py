"""What becomes of a draft, whoever wrote it: checked, gated, and honest about what it rests on."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from nodes.contract import Run, settle
from nodes.drafts import Draft

TEXT = "Jupiter is large. See https://nasa.example/jupiter for ![more](https://evil.example/x)."


@pytest.fixture
def held(passage):
    return passage(text=TEXT, links=["https://nasa.example/jupiter"])


@pytest.fixture
def run(held, step_result):
    results = {"E1": step_result("E1", [held])}
    return Run(["How large is Jupiter?"], '#E1 = search(query="Jupiter")\n', results, [held, held])


@pytest.fixture
def draft(held, source):
    def make(text, **fields):
        return Draft(text, (source(held, "Jupiter is large."), source(held, TEXT)), **fields)

    return make


def test_an_answer_is_checked_gated_and_weighed(draft, run):
    text = "It is large [1]. It is old. See [this](https://evil.example/?q=1) [2] and more [9]."
    settled = settle(draft(text), run)
    assert settled.answer["text"] == "It is large [1]. It is old. See this [2] and more."
    assert [citation["n"] for citation in settled.answer["citations"]] == [1, 2]
    assert settled.answer["removed_citations"] == 1
    assert settled.answer["removed_markup"] == {"link": 1}
    assert settled.answer["unsupported"] == ["It is old."]
    assert settled.answer["reason"].startswith("1 link was removed")
    assert "It is old. (unsupported)" in settled.message


def test_quotes_of_documents_pass_the_gate_like_anything_else(draft, run):
    settled = settle(draft(f"{TEXT} [2]", mode="extractive"), run)
    assert settled.answer["text"] == "Jupiter is large. See https://nasa.example/jupiter for (image removed). [1]"
    assert settled.answer["citations"][0]["quote"] == TEXT  # where it stands has to be found again
    assert settled.answer["unsupported"] == []


def test_what_a_document_names_may_be_linked_to_only_where_it_is_cited(draft, run):
    link = "https://nasa.example/jupiter"
    assert link in settle(draft(f"See {link} [1]."), run).answer["text"]
    assert link not in settle(draft(f"See {link}."), run).answer["text"]
    asked = replace(run, questions=["Is nasa.example a good site?", "How large is Jupiter?"])
    assert f"{link}/more" in settle(draft(f"See {link}/more."), asked).answer["text"]


def test_a_marker_that_goes_with_an_image_takes_its_citation_along(draft, run):
    settled = settle(draft("![so [2]](https://evil.example/x) It is large [1]."), run)
    assert settled.answer["text"] == "(image removed) It is large [1]."
    assert [citation["quote"] for citation in settled.answer["citations"]] == ["Jupiter is large."]


def test_removing_a_marker_joins_no_link_together(draft, run):
    settled = settle(
        draft("![a](htt[9]ps://evil.example/x) [b](https://evil [8].example) ht[7]tps://evil.example"), run
    )
    assert "evil.example" not in settled.answer["text"]
    assert settled.answer["removed_citations"] == 3


def test_titles_and_errors_are_documents_words_too(draft, run, held, step_result):
    error = {"kind": "exception", "message": "see https://evil.example/?q=1 <img src=x>"}
    failed = step_result("E2", None, tool="look", status="failed", error=error)
    titled = {**held, "title": "[![x](https://evil.example/i)](https://evil.example)", "document": "<b>.md"}
    changed = replace(run, results={"E1": step_result("E1", [titled]), "E2": failed}, passages=[titled])
    source = {key: titled[key] for key in ("passage_id", "document", "title", "start", "end")} | {"quote": TEXT}
    settled = settle(Draft("Large [1].", (source,)), changed)
    assert settled.answer["status"] == "partial"
    for shown in (settled.message, settled.answer["reason"]):
        assert "evil.example" not in shown
        assert "<img" not in shown
    assert "evil.example" in settled.answer["citations"][0]["title"]


def test_an_answer_without_a_plan_cites_nothing_and_has_nothing_marked(run):
    direct = replace(run, plan="", results={}, passages=[])
    settled = settle(Draft("Paris is the capital of France [1]. Use `a[0]`."), direct)
    assert settled.answer["text"] == "Paris is the capital of France. Use `a[0]`."
    assert settled.answer["unsupported"] == settled.answer["citations"] == settled.answer["cited_steps"] == []


def test_that_there_is_no_answer_claims_nothing(draft, run):
    settled = settle(draft("The evidence does not answer the question. It stops in 1990.", status="insufficient"), run)
    assert (settled.answer["status"], settled.answer["unsupported"]) == ("insufficient", [])


def test_a_budget_that_ran_out_makes_the_answer_partial(draft, run):
    settled = settle(draft("It is large [1]."), replace(run, exhausted="the limit on tokens is 5"))
    assert settled.answer["status"] == "partial"
    assert settled.answer["reason"] == "The run ended early: the limit on tokens is 5."


PIECES = [
    "[",
    "]",
    "(",
    ")",
    "!",
    "<",
    ">",
    "a",
    "1",
    "E1",
    "[1]",
    "[9]",
    "[E1]",
    "[1]:",
    "https://evil.example/x",
    "*",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from([*PIECES, " ", "\n\n"]), max_size=25))
def test_markers_and_markup_never_make_each_other(pieces):
    held = {"passage_id": "p", "document": "d", "title": "t", "text": "abc", "start": 0, "end": 3}
    run = Run(["q"], '#E1 = search(query="q")', {}, [held])
    settled = settle(Draft("".join(pieces), ({**held, "quote": "abc"},)), run)
    for text in (settled.answer["text"], settled.message):
        inline = [child.type for token in MarkdownIt("commonmark").parse(text) for child in token.children or ()]
        assert not {"image", "link_open", "html_inline"} & set(inline), text
    assert len(settled.answer["citations"]) == ("[1]" in settled.answer["text"])
