"""Arguments: the quick check agrees with the schema, and problems are all named, without values."""

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.tools import tool
from nodes.tools.arguments import ArgumentChecker
from nodes.tools.contract import ArgumentsError


@tool
def sample(text: str, count: int = 1, ratio: float = 0.5, flag: bool = False, rows: list | None = None) -> None: ...


values = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.just([]) | st.just({})


@given(st.dictionaries(st.sampled_from(["text", "count", "ratio", "flag", "rows", "other"]), values))
def test_agrees_with_jsonschema(args):
    valid = jsonschema.Draft202012Validator(sample.parameters).is_valid(args)
    try:
        ArgumentChecker(sample).check(args)
    except ArgumentsError:
        assert not valid
    else:
        assert valid


@pytest.mark.parametrize(
    ("schema", "args", "said"),
    [
        ({"type": "integer"}, {"a": "secret"}, "a must be of type integer, not str"),
        ({"enum": ["x", "y"]}, {"a": "secret"}, r"a must be one of \['x', 'y'\]"),
        ({"type": "string", "maxLength": 3}, {"a": "secret"}, "a does not fit the schema's maxLength: 3"),
        ({"type": "array", "items": {"type": "string"}}, {"a": ["secret", 2]}, "a.1 must be of type string, not int"),
        ({}, {"b": "secret", "c": 1}, "a is missing; there is no parameter b; there is no parameter c"),
        ({"$ref": "https://example.org/schema.json"}, {"a": "secret"}, "the tool's schema cannot be used"),
        ({"type": "nonsense"}, {"a": "secret"}, "the tool's schema cannot be used"),
    ],
)
def test_names_what_is_wrong_without_the_value(schema, args, said):
    import dataclasses

    parameters = {"type": "object", "properties": {"a": schema}, "required": ["a"], "additionalProperties": False}
    with pytest.raises(ArgumentsError, match=said) as caught:
        ArgumentChecker(dataclasses.replace(sample, parameters=parameters)).check(args)
    assert "secret" not in str(caught.value)
