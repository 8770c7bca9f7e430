"""The examples run offline and do what they say, as scripts and with parts of the test's own."""

import asyncio
import importlib.util
import json
import socket
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from planfirst import Agent, tool

FOLDER = Path(__file__).resolve().parent.parent / "examples"
SCRIPTS = sorted(path for path in FOLDER.glob("*.py") if "__main__" in path.read_text("utf-8"))
SECONDS = 60


def example(name: str):
    """Return an example as a module."""
    spec = importlib.util.spec_from_file_location(f"examples_{name}", FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def saying(*replies: str) -> GenericFakeChatModel:
    return GenericFakeChatModel(messages=iter([AIMessage(reply) for reply in replies]))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_answers(path, tmp_path):
    done = subprocess.run(
        [sys.executable, str(path)], cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "12 (15 % of 80 = 12)" in done.stdout


def test_every_example_is_tested():
    assert {path.stem for path in FOLDER.glob("*.py")} == {path.stem for path in SCRIPTS} | {"fastapi_app"}


async def test_a_plan_that_is_rejected_inside_a_subgraph_ends_the_outer_run_in_order():
    graph, config = example("subgraph").make_graph(), {"configurable": {"thread_id": "1"}}
    paused = await graph.ainvoke({"text": "What is 15 % of 80?"}, config, context={"review": True})
    (request,) = paused["__interrupt__"]
    assert request.value["kind"] == "plan_review"
    done = await graph.ainvoke(Command(resume="reject"), config, context={"review": True})
    assert "rejected" in done["reply"]


async def test_a_run_inside_a_react_agents_tool_is_a_run_of_its_own():
    called = AIMessage("", tool_calls=[{"name": "look_up", "args": {"question": "6 * 7?"}, "id": "1"}])

    class Calling(GenericFakeChatModel):
        def bind_tools(self, tools, **options):
            return self

    agent = Agent(saying('#E1 = calculate(expression="6 * 7")', "It is 42."), knowledge=None)
    react = example("react_tool").make_agent(Calling(messages=iter([called, AIMessage("42.")])), agent)
    react.checkpointer = InMemorySaver()
    state = await react.ainvoke({"messages": [("user", "6 * 7?")]}, {"configurable": {"thread_id": "outer"}})
    (told,) = [message for message in state["messages"] if isinstance(message, ToolMessage)]
    assert json.loads(told.content) == {"answer": "It is 42.", "cited": [], "sure": True}
    (record,) = await agent.aruns()
    assert record.status == "done"
    assert [each.after for each in await agent.ahistory(record.id)][-1] == "solve"


@asynccontextmanager
async def served(agent: Agent):
    """Serve the FastAPI example on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        server = uvicorn.Server(uvicorn.Config(example("fastapi_app").make_app(agent), log_level="warning"))
        serving = asyncio.create_task(server.serve(sockets=[free]))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        try:
            async with httpx.AsyncClient(base_url=url, timeout=SECONDS, trust_env=False) as client:
                yield client
        finally:
            server.should_exit = True
            await serving


def sent(text: str) -> list[tuple[str, dict]]:
    """Return the names and the data of server-sent events."""
    events = [event.split("\n") for event in text.strip().split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in events]


async def test_fastapi_streams_a_runs_events_and_its_result():
    async with asyncio.timeout(SECONDS), served(Agent(knowledge=None)) as client:
        events = sent((await client.get("/ask", params={"question": "What is 15 % of 80?"})).text)
        assert events[0][0] == "run_started"
        assert {"phase", "plan", "step_started", "step_finished", "answer"} <= {name for name, _ in events}
        name, result = events[-1]
        assert (name, result["answer"]) == ("result", "12 (15 % of 80 = 12) [E1]")
        assert (await client.get(f"/runs/{result['run_id']}")).json() == result
        assert (await client.get("/runs/nope")).status_code == 404
        (error,) = sent((await client.get("/ask", params={"question": " "})).text)
        assert (error[0], "empty" in error[1]["message"]) == ("error", True)


async def test_a_client_that_leaves_pauses_its_run_and_can_come_back():
    begun, ended, calls = asyncio.Event(), asyncio.Event(), []

    @tool(effect="read")
    async def look() -> str:
        """Take long at first."""
        calls.append(1)
        begun.set()
        if len(calls) == 1:
            try:
                await asyncio.sleep(SECONDS)
            finally:
                ended.set()
        return "seen"

    agent = Agent(saying("#E1 = look()", "It was seen."), tools=[look], knowledge=None)
    async with asyncio.timeout(SECONDS), served(agent) as client:
        async with client.stream("GET", "/ask", params={"question": "q"}) as response:
            lines = response.aiter_lines()
            while await anext(lines) != "event: step_started":
                pass
            await begun.wait()
        await ended.wait()  # the client has gone, and the tool was cancelled
        for _ in range(1000):
            if (await agent.aruns())[0].status == "paused":
                break
            await asyncio.sleep(0.01)
        (record,) = await agent.aruns()
        assert record.status == "paused"
        events = sent((await client.get(f"/runs/{record.id}/resume")).text)
        assert events[-1][1]["answer"] == "It was seen."
        assert len(calls) == 2
