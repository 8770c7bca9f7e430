"""The toolbox: names are unique, and fallbacks lead somewhere that may stand in."""

import pytest

from nodes.errors import ToolError
from nodes.tools import Toolbox, tool


def named(name, **declared):
    def act(query: str = "") -> str:
        return query

    return tool(name=name, **declared)(act)


def test_tools_are_found_by_name_in_the_order_given():
    def plain() -> None: ...

    box = Toolbox([named("b"), named("a"), plain])
    assert list(box) == ["b", "a", "plain"]
    assert box["a"].name == "a"


def test_fallbacks_are_resolved():
    def function(query: str) -> str:
        return query

    box = Toolbox([named("a", fallback="b"), named("b", effect="read", fallback=function)])
    assert box.fallback(box["a"]) is box["b"]
    assert (box.fallback(box["b"]).name, box.fallback(box["b"]).effect) == ("function", "read")
    assert box.fallback(box.fallback(box["b"])) is None


def needs_more(query: str, key: str) -> str:
    return query


@pytest.mark.parametrize(
    ("tools", "said"),
    [
        (lambda: [named("a"), named("a")], "two tools are called a"),
        (lambda: [named("a", fallback="z")], "falls back to z, which is not among the tools"),
        (lambda: [named("a", fallback="a")], "lead back to a"),
        (lambda: [named("a", fallback="b"), named("b", fallback="c"), named("c", fallback="a")], "lead back to a"),
        (lambda: [named("a", effect="read", fallback="b"), named("b", effect="write")], "may do no more"),
        (lambda: [named("a", effect="read", fallback="b"), named("b")], "may do no more"),
        (lambda: [named("a", fallback=needs_more)], "needs key, which a has not"),
        (lambda: ["search"], "cannot be a tool"),
    ],
)
def test_boxes_that_cannot_work_are_refused(tools, said):
    with pytest.raises(ToolError, match=said):
        Toolbox(tools())
