"""Declaring tools: parameters from annotations, what declarations mean, and which cannot work."""

import dataclasses
import functools
import subprocess
import sys
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from nodes.errors import ToolError
from nodes.tools import Tool, as_tool, tool


def test_a_bare_decorator_declares_nothing_and_the_function_still_works():
    @tool
    def add(a: int, b: int = 2) -> int:
        """Add two numbers.

        More about it.
        """
        return a + b

    assert isinstance(add, Tool)
    assert add(1) == 3
    assert (add.name, add.effect, add.blocking, add.repeatable) == ("add", "unknown", True, False)
    assert (add.reliability.attempts, add.reliability.timeout) == (1, None)
    assert add.parameters == {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer", "default": 2}},
        "required": ["a"],
        "additionalProperties": False,
    }
    assert add.signature == "add(a: int, b=2)  # Add two numbers. More about it."


class Place(BaseModel):
    city: str


def test_signatures_are_typed_and_on_one_line():
    @tool(name="look", description="Look\n  around.")
    async def anything(
        where: Place,
        mode: Literal["near", "far"],
        tags: list[str],
        limit: Annotated[int | None, Field(description="most", ge=1)] = None,
        rest: Any = "x",
        schema: dict[str, int] | None = None,
        _private: float = 0.5,
    ) -> list[str]: ...

    assert anything.signature == (
        'look(where: dict, mode: "near" | "far", tags: list[str], limit?: int, rest=\'x\', '
        "schema?: dict, _private=0.5)  # Look around."
    )
    assert anything.parameters["properties"]["limit"]["description"] == "most"
    assert not anything.blocking


def test_a_signature_puts_a_default_before_its_other_choices_and_shows_one_that_hides_its_type():
    @tool
    def sort(by: Literal["name", "age"] = "age", limit: float = 3) -> None: ...

    assert sort.signature == 'sort(by?: "age" | "name", limit: float = 3)'


def test_a_summary_is_whole_sentences_within_a_bound_without_what_is_raised():
    long = "It does much. " * 20

    @tool(description=f"Do it. Raises ToolError where it cannot. {long}")
    def work() -> None: ...

    assert work.summary == ("Do it. " + "It does much. " * 11).strip()
    assert len(tool(description="x" * 500)(work.function).summary) == 160


def test_the_idempotency_key_is_the_runners_affair():
    @tool(effect="write", attempts=3)
    def send(to: str, idempotency_key: str) -> None: ...

    assert "idempotency_key" not in send.parameters["properties"]
    assert (send.takes_key, send.reliability.idempotent, send.repeatable) == (True, True, True)
    once = tool(effect="write", attempts=3, idempotent=False)(send.function)
    assert not once.repeatable


@pytest.mark.parametrize(
    ("effect", "repeatable"), [("read", True), ("write", False), ("unknown", False)]
)  # without a key
def test_what_may_be_repeated(effect, repeatable):
    def act() -> None: ...

    assert tool(effect=effect, attempts=2)(act).repeatable is repeatable


def test_the_digest_changes_with_what_a_plan_relies_on():
    def act(a: int) -> None: ...

    plain = tool(act)
    assert plain.digest == tool(act).digest == dataclasses.replace(plain, description="other").digest
    others = [
        tool(effect="read")(act),
        tool(name="acted")(act),
        dataclasses.replace(plain, parameters={"type": "object", "properties": {}}),
    ]
    assert len({plain.digest, *(each.digest for each in others)}) == 4


def positional(a, /): ...
def variadic(*values: int): ...
def keywords(**values: int): ...
def unresolvable(a: "Nowhere"): ...  # noqa: F821 - the point of it
def unfillable(a: subprocess.Popen): ...


@pytest.mark.parametrize(
    ("declare", "said"),
    [
        (lambda: tool(positional), "no fixed name"),
        (lambda: tool(variadic), "no fixed name"),
        (lambda: tool(keywords), "no fixed name"),
        (lambda: tool(unresolvable), "cannot be resolved"),
        (lambda: tool(unfillable), "JSON cannot fill"),
        (lambda: tool(lambda x: x), "cannot be a tool's name"),
        (lambda: tool(name="two words")(keywords), "cannot be a tool's name"),
        (lambda: tool(effect="delete")(keywords), "write read, write or unknown"),
        (lambda: tool(effect="write", idempotent=True)(test_what_may_be_repeated), "cannot be told its key"),
        (lambda: tool(timeout=0)(keywords), "timeout=0 is not a positive number"),
        (lambda: tool(attempts=-1)(keywords), "attempts=-1"),
        (lambda: tool(retry_on=("ValueError",))(keywords), "exception classes"),
        (lambda: tool(Place), "cannot be a tool"),
        (lambda: as_tool("search"), "cannot be a tool"),
        (lambda: as_tool(None), "cannot be a tool"),
    ],
)
def test_declarations_that_cannot_work_are_refused(declare, said):
    with pytest.raises(ToolError, match=said):
        declare()


def test_other_callables_are_tools_too():
    class Greeter:
        async def __call__(self, name: str) -> str:
            return f"hello {name}"

        def wave(self, times: int) -> str:
            return "o/" * times

    assert not tool(name="greet")(Greeter()).blocking
    assert list(tool(Greeter().wave).parameters["properties"]) == ["times"]
    assert (
        tool(name="twice")(functools.partial(Greeter().wave, times=2)).parameters["properties"]["times"]["default"] == 2
    )


def test_importing_tools_loads_nothing_heavy():
    code = (
        "import sys, nodes.tools; "
        "print([m for m in ('pint', 'jsonschema', 'langchain_core.tools.structured', 'torch') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
