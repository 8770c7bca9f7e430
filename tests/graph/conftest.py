"""Graphs over a scripted chat model, and agents over a planner that streams on cue.

The model is LangChain's own fake, which says what it is told to say, in order.
"""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from graph.build import build_graph
from graph.compose import compose
from nodes.drafts import Draft, PlanRequest, Proposal, SolveRequest
from planfirst import Agent, tool


@pytest.fixture
def scripted():
    """Make a chat model that gives these replies, one a call."""

    def make(*replies: str | AIMessage) -> GenericFakeChatModel:
        messages = [reply if isinstance(reply, AIMessage) else AIMessage(reply) for reply in replies]
        return GenericFakeChatModel(messages=iter(messages))

    return make


@pytest.fixture
def graph_of(scripted):
    """Make a graph without a knowledge base whose model gives these replies."""

    def make(*replies, tools=(), checkpointer=None, **options):
        deps = compose(model=scripted(*replies), tools=tools, knowledge=None, **options)
        return build_graph(deps, checkpointer=checkpointer)

    return make


Piece = str | BaseException | asyncio.Event | Callable[[], Awaitable[Any]]


class Scribe:
    """Streams one draft a call: text is yielded, an event or a function is waited for, an error is raised."""

    revises = True
    name = "scribe"

    def __init__(self, *drafts: list[Piece]) -> None:
        self.drafts = list(drafts)
        self.requests: list[PlanRequest] = []
        self.streams = 0
        self.open = 0

    async def plan(self, request: PlanRequest) -> Proposal:
        self.requests.append(request)
        return Proposal("".join(piece for piece in self.drafts.pop(0) if isinstance(piece, str)), "model")

    async def stream(self, request: PlanRequest) -> AsyncGenerator[str | Proposal, None]:
        self.requests.append(request)
        self.streams += 1
        self.open += 1
        draft = self.drafts.pop(0)
        try:
            for piece in draft:
                if isinstance(piece, str):
                    yield piece
                elif isinstance(piece, BaseException):
                    raise piece
                elif isinstance(piece, asyncio.Event):
                    await piece.wait()
                else:
                    await piece()
            yield Proposal("".join(piece for piece in draft if isinstance(piece, str)), "model")
        finally:
            self.open -= 1


class Teller:
    """A solver that gives its answers in order, the last one for ever; an empty one is too little evidence."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers) or ["Done."]

    async def solve(self, request: SolveRequest) -> Draft:
        del request
        text = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return Draft(text or "I do not know.", status="answered" if text else "insufficient")


class Looking:
    """A tool that only reads, and what became of its calls by place. Calls of a place in `slow` never return."""

    def __init__(self, *slow: str) -> None:
        self.slow = set(slow)
        self.started, self.ended, self.cancelled = [], [], []
        self._called = {}

        @tool(effect="read")
        async def look(place: str, after: str = "") -> str:
            """Look somewhere."""
            self.started.append(place)
            self.event(place).set()
            try:
                await asyncio.sleep(100 if place in self.slow else 0)
            except asyncio.CancelledError:
                self.cancelled.append(place)
                raise
            self.ended.append(place)
            return f"{after}{place}"

        self.tool = look

    def event(self, place: str) -> asyncio.Event:
        """Return what is set once the place is looked at."""
        return self._called.setdefault(place, asyncio.Event())


@pytest.fixture
def scribe():
    """Make a planner that streams these drafts."""
    return Scribe


@pytest.fixture
def looking():
    """Make a tool that only reads and tells what became of its calls."""
    return Looking


@pytest.fixture
def streaming_agent(monkeypatch):
    """Make an agent, without a knowledge base, of a planner, tools and options; `answers` are the solver's."""

    def make(planner, *tools, answers=(), fallback=None, **options):
        def composed(**given):
            deps = compose(**given)
            planning = replace(deps.planning, planners=[planner, fallback] if fallback else [planner])
            solving = replace(deps.solving, solver=Teller(*answers), may_revise=True)
            return replace(deps, planning=planning, solving=solving)

        monkeypatch.setattr("graph.agent.compose", composed)
        return Agent(tools=tools, knowledge=None, **options)

    return make


class Child:
    """A script of this folder as a process of its own, with a home, and a ledger in which it notes what it does."""

    def __init__(self, script: str, folder: Path) -> None:
        self.script = Path(__file__).with_name(script)
        self.home, self.ledger = folder / "home", folder / "ledger"
        self.place: Path | str = self.home / "runs.sqlite3"

    def command(self, verb: str, *words: str) -> list[str]:
        database = [self.place] if isinstance(self.place, str) else []
        return [sys.executable, str(self.script), verb, str(self.home), str(self.ledger), *words, *database]

    def run(self, verb: str, *words: str) -> str:
        """Return what it prints."""
        done = subprocess.run(self.command(verb, *words), capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def kill_at(self, times: int, beginning: str, verb: str, *words: str) -> None:
        """Kill it once it has noted so many lines that begin like this."""
        process = subprocess.Popen(self.command(verb, *words))
        deadline = time.monotonic() + 60
        while sum(line.startswith(beginning) for line in self.lines()) < times:
            assert process.poll() is None, "the run ended before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)

    def kill_after(self, seconds: float, verb: str, *words: str) -> bool:
        """Kill it after so long; return whether it was still alive then."""
        process = subprocess.Popen(self.command(verb, *words), stdout=subprocess.DEVNULL)
        try:
            return process.wait(timeout=seconds) != 0
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=10)
            return True

    def lines(self) -> list[str]:
        """Return what it has noted."""
        return self.ledger.read_text().splitlines() if self.ledger.exists() else []


@pytest.fixture
def child_of(tmp_path):
    """Make a process of a script of this folder."""
    return lambda script: Child(script, tmp_path)
