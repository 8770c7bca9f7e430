"""`planfirst eval` as a person and a program meet it, on a set of two small documents."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from planfirst.cli import eval_quick
from planfirst.cli.main import app
from retrieval import HashEmbedder

SET = [
    {"id": "good", "kind": "single-hop", "question": "What is the diameter of Io?", "gold": [["3,643 km"]],
     "documents": ["io.md"], "holdout": False},
    {"id": "bad", "kind": "single-hop", "question": "What is the diameter of Europa?", "gold": [["1 km", "2 km"]],
     "documents": ["europa.md"], "holdout": False},
    {"id": "secret", "kind": "single-hop", "question": "Of which planet is Io a moon?", "gold": [["Neptune"]],
     "documents": ["io.md"], "holdout": True},
]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    """A folder with a corpus and questions over it, one of which has a gold answer that no document supports."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "io.md").write_text("# Io\n\nIo is a moon of Jupiter. The diameter of Io is 3,643 km.\n")
    (tmp_path / "corpus" / "europa.md").write_text("# Europa\n\nThe diameter of Europa is 3,122 km.\n")
    (tmp_path / "questions.jsonl").write_text("\n".join(map(json.dumps, SET)))
    return tmp_path


@pytest.fixture
def quick(folder, monkeypatch):
    """Run `eval quick` over the folder in this process, with an embedder that loads no model."""
    monkeypatch.setattr("retrieval.knowledge.default_embedder", lambda cache: HashEmbedder())

    def run(*options):
        named = ["--questions", str(folder / "questions.jsonl"), "--corpus", str(folder / "corpus")]
        return CliRunner().invoke(app, ["eval", "quick", *named, *options])

    return run


def test_the_table_counts_by_kind_and_part(quick):
    done = quick("--holdout")
    assert done.exit_code == 0, done.output
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["single-hop", "2", "1", "50%", "0", "1", "2/2", "2/2"] in lines
    assert ["single-hop", "1", "0", "0%", "0", "1", "1/1", "1/1"] in lines
    assert "overall: 3 questions, 1 right, 0 refused, 2 answered wrong" in done.stdout
    assert "slowest plan: " in done.stdout


def test_failures_are_listed_but_never_those_of_the_holdout(quick):
    shown = quick("--failures", "--holdout").stdout
    assert "bad single-hop, wrong: What is the diameter of Europa?" in shown
    assert "expected: 1 km or 2 km" in shown
    assert "3,122 km" in shown
    assert "1 more of the holdout" in shown
    as_json = quick("--failures", "--holdout", "--json").stdout
    assert [question["id"] for question in json.loads(as_json)["questions"]] == ["good", "bad"]
    for output in (shown, as_json):
        assert "Neptune" not in output
        assert "Of which planet" not in output
        assert "secret" not in output


def test_a_drop_below_the_baseline_is_named_and_fails_until_a_new_one_is_stored(quick, folder):
    stored = quick("--holdout", "--write-baseline")
    assert stored.exit_code == 0
    baseline = folder / "baseline.json"
    both = json.loads(baseline.read_text())
    assert quick("--write-baseline").exit_code == 0
    assert json.loads(baseline.read_text()) == both, "the part that was not asked keeps its figures"
    assert f"stored in {baseline}" in stored.stderr
    figures = json.loads(baseline.read_text())
    assert figures["dev"]["single-hop"] == {"n": 2, "right": 1, "wrong": 1}
    assert "as good as the stored baseline" in quick().stdout

    figures["dev"]["single-hop"]["right"] = 2
    baseline.write_text(json.dumps(figures))
    worse = quick()
    assert worse.exit_code == 1
    assert "worse dev, single-hop: 1 of 2 right, 2 in the baseline" in worse.stdout
    assert json.loads(quick("--json").stdout)["worse"]

    figures["dev"]["single-hop"] = {"n": 2, "right": 0, "wrong": 2}
    (folder / "other.json").write_text(json.dumps(figures))
    better = quick("--baseline", str(folder / "other.json"))
    assert better.exit_code == 0
    assert "--write-baseline" in better.stdout
    assert "holdout" not in better.stdout


def test_what_could_not_be_ingested_is_told(quick, folder):
    (folder / "corpus" / "broken.md").write_bytes(b"\x00\x01" * 100)
    done = quick()
    assert done.exit_code == 0
    assert "broken.md" in done.stderr


def fails(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "planfirst", "eval", *arguments],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("error: ")
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


def test_unusable_input_is_one_sentence_and_exit_code_2(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps(SET[2]))
    options = ("--questions", str(path), "--corpus", str(tmp_path))
    assert "every question is of the holdout" in fails("quick", *options)
    assert "io.md" in fails("quick", *options, "--holdout")
    assert "not in the HotpotQA format" in fails("hotpotqa", str(path))


def test_a_package_without_the_repositorys_data_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(eval_quick, "_DATA", tmp_path / "data")
    done = CliRunner().invoke(app, ["eval", "quick"])
    assert "run this in a checkout" in str(done.exception)
    assert "--questions and --corpus" in str(done.exception)


def test_hotpotqa_prints_shares_by_type(tmp_path, monkeypatch):
    monkeypatch.setattr("retrieval.knowledge.default_embedder", lambda cache: HashEmbedder())
    record = {
        "question": "Which moon is larger, Io or Europa?", "answer": "Io", "type": "comparison",
        "supporting_facts": [["Io", 0], ["Lost", 0]],
        "context": [["Io", ["The diameter of Io is 3,643 km."]], ["Europa", ["The diameter of Europa is 3,122 km."]]],
    }  # fmt: skip
    path = tmp_path / "hotpot.json"
    path.write_text(json.dumps([record]))
    done = CliRunner().invoke(app, ["eval", "hotpotqa", str(path), "--k", "1"])
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[2].split()[:4] == ["comparison", "1", "0.0%", "100.0%"]
    assert "1 gold titles are not in the corpus" in done.stderr
    shown = json.loads(CliRunner().invoke(app, ["eval", "hotpotqa", str(path), "--json"]).stdout)
    assert shown["summary"]["all"]["n"] == 1
    assert shown["titles_not_in_corpus"] == ["Lost"]
    assert shown["questions"][0]["gold_titles"] == ["Io", "Lost"]
