"""Review and approval at a real terminal, and by options where there is none."""

import importlib.util
import json
import stat
import sys
from pathlib import Path

import pytest

spec = importlib.util.spec_from_file_location("terminal", Path(__file__).with_name("terminal.py"))
terminal = importlib.util.module_from_spec(spec)
spec.loader.exec_module(terminal)

PLAN = '#E1 = look(place="the harbour")\n#E2 = send(to="ann", text=#E1)\n#E3 = send(to="bob", text="hello")'
QUESTION = "Look at the harbour and tell ann"


@pytest.fixture
def at_terminal(app):
    return lambda *arguments: terminal.Terminal(app.command(*arguments), app.environment)


@pytest.fixture
def writing(app):
    """An app whose steps that write wait for a person."""
    app.plan, app.options = PLAN, {"approve": "write"}
    return app


def pending(done) -> dict:
    result = json.loads(done.stdout)
    return {request["step"]: request for request in result["pending"]}


def test_a_plan_is_approved_at_the_terminal(app, at_terminal):
    app.plan = '#E1 = look(place="x")'
    with at_terminal("ask", "q", "--review") as shown:
        assert '#E1 = look(place="x")' in shown.expect("Carry this plan out?")
        assert app.lines() == []
        shown.type("perhaps")
        shown.expect("answer with approve")
        shown.type("a")
        assert shown.end() == 0
        assert "All is done." in shown.shown
    assert app.lines() == ["look x"]


def test_a_plan_is_rejected_or_left_for_later(app, at_terminal):
    app.plan = '#E1 = look(place="x")'
    with at_terminal("ask", "q", "--review") as shown:
        shown.expect("Carry this plan out?")
        shown.type("later")
        assert shown.end() == 3
        run = shown.shown.split("planfirst resume ")[1].split()[0]
    with at_terminal("resume", run) as shown:
        shown.expect("Carry this plan out?")
        shown.type("r")
        assert shown.end() == 1
        assert "rejected in review" in shown.shown
    assert app.lines() == []


