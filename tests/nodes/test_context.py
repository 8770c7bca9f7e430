"""A run's options: complete, and safe against foreign contexts."""

import pytest

from nodes.context import deadline, options
from nodes.errors import ConfigurationError


@pytest.mark.parametrize("context", [None, object(), "theirs", {}, {"theirs": 1}])
def test_absent_or_foreign_contexts_give_the_defaults(context):
    assert options(context) == {
        "review": False, "approve": "none", "expires": None, "explain": False, "speculate": True
    }  # fmt: skip


def test_given_options_stand():
    given = {"review": True, "approve": "write", "expires": 60.0, "explain": True, "speculate": False}
    assert options(given) == given


def test_an_unknown_choice_names_the_known_ones():
    with pytest.raises(ConfigurationError, match="none, write, unknown"):
        options({"approve": "maybe"})


@pytest.mark.parametrize(
    ("expires", "at"),
    [(None, None), (60, 160.0), ("60", 160.0), ("1970-01-02", 86400.0), ("1970-01-01T02:00+01:00", 3600.0)],
)
def test_a_request_expires_after_seconds_or_at_a_date(expires, at):
    assert deadline(expires, 100.0) == at


@pytest.mark.parametrize("expires", [0, -1, "soon", ""])
def test_what_is_neither_is_refused(expires):
    with pytest.raises(ConfigurationError, match="2030-01-31T18:00Z"):
        options({"expires": expires})
