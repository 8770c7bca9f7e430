"""`planfirst doctor` as a person and a program meet it: real processes, exit codes, no secret, nothing changed."""

import json
import os
import subprocess
import sys

import pytest

KEY = "sk-very-secret"


@pytest.fixture
def doctor(tmp_path):
    """Run the command with a home and more of an environment."""

    def run(*arguments: str, home, **more: str) -> subprocess.CompletedProcess[str]:
        given = {**os.environ, "PLANFIRST_HOME": str(home), "OLLAMA_HOST": "127.0.0.1:1", **more}
        return subprocess.run(
            [sys.executable, "-m", "planfirst", "doctor", *arguments],
            env=given, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    return run


def test_a_fresh_installation_is_fine_and_a_pipe_gets_plain_lines(doctor, tmp_path):
    done = doctor(home=tmp_path / "new", OPENAI_API_KEY=KEY)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    for words in (
        "✓ Python: 3.",
        "✓ packages: all",
        "• home: ",
        "• knowledge base: ",
        "OPENAI_API_KEY is set",
        "notes",
    ):
        assert words in done.stdout
    assert KEY not in done.stdout
    assert not (tmp_path / "new").exists()


def test_problems_are_told_with_their_mends_and_exit_code_1(doctor, tmp_path):
    (tmp_path / "file").write_text("")
    done = doctor("--json", home=tmp_path / "file")
    assert (done.returncode, done.stderr) == (1, "")
    report = json.loads(done.stdout)
    assert report["ok"] is False
    (problem,) = [finding for finding in report["findings"] if finding["level"] == "problem"]
    assert (problem["subject"], problem["mend"]) == ("home", "export PLANFIRST_HOME=FOLDER")
    assert {"Python", "packages", "names", "checkpoints"} <= {finding["subject"] for finding in report["findings"]}


def test_a_model_out_of_reach_is_a_problem_that_shows_no_key(doctor, tmp_path):
    more = {"PLANFIRST_MODEL": "m", "PLANFIRST_BASE_URL": f"http://u:{KEY}@127.0.0.1:1/v1", "OPENAI_API_KEY": KEY}
    done = doctor(home=tmp_path, **more)
    assert done.returncode == 1
    assert "✗ model: m at http://127.0.0.1:1/v1 (every role) refuses the connection" in done.stdout
    assert "1 problem" in done.stdout
    assert KEY not in done.stdout + done.stderr


def test_a_damaged_run_database_and_a_checkpoint_setting_are_told(doctor, tmp_path):
    (tmp_path / "runs.sqlite3").write_bytes(b"no database at all, " * 200)
    done = doctor(home=tmp_path, LANGGRAPH_STRICT_MSGPACK="false")
    assert done.returncode == 1
    assert "✗ runs: " in done.stdout
    assert "move it away" in done.stdout
    assert "! checkpoints: " in done.stdout
    assert "export LANGGRAPH_STRICT_MSGPACK=true" in done.stdout
