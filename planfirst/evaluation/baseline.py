"""The stored baseline of a question set: how many answers were right and how many wrong, by part and kind.

A later run is compared with it, and what got worse is named. This module knows counts, not questions or replies.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from nodes.errors import InputError
from planfirst.evaluation.questions import Part
from planfirst.evaluation.quick import ALL, Summary


@dataclass(frozen=True, slots=True)
class Figures:
    """Of `n` questions, how many were answered right, and how many wrong; the others were refused."""

    n: int
    right: int
    wrong: int


Baseline = dict[Part, dict[str, Figures]]
"""For each part, the figures of each kind."""
_BASELINE: TypeAdapter[Baseline] = TypeAdapter(Baseline)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What got worse and what got better, one sentence each."""

    drops: list[str] = field(default_factory=list)
    rises: list[str] = field(default_factory=list)


def baseline_of(summary: Summary) -> Baseline:
    """Return the figures of a run as a baseline for later ones."""
    return {
        part: {kind: Figures(row.n, row.right, row.wrong) for kind, row in rows.items() if kind != ALL}
        for part, rows in summary.items()
    }


def read_baseline(path: Path) -> Baseline:
    """Read a stored baseline.

    Raises:
        InputError: the file cannot be read or is none.
    """
    try:
        return _BASELINE.validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); --write-baseline stores one") from error
    except ValidationError as error:
        raise InputError(f"{path} is no baseline; store a new one with --write-baseline") from error


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Store a baseline, laid out so that a change of it reads well.

    Raises:
        InputError: the file cannot be written.
    """
    try:
        path.write_text(json.dumps(_BASELINE.dump_python(baseline), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}); name another with --baseline") from error


def compare(stored: Baseline, now: Baseline) -> Comparison:
    """Compare the parts that were run with the stored ones."""
    result = Comparison()
    none = Figures(0, 0, 0)
    for part, kind in _rows(stored, now):
        before, after = stored.get(part, {}).get(kind, none), now[part].get(kind, none)
        where = f"{part}, {kind}"
        if before.n != after.n:
            result.drops.append(
                f"{where}: {after.n} questions, {before.n} in the baseline; if that is intended, store a new baseline"
            )
            continue
        for count, was, better in (("right", before.right, 1), ("wrong", before.wrong, -1)):
            is_ = getattr(after, count)
            if is_ != was:
                told = result.rises if (is_ - was) * better > 0 else result.drops
                told.append(f"{where}: {is_} of {after.n} {count}, {was} in the baseline")
    return result


def _rows(stored: Baseline, now: Baseline) -> Iterator[tuple[Part, str]]:
    """Yield every part that was run with every kind that either side has."""
    for part, rows in now.items():
        for kind in dict.fromkeys([*rows, *stored.get(part, {})]):
            yield part, kind
