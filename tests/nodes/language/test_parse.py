import pytest

from nodes.errors import PlanError
from nodes.language import MAX_CHARS, Plan, PlanParser, Reference, Step, Template, parse, parse_canonical
from nodes.state import StepId


def _only(text):
    (step,) = parse(text).steps
    return step


def _problems(text):
    with pytest.raises(PlanError) as caught:
        parse(text)
    return caught.value.problems


def test_a_step_has_typed_arguments():
    step = _only('#E7 = f(1, a=-2.5, b=[True, None], c={"k": #E1}, d="x #A1.y z", e=#E2["a b"][-1].c)')
    assert step == Step(
        StepId("E7"),
        "f",
        {
            "a": -2.5,
            "b": [True, None],
            "c": {"k": Reference("E1")},
            "d": Template(("x ", Reference("A1", ("y",)), " z")),
            "e": Reference("E2", ("a b", -1, "c")),
        },
        (1,),
    )
    assert step.depends_on == ("E1", "E2")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("#E1", (Reference("E1"),)),
        ("see #E1.", ("see ", Reference("E1"), ".")),
        ("#E10 and #E01", (Reference("E10"), " and ", Reference("E1"))),
        ("#E1.rows[0].price €", (Reference("E1", ("rows", 0, "price")), " €")),
        ("#E1[0].best diameter", (Reference("E1", (0, "best")), " diameter")),
        ("#{E1}km", (Reference("E1"), "km")),
        ("###E1", ("#", Reference("E1"))),
        ("(#E1/#E2)", ("(", Reference("E1"), "/", Reference("E2"), ")")),
        ("半径#E1和", ("半径", Reference("E1"), "和")),
        ("#E1 [not a path]", (Reference("E1"), " [not a path]")),
    ],
)
def test_references_in_text(text, parts):
    assert _only(f"#E5 = f(x='{text}')").args["x"] == Template(parts)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("##E1", "#E1"),
        ("####E1", "##E1"),
        ("x#E1", "x#E1"),
        ("#E1x", "#E1x"),
        ("#e1e1e1", "#e1e1e1"),
        ("##{E1}", "#{E1}"),
    ],
)
def test_text_that_is_no_reference(text, plain):
    assert _only(f"#E5 = f(x='{text}')").args["x"] == plain


def test_steps_know_their_lines():
    plan = parse("hello\nPlan: a\n\n#E1 = f(\n  x=1)\n#E2 = g()\n```\n[{\n'tool': 'h'},\n{'tool': 'i'}]")
    assert [(step.tool, step.line) for step in plan.steps] == [("f", 4), ("g", 6), ("h", 8), ("i", 10)]


def test_problems_know_their_lines():
    text = "#E1 = f(\n  x='a\nb',\n  y=oops)\n[{'tool': 'a', 'args': [1+1]},\n {'tool': 'b',\n  'args': [2+2]}]"
    assert [problem.line for problem in _problems(text)] == [4, 5, 7]


@pytest.mark.parametrize("text", ["", " \n\t", "[]", '{"steps": []}', "```\n```", "Plan: none"])
def test_no_steps_is_a_plan(text):
    assert parse(text) == Plan()


@pytest.mark.parametrize(
    "text", ["hello", "<think>\n</think>", "[1, 2]", '{"answer": 42}', "[" * 99, "Plan:\nsearch it"]
)
def test_chatter_is_no_plan(text):
    (problem,) = _problems(text)
    assert problem.kind == "syntax"
    assert "no step" in problem.message


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("b'x'", "bytes"),
        ("1j", "complex"),
        ("...", "ellipsis"),
        ("1e999", "too large"),
        ("0x" + "f" * 400, "too large"),
        ("9" * 5000, "cannot be read"),
        ("[x for x in y]", "cannot be a value"),
        ("__import__('os')", "call inside a call"),
        ("a.b", "dotted"),
        ("{1: 2}", "key of a mapping"),
        ("'\\N{no such thing}'", "cannot be read"),
        ("#E1(2)", "call inside a call"),
        ("#foo", "not a reference"),
        ("ʘ0", "cannot be read"),
        ("*[1]", "cannot be read"),
    ],
)
def test_what_is_no_literal_is_a_problem(argument, said):
    (problem, *_) = _problems(f"#E1 = f(x=#E2, y={argument})")
    assert problem.kind == "syntax"
    assert said in problem.message.lower()
    assert problem.mend


def test_nothing_is_evaluated(tmp_path):
    target = tmp_path / "made"
    _problems(f"#E1 = f(x=open({str(target)!r}, 'w'))")
    assert not target.exists()


def test_names_that_python_forbids():
    step = _only('#E1 = f(from="a", class=1, **{"max-results": 3})')
    assert step.args == {"from": "a", "class": 1, "max-results": 3}


