"""The floors: import-linter's contracts hold, and they notice when they do not."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def test_the_contracts_hold():
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


def test_a_breach_is_noticed(tmp_path):
    for name in ("graph", "nodes", "planfirst", "retrieval"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "retrieval" / "breach.py").write_text("import graph.build\n")
    assert lint(tmp_path).returncode != 0
