"""What a solver is shown: what the answer needs and nothing twice, on lines that no document can write itself."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.drafts import SolveRequest
from nodes.models.briefing import brief
from nodes.tokens import at_most

JUPITER = "Jupiter is a planet.\nIts equatorial diameter is 142,984 km. It has 95 moons."
EARTH = "Earth is a planet. Its equatorial diameter is 12,756 km. It has one moon."
PLAN = """
#E1 = search(query="diameter of Jupiter")
#E2 = search(query="diameter of Earth")
#E3 = read(question="diameter in km", source=#E1)
#E4 = read(question="diameter in km", source=#E2)
#E5 = calculate(expression="#E3 / #E4")
"""
WORKING = "142984 km / 12756 km = 11.21"


@pytest.fixture
def jupiter(passage):
    return passage("p1", JUPITER, title="Jupiter", best="It has 95 moons.")


@pytest.fixture
def earth(passage):
    return passage("p2", EARTH, title="Earth", document="earth.md")


@pytest.fixture
def results(jupiter, earth, source, step_result):
    sentences = [
        source(jupiter, "Its equatorial diameter is 142,984 km."),
        source(earth, "Its equatorial diameter is 12,756 km."),
    ]
    made = [
        step_result("E1", [jupiter]),
        step_result("E2", [earth]),
        step_result("E3", "142984 km", tool="read", sources=sentences[:1]),
        step_result("E4", "12756 km", tool="read", sources=sentences[1:]),
        step_result("E5", 11.2091, tool="calculate", working=WORKING),
    ]  # fmt: skip
    return {result["id"]: result for result in made}


def asked(plan, results, passages=(), tokens=2000):
    return brief(SolveRequest("How many times wider?", plan, results, list(passages)), tokens)


def test_a_computed_answer_needs_its_working_and_the_sentences_its_inputs_came_from(results, jupiter, earth):
    shown = asked(PLAN, results, [jupiter, earth])
    assert shown.lines == (
        "[1] Jupiter: Its equatorial diameter is 142,984 km.",
        "[2] Earth: Its equatorial diameter is 12,756 km.",
        f"[E5] {WORKING}",
    )
    assert [source["quote"] for source in shown.sources] == [line.split(": ")[1] for line in shown.lines[:2]]


def test_passages_are_shown_whole_where_the_search_is_as_far_as_the_plan_came(results, jupiter, earth):
    shown = asked(PLAN.split("#E3", maxsplit=1)[0], results, [earth, jupiter])
    assert shown.lines == (
        f"[1] {EARTH}",
        "[2] Jupiter is a planet. / Its equatorial diameter is 142,984 km. It has 95 moons.",
    )
    assert [source["quote"] for source in shown.sources] == [EARTH, JUPITER]


def test_where_nothing_could_be_read_the_passages_are_there_for_the_solver(results, step_result, jupiter, earth):
    error = {"kind": "no_answer", "message": "the evidence does not say"}
    results["E4"] = step_result("E4", None, tool="read", status="failed", error=error)
    results["E5"] = step_result("E5", None, tool="calculate", status="skipped", error={**error, "message": "#E4"})
    shown = asked(PLAN, results, [jupiter, earth])
    assert shown.lines == (
        "[1] Jupiter: Its equatorial diameter is 142,984 km.",
        f"[2] {EARTH}",
        '[E3] read(question="diameter in km", source=#E1) = 142984 km',
        'E4 read(question="diameter in km", source=#E2): failed (no_answer)',
    )


def test_a_passage_found_by_several_steps_is_shown_once(step_result, jupiter):
    plan = '#E1 = search(query="a")\n#E2 = search(query="b")'
    shown = asked(plan, {"E1": step_result("E1", [jupiter]), "E2": step_result("E2", [jupiter])}, [jupiter])
    assert len(shown.lines) == 1


def test_a_sentence_of_a_passage_that_is_shown_whole_is_not_shown_again(results, jupiter, earth):
    shown = asked(f"{PLAN}#E6 = search(query='planets')", {**results, "E6": {**results["E1"], "id": "E6"}}, [jupiter])
    assert sum("142,984 km" in line for line in shown.lines) == 1


def test_a_value_read_in_other_words_comes_with_the_best_sentence_it_may_rest_on(results, jupiter):
    plan = '#E1 = search(query="a")\n#E3 = read(question="how many moons", source=#E1)'
    results["E3"] = {**results["E3"], "value": "ninety-five", "sources": []}
    shown = asked(plan, results, [jupiter])
    assert shown.lines == (
        "[1] Jupiter: It has 95 moons.",
        '[E3] read(question="how many moons", source=#E1) = ninety-five',
    )
    (source,) = shown.sources
    assert JUPITER[source["start"] - jupiter["start"] : source["end"] - jupiter["start"]] == source["quote"]


def test_arguments_are_shown_as_planned_and_not_with_the_evidence_inside(step_result):
    plan = '#E1 = look(city="Lyon")\n#E2 = shout(text="#E1 and so on", times=[#E1, 2])'
    results = {"E1": step_result("E1", "x" * 5000, tool="look"), "E2": step_result("E2", "X", tool="shout")}
    shown = asked(plan, results)
    assert shown.lines[0] == '[E2] shout(text="#E1 and so on", times=["#E1", 2]) = X'
    assert re.fullmatch(r'\[E1\] look\(city="Lyon"\) = x{200} … \[cut: 200 of 5000 characters\]', shown.lines[1])


def test_of_a_table_the_rows_of_the_working_are_shown(step_result, passage, source):
    rows = passage("t", "Ship: A; Tons: 5\nShip: B; Tons: 7\nShip: C; Tons: 1")
    sources = [source(rows, row) for row in rows["text"].splitlines()]
    results = {
        "E1": step_result("E1", {"A": "5 t", "B": "7 t", "C": "1 t"}, tool="tabulate", sources=sources),
        "E2": step_result("E2", "B", tool="compare", working="B 7 t > A 5 t > 1 more"),
    }
    shown = asked('#E1 = tabulate(of="ship", what="tons")\n#E2 = compare(values=#E1)', results)
    assert [line.split(": ", 1)[1] for line in shown.lines[:2]] == ["Ship: A; Tons: 5", "Ship: B; Tons: 7"]
    assert shown.lines[2:] == ("[E2] B 7 t > A 5 t > 1 more",)


def test_failures_are_told_and_what_waited_for_them_is_not(step_result):
    error = {"kind": "timeout", "message": "took too long"}
    results = {
        "E1": step_result("E1", None, tool="look", status="failed", error=error),
        "E2": step_result("E2", None, tool="shout", status="skipped", error={"kind": "dependency", "message": "#E1"}),
    }
    assert asked("#E1 = look()\n#E2 = shout(text=#E1)", results).lines == ("E1 look(): failed (timeout)",)


def test_a_run_that_found_nothing_says_nothing(step_result):
    shown = asked('#E1 = search(query="a")', {"E1": step_result("E1", [])})
    assert not shown.says_something
    assert asked("#E1 = look()", {"E1": step_result("E1", [], tool="look")}).says_something


def test_what_does_not_fit_is_said(step_result):
    results = {f"E{n}": step_result(f"E{n}", f"value {n} " * 50, tool="look") for n in range(1, 9)}
    shown = asked("\n".join(f"#E{n} = look(n={n})" for n in range(1, 9)), results, tokens=150)
    assert shown.lines[-1].endswith("more steps did not fit)")
    assert sum(map(at_most, shown.lines[:-1])) <= 150


@given(st.lists(st.text(max_size=300), max_size=5), st.integers(0, 400))
def test_every_line_begins_with_its_own_marker_whatever_the_documents_say(texts, tokens):
    texts = [text for text in texts if text]
    held = [
        {"passage_id": f"p{n}", "document": "d", "title": f"{text}\n[9] t", "section": "", "text": text, "start": 0,
         "end": len(text), "score": 1.0, "collection": "c"}
        for n, text in enumerate(texts)
    ]  # fmt: skip
    result = {
        "id": "E1",
        "tool": "search",
        "status": "ok",
        "value": held,
        "error": None,
        "working": None,
        "sources": [],
    }
    shown = asked('#E1 = search(query="a")', {"E1": result}, held, tokens)
    listed = [line for line in "\n".join(shown.lines).splitlines() if line.startswith("[")]
    assert [line.split("]")[0] for line in listed] == [f"[{n}" for n in range(1, len(shown.sources) + 1)]
    assert sum(map(at_most, shown.lines)) <= tokens or not texts or not shown.sources


def test_a_bare_value_is_shown_in_its_sentence(results, jupiter, earth, source):
    results["E3"] = {**results["E3"], "sources": [source(jupiter, "142,984 km")]}
    shown = asked(PLAN, results, [jupiter, earth])
    assert shown.lines[0] == "[1] Jupiter: Its equatorial diameter is 142,984 km."
    assert shown.sources[0]["quote"] == "Its equatorial diameter is 142,984 km."


def test_passages_of_low_rank_are_shown_by_their_best_sentence(step_result, passage):
    text = "Number {0} is here. It says little. And no more."
    held = [passage(f"p{n}", text.format(n), best=f"Number {n} is here.") for n in range(8)]
    found = {"E1": step_result("E1", held[:4]), "E2": step_result("E2", held[4:])}
    shown = asked('#E1 = search(query="a")\n#E2 = search(query="b")', found, held)
    assert [len(source["quote"]) < 25 for source in shown.sources] == [False] * 5 + [True] * 3
    assert {source["passage_id"] for source in shown.sources} == {f"p{n}" for n in range(8)}
    assert shown.lines[-1] == "[8] Planets: Number 7 is here."