def test_lone_surrogates_are_replaced_and_pairs_joined():
    assert _only('#E1 = f(x="\\ud83d\\ude00 \\ud800")').args["x"] == "😀 \ufffd"
    assert _only("#E1 = f(x='\ud800')").args["x"] == "\ufffd"


def test_steps_come_as_soon_as_their_line_is_complete():
    parser = PlanParser()
    assert parser.feed("Plan: x\n#E1 = f(a=1)") == []
    (first,) = parser.feed("\n#E2 = g(\n  b=#E1")
    assert first == Step(StepId("E1"), "f", {"a": 1}, rationale="x")
    assert parser.feed(",\n") == []
    (second,) = parser.feed(")\n")
    assert second.id == "E2"
    assert parser.feed("#E3 = h()") == []
    assert [step.id for step in parser.close().steps] == ["E1", "E2", "E3"]


def test_a_step_given_early_can_be_taken_back():
    parser = PlanParser()
    assert len(parser.feed("#E1 = draft()\n")) == 1
    assert len(parser.feed("</think>\n#E1 = final()\n")) == 1
    assert [step.tool for step in parser.close().steps] == ["final"]


def test_a_corrected_plan_replaces_the_draft_that_was_given_early():
    parser = PlanParser()
    assert len(parser.feed("#E1 = draft()\n")) == 1
    assert len(parser.feed("Here is the corrected plan:\n#E1 = final()\n")) == 1
    assert [step.tool for step in parser.close().steps] == ["final"]


def test_no_step_behind_an_invented_observation_is_given():
    parser = PlanParser()
    assert len(parser.feed("#E1 = f()\nObservation: 42\n")) == 1
    assert parser.feed('#E2 = send(text="42")\n') == []
    with pytest.raises(PlanError, match="invented"):
        parser.close()


def test_steps_of_every_dialect_come_when_their_line_is_complete():
    for text in [
        "E1 -> f(x=1)\n",
        "1. f(x=1)\n",
        "f(x=1)\n",
        "Action: f\nAction Input: 1\n",
        "<function=f>1</function>\n",
    ]:
        assert [step.tool for step in PlanParser().feed(text)] == ["f"]


def test_everything_wrong_is_told_at_once():
    text = """#E1 = search(query=Jupiter, k=2 + 3)
#E2 = read(question="x", source=search(query="y"))
#E3 = #E1 / #E2
#E4 = read(source=#x, question=f"{a}")
#E5 = a(x=1) / b(y=2)
#E6 = a(x=1, x=2)"""
    said = [(problem.line, problem.message) for problem in _problems(text)]
    assert said == [
        (1, "`Jupiter` is neither text nor a reference"),
        (1, "an expression cannot be a value"),
        (2, "a call inside a call cannot be a value"),
        (3, "#E3 is not a tool call"),
        (4, "`#x` is not a reference"),
        (4, "an f-string cannot be a value"),
        (5, "an expression goes on behind the call"),
        (6, "the argument `x` is given twice"),
    ]


def test_json_arguments_as_a_list_are_positional():
    assert _only('{"tool": "f", "args": ["#E1", 2]}').positional == (Reference("E1"), 2)
    assert _only('{"tool": "f", "tool_input": ["#E1", 2]}').positional == ([Reference("E1"), 2],)
    assert _only('{"tool": "f", "tool_input": null}').positional == ()


def test_json_escapes():
    assert _only(r'{"tool": "f", "args": {"a": "x\/y \\/ \u00e9 \ud83d\ude00"}}').args["a"] == "x/y \\/ é 😀"


def test_a_string_that_is_json_arguments_but_too_deep_stays_text():
    deep = '{\\"a\\": ' * 70 + "1" + "}" * 70
    (given,) = _only(f'{{"tool": "f", "arguments": "{deep}"}}').positional
    assert isinstance(given, str)


def test_too_long():
    (problem,) = _problems("#" * (MAX_CHARS + 1))
    assert problem.kind == "too_long"


def test_canonical_text_is_parsed_once():
    assert parse_canonical("#E1 = f(x=1)") is parse_canonical("#E1 = f(x=1)")


@pytest.mark.parametrize(
    ("text", "flawed"),
    [
        ("#E1 = f()\n", False),
        ("#E1 = f(\n", False),
        ('#E1 = f("a\n#E2 = g()\n', True),
        ('1. f("a\n2. g()\n', True),
        ('1. f("a\n2. g()\n#E1 = f()\n', False),
        ("I think so.\n", False),
    ],
)
def test_a_flaw_is_known_as_soon_as_its_line_is(text, flawed):
    parser = PlanParser()
    parser.feed(text)
    assert parser.is_flawed is flawed
