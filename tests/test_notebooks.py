"""Every notebook runs from top to bottom and shows what its kept outputs show, and nothing of the machine it ran on."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
SECONDS = 300
MEASURING = {"02_models_and_baselines"}
"""Notebooks whose figures differ from run to run: of these only the kind of each output is compared."""
_VARIES = re.compile(r"\d+\.\d+ s\b|\brun \w{12}\b|0x[0-9a-f]+")


def shown(notebook) -> list[list[str]]:
    """Return for each code cell what a reader sees of its outputs, without times, ids and what libraries warn of."""
    return [[_VARIES.sub("…", _text(output)) for output in outputs] for outputs in told(notebook)]


def told(notebook) -> list[list]:
    """Return for each code cell its outputs, but for standard error: it differs with what is installed."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [[output for output in cell.outputs if output.get("name") != "stderr"] for cell in cells]


def kinds(notebook) -> list[list[str]]:
    """Return for each code cell what its outputs are."""
    return [[output.output_type for output in outputs] for outputs in told(notebook)]


def _text(output) -> str:
    if output.output_type == "stream":
        return output.text
    data = output.get("data", {})
    if "image/svg+xml" in data or "image/png" in data:
        return "picture"
    return str(data.get("text/markdown") or data.get("text/plain", ""))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_says_what_it_said(path):
    kept = nbformat.read(path, as_version=4)
    nbformat.validate(kept)
    assert all(cell.outputs or cell.execution_count for cell in kept.cells if cell.cell_type == "code"), "run it first"
    fresh = nbformat.read(path, as_version=4)
    NotebookClient(fresh, timeout=SECONDS, resources={"metadata": {"path": str(FOLDER)}}).execute()
    if path.stem in MEASURING:
        assert kinds(fresh) == kinds(kept)
    else:
        assert shown(fresh) == shown(kept), "run `make notebooks` and look at what changed"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_shows_nothing_of_the_machine_it_ran_on(path):
    text = path.read_text("utf-8")
    assert not re.search(r"/(?:home|root|tmp|work|Users)/|File \S+\.py", text)


def test_there_are_notebooks():
    assert NOTEBOOKS
