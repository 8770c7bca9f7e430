"""What all tests share: no key, no home of the user's, and system programs that are named where they are missing."""

import os
import shutil
from typing import NoReturn

import pytest

from benchmarks.postgres_server import PostgresServer

os.environ["LANGGRAPH_STRICT_MSGPACK"] = "true"  # before LangGraph is imported, as the command line does
AMBIENT = ("OPENAI_", "PLANFIRST_")


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    """Keep every test's files apart and the user's settings out."""
    for name in [name for name in os.environ if name.startswith(AMBIENT)]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    monkeypatch.setenv("PLANFIRST_HOME", str(home))
    monkeypatch.setenv("PLANFIRST_CONFIG", os.devnull)
    return home


@pytest.fixture
def system_program():
    """Return a system program's path; where it is missing, skip by name, or fail in CI."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            _missing(name)
        return path

    return find


def _missing(name: str) -> NoReturn:
    reason = f"the system program {name!r} is missing"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres_server():
    """Run one Postgres server for the session; where Postgres is missing, skip by name, or fail in CI."""
    if missing := [name for name in ("initdb", "pg_ctl") if shutil.which(name) is None]:
        _missing(missing[0])
    with PostgresServer() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path):
    """Name an empty database of runs of each kind: the path of a file, or the address of a server."""
    if request.param == "sqlite":
        return tmp_path / "runs.sqlite3"
    return request.getfixturevalue("postgres_server").new_url()
