"""The home and the runs in it: looked at, and not one file changed."""

import asyncio
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from graph.migrations import MIGRATIONS
from nodes.errors import CheckpointError
from planfirst import Agent
from planfirst.doctor import home as checks
from planfirst.doctor.home import check_home, check_runs
from planfirst.doctor.values import Case, case_of_environment


def levels(findings) -> list[str]:
    return [finding.level for finding in findings]


def test_a_home_that_is_not_there_yet_is_not_made(case, own_home):
    assert levels(check_home(case())) == ["note", "ok"]
    assert not own_home.exists()


def test_a_home_that_can_be_written_is_left_as_it_was(case, own_home):
    own_home.mkdir()
    assert levels(check_home(case())) == ["ok", "ok"]
    assert list(own_home.iterdir()) == []


def test_a_home_that_is_a_file_is_a_problem_and_the_rest_is_not_asked(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PLANFIRST_HOME", str(tmp_path / "file"))
    case = case_of_environment()
    (finding,) = check_home(case)
    assert (finding.level, "is a file" in finding.message) == ("problem", True)
    assert list(check_runs(case)) == []


@pytest.mark.skipif(sys.platform != "linux", reason="the folder that nobody can write is Linux's own")
@pytest.mark.parametrize("home", ["/proc", "/proc/self/no/such"])
def test_a_home_that_cannot_be_written_is_a_problem_with_its_mend(case, home):
    finding, _ = check_home(case(home=Path(home)))
    assert (finding.level, "PLANFIRST_HOME" in finding.mend) == ("problem", True)


@pytest.mark.parametrize(("little", "tight", "level"), [(0, 1 << 80, "warning"), (1 << 80, 1 << 80, "problem")])
def test_little_room_is_told(case, monkeypatch, little, tight, level):
    monkeypatch.setattr(checks, "LITTLE", little)
    monkeypatch.setattr(checks, "TIGHT", tight)
    _, room = check_home(case())
    assert (room.level, "free some space" in room.mend) == (level, True)


def test_no_runs_yet(case, own_home):
    assert levels(check_runs(case())) == ["note"]
    own_home.mkdir()
    sqlite3.connect(own_home / "runs.sqlite3").close()
    assert levels(check_runs(case())) == ["note"]


def test_runs_are_counted_and_the_newest_unfinished_is_named(case, own_home, snapshot):
    asyncio.run(Agent(knowledge=None).aask("What is 15 % of 80?"))
    assert levels(check_runs(case())) == ["ok", "ok"]
    waiting = asyncio.run(Agent(knowledge=None, review=True).aask("What is 15 % of 90?"))
    before = snapshot(own_home)
    _, runs = check_runs(case())
    assert snapshot(own_home) == before
    assert (runs.level, runs.mend) == ("note", f"planfirst resume {waiting.run_id}")
    assert "1 of 2 are unfinished" in runs.message
    assert "awaiting review" in runs.message


@pytest.mark.parametrize(("step", "level"), [(1, "problem"), (-1, "note")])
def test_another_schema_is_told_apart(case, own_home, step, level):
    own_home.mkdir()
    with sqlite3.connect(own_home / "runs.sqlite3") as connection:
        connection.execute("CREATE TABLE planfirst_schema (version INTEGER PRIMARY KEY, applied_at REAL NOT NULL)")
        connection.execute("INSERT INTO planfirst_schema VALUES (?, 0)", [len(MIGRATIONS) + step])
    connection.close()
    assert levels(check_runs(case())) == [level]


def test_a_damaged_run_database_says_what_to_do(case, own_home):
    own_home.mkdir()
    (own_home / "runs.sqlite3").write_bytes(b"no database at all, " * 200)
    with pytest.raises(CheckpointError, match="move it away"):
        list(check_runs(case()))


def test_a_case_without_settings_has_no_model():
    assert Case(None, {}, trouble="no").models == ()


def test_runs_on_a_server_are_counted_and_a_server_that_is_away_is_an_error(case, postgres_server):
    def at(url):
        return replace(case(), settings=replace(case().settings, database_url=url))

    assert levels(check_runs(at(postgres_server.new_url()))) == ["ok", "ok"]
    with pytest.raises(CheckpointError, match="see that the server runs"):
        list(check_runs(at("postgresql://127.0.0.1:1/d")))
