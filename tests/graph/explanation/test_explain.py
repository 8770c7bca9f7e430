"""Explanations of run records: what a sentence rests on, traced back to documents; steps; setbacks; old records."""

import json

import pytest

from graph.explanation import explain

TEXT = "Jupiter is wide. The diameter of Jupiter is 142984 km, they say."
PASSAGE = {
    "passage_id": "p1", "document": "jupiter.md", "title": "Jupiter", "section": "", "text": TEXT, "start": 100,
    "end": 100 + len(TEXT), "score": 1.0, "collection": "c",
}  # fmt: skip
SENTENCE = {
    "passage_id": "p1", "document": "jupiter.md", "title": "Jupiter", "start": 117, "end": 100 + len(TEXT),
    "quote": "The diameter of Jupiter is 142984 km, they say.",
}  # fmt: skip
SEARCH = '#E1 = search(query="diameter of Jupiter")\n'
READ = SEARCH + '#E2 = read(question="diameter of Jupiter", source=#E1)\n'
HALF = READ + '#E3 = calculate(expression="#E2 / 2")'


def sentence_of(explanation, n=0):
    return explanation.sentences[n]


def test_a_citation_names_its_place_and_the_steps_that_found_and_read_it(record, result):
    run = record(
        READ,
        result("E1", "search", [PASSAGE]),
        result("E2", "read", "142984 km", sources=[SENTENCE]),
        text="Jupiter measures 142984 km. [1] It is beautiful.",
        citations=[SENTENCE],
    )
    first, second = explain(run).sentences
    (cited,) = first.citations
    assert (cited.n, cited.place.document, cited.place.title) == (1, "jupiter.md", "Jupiter")
    assert (cited.place.start, cited.place.quote) == (117, SENTENCE["quote"])
    assert (cited.found_by, cited.read_by) == (("E1",), ("E2",))
    assert (first.support, first.bases) == ("cited", ())  # the citation says what #E2 would
    assert (second.text, second.support) == ("It is beautiful.", "none")
    assert [each.text for each in explain(run).unsupported] == ["It is beautiful."]


def test_a_quote_of_several_sentences_is_covered_by_its_one_marker(record, result):
    quote = {**SENTENCE, "start": 100, "quote": TEXT}
    run = record(SEARCH, result("E1", "search", [PASSAGE]), text=f"{TEXT} [1] So it is wide.", citations=[quote])
    assert [sentence.support for sentence in explain(run).sentences] == ["none", "cited", "none"]  # 3 words are too few
    whole = "Jupiter is a wide one. The diameter of it is 5 km."
    run = record("", text=f"{whole} [1]", citations=[{**SENTENCE, "quote": whole}])
    assert [sentence.support for sentence in explain(run).sentences] == ["cited", "cited"]


def test_a_computed_value_is_traced_back_to_the_sentence_it_was_read_from(record, result):
    run = record(
        HALF,
        result("E1", "search", [PASSAGE], sources=[SENTENCE]),
        result("E2", "read", "142984 km", sources=[SENTENCE]),
        result("E3", "calculate", "71492 km", working="142984 km / 2 = 71492 km"),
        text="Its radius is 71,492 km.",
    )
    sentence = sentence_of(explain(run))
    assert sentence.support == "derived"
    (basis,) = sentence.bases
    assert (basis.step, basis.match) == ("E3", "value")
    computed, read = basis.origins  # the place it was read from is the end: no search behind it
    assert (computed.working, computed.inputs) == ("142984 km / 2 = 71492 km", ("E2",))
    assert computed.own_figures == ("2",)
    assert (read.value, [place.quote for place in read.places]) == ("142984 km", [SENTENCE["quote"]])


def test_a_value_read_without_a_place_leads_on_to_the_search(record, result):
    run = record(
        HALF,
        result("E1", "search", [PASSAGE], sources=[SENTENCE]),
        result("E2", "read", "142984 km"),
        result("E3", "calculate", "71492 km", working="142984 km / 2 = 71492 km"),
        text="142984 km / 2 = 71492 km",
        question="How much is the diameter of Jupiter / 2?",
    )
    (basis,) = sentence_of(explain(run)).bases
    assert basis.match == "working"
    assert [(origin.step, origin.places) for origin in basis.origins] == [("E3", ()), ("E2", ()), ("E1", ())]
    assert basis.origins[0].own_figures == ()  # the question has the 2
    assert basis.origins[2].value == "1 passage from Jupiter"


