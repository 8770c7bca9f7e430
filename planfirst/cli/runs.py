"""`runs` and `show`: what was asked, and what came of it."""

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from nodes.evidence import BY_PERSON
from planfirst.cli.ask import Json, RunArgument, open_agent
from planfirst.cli.history import print_history
from planfirst.cli.output import out, print_json, print_result, safe
from planfirst.cli.requests import print_requests

if TYPE_CHECKING:
    from graph.result import Evidence


def runs(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 20,
    as_json: Json = False,
) -> None:
    """List the newest runs; delete and prune them."""
    if context.invoked_subcommand is not None:
        return
    records = asyncio.run(open_agent().aruns(limit))
    if as_json:
        keys = ("id", "thread", "status", "question", "created_at")
        print_json([{key: asdict(record)[key] for key in keys} for record in records])
        return
    if not records:
        out.print("no runs yet; `planfirst ask QUESTION` makes one")
        return
    table = Table(box=None, pad_edge=False)
    for heading, width in (("run", 12), ("when (UTC)", 19), ("status", 8)):
        table.add_column(heading, no_wrap=True, min_width=width)
    table.add_column("question", no_wrap=True, overflow="ellipsis")
    for record in records:
        when = datetime.fromtimestamp(record.created_at, UTC).strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(record.id, when, record.status, Text(safe(record.question[:80])))
    out.print(table)


def show(
    run: RunArgument,
    step: Annotated[str | None, typer.Option(metavar="STEP", help="Print all that this step returned.")] = None,
    history: Annotated[
        bool, typer.Option("--history", help="List its checkpoints, which `fork` can go on from.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show one run: its plan, its evidence and its answer."""
    if history:
        print_history(asyncio.run(open_agent().ahistory(run)), as_json=as_json)
        return
    if step is not None:
        _print_value(asyncio.run(open_agent().avalue(run, step)), as_json=as_json)
        return
    result = asyncio.run(open_agent().aresult(run))
    if as_json:
        print_json(result.to_json())
        return
    out.print(Text(safe(result.question), "bold"))
    out.print()
    ended = {evidence.id: evidence for evidence in result.evidence}
    for planned in result.plan:
        arguments = ", ".join(f"{name}={value!r}" for name, value in planned.args.items())
        out.print(Text(safe(f"#{planned.id} = {planned.tool}({arguments})")))
        if evidence := ended.get(planned.id):
            outcome = evidence.error["message"] if evidence.error else str(evidence.value)
            shown = " ".join(outcome.split())[:200]
            out.print(Text(safe(f"    {evidence.status}, {_whence(evidence)}: {shown}"), "dim"))
            if evidence.cut_from is not None:
                whole = f"planfirst show {result.run_id} --step {planned.id}"
                out.print(Text(f"    cut from {evidence.cut_from} characters; `{whole}` prints them all", "dim"))
    out.print()
    print_result(result)
    print_requests(result)


def _whence(evidence: "Evidence") -> str:
    """Say where a value is from: a call and how long it took, in another run too, or a person."""
    if evidence.set_by is not None:
        return BY_PERSON
    return f"{evidence.seconds:.2f} s" + (f" in run {evidence.carried_from}" if evidence.carried_from else "")


def _print_value(value: Any, *, as_json: bool) -> None:
    if isinstance(value, str) and not as_json:
        out.print(Text(safe(value)))
    else:
        print_json(value)
