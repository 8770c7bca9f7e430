"""`ingest`: documents into the knowledge base, with a progress bar and every fault by file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from planfirst.cli.exits import Exit
from planfirst.cli.output import err, out, print_json

if TYPE_CHECKING:
    from retrieval import IngestReport


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders to ingest.")],
    collection: Annotated[str, typer.Option(metavar="NAME", help="The collection they go into.")] = "default",
    describe: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What the collection holds; planners read this.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Read documents into the knowledge base; what has not changed costs nothing."""
    from graph.configured import configured_knowledge  # noqa: PLC0415 - `--help` needs no knowledge base

    with (
        configured_knowledge() as knowledge,
        Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=err,
            transient=True,
            disable=as_json or not err.is_terminal,
        ) as progress,
    ):
        bar = progress.add_task("ingesting", total=None)
        report = knowledge.ingest(
            paths,
            collection=collection,
            describe=describe,
            on_progress=lambda at: progress.update(bar, completed=at.done, total=at.total, description=at.path[-40:]),
        )
    if as_json:
        print_json(_as_json(report))
    else:
        _print(report)
    raise typer.Exit(Exit.PARTIAL if report.faults else Exit.OK)


def _as_json(report: "IngestReport") -> dict[str, object]:
    counts = ("added", "updated", "unchanged", "removed", "ignored", "passages", "seconds")
    faults = [{"path": str(fault.path), "message": fault.message} for fault in report.faults]
    return {**{name: getattr(report, name) for name in counts}, "faults": faults}


def _print(report: "IngestReport") -> None:
    for fault in report.faults:
        err.print(Text.assemble(("skipped ", "yellow"), f"{fault.path}: {fault.message}"))
    out.print(
        f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged, {report.removed} removed; "
        f"{report.passages} passages written in {report.seconds:.1f} s"
    )
