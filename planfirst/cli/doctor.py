"""`doctor`: what is configured, what is missing, and the mend for each."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from planfirst.cli.ask import Json
from planfirst.cli.exits import Exit
from planfirst.cli.output import out, print_json, safe

if TYPE_CHECKING:
    from planfirst.doctor import Finding

_LOOK = {"ok": ("✓", "green"), "note": ("•", "cyan"), "warning": ("!", "yellow"), "problem": ("✗", "bold red")}


def doctor(as_json: Json = False) -> None:
    """Examine the installation: what is configured, what is missing, and how to mend it."""
    from planfirst.doctor import case_of_environment, examine  # noqa: PLC0415 - `--help` examines nothing

    findings = []
    for finding in examine(case_of_environment()):
        findings.append(finding)
        if not as_json:
            _print(finding)
    problems = _count(findings, "problem")
    if as_json:
        print_json({"ok": problems == 0, "findings": [asdict(finding) for finding in findings]})
    else:
        out.print()
        out.print(_summary(findings))
    raise typer.Exit(Exit.FAILED if problems else Exit.OK)


def _print(finding: "Finding") -> None:
    sign, style = _LOOK[finding.level]
    out.print(Text.assemble((sign, style), f" {finding.subject}: {safe(finding.message)}"))
    if finding.mend:
        out.print(Text(f"    {safe(finding.mend)}", "cyan"))


def _count(findings: Sequence["Finding"], level: str) -> int:
    return sum(finding.level == level for finding in findings)


def _summary(findings: Sequence["Finding"]) -> Text:
    counts = [(_count(findings, level), level) for level in ("problem", "warning", "note")]
    told = ", ".join(f"{count} {level}{'s' if count > 1 else ''}" for count, level in counts if count)
    return Text(told or "nothing is wrong", "bold")
