"""The graph as LangGraph Studio gets it: the real server, started without a key, and driven through its SDK."""

import asyncio
import importlib.util
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient

from nodes.errors import ConfigurationError
from nodes.events import AnswerReady, PlanReady, StepFinished, StepStarted, StepWaiting, from_wire
from nodes.retrieve import EMPTY

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ("graph", "nodes", "planfirst", "retrieval")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy")
SWITCHES = ("LANGSMITH_", "LANGCHAIN_", "LANGGRAPH_", "OPENAI_", "PLANFIRST_", "ORT_", "HF_")
START_SECONDS, STOP_SECONDS = 90, 15
GRAPH, WRITING = "planfirst", "writing"
WRITER = """
from graph.build import build_graph
from graph.compose import compose
from planfirst import tool


@tool(effect="write")
def note(text: str) -> str:
    \"""Note something.\"""
    return f"noted {text}"


graph = build_graph(compose(tools=[note]))
"""
"""A graph as an app would have it, with a tool that writes."""
SECONDS = 90.0
"""Longest wait for anything that the server does."""
DOCUMENTS = {"jupiter.md": ("Jupiter", "142,984"), "earth.md": ("Earth", "12,756")}
RATIO = "How many times larger is Jupiter's equatorial diameter than Earth's?"


class Trap:
    """A proxy that answers nobody: whoever tries to reach another machine is left waiting here, and is found out."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def caught(self) -> list[str]:
        """Return the first line of every request that came."""
        lines = []
        while True:
            try:
                connection, _ = self._socket.accept()
            except BlockingIOError:
                return lines
            with connection:
                connection.settimeout(5)
                lines.append(connection.recv(1000).decode(errors="replace").partition("\r\n")[0])

    def close(self) -> None:
        self._socket.close()


def offline(trap: Trap, home: Path) -> dict[str, str]:
    """Return an environment without keys in which every way to another machine leads into the trap."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(SWITCHES)}
    return {**kept, **dict.fromkeys(PROXIES, trap.url), "NO_PROXY": "127.0.0.1,localhost", "PLANFIRST_HOME": str(home)}


class Server:
    """`langgraph dev` over this project, seen from a folder of its own, so that what the server keeps lands there."""

    def __init__(self, folder: Path, home: Path, trap: Trap) -> None:
        for name in PROJECT:
            (folder / name).symlink_to(ROOT / name)
        (folder / "writer.py").write_text(WRITER)
        settings = json.loads((ROOT / "langgraph.json").read_text("utf-8"))
        settings["graphs"][WRITING] = "./writer.py:graph"
        (folder / "langgraph.json").write_text(json.dumps(settings))
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url, self.folder, self._log = f"http://127.0.0.1:{port}", folder, folder / "log.txt"
        command = [str(Path(sys.executable).with_name("langgraph")), "dev", "--no-browser", "--no-reload"]
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(port)],
                cwd=folder,
                env={
                    **offline(trap, home),
                    "LANGGRAPH_CLI_NO_ANALYTICS": "1",
                    "LANGCHAIN_TRACING_V2": "true",  # as a shell may have it; langgraph.json has the last word
                },
                stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True,  # a process group of its own, so that its children can be ended with it
            )  # fmt: skip

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while True:
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            try:
                with opener.open(f"{self.url}/ok", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)

    def stop(self) -> None:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, sign)
                self._process.wait(STOP_SECONDS)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        self._process.wait(STOP_SECONDS)


@pytest.fixture(scope="module")
def trap():
    trap = Trap()
    yield trap
    trap.close()


@pytest.fixture(scope="module")
def home(trap, tmp_path_factory):
    """A home whose knowledge base holds two short documents."""
    folder = tmp_path_factory.mktemp("studio")
    for name, (planet, kilometres) in DOCUMENTS.items():
        text = f"# {planet}\n\nThe equatorial diameter of {planet} is {kilometres} km.\n"
        (folder / name).write_text(text)
    command = [sys.executable, "-m", "planfirst", "ingest", *(str(folder / name) for name in DOCUMENTS)]
    subprocess.run(command, env=offline(trap, folder / "home"), capture_output=True, timeout=180, check=True)
    return folder / "home"


@pytest.fixture(scope="module")
def server(home, trap, tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("server"), home, trap)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture
async def client(server) -> AsyncIterator[LangGraphClient]:
    async with get_client(url=server.url, api_key=None, timeout=SECONDS) as client, asyncio.timeout(SECONDS):
        yield client


async def ask(client: LangGraphClient, thread: str, given: dict | None = None, **options) -> dict:
    state = await client.runs.wait(thread, GRAPH, input=given, **options)
    assert isinstance(state, dict)
    return state


def say(text: str) -> dict:
    return {"messages": [{"type": "human", "content": text}]}


