"""A model behind a loopback server in a process of its own, whose CPU time is not the measured program's."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from graph.roles import ModelSpec
from planfirst.loopback import Pace


@contextmanager
def served(answers: Sequence[str], pace: Pace | None = None) -> Iterator[ModelSpec]:
    """Give a model that gives these answers in order, at this pace."""
    script: dict[str, object] = {"models": {"m": list(answers)}}
    if pace is not None:
        script["pace"] = {"first_token": pace.first_token, "tokens_per_second": pace.tokens_per_second}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "script.json"
        path.write_text(json.dumps(script), encoding="utf-8")
        command = [sys.executable, "-m", "planfirst.loopback", "--script", str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                base_url = server.stdout.readline().strip() if server.stdout else ""
                yield ModelSpec("m", base_url=base_url)
            finally:
                server.terminate()
