"""`planfirst eval baselines` over two documents and a loopback model."""

import json

import pytest
from typer.testing import CliRunner

from nodes.errors import ConfigurationError, InputError
from planfirst.cli.main import app
from planfirst.loopback import LoopbackServer, Reply, ThreadHost, ToolCall
from retrieval import HashEmbedder, KnowledgeBase

SET = [
    {"id": "io", "kind": "single-hop", "question": "What is the diameter of Io?", "gold": [["3,643 km"]],
     "documents": ["io.md"], "holdout": False},
    {"id": "secret", "kind": "single-hop", "question": "Of which planet is Io a moon?", "gold": [["Jupiter"]],
     "documents": ["io.md"], "holdout": True},
]  # fmt: skip


def rule(request):
    """Search for whoever may, and answer once the passage is there."""
    if "The diameter of Io is 3,643 km." in request.prompt:
        return "The diameter of Io is 3,643 km. [1]"
    if request.tools:
        return Reply(tool_calls=(ToolCall("search", {"query": "diameter of Io"}),))
    if "#E1" in request.prompt:
        return '#E1 = search(query="diameter of Io")'
    return "1. Search for Io." if "numbered" in request.prompt else "NOT ENOUGH EVIDENCE"


@pytest.fixture
def questions(tmp_path, own_home, monkeypatch):
    """A knowledge base in the home, and the path of questions over it."""
    monkeypatch.setattr("retrieval.knowledge.default_embedder", lambda cache: HashEmbedder())
    (tmp_path / "io.md").write_text("# Io\n\nIo is a moon of Jupiter. The diameter of Io is 3,643 km.\n")
    with KnowledgeBase(own_home / "knowledge") as knowledge:
        knowledge.ingest([tmp_path / "io.md"])
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, SET)))
    return path


def test_every_system_is_asked_and_summed_up(questions, monkeypatch):
    monkeypatch.setenv("PLANFIRST_MODEL", "m")
    monkeypatch.setenv("OPENAI_API_KEY", "unused")
    with ThreadHost(LoopbackServer({"m": rule})) as server:
        monkeypatch.setenv("PLANFIRST_BASE_URL", server.base_url)
        done = CliRunner().invoke(app, ["eval", "baselines", str(questions), "--json"], catch_exceptions=False)
        shown = CliRunner().invoke(app, ["eval", "baselines", str(questions)], catch_exceptions=False)
    rows = json.loads(done.stdout)
    assert {name: (row["n"], row["right"], row["refused"], row["model_calls"]) for name, row in rows.items()} == {
        "planfirst": (1, 1, 0, 2),
        "react": (1, 1, 0, 2),
        "react-parallel": (1, 1, 0, 2),
        "plan-and-execute": (1, 1, 0, 3),
        "direct": (1, 0, 1, 1),
    }
    assert sum(row["tokens"] for row in rows.values()) * 2 == sum(e.usage["total_tokens"] for e in server.log.exchanges)
    assert [line.split()[:3] for line in shown.stdout.splitlines()][1:3] == [
        ["planfirst", "1", "1"],
        ["react", "1", "1"],
    ]


def test_without_a_model_it_says_which_setting_is_missing(questions):
    done = CliRunner().invoke(app, ["eval", "baselines", str(questions)])
    assert isinstance(done.exception, InputError)
    assert "PLANFIRST_MODEL" in str(done.exception)


def test_without_a_key_it_says_so(questions, monkeypatch):
    monkeypatch.setenv("PLANFIRST_MODEL", "m")
    done = CliRunner().invoke(app, ["eval", "baselines", str(questions)])
    assert isinstance(done.exception, ConfigurationError)
    assert "OPENAI_API_KEY" in str(done.exception)
