"""A run's options: complete, and safe against foreign contexts."""

import pytest

from nodes.context import options
from nodes.errors import ConfigurationError


@pytest.mark.parametrize("context", [None, object(), "theirs", {}, {"theirs": 1}])
def test_absent_or_foreign_contexts_give_the_defaults(context):
    assert options(context) == {"review": False, "approve": "none", "explain": False, "speculate": True}


def test_given_options_stand():
    given = {"review": True, "approve": "write", "explain": True, "speculate": False}
    assert options(given) == given


def test_an_unknown_choice_names_the_known_ones():
    with pytest.raises(ConfigurationError, match="none, write, unknown"):
        options({"approve": "maybe"})