async def test_schemas_say_what_every_field_is(client):
    (assistant,) = await client.assistants.search(graph_id=GRAPH)
    schemas = await client.assistants.get_schemas(assistant["assistant_id"])
    fields = {name: schemas[f"{name}_schema"]["properties"] for name in ("input", "output", "context")}
    assert fields["input"].keys() == {"question", "messages"}
    assert fields["output"].keys() >= {"messages", "plan", "results", "answer"}
    assert fields["context"].keys() >= {"review", "approve"}
    for name, described in fields.items():
        assert schemas[f"{name}_schema"]["description"]
        assert [field for field, schema in described.items() if not schema.get("description")] == [], name
    assert schemas["state_schema"]


async def test_the_graph_can_be_drawn(client):
    (assistant,) = await client.assistants.search(graph_id=GRAPH)
    drawn = await client.assistants.get_graph(assistant["assistant_id"])
    assert {"plan", "approve", "execute", "retrieve", "solve", "revise"} <= {node["id"] for node in drawn["nodes"]}


async def test_a_run_shows_its_steps_and_answers_with_citations(client):
    thread = (await client.threads.create())["thread_id"]
    events, state = [], {}
    async for part in client.runs.stream(
        thread, GRAPH, input={"question": RATIO}, stream_mode=["custom", "values"], context={}
    ):
        if part.event == "custom":
            events.append(from_wire(part.data))
        elif part.event == "values":
            state = part.data
    assert None not in events
    for kind in (PlanReady, StepWaiting, StepStarted, StepFinished, AnswerReady):
        assert any(isinstance(event, kind) for event in events), kind
    assert {event.status for event in events if isinstance(event, StepFinished)} == {"ok"}
    assert state["answer"]["status"] == "answered"
    assert "11.21" in state["answer"]["text"]
    assert {citation["document"] for citation in state["answer"]["citations"]} == set(DOCUMENTS)


async def test_a_chat_message_asks_and_a_second_one_follows_up(client):
    thread = (await client.threads.create())["thread_id"]
    first = await ask(client, thread, say("What is the equatorial diameter of Jupiter?"))
    assert [message["type"] for message in first["messages"]] == ["human", "ai"]
    assert "142,984 km" in first["messages"][-1]["content"]
    assert "[1] Jupiter (jupiter.md, characters" in first["messages"][-1]["content"]
    second = await ask(client, thread, say("And of Earth?"))
    assert [message["type"] for message in second["messages"]] == ["human", "ai"] * 2
    assert "12,756 km" in second["messages"][-1]["content"]
    assert "[1] Earth (earth.md, characters" in second["messages"][-1]["content"]