def test_an_earlier_answer_is_an_origin_of_its_own(record, result):
    run = record(
        '#E1 = calculate(expression="#A1 * 3")', result("E1", "calculate", 126, working="42 * 3 = 126"), text="126"
    )
    (basis,) = sentence_of(explain(run)).bases
    assert [origin.step for origin in basis.origins] == ["E1", "A1"]
    assert "question 1" in basis.origins[1].purpose


def test_a_tool_that_names_no_source_supports_what_states_its_value(record, result):
    plan = '#E1 = population(city="Lyon")'
    run = record(plan, result("E1", "population", 522_000), text="Lyon has 522,000 inhabitants. So has Nice.")
    first, second = explain(run).sentences
    assert (first.support, first.bases[0].step, second.support) == ("derived", "E1", "none")
    assert explain(run).steps[0].purpose == 'called population(city="Lyon")'


def test_an_answer_without_a_step_rests_on_nothing(record):
    explanation = explain(record("", text="Paris.", question="What is the capital of France?"))
    assert (explanation.steps, sentence_of(explanation).support) == ((), "none")


def test_that_there_is_no_answer_needs_no_support(record, result):
    run = record(
        SEARCH, result("E1", "search", []), text="The documents do not say.", answer={"status": "insufficient"}
    )
    explanation = explain(run)
    assert sentence_of(explanation).support == "no_claim"
    assert explanation.steps[0].gave == "nothing"


@pytest.mark.parametrize(
    ("step", "purpose"),
    [
        ('search(query="moons")', "searched for “moons”"),
        ('read(question="who found it?", source=#A1)', "looked up who found it in #A1"),
        ('read(question="Which is it", source=#A1)', "looked up which is it in #A1"),
        ('read(question="is it red", source=#A1)', "looked up “is it red” in #A1"),
        ('read(question="Saturn\'s mass", source=[#A1, #A2])', "looked up Saturn's mass in #A1 and #A2"),
        ('calculate(expression="#A1 / 2")', "computed #A1 / 2"),
        ('compare(values={"a": #A1, "b": #A2})', "found the largest of a (#A1) and b (#A2)"),
        ('compare(values={"a": #A1, "b": #A2}, mode="equal")', "checked whether a (#A1) and b (#A2) are equal"),
        ("now()", "asked for the date and time"),
        ("weather(city=#A1, days=3)", "called weather(city=#A1, days=3)"),
        ("search(query=#A1)", "searched for “#A1”"),
    ],
)
def test_what_a_step_was_for_is_said_in_words(record, result, step, purpose):
    tool = step.split("(")[0]
    assert explain(record(f"#E1 = {step}", result("E1", tool, "x"))).steps[0].purpose == purpose
    skipped = explain(record(f"#E1 = {step}", result("E1", tool, status="skipped"))).steps[0].purpose
    assert skipped.startswith("was to ")


def test_a_rationale_is_what_a_step_was_for_and_users_are_named(record, result):
    plan = 'Plan: the size of the planet\n#E1 = search(query="x")\n#E2 = read(question="y", source=#E1)'
    first, second = explain(record(plan, result("E1", "search", []))).steps
    assert (first.purpose, first.used_by, first.status) == ("the size of the planet", ("E2",), "ok")
    assert (second.purpose, second.used_by, second.status) == ("is to look up the y in #E1", (), "unfinished")


def failed(kind, message):
    return {"status": "failed", "error": {"kind": kind, "message": message}}


