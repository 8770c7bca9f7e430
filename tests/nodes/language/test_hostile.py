"""Inputs made to hurt: each ends in a plan or a plan error, in time linear in the input.

Linear time is tested by growth: four times the input may take at most ten times as long (a quadratic reader takes
sixteen), measured in CPU time of the best of three, on inputs large enough to measure.
"""

import time

import pytest

from nodes.errors import PlanError
from nodes.language import PlanParser, parse, render, validate

CHARS = 60_000

HOSTILE = {
    "hashes": lambda n: "#" * n,
    "openings": lambda n: "#E1 = " * (n // 6),
    "colons": lambda n: "#E1: " * (n // 5),
    "references": lambda n: '#E1 = f(x="' + "#E2 " * (n // 4) + '")',
    "quoted paths": lambda n: '#E1 = f(x="' + '#E2[\\"' * (n // 7) + '")',
    "single-quoted paths": lambda n: '#E1 = f(x="' + "#E2['" * (n // 5) + '")',
    "path": lambda n: "#E1 = f(#E2" + ".a" * (n // 2) + ")",
    "brackets": lambda n: "[" * n,
    "bracket lines": lambda n: "[\n" * (n // 2),
    "json openings": lambda n: '[{"a' * (n // 4),
    "unclosed call": lambda n: "#E1 = f(" + "(" * n,
    "unclosed calls": lambda n: "#E1 = f(\n" * (n // 9),
    "quotes": lambda n: '#E1 = f("' + '"' * n,
    "backslashes": lambda n: '#E1 = f("' + "\\" * n + '")',
    "paper brackets": lambda n: "#E1 = F[" + "[" * n,
    "spaces": lambda n: "#E1" + " " * n,
    "stars": lambda n: "*" * n,
    "words": lambda n: "#E1 = " + "a " * (n // 2),
    "numbers": lambda n: "1." * (n // 2),
    "plans": lambda n: "Plan:" * (n // 5),
    "plans and colons": lambda n: "Plan: " + "#E1 : " * (n // 6),
    "minus signs": lambda n: "#E1 = f(" + "-" * n + "1)",
    "sum": lambda n: "#E1 = f(" + "1+" * (n // 2) + "1)",
    "attributes": lambda n: "#E1 = f(x" + ".a" * (n // 2) + ")",
    "list": lambda n: "#E1 = f([" + "1," * (n // 2) + "])",
    "keywords": lambda n: "#E1 = f(" + "if " * (n // 3) + ")",
    "arguments": lambda n: "#E1 = f(" + ",".join(f"a{i}=1" for i in range(n // 8)) + ")",
    "dollars": lambda n: '9. f("' + "$1 " * (n // 3) + '")',
    "hashes and a dollar": lambda n: '9. f("' + "#" * n + '$1")',
    "json steps": lambda n: "[" + '{"tool":"a","args":{"x":"#E1"}},' * (n // 32) + "]",
    "newlines": lambda n: "\n" * n,
    "thinking": lambda n: "<think>" * (n // 7),
    "string lines": lambda n: '#E1 = f(x="' + "\n" * n + '")',
    "bare names": lambda n: 'E1 = f(x=1)\nE2 = f(x="' + "E1 " * (n // 3) + '")',
    "doubtful names": lambda n: '#E1 = f(x=1)\n#E2 = f(x="' + "E1 " * (n // 3) + '")',
    "braces": lambda n: '#E1 = f(x="' + "{" * n + '")',
    "foreign references": lambda n: '#E1 = f(x="' + "{{E1}}" * (n // 6) + '")',
    "angle brackets": lambda n: '#E1 = f(x="' + "<aaaaaaaa " * (n // 10) + '")',
    "words without quotes": lambda n: "#E1 = f(x=" + "a b, " * (n // 5) + ")",
    "quotes inside quotes": lambda n: '#E1 = f(x="' + 'a", b: ' * (n // 7) + '")',
    "apostrophes": lambda n: "#E1 = f(x='" + "a's " * (n // 4) + "')",
    "apostrophe lines": lambda n: "#E1 = f(x='a's)\n" * (n // 16),
    "open strings": lambda n: "f('\n" * (n // 4),
    "numbered lines": lambda n: "1. f(\n" * (n // 6),
    "forgotten brackets": lambda n: '#E1 = f(x="a"\n' * (n // 14),
    "wrong brackets": lambda n: "#E1 = f(" + "[)" * (n // 2),
    "curly quotes": lambda n: "#E1 = f(x=‘" + "a’ " * (n // 3),
    "json quotes": lambda n: '[{"tool": "f", "args": {"x": "' + 'a"b ' * (n // 4) + '"}}]',
    "json comments": lambda n: "[" + "/*" * (n // 2) + "]",
    "json without commas": lambda n: "[" + '{"tool": "f"} ' * (n // 14) + "]",
    "labels": lambda n: "Tool: a\n" + "k: v\n" * (n // 5),
    "label and json": lambda n: "Action: a\nAction Input: {" + "{" * n,
    "table": lambda n: "| tool | input |\n|---|---|\n" + "| f | x |\n" * (n // 10),
    "pipes": lambda n: "|" * n,
    "elements": lambda n: "<function=f>" * (n // 12),
    "text in elements": lambda n: "<invoke name='f'><a>" + "x<" * (n // 2),
    "tags": lambda n: "<a>" * (n // 3),
    "ordinals": lambda n: "1." * (n // 2) + " f(x)",
    "bullets": lambda n: "- " * (n // 2) + "x",
    "items": lambda n: "1. " + "a: " * (n // 3),
    "entities": lambda n: "#E1 = f(x=" + "&quot;" * (n // 6) + ")",
    "backslashes and quotes": lambda n: "#E1 = f(x=" + '\\"' * (n // 2) + ")",
    "wide signs": lambda n: "＃" * n,
    "versions": lambda n: "".join(f"#E1 = f(x={i})\nfinal plan\n" for i in range(n // 25)),
    "talk between steps": lambda n: "".join(f"#E{i} = f()\ntalk\n" for i in range(n // 17)),
    "bare calls": lambda n: "f(x=1)\n" * (n // 7),
    "calls behind steps": lambda n: "#E1 = g()\n" * (n // 20) + "f(x=1)\n" * (n // 14),
    "variables": lambda n: "".join(f"v{i}x = f()\n" for i in range(n // 12)),
    "formula": lambda n: "#E1 = f()\n#E2 = f(x='" + "E1 + " * (n // 5) + "E1')",
    "blanks in a call": lambda n: '#E1 = f(x="a"' + " " * n + "y)",
    "closing brackets": lambda n: "f(x=1)" + ")" * n + "x",
    "quoted steps": lambda n: 'a "#E1 = f() ' * (n // 13),
}


def _read(text):
    try:
        return parse(text)
    except PlanError as error:
        return error


def _seconds(text):
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        _read(text)
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_time_is_linear(make):
    small, large = _seconds(make(CHARS // 4)), _seconds(make(CHARS))
    assert large < 10 * small + 0.02  # 0.02 s: what cannot be measured well


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_what_is_read_is_read_back(make):
    plan = _read(make(2_000))
    if not isinstance(plan, PlanError):
        assert parse(render(plan)) == plan


def test_a_megabyte_in_single_characters():
    parser = PlanParser()
    for character in "#E1 = f(x='" + "a" * 1_000_000:
        parser.feed(character)
    parser.feed("')\n")
    assert len(parser.close().steps[0].args["x"]) == 1_000_000


@pytest.mark.parametrize("opening", ["(", "[", "{'a':", "[{'tool': 'f', 'args': "])
@pytest.mark.parametrize("depth", [70, 250, 50_000])
def test_deep_nesting_is_a_plan_error(opening, depth):
    text = "#E1 = f(x=" + opening * depth if opening != "[{'tool': 'f', 'args': " else opening * depth
    assert "nested" in str(_read(text))


def test_nesting_to_the_limit_is_read():
    plan = parse("#E1 = f(x=" + "[" * 63 + "]" * 63 + ")")
    assert parse(render(plan)) == plan


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda i: f"#E{i} = f(x=#E{i % 10_000 + 1})", "cycle"),
        (lambda i: f"#E{i} = f(x=#E{i + 20_000})", "dangling"),
        (lambda i: f"#E{i} = f(x=#E{i})", "cycle"),
        (lambda i: f"#E1 = f(x={i})", "duplicate"),
        (lambda i: f"#E{i} = f{i}(x=1)", "unknown_tool"),
        (lambda i: f"#E{i} = f(x=[{', '.join(f'#E{j}' for j in range(max(i - 5, 1), i))}])", "too_many_steps"),
    ],
    ids=["cyclic", "dangling", "self", "duplicate", "unknown", "many"],
)
def test_ten_thousand_steps(make, kind, signature):
    plan = parse("\n".join(make(i) for i in range(1, 10_001)))
    checked = validate(plan, {"f": signature("f", x={})}, max_steps=100, allowed=lambda _: None)
    assert kind in {problem.kind for problem in checked.problems}
    assert "too_many_steps" in {problem.kind for problem in checked.problems}
    assert all(len(str(problem)) < 500 for problem in checked.problems)