def run_example(server: Server, number: int) -> str:
    """Run one of the page's examples against this server and return what it prints."""
    page = (ROOT / "docs" / "studio.md").read_text(encoding="utf-8")
    example = re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)[number]
    assert "http://127.0.0.1:2024" in example
    command = [sys.executable, "-c", example.replace("http://127.0.0.1:2024", server.url)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_examples_on_the_page_about_studio_chat_and_fork(server):
    chat = run_example(server, 0)
    assert "142,984 km" in chat
    assert "12,756 km" in chat
    assert run_example(server, 1).split() == ["5", "7"]


async def test_a_plan_under_review_waits_and_goes_on_as_edited(client):
    thread = (await client.threads.create())["thread_id"]
    context = {"review": True}
    waiting = await ask(client, thread, {"question": "What is 2 + 2?"}, context=context)
    (request,) = waiting["__interrupt__"]
    assert request["value"]["kind"] == "plan_review"
    assert (await client.threads.get(thread))["status"] == "interrupted"
    edited = {"action": "edit", "plan": request["value"]["plan"].replace("2 + 2", "2 + 3")}
    done = await ask(client, thread, command={"resume": edited}, context=context)
    assert done["results"]["E1"]["value"] == 5
    assert (await client.threads.get(thread))["status"] == "idle"


async def test_steps_that_write_wait_together_and_are_answered_by_id(client):
    thread = (await client.threads.create())["thread_id"]
    context = {"review": True, "approve": "write"}
    plan = '#E1 = note(text="a")\n#E2 = note(text="b")\n#E3 = calculate(expression="2 + 2")'
    await client.runs.wait(thread, WRITING, input={"question": "What is 2 + 2?"}, context=context)
    edited = {"resume": {"action": "edit", "plan": plan}}
    waiting = await client.runs.wait(thread, WRITING, command=edited, context=context)
    requests = {request["value"]["step"]: request for request in waiting["__interrupt__"]}
    assert {step: request["value"]["args"] for step, request in requests.items()} == {
        "E1": {"text": "a"}, "E2": {"text": "b"},
    }  # fmt: skip
    assert (await client.threads.get(thread))["status"] == "interrupted"
    partly = {"resume": {requests["E1"]["id"]: "approve"}}
    waiting = await client.runs.wait(thread, WRITING, command=partly, context=context)
    assert [request["value"]["step"] for request in waiting["__interrupt__"]] == ["E2"]
    rest = {"resume": {requests["E2"]["id"]: "reject"}}
    done = await client.runs.wait(thread, WRITING, command=rest, context=context)
    assert [result["status"] for result in done["results"].values()] == ["ok", "denied", "ok"]
    assert done["results"]["E1"]["value"] == "noted a"


async def test_an_assistant_carries_its_own_options(client):
    assistant = await client.assistants.create(GRAPH, context={"review": True}, name="reviewed")
    thread = (await client.threads.create())["thread_id"]
    name, asked = assistant["assistant_id"], {"question": "What is 2 + 2?"}
    waiting = await client.runs.wait(thread, name, input=asked)
    assert waiting["__interrupt__"][0]["value"]["kind"] == "plan_review"
    done = await client.runs.wait(thread, name, command={"resume": "approve"})
    assert done["results"]["E1"]["value"] == 4
    await client.assistants.update(name, context={"review": False})
    assert "__interrupt__" not in await client.runs.wait(thread, name, input=asked)
    await client.assistants.delete(name)


async def test_history_tells_each_checkpoint_and_the_run_is_forked_from_one(client):
    thread = (await client.threads.create())["thread_id"]
    await ask(client, thread, {"question": "What is 2 + 2?"})
    history = await client.threads.get_history(thread, limit=20)
    assert [state["next"] for state in history][:5] == [[], ["solve"], ["retrieve"], ["execute"], ["plan"]]
    before = next(state for state in history if state["next"] == ["execute"])
    edited = {"plan": before["values"]["plan"].replace("2 + 2", "2 + 5")}
    fork = await client.threads.update_state(thread, edited, as_node="plan", checkpoint=before["checkpoint"])
    done = await client.runs.wait(thread, GRAPH, input=None, checkpoint=fork["checkpoint"])
    assert done["results"]["E1"]["value"] == 7
    assert (await client.threads.get_state(thread))["values"]["results"]["E1"]["value"] == 7
    old = await client.threads.get_state(thread, checkpoint=history[0]["checkpoint"])
    assert old["values"]["results"]["E1"]["value"] == 4


async def test_a_thread_is_replayed_from_a_checkpoint_as_it_was(client):
    thread = (await client.threads.create())["thread_id"]
    first = await ask(client, thread, {"question": RATIO})
    history = await client.threads.get_history(thread, limit=20)
    before = next(state for state in history if state["next"] == ["solve"])
    again = await client.runs.wait(thread, GRAPH, input=None, checkpoint=before["checkpoint"])
    assert again["answer"] == first["answer"]
    assert again["results"] == first["results"]


async def test_nothing_blocks_the_servers_loop_and_nothing_leaves_the_machine(client, server, trap):
    thread = (await client.threads.create())["thread_id"]
    state = await ask(client, thread, {"question": RATIO})
    assert {result["status"] for result in state["results"].values()} == {"ok"}
    assert re.findall("(?i).*blocking.*", server.log()) == []
    assert trap.caught() == []


def test_what_the_server_keeps_lies_in_the_folder_it_was_started_in_and_git_ignores_it(server):
    assert (server.folder / ".langgraph_api").is_dir()
    ignored = subprocess.run(["git", "check-ignore", "-q", ".langgraph_api/x"], cwd=ROOT, timeout=30, check=False)
    assert ignored.returncode == 0


@pytest.fixture
def studio():
    """`graph/studio.py` loaded anew from its path, as the server does, with nothing built yet."""
    spec = importlib.util.spec_from_file_location("studio_as_loaded", ROOT / "graph" / "studio.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def test_requests_at_once_share_one_graph_that_leaves_saving_to_the_server(studio, own_home):
    graphs = await asyncio.gather(*(studio.make_graph() for _ in range(8)))
    assert len({id(graph) for graph in graphs}) == 1
    assert graphs[0].checkpointer is None
    assert not own_home.exists()


async def test_an_empty_knowledge_base_is_no_error_and_is_said(studio, own_home):
    graph = await studio.make_graph()
    state = await graph.ainvoke(say("What is the equatorial diameter of Jupiter?"))
    assert state["answer"]["status"] == "insufficient"
    assert EMPTY in state["messages"][-1].content


async def test_a_setting_that_cannot_work_is_said_and_can_be_mended(studio, own_home):
    own_home.write_text("a file")
    with pytest.raises(ConfigurationError, match="name a folder"):
        await studio.make_graph()
    own_home.unlink()
    assert await studio.make_graph() is await studio.make_graph()
