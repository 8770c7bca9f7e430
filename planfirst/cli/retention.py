"""`runs delete` and `runs prune`: take away what is kept of runs."""

import asyncio
from typing import Annotated

import typer

from planfirst.cli.ask import Json, RunArgument, open_agent
from planfirst.cli.output import out, print_json


def delete(
    run: RunArgument,
    conversation: Annotated[
        bool,
        typer.Option(
            "--conversation", help="Also delete the other runs of its conversation, and those made from them."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Delete every trace of a run: its record, its checkpoints, and what only it has gathered."""
    deleted = asyncio.run(open_agent().adelete(run, conversation=conversation))
    if as_json:
        print_json({"deleted": deleted})
    else:
        out.print(f"deleted {', '.join(deleted)}", markup=False)


def prune(
    older_than: Annotated[
        float | None, typer.Option(min=0, metavar="DAYS", help="Delete runs that nothing was written to for so long.")
    ] = None,
    keep: Annotated[int | None, typer.Option(min=0, metavar="N", help="Delete finished runs but the newest N.")] = None,
    history: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Leave all checkpoints to the newest N finished runs only.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Delete old runs and checkpoints, by these limits and the settings, and give their space back."""
    agent = open_agent()
    given = {"days": older_than, "runs": keep, "history": history}
    retention = agent.keeper.retention.overridden(**{name: n for name, n in given.items() if n is not None})
    done = asyncio.run(agent.keeper.prune(retention))
    if as_json:
        print_json({"deleted": done.deleted, "pruned": done.pruned})
    else:
        out.print(f"{done.deleted} runs deleted, {done.pruned} conversations reduced to their last checkpoint")
