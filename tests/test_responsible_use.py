"""What the page about responsible use says of files, tables, settings, commands and connections is so."""

import logging
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from graph.result import Result
from nodes.errors import RunStateError
from planfirst import Agent, KnowledgeBase, tool

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "responsible-use.md").read_text(encoding="utf-8")
STORED = dict(re.findall(r"^\| (`.+?) \| (.+?) \|$", PAGE, re.MULTILINE))
"""What stands in the table, by where it lies."""
DOCUMENT = "# Jupiter\n\nThe diameter of Jupiter is 142,984 km. The word is brimborium.\n"
QUESTION = "What is the diameter of the planet Jupiter, dear xylophone?"
LISTENER = """
import sys
seen = []
sys.addaudithook(lambda event, args: seen.append((event, args)) if event in {
    "socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.gethostbyname"} else None)
from planfirst import Agent, KnowledgeBase
import os, pathlib
knowledge = KnowledgeBase(pathlib.Path(os.environ["PLANFIRST_HOME"]) / "knowledge")
knowledge.ingest([pathlib.Path(sys.argv[1])])
result = Agent(knowledge=knowledge).ask(sys.argv[2])
print(result.answer)
print("CONNECTIONS", [each for each in seen if each[0] != "socket.connect" or isinstance(each[1][1], tuple)])
"""


@pytest.fixture(scope="module")
def used(tmp_path_factory):
    """A home that has been used, and what the process said that used it, with every connection that it made."""
    folder = tmp_path_factory.mktemp("used")
    (folder / "jupiter.md").write_text(DOCUMENT)
    environment = {**os.environ, "PLANFIRST_HOME": str(folder / "home"), "PLANFIRST_CONFIG": os.devnull}
    command = [sys.executable, "-c", LISTENER, str(folder / "jupiter.md"), QUESTION]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    added = [sys.executable, "-m", "planfirst", "examples", "add", QUESTION, "--plan", "-"]
    subprocess.run(added, input="#E1 = now()", env=environment, capture_output=True, text=True, timeout=120, check=True)
    return folder / "home", done.stdout


def holding(home: Path, text: str) -> set[str]:
    """Return the files of a home in which a text stands as it is."""
    files = [path for path in home.rglob("*") if path.is_file()]
    return {str(path.relative_to(home)) for path in files if text.encode() in path.read_bytes()}


def named(*, tables: bool) -> set[str]:
    """Return the files, or the tables of the runs' database, that the page's table names."""
    cells = [re.findall(r"`([^`]+)`", cell) for cell in STORED]
    return {name for cell in cells for name in cell[1:]} if tables else {cell[0] for cell in cells}


def test_every_file_that_is_kept_is_on_the_page_and_every_file_on_the_page_is_kept(used):
    home, _ = used
    kept = {
        str(path.relative_to(home)) for path in home.rglob("*") if path.is_file() and not path.name.endswith(".lock")
    }
    for name in named(tables=False):
        assert any(file == name or file.startswith(name) for file in kept), name
    unnamed = {file for file in kept if not any(file.startswith(name) for name in named(tables=False))}
    assert unnamed == set()


def test_every_table_of_the_runs_is_on_the_page(used):
    home, _ = used
    with closing(sqlite3.connect(home / "runs.sqlite3")) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables == named(tables=True)


def test_what_people_wrote_lies_where_the_page_says(used):
    home, _ = used
    assert holding(home, "xylophone") == {"runs.sqlite3", "examples.sqlite3"}
    assert {file.split("/")[0] for file in holding(home, "brimborium")} <= {"knowledge", "runs.sqlite3"}
    assert "knowledge/local/knowledge.sqlite3" in holding(home, "brimborium")


def test_without_a_model_python_connects_to_nobody(used):
    _, said = used
    assert "142984 km" in said
    assert said.splitlines()[-1] == "CONNECTIONS []"


def test_no_document_is_left_after_a_purge(tmp_path):
    (tmp_path / "jupiter.md").write_text(DOCUMENT)
    with KnowledgeBase(tmp_path / "knowledge") as knowledge:
        knowledge.ingest([tmp_path / "jupiter.md"])
        assert holding(tmp_path / "knowledge", "brimborium")
        knowledge.purge("default")
    assert holding(tmp_path / "knowledge", "brimborium") == set()


async def test_a_run_that_was_forked_is_deleted_with_its_forks_or_not_at_all(tmp_path):
    agent = Agent(knowledge=None, home=tmp_path)
    run = await agent.aask("What is 15 % of 80, dear xylophone?")
    fork = await agent.afork(run.run_id, plan='#E1 = calculate(expression="80")')
    other = await agent.afork(fork.run_id, plan='#E1 = calculate(expression="15")')
    with pytest.raises(RunStateError, match=f"{fork.run_id}, {other.run_id}.*--conversation"):
        await agent.adelete(run.run_id)
    assert await agent.adelete(other.run_id) == [other.run_id]
    assert await agent.adelete(run.run_id, conversation=True) == [run.run_id, fork.run_id]
    await agent.aclose()
    assert holding(tmp_path, "xylophone") == set()


async def test_a_long_value_that_a_fork_took_over_stays_for_it(tmp_path):
    @tool(effect="read", max_chars=100)
    def long() -> str:
        """Return much."""
        return "much " * 1000

    agent = Agent(knowledge=None, home=tmp_path, tools=[long])
    run = await agent.aask("What is 15 % of 80?")
    first = await agent.aresume((await agent.afork(run.run_id, plan="#E1 = long()")).run_id)
    second = await agent.afork(first.run_id, plan='#E1 = long()\n#E2 = calculate(expression="1 + 1")')
    assert second.carried == ("E1",)
    await agent.aresume(second.run_id)
    store = agent._store
    await store.database.write(*store.wholes.forget([first.run_id]))
    assert await agent.avalue(second.run_id, "E1") == "much " * 1000


def test_the_log_has_neither_questions_nor_evidence(caplog, tmp_path):
    caplog.set_level(logging.INFO)
    agent = Agent(knowledge=None, home=tmp_path)
    agent.ask(QUESTION)
    assert "xylophone" not in caplog.text
    caplog.set_level(logging.DEBUG, "aiosqlite")  # as the page warns; where this fails, the warning can go
    agent.ask(QUESTION)
    assert "xylophone" in caplog.text


def test_settings_commands_and_names_on_the_page_exist():
    settings = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert [name for name in re.findall(r"`(PLANFIRST_\w+)`", PAGE) if name not in settings] == []
    for name in re.findall(r"`Result\.(\w+)`", PAGE):
        assert name in Result.__dataclass_fields__ or hasattr(Result, name), name
    for words in {tuple(command.split()) for command in re.findall(r"`planfirst ([a-z ]+?)(?: [A-Z-].*?)?`", PAGE)}:
        done = subprocess.run(
            [sys.executable, "-m", "planfirst", *words, "--help"], capture_output=True, timeout=60, check=False
        )
        assert done.returncode == 0, words
    assert '"LANGSMITH_TRACING": "false"' in (ROOT / "langgraph.json").read_text(encoding="utf-8")
