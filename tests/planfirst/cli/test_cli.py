"""The command line as a person and a program meet it: real processes, output, exit codes, Ctrl-C."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from retrieval import KnowledgeBase
from retrieval.documents.registry import is_supported

CORPUS = Path(__file__).resolve().parents[3] / "data" / "corpus"
DOCUMENTS = sum(is_supported(path) for path in CORPUS.iterdir())


@pytest.fixture(scope="session")
def ingested(tmp_path_factory):
    """A home with the sample corpus, ingested once by the command itself."""
    home = tmp_path_factory.mktemp("ingested") / "home"
    done = planfirst("ingest", str(CORPUS), "--collection", "planets", "--describe", "the Solar System", home=home)
    assert done.returncode == 0, done.stderr
    assert f"{DOCUMENTS} added" in done.stdout
    return home


@pytest.fixture
def home(ingested, tmp_path):
    """A copy of that home for one test."""
    return Path(shutil.copytree(ingested, tmp_path / "home", dirs_exist_ok=True))


def planfirst(*arguments: str, home: Path, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "planfirst", *arguments],
        env={**os.environ, "PLANFIRST_HOME": str(home)},
        capture_output=True, text=True, timeout=600, check=False, **options,
    )  # fmt: skip


def fails(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """The command failed in one sentence, without a traceback."""
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith("error: ")
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    for word in words:
        assert word in done.stderr


def test_ask_prints_the_answer_its_citations_and_the_mode(home):
    done = planfirst("ask", "What is the mass of Saturn?", home=home)
    assert done.returncode == 0, done.stderr
    assert "5.683 × 10^26 kg" in done.stdout
    assert "[1]" in done.stdout
    assert "characters" in done.stdout
    assert "extractive mode" in done.stdout
    assert "\x1b" not in done.stdout
    assert done.stderr == ""


def test_json_is_one_object_whose_quotes_can_be_opened(home):
    done = planfirst("ask", "How many times larger is Jupiter's equatorial diameter than Earth's?", "--json", home=home)
    result = json.loads(done.stdout)
    assert (result["status"], result["mode"]) == ("done", "extractive")
    assert result["citations"]
    with KnowledgeBase(home / "knowledge") as knowledge:
        for citation in result["citations"]:
            text = knowledge.document_text(citation["document"])
            assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert [step["tool"] for step in result["plan"]].count("calculate") == 1
    assert all(evidence["status"] == "ok" for evidence in result["evidence"])


def test_what_is_not_there_is_said_and_is_no_failure(home):
    done = planfirst("ask", "Who won the football world cup in 1998?", home=home)
    assert done.returncode == 0
    assert "do not say" in done.stdout


def test_runs_show_and_follow_up(home):
    first = json.loads(planfirst("ask", "What is the mass of Saturn?", "--json", home=home).stdout)
    follow = planfirst("ask", "And of Jupiter?", "--follow", first["run_id"][:6], "--json", home=home)
    assert json.loads(follow.stdout)["run_id"] != first["run_id"]
    listed = planfirst("runs", home=home).stdout
    assert first["run_id"] in listed
    assert "What is the mass of Saturn?" in listed
    shown = planfirst("show", first["run_id"], home=home).stdout
    assert "#E1 = " in shown
    assert first["answer"].splitlines()[0] in shown


def test_runs_are_deleted_and_pruned(tmp_path):
    for number in (1, 2, 3):
        assert planfirst("ask", f"What is 2 + {number}?", home=tmp_path).returncode == 0
    listed = json.loads(planfirst("runs", "--json", home=tmp_path).stdout)
    first = listed[-1]["id"]
    assert planfirst("runs", "delete", first, home=tmp_path).stdout == f"deleted {first}\n"
    fails(planfirst("runs", "delete", first, home=tmp_path), 2, first)
    assert planfirst("runs", "prune", "--keep", "1", home=tmp_path).stdout.startswith("1 runs deleted, ")
    assert listed[0]["id"] in planfirst("runs", "--limit", "5", home=tmp_path).stdout
    assert b"2 + 1" not in (tmp_path / "runs.sqlite3").read_bytes()


def test_plan_shows_the_steps_and_runs_nothing(home):
    done = planfirst("plan", "Which planet is larger, Uranus or Neptune?", home=home)
    assert done.stdout.startswith("#E1 = search(")
    assert "no runs yet" in planfirst("runs", home=home).stdout


def test_review_waits_and_resume_goes_on(home):
    waiting = planfirst("ask", "What is the mass of Saturn?", "--review", "--json", home=home)
    assert waiting.returncode == 3
    run = json.loads(waiting.stdout)["run_id"]
    assert "waits for review" in planfirst("resume", run, home=home).stdout
    done = planfirst("resume", run, "--approve", home=home)
    assert done.returncode == 0, done.stderr
    assert "kg" in done.stdout


def test_an_unchanged_folder_is_not_read_again_and_faults_are_told_by_file(home, tmp_path):
    again = planfirst("ingest", str(CORPUS), "--collection", "planets", "--json", home=home)
    assert json.loads(again.stdout)["unchanged"] == DOCUMENTS
    (tmp_path / "binary.md").write_bytes(b"\x00\x01\x02" * 1000)
    (tmp_path / "good.md").write_text("# Good\n\nThis is good.\n")
    mixed = planfirst("ingest", str(tmp_path / "binary.md"), str(tmp_path / "good.md"), home=home)
    assert mixed.returncode == 4
    assert "1 added" in mixed.stdout
    assert "binary.md" in mixed.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ask", ""], ["empty"]),
        (["ask", "x" * 100_000], ["question_chars", "20000"]),
        (["show", "nope"], ["nope", "planfirst runs"]),
        (["resume", "nope"], ["nope", "planfirst runs"]),
        (["resume", "nope", "--approve", "--reject"], ["exclude"]),
        (["ask", "q", "--follow", "nope"], ["nope"]),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(tmp_path, arguments, words):
    fails(planfirst(*arguments, home=tmp_path), 2, *words)


def test_a_corrupt_run_database_is_named_and_kept(tmp_path):
    path = tmp_path / "runs.sqlite3"
    path.write_bytes(b"no database at all, " * 200)
    before = path.read_bytes()
    fails(planfirst("ask", "What is 2 + 2?", home=tmp_path), 1, "runs.sqlite3", "move it away")
    assert path.read_bytes() == before


def test_a_corrupt_index_is_named_and_kept(home):
    path = next(home.rglob("knowledge.sqlite3"))
    for extra in path.parent.glob("knowledge.sqlite3-*"):
        extra.unlink()
    path.write_bytes(b"no database at all, " * 200)
    done = planfirst("ask", "What is the mass of Saturn?", home=home)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert path.read_bytes().startswith(b"no database")


def test_a_home_that_is_a_file_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    fails(planfirst("ask", "What is 2 + 2?", home=tmp_path / "file"), 1, "is a file")


def test_ctrl_c_leaves_a_run_that_resume_finishes(home):
    process = subprocess.Popen(
        [sys.executable, "-m", "planfirst", "ask", "What is the mass of Saturn?"],
        env={**os.environ, "PLANFIRST_HOME": str(home)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not (home / "runs.sqlite3").exists() or "running" not in _statuses(home):
        assert process.poll() is None, "the run ended before it could be interrupted"
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "planfirst resume" in said
    assert "Traceback" not in said
    run = said.split("planfirst resume ")[1].split("`")[0]
    done = planfirst("resume", run, home=home)
    assert done.returncode == 0, done.stderr
    assert "kg" in done.stdout


def _statuses(home: Path) -> list[str]:
    with sqlite3.connect(home / "runs.sqlite3", timeout=10) as connection:
        exists = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchone()
        return [row[0] for row in connection.execute("SELECT status FROM runs")] if exists else []


def test_version_and_help_cost_nothing_heavy(tmp_path):
    assert planfirst("--version", home=tmp_path).stdout.strip() == "0.1.0"
    assert "Exit codes" in planfirst("--help", home=tmp_path).stdout


def test_doctor_finds_nothing_wrong_and_changes_no_file(home, monkeypatch):
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:1")
    planfirst("ask", "What is the mass of Saturn?", home=home)
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    done = planfirst("doctor", home=home)
    assert done.returncode == 0, done.stdout
    assert "embeds offline, in 384 dimensions" in done.stdout
    assert f"holds {DOCUMENTS} documents" in done.stdout
    assert "problem" not in done.stdout
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before


def test_examples_are_added_listed_and_removed(own_home, tmp_path):
    plan = tmp_path / "plan.txt"
    plan.write_text('1. calculate("6 * 7")')
    added = json.loads(
        planfirst("examples", "add", "What is 6 times 7?", "--plan", str(plan), "--json", home=own_home).stdout
    )
    assert added["plan"] == '#E1 = calculate(expression="6 * 7")'
    listed = planfirst("examples", "list", home=own_home)
    assert "What is 6 times 7?" in listed.stdout
    assert planfirst("examples", "remove", added["id"][:5], home=own_home).returncode == 0
    assert "no examples yet" in planfirst("examples", "list", home=own_home).stdout


def test_the_plan_of_a_run_becomes_an_example_and_bad_ones_are_refused(own_home):
    asked = json.loads(planfirst("ask", "What is 6 times 7?", "--json", home=own_home).stdout)
    assert planfirst("examples", "add", "--run", asked["run_id"], home=own_home).returncode == 0
    (kept,) = json.loads(planfirst("examples", "list", "--json", home=own_home).stdout)
    assert (kept["question"], kept["plan"]) == ("What is 6 times 7?", '#E1 = calculate(expression="6 * 7")')
    fails(planfirst("examples", "add", "q", home=own_home), 2, "--plan FILE")
    fails(planfirst("examples", "add", "q", "--plan", "-", home=own_home, input="#E1 = treble(x=1)"), 1, "treble")
    fails(planfirst("examples", "remove", "zzz", home=own_home), 2, "examples list")
