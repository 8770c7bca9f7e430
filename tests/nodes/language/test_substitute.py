import pytest

from nodes.errors import ReferencePathError
from nodes.language import parse, resolve_path, substitute

RESULTS = {
    "E1": {"rows": [{"price": 3.5, "unit price": None}], "names": ["é", "b"]},
    "E2": "text with #E1 and #{E1}",
    "E10": True,
    "A1": "an answer",
}


def _given(arguments):
    (step,) = parse(f"#E99 = f({arguments})").steps
    return substitute(step.args, RESULTS.__getitem__)


def test_a_bare_reference_passes_the_typed_value():
    given = _given('x=#E1.rows[0].price, y=[#E10, {"k": #E1.rows}], z=#A1')
    assert given == {"x": 3.5, "y": [True, {"k": RESULTS["E1"]["rows"]}], "z": "an answer"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#E10 #E1.rows[0].price", "True 3.5"),
        ("say #E2.", "say text with #E1 and #{E1}."),
        ("#E1.names", '["é", "b"]'),
        ("#E1.names[-1]!", "b!"),
        ("#E1.rows[0]['unit price']", "None"),
        ("##E1 stays", "#E1 stays"),
    ],
)
def test_in_text_a_reference_is_written_out_once(text, expected):
    assert _given(f'x="{text}"') == {"x": expected}


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("#E1.rows[3]", "#E1.rows is a list of 1 and has no [3]"),
        ("#E1.rows.price", "has no .price"),
        ("#E1.cols", "#E1 is a mapping and has no .cols"),
        ("#E2[0]", "#E2 is text and has no [0]"),
        ("#E10.x", "of type bool"),
        ('#E1.rows[0]["unit price"].x', "is empty"),
    ],
)
def test_a_path_that_does_not_fit(reference, said):
    with pytest.raises(ReferencePathError) as caught:
        _given(f"x={reference}")
    assert said in str(caught.value)


def test_messages_hold_nothing_of_the_value():
    with pytest.raises(ReferencePathError) as caught:
        resolve_path({"secret": "secret"}, ("x",), "E1")
    assert "secret" not in str(caught.value)


def test_a_value_that_cannot_be_text():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    (step,) = parse('#E2 = f(x="a #E1")').steps
    with pytest.raises(ReferencePathError, match="cannot be written as text"):
        substitute(step.args, lambda _: deep)
    while deep:  # taken apart by hand: freeing it in one go would recurse
        deep = deep[0]
