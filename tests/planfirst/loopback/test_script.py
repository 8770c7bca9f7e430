"""Scripts in files, and the command that serves them."""

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import openai
import pytest

from planfirst.loopback import Break, Pace, Scheduled, Spoil, Status, read_script, script
from retrieval.errors import InputError

EXAMPLE = re.search(r"\n\n(    \{.*?\})\n\n", script.__doc__, re.DOTALL)[1]


def written(folder: Path, value) -> Path:
    path = folder / "script.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


async def test_the_example_of_the_documentation_works(connect, tmp_path):
    server = read_script(written(tmp_path, EXAMPLE))
    async with server:
        server.set_faults()
        planner, solver = connect(server, model="planner"), connect(server, model="solver")
        assert (await planner.ainvoke("Plan.")).content == "#E1 = clock()"
        with pytest.raises(openai.InternalServerError) as caught:
            await planner.ainvoke("Plan.")
        assert caught.value.status_code == 503
        answer = await solver.ainvoke("Evidence: a clock")
        assert (answer.content, answer.usage_metadata["input_token_details"]["cache_read"]) == ("Late. [1]", 40)
        assert (await solver.ainvoke("What?")).content == "NOT ENOUGH EVIDENCE"
        assert server.log.exchanges[0].first_token - server.log.exchanges[0].received >= 0.25


def test_every_kind_of_fault_can_be_written(tmp_path):
    kinds = [Status(500, "x"), Break("reset", 3), Spoil("no_usage")]
    written_kinds = [{"status": 500, "message": "x"}, {"how": "reset", "after": 3}, {"how": "no_usage"}]
    faults = [{"fault": kind, "every": 2} for kind in written_kinds]
    server = read_script(written(tmp_path, {"models": {}, "faults": faults, "pace": {"chunk_tokens": 4}}))
    assert [scheduled for scheduled, _ in server._schedule] == [Scheduled(kind, every=2) for kind in kinds]
    assert server._pace == Pace(chunk_tokens=4)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is wrong at the top: Invalid JSON"),
        ('{"modles": {}}', "is wrong at models: Field required"),
        ('{"models": {"m": [{"txt": "a"}]}}', r"is wrong at models.m.answers.0.Reply.txt"),
        ('{"models": {"m": {"context_tokens": 9}}}', "either answers or cases"),
        ('{"models": {}, "pace": {"first_token": -1}}', "first_token is at least 0"),
    ],
)
def test_a_wrong_script_is_told_where(tmp_path, text, words):
    with pytest.raises(InputError, match=words):
        read_script(written(tmp_path, text))


def test_a_missing_script_is_told(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_script(tmp_path / "none.json")


@contextmanager
def serving(*arguments: str):
    command = [sys.executable, "-m", "planfirst.loopback", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_serves_until_it_is_told_to_stop(connect_sync, tmp_path, number):
    with serving("--script", str(written(tmp_path, {"models": {"m": ["Hello."]}}))) as (process, url):
        assert connect_sync(url).invoke("Hi").content == "Hello."
        os.kill(process.pid, number)
        assert process.wait(timeout=30) == 0
        assert process.stderr.read() == ""


def test_the_command_tells_at_its_end_that_a_script_was_wrong(connect_sync, tmp_path):
    with serving("--script", str(written(tmp_path, {"models": {"m": ["one"]}}))) as (process, url):
        connect_sync(url).invoke("Hi")
        with pytest.raises(openai.InternalServerError):
            connect_sync(url).invoke("Hi")
        process.terminate()
        assert process.wait(timeout=30) == 1
        assert "its script has 1 answers" in process.stderr.read()


@pytest.mark.parametrize(("value", "code"), [("{", 2), ({"models": {}}, 1)], ids=["script", "port"])
def test_the_command_fails_in_one_sentence(tmp_path, value, code):
    path = str(written(tmp_path, value))
    with serving("--script", str(written(tmp_path, {"models": {}}))) as (_, url):
        port = url.split(":")[-1].removesuffix("/v1")
        written(tmp_path, value)
        with serving("--script", path, "--port", port) as (process, nothing):
            assert nothing == ""
            assert process.wait(timeout=30) == code
            error = process.stderr.read()
    assert error.startswith("error: ")
    assert len(error.strip().splitlines()) == 1
