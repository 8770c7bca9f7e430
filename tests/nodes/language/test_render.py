import pytest

from nodes.errors import PlanError
from nodes.language import (
    Plan,
    Reference,
    Step,
    Template,
    parse,
    plan_to_json,
    references,
    render,
    render_value,
    topological,
)
from nodes.state import StepId


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "True"),
        (1.0, "1.0"),
        ('say "hi"\n', '"say \\"hi\\"\\n"'),
        ("é\u2028", '"é\\u2028"'),
        (Reference("E1", ("rows", 0, "unit price")), '#E1.rows[0]["unit price"]'),
        (Template((Reference("E1"), " and ", Reference("E2"), ".")), '"#E1 and #E2."'),
        (Template((Reference("E1"), "km", Reference("E2"), Reference("E3"))), '"#{E1}km#{E2}#E3"'),
        ("#E1", '"##E1"'),
        ({"#E1": ["#"]}, '{"#E1": ["#"]}'),
    ],
)
def test_values(value, text):
    assert render_value(value) == text


def test_a_rationale_is_one_line_and_no_step():
    step = Step(StepId("E1"), "f", rationale="  find #E2 = g()\n then ")
    assert render(Plan((step,))) == "Plan: find ##E2 = g() then\n#E1 = f()"
    assert Step(StepId("E1"), "f", rationale=" \n").rationale is None


def test_json():
    plan = parse('#E1 = search(query="a")\n#E2 = f(x=#E1[0], y="##E1 #E1", z=[1, {"k": #E1}])')
    args = {"x": "#E1[0]", "y": "##E1 #E1", "z": [1, {"k": "#E1"}]}
    assert plan_to_json(plan) == [
        {"id": "E1", "tool": "search", "args": {"query": "a"}, "depends_on": []},
        {"id": "E2", "tool": "f", "args": args, "depends_on": ["E1"]},
    ]


def test_references_are_found_in_order():
    (step,) = parse('#E9 = f(#E3, x=[#E1, {"a": "#E2 #A1"}], y=#E1)').steps
    assert [ref.name for ref in references(step.args)] == ["E1", "E2", "A1", "E1"]
    assert step.depends_on == ("E3", "E1", "E2")


def test_ready_steps_keep_the_plans_order():
    plan = parse("#E3 = f(x=#E1)\n#E2 = f()\n#E1 = f()\n#E4 = f(x=#E3)")
    assert [step.id for step in topological(plan)] == ["E2", "E1", "E3", "E4"]


def test_a_circle_has_no_order():
    with pytest.raises(PlanError, match="#E1 needs #E2 needs #E1"):
        topological(parse("#E1 = f(x=#E2)\n#E2 = f(x=#E1)"))
