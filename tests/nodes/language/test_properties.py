"""Properties that hold for every plan and for every text."""

import json
from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from nodes.errors import PlanError
from nodes.language import (
    Plan,
    PlanParser,
    Reference,
    Step,
    Template,
    parse,
    plan_to_json,
    references,
    render,
    substitute,
    topological,
)
from nodes.state import StepId

# Texts are drawn from what the grammar could trip over more often than from all of Unicode.
_PIECES = [
    "#",
    "##",
    "E1",
    "E10",
    "A2",
    "#E1",
    "#{E3}",
    "{",
    "}",
    "[0]",
    ".x",
    "$1",
    '"',
    "'",
    "\\",
    "\n",
    " ",
    "=",
    "(",
    ")",
]
_PIECES += [
    "Plan:",
    "plan: ",
    "```",
    "<think>",
    "</think>",
    "1. f(",
    "[{",
    '{"tool":',
    "#E2 = g(",
    "#E7: h[",
    "é",
    "\u2028",
    "\x85",
]
_PIECES += ["\r", "\t", "\0", "**", "- ", '"""', "#E1 = ", "#E4 :=", "_", "0", "\\u", "\\N{", "ʘ0", "from=", ", "]
_PIECES += [
    "E1",
    "{{E1}}",
    "{{",
    "}}",
    "<E1>",
    "${E1}",
    "$E1",
    "steps[0]",
    "E2 / E1",
    "the result of step 1",
    "u'",
    "f'",
]
_PIECES += [
    "→",
    "->",
    "E3: f(",
    "Action: search\n",
    "Action Input: x\n",
    "<function=f>",
    "</function>",
    "<tool>f</tool>",
]
_PIECES += ["| tool | input |\n", "|---|---|\n", "“", "”", "‘", "’", "（", "）", "＝", "＃", "\u200b", "&quot;", '\\"']
_PIECES += ["Observation: ", "Option B:\n", "Final plan:\n", "2. g(", "x = f(", "1. Do it: f(", "f(x=1)", "#e1", "\\n"]
awkward = st.lists(st.sampled_from(_PIECES) | st.text(max_size=3), max_size=8).map("".join)
names = st.sampled_from(["x", "query", "from", "class", "max-results", "Ä", "ﬁeld", "a b", "", "None", "_1"])
numbers = st.integers(-(2**64), 2**64) | st.floats(allow_nan=False, allow_infinity=False)
ids = st.integers(0, 12).map(lambda number: f"E{number}")
paths = st.lists(st.sampled_from(["x", "rows", "a b", 'q"', "]", "é\n", ""]) | st.integers(-99, 99), max_size=3).map(
    tuple
)
refs = st.builds(Reference, ids | st.integers(0, 3).map(lambda number: f"A{number}"), paths)


def _merged(parts):
    merged = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    return Template(tuple(merged))


templates = st.builds(
    lambda before, ref, after: _merged([*before, ref, *after]),
    st.lists(awkward | refs, max_size=3),
    refs,
    st.lists(awkward | refs, max_size=3),
)
scalars = st.none() | st.booleans() | numbers | awkward | refs | templates
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=6
)
tools = st.sampled_from(["search", "read", "files.read", "get-time", "Google Search", "Ünicode"])
steps = st.builds(
    Step,
    ids.map(StepId),
    tools,
    st.dictionaries(names, values, max_size=3),
    st.lists(values, max_size=2).map(tuple),
    st.none() | awkward,
)
plans = st.lists(steps, max_size=5).map(lambda each: Plan(tuple(each)))


@given(plans)
@settings(max_examples=400)
def test_a_rendered_plan_is_read_back_equal(plan):
    text = render(plan)
    assert parse(text) == plan
    assert render(parse(text)) == text
    text.encode()


@given(plans, st.data())
def test_chunks_of_any_size_give_the_same_plan_and_every_step_once(plan, data):
    text = render(plan) + "\n"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    parser = PlanParser()
    early = []
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        early += parser.feed(text[start:end])
    assert parser.close() == plan
    assert tuple(early) == plan.steps


def _read(read):
    try:
        return read(), ()
    except PlanError as error:
        return None, error.problems


@given(st.text() | st.lists(st.sampled_from(_PIECES) | st.text(max_size=2), max_size=40).map("".join))
@settings(max_examples=1000)
@example("#E1 = f(\ud800)")
@example("#E1 = f(x='\ud800')")
@example("#E1 = f(x=1 if 2 else 3)")
@example("#E1 = f(x='\\N{no such character}')")
@example('[{"tool": "a", "args": {1: 2}}]')
def test_any_text_gives_a_plan_or_the_plan_error(text):
    parser = PlanParser()
    for character in text:
        parser.feed(character)
    plan, problems = _read(lambda: parse(text))
    assert (plan is None) == bool(problems)
    assert _read(parser.close) == (plan, problems)
    assert plan is None or parse(render(plan)) == plan


@given(plans)
def test_json_of_a_plan_is_a_dialect_of_it(plan):
    plan = Plan(tuple(replace(step, positional=(), rationale=None) for step in plan.steps))
    again = parse(json.dumps(plan_to_json(plan)))
    assert plan_to_json(again) == plan_to_json(plan)


@given(st.dictionaries(names, values, max_size=3), awkward)
def test_what_a_value_says_is_never_read_as_a_reference(args, text):
    looked_up = []

    def lookup(name):
        looked_up.append(name)
        return text + "#E1 #{E2}"

    args = {name: value for name, value in args.items() if not any(ref.path for ref in references(value))}
    substitute(args, lookup)
    assert looked_up == [ref.name for ref in references(args)]


@given(st.lists(st.lists(st.integers(0, 30), max_size=4), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_topological_order_respects_dependencies_and_is_stable(needs, random):
    # Step i needs earlier steps only, so there is no circle; then the steps are shuffled.
    made = [
        Step(StepId(f"E{i}"), "f", {"x": [Reference(f"E{n % i}") for n in each] if i else []})
        for i, each in enumerate(needs)
    ]
    random.shuffle(made)
    ordered = topological(Plan(tuple(made)))
    place = {step.id: index for index, step in enumerate(ordered)}
    assert sorted(place) == sorted(step.id for step in made)
    assert all(place[name] < place[step.id] for step in ordered for name in step.depends_on)
    assert topological(Plan(tuple(ordered))) == ordered
