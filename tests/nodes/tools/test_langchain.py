"""LangChain tools, and MCP tools as langchain-mcp-adapters makes them, keep their meaning."""

import threading

import pytest
from langchain_core.tools import BaseTool, StructuredTool, ToolException
from langchain_core.tools import Tool as SimpleTool
from langchain_core.tools import tool as langchain_tool

from nodes.errors import ToolError
from nodes.tools import AllowAll, Toolbox, ToolRunner, as_tool, tool


async def call(candidate, args):
    made = as_tool(candidate)
    return await ToolRunner(Toolbox([made]), policy=AllowAll()).run(made.name, args, key="k")


@langchain_tool
def multiply(a: int, b: int = 2) -> int:
    """Multiply two numbers."""
    return a * b


@langchain_tool
async def multiply_later(a: int) -> str:
    """Multiply by two."""
    return threading.current_thread().name


class Subclass(BaseTool):
    name: str = "subclass"
    description: str = "Answer."

    def _run(self, x: str) -> str:
        return threading.current_thread().name


class AsyncSubclass(Subclass):
    async def _arun(self, x: str) -> str:
        return threading.current_thread().name


async def test_a_langchain_tool_is_called_with_its_schema():
    made = as_tool(multiply)
    assert made.signature == "multiply(a: int, b=2)  # Multiply two numbers."
    assert (made.effect, made.repeatable) == ("unknown", False)
    assert (await call(multiply, {"a": 4})).value == "8"
    assert (await call(multiply, {"a": "x"})).error["kind"] == "arguments"


async def test_synchronous_ones_run_on_the_runners_own_threads():
    assert (await call(Subclass(), {"x": "y"})).value == "planfirst-tool"
    assert (await call(AsyncSubclass(), {"x": "y"})).value == "MainThread"
    assert (await call(multiply_later, {"a": 4})).value == "MainThread"
    simple = SimpleTool(name="simple", description="", func=lambda text: threading.current_thread().name)
    assert (await call(simple, {"tool_input": "x"})).value == "planfirst-tool"


@pytest.mark.parametrize(
    ("metadata", "effect"),
    [
        ({"readOnlyHint": True}, "read"),
        ({"readOnlyHint": False}, "write"),
        ({"readOnlyHint": None, "destructiveHint": True}, "write"),
        ({"annotations": {"readOnlyHint": True}}, "read"),
        ({"title": "x", "readOnlyHint": None, "destructiveHint": None}, "unknown"),
        (None, "unknown"),
    ],
)
def test_annotations_tell_the_effect(metadata, effect):
    made = as_tool(StructuredTool.from_function(lambda: 1, name="t", description="d", metadata=metadata))
    assert made.effect == effect


def mcp(name="get-weather", **options):
    """Make a tool as langchain-mcp-adapters does: JSON schema, coroutine, content and artifact."""
    schema = {"type": "object", "properties": {"city": {"type": "string", "title": "City"}}, "required": ["city"]}

    async def run(**args):
        return options["reply"]

    return StructuredTool(
        name=name, description="Weather.", args_schema=schema, coroutine=run, response_format="content_and_artifact"
    )


async def test_an_mcp_tool_gives_its_text_or_its_structured_content():
    blocks = [{"type": "text", "text": "rainy"}, {"type": "text", "text": "cold"}]
    made = as_tool(mcp(reply=(blocks, None)))
    assert made.signature == "get_weather(city: str)  # Weather."
    assert (await call(mcp(reply=(blocks, None)), {"city": "Bern"})).value == "rainy\ncold"
    structured = await call(mcp(reply=(blocks, {"structured_content": {"sky": "grey"}})), {"city": "Bern"})
    assert structured.value == {"sky": "grey"}
    assert (await call(mcp(reply=("", [1, 2])), {"city": "Bern"})).value == [1, 2]
    assert (await call(mcp(reply=("x", None)), {})).error["message"] == "city is missing"


async def test_an_error_that_langchain_hides_is_a_failure():
    def fail() -> str:
        raise ToolException("no such city")

    hidden = StructuredTool.from_function(fail, name="hidden", description="d", handle_tool_error=True)
    outcome = await call(hidden, {})
    assert (outcome.status, outcome.error["message"]) == ("failed", "hidden reports: no such city")


def test_a_declaration_goes_before_annotations_but_gives_no_key():
    assert tool(effect="read", attempts=2, name="times")(multiply).repeatable
    with pytest.raises(ToolError, match="takes no idempotency key"):
        tool(effect="write", idempotent=True)(multiply)
