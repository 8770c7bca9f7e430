"""A measured figure beside its target, and the table of them."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` and `target` are in `unit`; `at_least` turns the comparison round; `note` says what else was seen."""

    name: str
    value: float
    target: float
    unit: str
    note: str = ""
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the target is met."""
        return self.value >= self.target if self.at_least else self.value <= self.target

    def row(self) -> str:
        """Return the figure as a row of a Markdown table."""
        sign = "≥" if self.at_least else "≤"
        met = "yes" if self.met else "**no**"
        return (
            f"| {self.name} | {self.value:.3g} {self.unit} | {sign} {self.target:g} {self.unit} | {met} | {self.note} |"
        )


def table(figures: Sequence[Figure]) -> str:
    """Return all figures as Markdown."""
    head = "| what | measured | target | met | beside it |\n|---|---|---|---|---|"
    return "\n".join([head, *(figure.row() for figure in figures)])


def document(figures: Sequence[Figure]) -> str:
    """Return the table with where and when it was measured."""
    when = datetime.now(UTC).strftime("%Y-%m-%d")
    where = f"Python {platform.python_version()}, {platform.machine()}"
    return f"# Benchmarks\n\nMeasured on {when} by `python -m benchmarks --write`, {where}.\n\n{table(figures)}\n"
