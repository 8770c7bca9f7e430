"""`ingest`: documents into the knowledge base, with a progress bar and every fault by file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from planfirst.cli.exits import Exit
from planfirst.cli.output import err, out, print_json
from planfirst.cli.progress import progress_bar

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

    with configured_knowledge() as knowledge, progress_bar("ingesting", quiet=as_json) as advance:
        report = knowledge.ingest(
            paths,
            collection=collection,
            describe=describe,
            on_progress=lambda at: advance(at.path[-40:], at.done, at.total),
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