def test_what_did_not_work_is_told_with_what_came_of_it(record, result):
    plan = (
        '#E1 = fetch(a=1)\n#E2 = fetch(a=2)\n#E3 = read(question="q", source=#E1)\n#E4 = fetch(a=4)\n'
        "#E5 = send(a=5)\n#E6 = read(question=\"r\", source=#E2)\n#E7 = now()"
    )  # fmt: skip
    note = "The plan was made without a model: no reply."
    reason = f"{note} #E2 (fetch) failed: no route; #E5 (send) denied: not here; #E6 (read) skipped: #E2 has no value"
    run = record(
        plan,
        result("E1", "fetch", "x", fallback="cache", attempts=3),
        result("E2", "fetch", attempts=2, **failed("exception", "no route")),
        result("E3", "read", **failed("no_answer", "the evidence does not say")),
        result("E4", "fetch", "y", attempts=2),
        result("E5", "send", status="denied", error={"kind": "denied", "message": "not here"}),
        result("E6", "read", status="skipped", error={"kind": "dependency", "message": "#E2 has no value"}),
        result("E7", "now", "2026"),
        result("E9", "search", []),
        text="x [1]",
        citations=[SENTENCE],
        answer={"reason": reason, "removed_citations": 2},
    )
    assert [(each.kind, each.message) for each in explain(run).setbacks] == [
        ("note", note),
        ("revised", "An earlier plan did not answer the question and was replaced; its #E9 no longer counts."),
        ("fallback", "#E1 (fetch) did not work after 3 attempts; `cache` gave its value instead."),
        ("failed", "#E2 (fetch) failed after 2 attempts: no route."),
        ("no_answer", "#E3 (read) found nothing: the evidence does not say."),
        ("retried", "#E4 (fetch) worked at attempt 2."),
        ("denied", "#E5 (send) was not allowed: not here."),
        ("skipped", "#E6 was skipped, as what it needs has no value."),
        ("added", "The plan found too little; [1] came from a search for the question itself."),
        ("citations", "2 citation markers pointed at nothing that the run gathered and were removed."),
    ]


def test_a_run_that_was_killed_has_its_plan_and_the_way_on(record):
    explanation = explain(record(READ))
    assert [step.status for step in explanation.steps] == ["unfinished", "unfinished"]
    assert (explanation.sentences, explanation.next) == ((), ("planfirst resume abc123",))


def test_a_run_that_waits_names_the_step_and_both_ways_on(record):
    run = record('#E1 = send(to="a")', status="awaiting_approval")
    explanation = explain(run, [{"kind": "step_approval", "step": "E1", "interrupt_id": "i"}])
    assert explanation.steps[0].status == "waiting"
    assert explanation.next == ("planfirst resume abc123 --approve", "planfirst resume abc123 --reject")


def test_a_failed_run_says_why_and_one_without_a_plan_is_explained_too(record):
    run = record(None, status="failed", error={"kind": "ModelError", "message": "no reply"})
    explanation = explain(run)
    assert (explanation.error, explanation.steps, explanation.sentences) == ("no reply", (), ())


def test_a_record_that_lacks_what_newer_ones_keep_is_explained_as_far_as_it_goes(record):
    old = {"id": "E1", "tool": "search", "status": "ok", "value": [PASSAGE], "error": None}
    older = {"id": "E2", "tool": "read", "status": "cancelled", "value": None, "error": None}
    run = record(READ, old, older, text="Wide. [1]", citations=[SENTENCE])
    del run.answer["removed_citations"], run.answer["mode"], run.answer["reason"]
    explanation = explain(run)
    assert [step.status for step in explanation.steps] == ["ok", "unfinished"]
    assert sentence_of(explanation).citations[0].found_by == ("E1",)
    assert explanation.mode == "model"


def test_a_step_of_many_ways_back_is_told_once(record, result):
    plan = ['#E1 = calculate(expression="1000")', '#E2 = calculate(expression="#E1 + 1")']
    plan += [f'#E{n} = calculate(expression="#E{n - 1} + #E{n - 2}")' for n in range(3, 101)]
    results = [result(f"E{n}", "calculate", 1000 + n, working=f"w{n}") for n in range(1, 101)]
    (basis,) = sentence_of(explain(record("\n".join(plan), *results, text="It is 1100."))).bases
    assert len(basis.origins) == 100


def test_an_explanation_is_json(record, result):
    run = record(SEARCH, result("E1", "search", [PASSAGE]), text="Wide. [1]", citations=[SENTENCE])
    written = json.loads(json.dumps(explain(run).to_json()))
    assert written["sentences"][0]["citations"][0]["place"]["quote"] == SENTENCE["quote"]
