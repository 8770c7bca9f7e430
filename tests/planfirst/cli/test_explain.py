"""`planfirst explain` as a person and a program meet it: real runs, real processes, plain when piped, never obeyed."""

import io
import json
import os
import subprocess
import sys

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from graph.explanation import explain as explain_record
from graph.runs import RunRecord
from planfirst import Agent
from planfirst.cli import explain as command
from retrieval import HashEmbedder, KnowledgeBase

EVIL = "[bold]Evil[/] \x1b]0;owned\x07 title \x9b31m"


def explain(home, *arguments: str, command: str = "explain") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "planfirst", command, *arguments],
        env={**os.environ, "PLANFIRST_HOME": str(home)}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def run(own_home, tmp_path):
    """Ask the embedded default over a document, in the test's home; return the run's id."""

    def ask(document: str, question: str) -> str:
        (tmp_path / "planets.md").write_text(document)
        with KnowledgeBase(tmp_path / "knowledge", embedder=HashEmbedder()) as knowledge:
            knowledge.ingest([tmp_path / "planets.md"])
            return Agent(knowledge=knowledge).ask(question).run_id

    return ask


PLANETS = "# Planets\n\nThe diameter of Jupiter is 142,984 km.\n\nThe diameter of Earth is 12,756 km.\n"
RATIO = "How many times larger is Jupiter's diameter than Earth's?"


def test_a_pipe_gets_whole_plain_lines(run, own_home):
    done = explain(own_home, run(PLANETS, RATIO)[:6])
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == RATIO
    assert "\x1b" not in done.stdout
    (computed,) = [line for line in lines if "142984 km / 12756 km = 11.21: computed" in line]
    (quoted,) = [line for line in lines if "“The diameter of Earth is 12,756 km.”" in line]
    assert lines.index(computed) < lines.index(quoted)
    assert any("planets.md, characters " in line and "found by #E1" in line and "read by" in line for line in lines)
    assert any("looked up the diameter of Jupiter" in line and line.endswith("for #E6") for line in lines)


def test_json_is_one_object(run, own_home):
    explanation = json.loads(explain(own_home, run(PLANETS, RATIO), "--json").stdout)
    assert explanation["sentences"][0]["bases"][0]["match"] == "working"
    assert {step["status"] for step in explanation["steps"]} == {"ok"}


def test_an_unknown_run_is_one_sentence(own_home):
    done = explain(own_home, "nope")
    assert (done.returncode, done.stdout) == (2, "")
    assert "planfirst runs" in done.stderr


def test_documents_and_models_can_neither_style_nor_steer_the_terminal(run, own_home):
    run_id = run(
        f"# {EVIL}\n\nThe diameter of Jupiter is 5 km \x1b[2J :smile: [red]wide[/red].\n", "Jupiter's diameter?"
    )
    done = explain(own_home, run_id)
    assert done.returncode == 0, done.stderr
    assert "[bold]Evil[/]" in done.stdout
    assert ":smile: [red]wide[/red]" in done.stdout
    assert not {"\x1b", "\x07", "\x9b"} & set(done.stdout)
    assert not {"\x1b", "\x07", "\x9b"} & set(explain(own_home, run_id, command="show").stdout)
    written = explain(own_home, run_id, "--json").stdout
    assert not {"\x1b", "\x07", "\x9b"} & set(written)
    assert "\x9b" in json.loads(written)["sentences"][0]["citations"][0]["place"]["title"]


def test_a_terminal_gets_lines_that_fit(monkeypatch, run):
    console = Console(file=io.StringIO(), force_terminal=True, width=60, highlight=False, soft_wrap=True)
    monkeypatch.setattr(command, "out", console)
    command.print_explanation(Agent(knowledge=None).explain(run(PLANETS, RATIO)))
    lines = console.file.getvalue().splitlines()
    assert max(cell_len(Text.from_ansi(line).plain) for line in lines) <= 60
    assert any("\x1b[" in line for line in lines)


def test_what_is_unsupported_failed_and_unfinished_is_said(monkeypatch, capsys):
    replies = ['#E1 = calculate(expression="1 / 0")\n#E2 = calculate(expression="#E1 + 1")', "It is blue. [7]"]
    model = GenericFakeChatModel(messages=iter([AIMessage(reply) for reply in replies]))
    agent = Agent(model, knowledge=None)
    command.print_explanation(agent.explain(agent.ask("q").run_id))
    shown = capsys.readouterr().out
    for words in (
        "✗ It is blue.", "rests on nothing that the run gathered", "✗ #E1 calculate · failed", "- #E2 calculate",
        "was to compute 1 / 0, for #E2", "• #E1 (calculate) failed: ", "• #E2 was skipped", "1 citation marker pointed",
    ):  # fmt: skip
        assert words in shown
    waiting = Agent(knowledge=None, review=True)
    command.print_explanation(waiting.explain(waiting.ask("What is 15 % of 80?").run_id))
    shown = capsys.readouterr().out
    assert "There is no answer yet" in shown
    assert "--approve` or `planfirst resume" in shown
    assert "is to compute" in shown


def test_a_run_without_a_step_or_without_a_plan_says_so(capsys):
    model = GenericFakeChatModel(messages=iter([AIMessage("Plan: none"), AIMessage("Paris.")]))
    direct = Agent(model, knowledge=None)
    command.print_explanation(direct.explain(direct.ask("What is the capital of France?").run_id))
    assert "The plan has no steps; the question was answered directly" in capsys.readouterr().out
    record = RunRecord("r1", "r1", "q", tools={}, prompt_version="1", mode="extractive")
    command.print_explanation(explain_record(record))
    shown = capsys.readouterr().out
    assert "There is no plan yet" in shown
    assert "`planfirst resume r1`" in shown
