"""The question set against its stored baseline, and what counts as worse.

The set and the baseline are the repository's own; the answers must not get worse than they were when it was stored.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nodes.errors import InputError
from planfirst.evaluation.baseline import Figures, baseline_of, compare, read_baseline, write_baseline
from planfirst.evaluation.quick import summarise

ROOT = Path(__file__).resolve().parents[3]


def test_the_answers_are_as_good_as_the_stored_baseline():
    command = [sys.executable, "-m", "planfirst", "eval", "quick"]
    done = subprocess.run(
        command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, timeout=1200, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "worse" not in done.stdout


STORED = {"dev": {"single-hop": Figures(10, 8, 1)}, "holdout": {"two-hop": Figures(5, 3, 0)}}


def compared(figures, part="dev", kind="single-hop"):
    comparison = compare(STORED, {part: {kind: figures}})
    return comparison.drops, comparison.rises


def test_the_same_is_neither_worse_nor_better():
    assert compared(Figures(10, 8, 1)) == ([], [])


def test_fewer_right_is_worse_and_named():
    assert compared(Figures(10, 7, 1)) == (["dev, single-hop: 7 of 10 right, 8 in the baseline"], [])


def test_more_wrong_is_worse_though_more_are_right():
    drops, rises = compared(Figures(10, 8 + 0, 2))
    assert drops == ["dev, single-hop: 2 of 10 wrong, 1 in the baseline"]
    drops, rises = compared(Figures(10, 9, 2))
    assert (len(drops), len(rises)) == (1, 1)


def test_more_right_or_fewer_wrong_is_better():
    assert compared(Figures(10, 9, 0)) == (
        [],
        ["dev, single-hop: 9 of 10 right, 8 in the baseline", "dev, single-hop: 0 of 10 wrong, 1 in the baseline"],
    )


def test_another_number_of_questions_cannot_be_compared():
    (drop,), _ = compared(Figures(11, 9, 0))
    assert "11 questions, 10 in the baseline" in drop
    drops, _ = compared(Figures(5, 3, 0), part="holdout", kind="conjunction")
    assert len(drops) == 2  # a kind that is new, and one that is gone


def test_what_was_not_asked_is_not_compared():
    assert compare(STORED, {"dev": STORED["dev"]}).drops == []


def test_a_baseline_is_stored_and_read_again(outcome, tmp_path):
    outcomes = [outcome("single-hop", "Io"), outcome("two-hop", "Europa", holdout=True)]
    now = baseline_of(summarise(outcomes))
    assert now == {"dev": {"single-hop": Figures(1, 1, 0)}, "holdout": {"two-hop": Figures(1, 0, 1)}}
    write_baseline(tmp_path / "baseline.json", now)
    assert read_baseline(tmp_path / "baseline.json") == now


def test_unusable_baselines_say_what_to_do(tmp_path):
    (tmp_path / "b.json").write_text('{"dev": 1}')
    with pytest.raises(InputError, match="--write-baseline"):
        read_baseline(tmp_path / "b.json")
    with pytest.raises(InputError, match="--write-baseline"):
        read_baseline(tmp_path / "none.json")
    with pytest.raises(InputError, match="cannot be written"):
        write_baseline(tmp_path / "none" / "b.json", {})
