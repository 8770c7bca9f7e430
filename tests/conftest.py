"""What all tests share: no key, no home of the user's, and system programs that are named where they are missing."""

import os
import shutil

import pytest

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
            reason = f"the system program {name!r} is missing"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)
        return path

    return find
