"""Every checkable line of the README is true: tree, drawing, commands, Python examples."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from graph.build import build_graph
from graph.compose import compose
from graph.sources import read_sources

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def tracked() -> set[str]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True)
    return set(done.stdout.splitlines())


def tree_paths() -> list[str]:
    """Return the paths of the annotated tree; a folder ends in a slash."""
    (tree,) = [block for block in blocks("text") if block.startswith("planfirst/\n")]
    parents: list[str] = []
    paths = []
    for line in tree.splitlines()[1:]:
        name = re.match(r"[│├└─ ]*(\S+)", line)[1]
        depth = (len(line) - len(line.lstrip("│├└─ "))) // 4
        parents[depth - 1 :] = [name]
        paths.append("".join(parents))
    return paths


def test_the_tree_names_what_is_there_and_all_that_is_there():
    files = tracked()
    folders = {f"{parent}/" for file in files for parent in map(str, Path(file).parents) if parent != "."}
    named = tree_paths()
    assert [path for path in named if path not in files | folders] == []
    top = {file.split("/")[0] + ("/" if "/" in file else "") for file in files}
    hidden = {name for name in top if name.startswith(".")}
    assert top - hidden - set(named) == set()
    packages = {f"{Path(file).parent}/" for file in files if file.endswith("__init__.py")}
    assert packages - set(named) == set()


def test_the_drawing_is_the_graphs_own():
    drawn = build_graph(compose()).get_graph().draw_mermaid()
    assert blocks("mermaid")[0].strip() == drawn.strip(), f"put this into the README:\n{drawn}"


def test_every_make_command_exists():
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True)
    listed = set(re.findall(r"make ([a-z]+) ", done.stdout))
    assert set(re.findall(r"`make ([a-z]+)[` ]", README)) <= listed
    assert {"demo", "test", "check", "format", "bench", "notebooks", "help"} <= listed


@pytest.mark.parametrize("block", blocks("python"), ids=lambda block: block.strip().splitlines()[0][:40])
def test_every_python_example_runs(block, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", block], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_settings_file_is_one(tmp_path):
    (text,) = blocks("toml")
    (tmp_path / "planfirst.toml").write_text(text, encoding="utf-8")
    written = read_sources({}, (tmp_path,))
    assert (written.model.name, written.worker.name, written.budgets.tokens) == ("gpt-5-mini", "qwen3:8b", 20_000)


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)#]+)\)", README))
def test_every_local_link_leads_somewhere(link):
    assert (ROOT / link).exists()


def test_every_command_and_option_named_exists():
    for command, rest in re.findall(r"^planfirst ([a-z]+)(.*)$", "\n".join(blocks("console")), re.MULTILINE):
        done = subprocess.run(
            [sys.executable, "-m", "planfirst", command, "--help"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, command
        for option in re.findall(r"--[a-z]+", rest):
            assert option in done.stdout, f"{command} {option}"