def editor(folder: Path, *texts: str) -> Path:
    """Make an editor that writes these texts, one a call, and keeps what it was given."""
    script = folder / "editor.py"
    script.write_text(
        f"#!{sys.executable}\n"
        "import sys, pathlib\n"
        f"kept = pathlib.Path({str(folder)!r})\n"
        "n = len(list(kept.glob('given*')))\n"
        "file = pathlib.Path(sys.argv[1])\n"
        "(kept / f'given{n}').write_text(file.read_text())\n"
        f"file.write_text({list(texts)!r}[n])\n"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def test_a_plan_is_edited_until_it_is_valid(app, at_terminal, tmp_path, monkeypatch):
    app.plan = '#E1 = look(place="x")'
    broken, mended = '#E1 = look(place="y")\n#E2 = treble(x=1)\n', '## a note\n#E1 = look(place="y")\n'
    monkeypatch.setenv("EDITOR", str(editor(tmp_path, broken, mended)))
    monkeypatch.delenv("VISUAL", raising=False)
    with at_terminal("ask", "q", "--review") as shown:
        shown.expect("Carry this plan out?")
        shown.type("edit")
        shown.expect("The plan has problems:")
        shown.expect("treble")
        assert shown.end() == 0, shown.shown
    assert (tmp_path / "given0").read_text() == '#E1 = look(place="x")\n'
    assert "## line 2" in (tmp_path / "given1").read_text()
    assert "treble(x=1)" in (tmp_path / "given1").read_text()
    assert app.lines() == ["look y"]


def test_without_a_terminal_the_ways_on_are_printed_and_a_plan_is_edited_by_file(app, tmp_path):
    app.plan = '#E1 = look(place="x")'
    waiting = app.run("ask", "q", "--review")
    assert waiting.returncode == 3
    run = waiting.stdout.split("planfirst resume ")[1].split()[0]
    assert "--edit FILE" in waiting.stdout
    plan = tmp_path / "edited.plan"
    plan.write_text("#E1 = treble(x=1)\n")
    broken = app.run("resume", run, "--edit", str(plan))
    assert (broken.returncode, "treble" in broken.stdout) == (3, True)
    plan.write_text('#E1 = look(place="z")\n')
    assert app.run("resume", run, "--edit", str(plan)).returncode == 0
    assert app.lines() == ["look z"]


def test_steps_are_approved_at_the_terminal_with_the_origin_of_each_argument(writing, at_terminal):
    with at_terminal("ask", QUESTION) as shown:
        asked = shown.expect("May step #E2 be done")
        assert 'to = "ann"' in asked
        assert '"ann", from the question' in asked
        assert "#E1, what look returned" in asked
        shown.type("a")
        assert '"hello", written by the planner' in shown.expect("May step #E3 be done")
        shown.type("r")
        shown.expect("Why not")
        shown.type("bob is away")
        assert shown.end() == 4
        assert "#E3 (send) denied: a person did not approve this step: bob is away" in shown.shown
    assert writing.lines() == ["look the harbour", "send ann: seen the harbour"]


def test_steps_are_answered_by_name_and_shown_until_then(writing):
    waiting = writing.run("ask", QUESTION, "--json")
    assert waiting.returncode == 3
    requests = pending(waiting)
    run = json.loads(waiting.stdout)["run_id"]
    shown = writing.run("show", run).stdout
    assert f"--approve E2@{requests['E2']['fingerprint'][:8]} --reject E3@" in shown
    assert "from the question" in shown
    partly = writing.run("resume", run, "--approve", "E2", "--json")
    assert pending(partly).keys() == {"E3"}
    done = writing.run("resume", run, "--reject", f"E3@{requests['E3']['fingerprint'][:6]}", "--reason", "no")
    assert done.returncode == 4
    assert "did not approve this step: no" in done.stdout
    assert writing.lines() == ["look the harbour", "send ann: seen the harbour"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--approve", "E9"], "nothing waits for a decision as E9"),
        (["--approve", "E2@0000"], "not E2@0000 any more"),
        (["--approve", "E2", "--reject", "E2"], "exclude"),
        (["--approve", "--edit", "x"], "exclude"),
        (["--reason", "because"], "--reject"),
        (["--edit", "/nowhere/at/all"], "cannot be read"),
    ],
)
def test_a_decision_that_does_not_fit_changes_nothing(writing, options, words):
    run = json.loads(writing.run("ask", QUESTION, "--json").stdout)["run_id"]
    done = writing.run("resume", run, *options)
    assert (done.returncode, words in done.stderr) == (2, True), done.stderr
    assert pending(writing.run("show", run, "--json")).keys() == {"E2", "E3"}


def test_both_options_may_stand_alone_before_the_run(writing):
    run = json.loads(writing.run("ask", QUESTION, "--json").stdout)["run_id"]
    assert writing.run("resume", "--approve", run).returncode == 0
    assert len(writing.lines()) == 3


def test_what_has_expired_is_a_no(writing):
    writing.options["expires"] = 0.001
    run = json.loads(writing.run("ask", QUESTION, "--json").stdout)["run_id"]
    assert "expired" in writing.run("show", run).stdout
    done = writing.run("resume", run, "--approve")
    assert done.returncode == 4
    assert "before the request for it expired" in done.stdout
    assert writing.lines() == ["look the harbour"]


def test_an_editor_that_is_not_there_is_named(app, at_terminal, monkeypatch):
    app.plan = '#E1 = look(place="x")'
    monkeypatch.setenv("EDITOR", "/no/such/editor")
    monkeypatch.delenv("VISUAL", raising=False)
    with at_terminal("ask", "q", "--review") as shown:
        shown.expect("Carry this plan out?")
        shown.type("e")
        assert shown.end() == 2
        assert "name one in EDITOR" in shown.shown


def test_what_a_tool_asks_itself_is_shown_and_its_answer_passed_on(app, at_terminal):
    app.plan = '#E1 = enquire(what="who?")\n#E2 = look(place=#E1)'
    with at_terminal("ask", "q") as shown:
        assert '"what": "who?"' in shown.expect("Answer (Enter")
        shown.type("ann")
        assert shown.end() == 0, shown.shown
    assert app.lines() == ["look who? ann"]
