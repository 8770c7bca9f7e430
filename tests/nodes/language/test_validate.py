import subprocess
import sys

import pytest

from nodes.language import Reference, parse, validate
from nodes.language.schemas import misfit


@pytest.fixture
def check(signature):
    numbers = {"type": "array", "items": {"type": "number"}}
    tools = [
        signature("search", required=["query"], query={"type": "string"}, k={"type": "integer", "minimum": 1}),
        signature("read", question={"type": "string"}, source={}),
        signature("Echo", text={"anyOf": [{"type": "string"}, {"type": "null"}]}),
        signature("now", required=[], zone={"enum": ["UTC", "CET"]}),
        signature("open", required=[], extra={"additionalProperties": True}),
        signature("odd", required=["b"], a={"type": "integer"}, b={"type": "number"}),
        signature("typed", required=[], extra={"$defs": {"P": numbers}}, p={"$ref": "#/$defs/P"}),
    ]

    def check(text, **options):
        given = {"max_steps": 10, "allowed": lambda _: None, **options}
        return validate(parse(text), {tool.name: tool for tool in tools}, **given)

    return check


def _said(checked):
    return [(problem.line, problem.kind) for problem in checked.problems]


def test_a_valid_plan(check):
    checked = check('#E1 = search(query="x", k=2)\n#E2 = read(question="y", source=[#E1, #A1])', answers=1)
    assert checked.problems == ()
    assert checked.plan == parse('#E1 = search(query="x", k=2)\n#E2 = read(question="y", source=[#E1, #A1])')


def test_positional_arguments_are_bound_required_ones_first(check):
    checked = check("#E1 = odd(1.5, 2)\n#E2 = Search[#E1]\n#E3 = echo('x')")
    assert checked.problems == ()
    assert [step.args for step in checked.plan.steps] == [{"b": 1.5, "a": 2}, {"query": Reference("E1")}, {"text": "x"}]
    assert [step.tool for step in checked.plan.steps] == ["odd", "search", "Echo"]
    assert all(step.positional == () for step in checked.plan.steps)


def test_ambiguous_letter_case_is_unknown(signature):
    tools = {name: signature(name) for name in ("Run", "RUN")}
    checked = validate(parse("#E1 = run()"), tools, max_steps=9, allowed=lambda _: None)
    assert _said(checked) == [(1, "unknown_tool")]
    assert "Run" in checked.problems[0].mend


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("#E1 = serch(query='x')", "unknown_tool", "use search"),
        ("#E1 = search()", "argument", "without `query`; add query=<string>"),
        ("#E1 = search(query='x', limit=2)", "argument", "no argument `limit`; write search(query=..., k=...)"),
        ("#E1 = search(query=3)", "argument", "3 is not of type 'string'; write query=<string>"),
        ("#E1 = search(query='x', k=0)", "argument", "less than the minimum"),
        ("#E1 = search(query='x', k=True)", "argument", "not of type 'integer'"),
        ("#E1 = Echo(text=1)", "argument", "write text=<string or null>"),
        ("#E1 = now(zone='PST')", "argument", "write zone=<'UTC' or 'CET'>"),
        ("#E1 = now('UTC', 2, 3)", "argument", "takes 1 argument and #E1 gives 3"),
        ("#E1 = search('x', query='y')", "argument", "gives query twice"),
        ("#E1 = typed(p=[1, 'x'])", "argument", "not of type 'number'"),
        ("#E1 = now()\n#E1 = now()", "duplicate", "already a step on line 1"),
        ("#E1 = open(x=#E9)", "dangling", "##E9"),
        ("#E1 = open(x='#A1')", "dangling", "there are no earlier answers"),
        ("#E1 = open(x=#E1)", "cycle", "refers to itself"),
        ("#E1 = open(x=#E2)\n#E2 = open(x=#E1)", "cycle", "#E1 needs #E2 needs #E1"),
    ],
)
def test_one_problem(check, text, kind, said):
    (problem,) = check(text).problems
    assert problem.kind == kind
    assert said in str(problem)


def test_all_problems_at_once_in_line_order(check):
    checked = check(
        "#E1 = nope(x=#E7)\n#E2 = search(k='a')\n#E2 = now()\n"
        "#E4 = open(x=#E5)\n#E5 = open(x=#E4)\n#E6 = open(x=#E6, y=#A3)",
        max_steps=3,
        answers=2,
        allowed=lambda name: "it is switched off" if name == "now" else None,
    )
    assert _said(checked) == [
        (1, "unknown_tool"),
        (1, "dangling"),
        (2, "argument"),
        (2, "argument"),
        (3, "denied"),
        (3, "duplicate"),
        (4, "too_many_steps"),
        (4, "cycle"),
        (6, "cycle"),
        (6, "dangling"),
    ]


def test_every_circle_is_named_once(check):
    text = "#E1 = open(x=#E2)\n#E2 = open(x=#E1)\n#E3 = open(x=#E4)\n#E4 = open(x=#E3)\n#E5 = open(x=[#E1, #E4])"
    assert _said(check(text)) == [(1, "cycle"), (3, "cycle")]


def test_arguments_with_references_are_checked_by_name_only(check):
    assert check("#E1 = now()\n#E2 = search(query=#E1, k=#E1.n)\n#E3 = typed(p=['x', #E1])").problems == ()


def test_the_policy_is_asked_once_for_each_known_tool(check):
    asked = []
    check("#E1 = NOW()\n#E2 = now()\n#E3 = nope()", allowed=asked.append)
    assert asked == ["now"]


def test_a_mapping_with_the_keys_of_the_parameters_is_all_the_arguments(signature):
    tools = {"f": signature("f", ["q"], q={"type": "string"}, k={"type": "integer"}), "g": signature("g", v={})}
    text = """#E1 = f({"q": "a", "k": 2})\n#E2 = f('{"q": "b"}')\n#E3 = g({"v": 1, "w": 2})"""
    checked = validate(parse(text), tools, max_steps=9, allowed=lambda _: None)
    assert not checked.problems
    assert [step.args for step in checked.plan.steps] == [{"q": "a", "k": 2}, {"q": "b"}, {"v": {"v": 1, "w": 2}}]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "no such type"},
        {"$ref": "https://example.com/schema"},
        {"$ref": "#/nowhere"},
        {"pattern": "("},
        {"minimum": "x"},
    ],
)
def test_a_schema_that_cannot_be_used_decides_nothing(schema):
    value = 3 if "minimum" in schema else "x"
    assert misfit(value, {"properties": {"p": schema}}, "p") is None


def test_jsonschema_is_not_loaded_for_plain_plans():
    code = """
import sys
from types import SimpleNamespace
from nodes.language import parse, validate
string = {"title": "Query", "type": "string"}
number = {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None}
parameters = {"properties": {"q": string, "k": number}, "required": ["q"]}
tool = SimpleNamespace(name="search", parameters=parameters)
plan = parse('#E1 = search(q="a", k=3)\\n#E2 = search(q="b #E1")')
checked = validate(plan, {"search": tool}, max_steps=9, allowed=lambda _: None)
assert not checked.problems, checked.problems
assert "jsonschema" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
