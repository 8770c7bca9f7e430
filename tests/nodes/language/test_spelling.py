import pytest

from nodes.errors import PlanError
from nodes.language import Reference, Template, parse, render, substitute


def _last(text):
    return parse(text).steps[-1].args["x"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("E1", Reference("E1")),
        ("E1.rows[0]", Reference("E1", ("rows", 0))),
        ("{{E1}}", Reference("E1")),
        ("{{ E1.output }}", Reference("E1")),
        ("<E1>", Reference("E1")),
        ("${E1}", Reference("E1")),
        ("$E1", Reference("E1")),
        ("$1", Reference("E1")),
        ("#1", Reference("E1")),
        ("step_1", Reference("E1")),
        ("steps[0].output", Reference("E1")),
        ('results["E1"].title', Reference("E1", ("title",))),
        ('"{{E1}}"', Template((Reference("E1"),))),
        ('"<E1> km"', Template((Reference("E1"), " km"))),
        ('"E1 / 2"', Template((Reference("E1"), " / 2"))),
        ('f"{E1.title}!"', Template((Reference("E1", ("title",)), "!"))),
    ],
)
def test_other_notations_of_references(written, value):
    assert _last(f"#E1 = f()\n#E2 = f(x={written})") == value


@pytest.mark.parametrize(
    "text", ["$1", "step 1", "{name}", "<b>", "$5 or $1", "E2 visa", "2E1", "{{x}}", "@home", "value of 1", "{1}"]
)
def test_text_that_is_no_reference_where_steps_have_proper_names(text):
    assert _last(f"#E1 = f()\n#E2 = f(x={text!r})") == text


@pytest.mark.parametrize(
    "text", ["E1", "E1 visa", "{{E1}}", "<E1>", "$E1", "E1 / 2", "result of step 1", "{{steps[0]}}"]
)
def test_the_letter_u_marks_text(text):
    written = f'#E1 = f()\n#E2 = f(x=u"{text}")'
    assert _last(written) == text
    assert render(parse(written)) == written


def test_a_name_that_could_be_a_word_is_a_problem_that_says_how_to_tell_them_apart():
    with pytest.raises(PlanError) as caught:
        parse('#E1 = f()\n#E2 = f(x="an E1 visa")')
    (problem,) = caught.value.problems
    assert problem.kind == "ambiguous"
    assert problem.line == 2
    assert "#E1" in problem.mend
    assert 'u"..."' in problem.mend


def test_json_that_lists_what_a_step_needs_has_no_other_references():
    plan = parse('[{"id": "E1", "tool": "f"}, {"id": "E2", "tool": "f", "args": {"x": "E1"}, "depends_on": []}]')
    assert plan.steps[1].args == {"x": "E1"}


def test_what_evidence_says_is_never_read_as_a_reference():
    step = parse('#E1 = f()\n#E2 = f(x="{{E1}}")').steps[1]
    assert substitute(step.args, lambda _: "{{E1}} E1 #E1 $1") == {"x": "{{E1}} E1 #E1 $1"}
