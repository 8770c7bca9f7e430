"""The picture of a plan, and how a result shows itself in a notebook."""

import xml.etree.ElementTree as ElementTree

from hypothesis import given
from hypothesis import strategies as st

from graph.picture import HEIGHT, WIDTH, Box, draw
from graph.result import Citation, PlannedStep, Result, RunUsage

SVG = "{http://www.w3.org/2000/svg}"


def result_of(**changes):
    usage = RunUsage(prompt_tokens=0, completion_tokens=0, calls=0, cost=0.0)
    fields = {
        "run_id": "r1", "status": "done", "question": "q", "answer": "yes", "answer_status": "answered",
        "mode": "extractive", "citations": [], "plan": [], "evidence": [], "usage": usage, "seconds": 0.1,
    }  # fmt: skip
    return Result(**{**fields, **changes})


def rectangles(svg):
    found = ElementTree.fromstring(svg).iter(f"{SVG}rect")
    return [(int(box.get("x")), int(box.get("y"))) for box in found]


def test_a_step_stands_right_of_what_it_depends_on():
    boxes = [Box("E1", "search", {}, []), Box("E2", "search", {}, []), Box("E3", "read", {}, ["E1", "E2"], "ok")]
    svg = draw(boxes)
    (x1, _), (x2, y2), (x3, _) = rectangles(svg)
    assert x1 == x2
    assert x3 >= x1 + WIDTH
    assert y2 >= rectangles(svg)[0][1] + HEIGHT
    assert svg.count("marker-end") == 2


def test_what_steps_hold_is_text_and_never_markup():
    svg = draw([Box("E1", "search", {"query": '<script>alert(1)</script> & "more"'}, [])])
    root = ElementTree.fromstring(svg)
    assert "script" not in {element.tag.removeprefix(SVG) for element in root.iter()}
    assert any("<script>" in (element.text or "") for element in root.iter())


@given(st.lists(st.lists(st.integers(0, 30), max_size=4), max_size=30))
def test_no_two_boxes_overlap(graph):
    boxes = [Box(f"E{n}", "t", {}, [f"E{d}" for d in set(needs) if d < n]) for n, needs in enumerate(graph)]
    corners = rectangles(draw(boxes))
    assert len(set(corners)) == len(boxes)
    for i, (x, y) in enumerate(corners):
        assert not any(abs(x - u) < WIDTH and abs(y - v) < HEIGHT for u, v in corners[i + 1 :])


def test_a_result_draws_its_plan():
    plan = [PlannedStep("E1", "search", {"query": "moons", "k": 5}, [])]
    svg = result_of(plan=plan).picture._repr_svg_()
    assert "#E1 search" in svg
    assert "moons, 5" in svg


def test_a_notebook_shows_documents_literally_and_fetches_nothing():
    quote = "![x](http://example.org/?leak) <img src=http://example.org> `code`"
    citation = Citation(1, "p", "a_b.md", "A *title*", 0, len(quote), quote)
    shown = result_of(answer=f"{quote} [1]", citations=[citation])._repr_markdown_()
    assert "](" not in shown
    assert " <img" not in shown
    assert r"\!\[x\]\(http://example.org/?leak\) \<img" in shown
