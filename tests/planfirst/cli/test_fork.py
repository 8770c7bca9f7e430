"""`show --history`, `fork` and `diff` as a person and a program meet them: real processes, without a model."""

import json
import os
import shlex
import subprocess
import sys

import pytest

QUESTION = "What is 15 % of 80?"


def planfirst(*arguments: str, home, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "planfirst", *arguments],
        env={**os.environ, "PLANFIRST_HOME": str(home), **environment},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """A home in which one question was asked, and its result."""
    home = tmp_path_factory.mktemp("asked") / "home"
    done = planfirst("ask", QUESTION, "--json", home=home)
    assert done.returncode == 0, done.stderr
    return home, json.loads(done.stdout)


def editor_of(tmp_path, *edits: tuple[str, str]) -> str:
    """Return an EDITOR that makes one replacement each time it is opened, and keeps what it was shown."""
    script = tmp_path / "editor.py"
    script.write_text(
        "import pathlib, sys\n"
        f"edits, seen = {edits!r}, pathlib.Path({str(tmp_path)!r}).glob('seen*')\n"
        "number, file = len(list(seen)), pathlib.Path(sys.argv[1])\n"
        "text = file.read_text()\n"
        f"pathlib.Path({str(tmp_path)!r}, f'seen{{number}}').write_text(text)\n"
        "file.write_text(text.replace(*edits[number]))\n"
    )
    return f"{shlex.quote(sys.executable)} {shlex.quote(str(script))}"


def test_history_lists_what_each_checkpoint_holds(asked):
    home, run = asked
    done = planfirst("show", run["run_id"], "--history", home=home)
    assert done.returncode == 0, done.stderr
    heading, *lines = done.stdout.splitlines()
    assert heading.split() == ["at", "checkpoint", "when", "(UTC)", "after", "next", "holds"]
    assert [line.split()[0] for line in lines] == [str(number) for number in range(1, len(lines) + 1)]
    assert "the answer “12" in lines[-1]
    listed = json.loads(planfirst("show", run["run_id"], "--history", "--json", home=home).stdout)
    assert [each["id"] for each in listed] == [line.split()[1] for line in lines]


def test_an_edited_plan_is_opened_again_until_it_is_valid(asked, tmp_path):
    home, run = asked
    editor = editor_of(tmp_path, ("calculate(", "reckon("), ('reckon(expression="', 'calculate(expression="80 - '))
    done = planfirst("fork", run["run_id"], "--edit-plan", home=home, EDITOR=editor, VISUAL=editor)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("68")
    assert f"made from run {run['run_id']}, the plan edited" in done.stdout
    assert "to run #E1" in done.stderr
    assert "NOT VALID" not in (tmp_path / "seen0").read_text()
    again = (tmp_path / "seen1").read_text()
    assert again.startswith("# NOT VALID: line 1")
    assert "reckon(" in again


def test_a_plan_that_is_not_saved_changes_nothing(asked):
    home, run = asked
    done = planfirst("fork", run["run_id"], "--edit-plan", home=home, EDITOR="true", VISUAL="true")
    assert (done.returncode, "not saved" in done.stderr) == (2, True)
    done = planfirst("fork", run["run_id"], "--edit-plan", home=home, EDITOR="false", VISUAL="false")
    assert (done.returncode, "--plan FILE" in done.stderr) == (2, True)


def test_a_value_is_set_and_shown_as_a_persons(asked):
    home, run = asked
    done = planfirst("fork", run["run_id"], "--set", "E1=13", "--json", home=home)
    assert done.returncode == 0, done.stderr
    forked = json.loads(done.stdout)
    assert forked["answer"] == "13 [E1]"
    assert forked["cited_steps"] == [{"id": "E1", "tool": "calculate", "value": "13 (set by a person)"}]
    assert forked["forked_from"] == run["run_id"]
    shown = planfirst("show", forked["run_id"], home=home).stdout
    assert "ok, set by a person: 13" in shown
    assert f"made from run {run['run_id']}, #E1 set by a person" in shown
    history = planfirst("show", run["run_id"], "--history", home=home).stdout.splitlines()
    assert "made from it: run" in history[-1]
    assert forked["run_id"] in history[-1]
    explained = planfirst("explain", forked["run_id"], home=home).stdout
    assert "13 (set by a person)" in explained
    told = planfirst("diff", run["run_id"], forked["run_id"], home=home).stdout.splitlines()
    assert "-     ok: 12" in [line.rstrip() for line in told]
    assert "+     ok, set by a person: 13" in told
    difference = json.loads(planfirst("diff", run["run_id"], forked["run_id"], "--json", home=home).stdout)
    assert [step["way"] for step in difference["steps"]] == ["value"]
    assert difference["same_answer"] is False


def test_a_plan_from_a_file_at_a_checkpoint_takes_over_what_did_not_change(asked, tmp_path):
    home, run = asked
    (step,) = run["plan"]
    file = tmp_path / "plan"
    file.write_text(
        f'#E1 = calculate(expression={step["args"]["expression"]!r})\n#E2 = calculate(expression="80 - #E1")'
    )
    done = planfirst("fork", run["run_id"], "--at", "3", "--plan", str(file), "--json", home=home)
    assert done.returncode == 0, done.stderr
    evidence = json.loads(done.stdout)["evidence"]
    assert [(each["value"], each["carried_from"]) for each in evidence] == [(12, run["run_id"]), (68, None)]
    assert json.loads(done.stdout)["answer"] == "68 (80 - 12 = 68) [E2]"  # a person vouches for the plan's figures


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--set", "E1"), "is no assignment"),
        (("--set", "E1=blue"), "'E1=\"blue\"'"),
        (("--set", "E7=1"), "has no step E7; it has E1"),
        (("--at", "77", "--set", "E1=1"), "--history"),
        ((), "nothing would be done anew"),
        (("--edit-plan", "--plan", "x"), "exclude each other"),
        (("--plan", "/nowhere/plan"), "cannot be read"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_sentence(asked, options, words):
    home, run = asked
    done = planfirst("fork", run["run_id"], *options, home=home)
    assert done.returncode == 2, done.stderr
    assert words in " ".join(done.stderr.split())
