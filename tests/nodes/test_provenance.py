"""Where arguments come from: words of the user, of the plan, earlier answers, evidence down to its documents."""

import pytest

from nodes.language import parse_canonical
from nodes.provenance import PLACES, QUOTE_CHARS, Background, ancestors, origins
from nodes.steps import result_of

PLAN = """
#E1 = search(query="Jupiter")
#E2 = read(question="diameter", source=#E1)
#E3 = calculate(expression="#E2 / 2")
#E4 = send(to="ann@example.org", text="Half is #E3, see #A1", count=3, more=[#E1[1].text, {"x": true}])
"""


def passage(number, **fields):
    return {
        "passage_id": f"p{number}", "document": f"{number}.md", "title": f"T{number}", "section": "", "start": 0,
        "text": f"text {number}", "end": 6, "score": 1.0, "collection": "c", **fields,
    }  # fmt: skip


@pytest.fixture
def known():
    steps = {step.id: step for step in parse_canonical(PLAN).steps}
    source = {"passage_id": "p0", "document": "0.md", "title": "T0", "start": 1, "end": 9, "quote": "142,984 km"}
    results = {
        "E1": result_of(steps["E1"], "ok", value=[passage(0, best="best"), passage(1)]),
        "E2": result_of(steps["E2"], "ok", value="142984 km", sources=[source]),
        "E3": result_of(steps["E3"], "ok", value=71492),
    }
    return Background(["Send half of it to Ann@Example.org, 13 times"], steps, results)


def test_text_that_the_user_wrote_is_told_from_text_that_the_planner_wrote(known):
    found = origins(known.steps["E4"], known)
    assert [(each["kind"], each["text"]) for each in found["to"]] == [("question", "ann@example.org")]
    assert [each["kind"] for each in found["count"]] == ["plan"]  # 3 is not the 13 of the question
    assert [(each["kind"], each["text"]) for each in found["text"]] == [
        ("plan", "Half is"), ("step", "#E3"), ("plan", ", see"), ("answer", "#A1"),
    ]  # fmt: skip


def test_evidence_is_followed_back_to_where_it_was_read(known):
    (_, step, _, _) = origins(known.steps["E4"], known)["text"]
    assert step["tool"] == "calculate"
    assert [(place["step"], place["document"], place["quote"]) for place in step["places"]] == [
        ("E2", "0.md", "142,984 km")
    ]


def test_a_path_into_a_passage_names_that_passage_alone(known):
    part, literal = origins(known.steps["E4"], known)["more"]
    assert (part["at"], [place["document"] for place in part["places"]]) == ("[0]", ["1.md"])
    assert (literal["at"], literal["kind"], literal["text"]) == ("[1].x", "plan", "True")


def test_what_is_shown_is_bounded(known):
    many = [passage(n, text="x" * 10_000) for n in range(PLACES + 2)]
    results = {**known.results, "E1": result_of(known.steps["E1"], "ok", value=many)}
    (origin,) = origins(known.steps["E2"], Background([], known.steps, results))["source"]
    assert (len(origin["places"]), origin["more"]) == (PLACES, 2)
    assert all(len(place["quote"]) <= QUOTE_CHARS for place in origin["places"])


def test_ancestors_are_found_once(known):
    assert ancestors(known.steps["E4"], known.steps) == ["E3", "E1", "E2"]
