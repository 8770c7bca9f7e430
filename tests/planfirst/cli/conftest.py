"""The command line over a scripted model and tools that write, as processes of their own."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest


class App:
    """`app_run.py` with a plan and options; what its tools do is in the ledger."""

    def __init__(self, folder: Path) -> None:
        self.home, self.ledger = folder / "home", folder / "ledger"
        self.plan, self.options = "Plan: none", {}

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ, "PLANFIRST_HOME": str(self.home), "APP_PLAN": self.plan,
            "APP_OPTIONS": json.dumps(self.options), "TERM": "xterm", "COLUMNS": "200",
        }  # fmt: skip

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, str(Path(__file__).with_name("app_run.py")), str(self.ledger), *arguments]

    def run(self, *arguments: str, **options) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments), env=self.environment, capture_output=True, text=True, timeout=120, check=False,
            **options,
        )  # fmt: skip

    def lines(self) -> list[str]:
        return self.ledger.read_text().splitlines() if self.ledger.exists() else []

    def until(self, true) -> None:
        deadline = time.monotonic() + 60
        while not true():
            assert time.monotonic() < deadline
            time.sleep(0.01)


@pytest.fixture
def app(tmp_path):
    """Make the command line over a scripted model."""
    return App(tmp_path)
