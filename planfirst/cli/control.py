"""`pause` and `cancel`: stop a run, whichever process is at work on it."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from planfirst.cli.ask import Json, RunArgument, open_agent
from planfirst.cli.exits import Exit
from planfirst.cli.output import out, print_json, safe

if TYPE_CHECKING:
    from graph.result import Result

_AT_WORK = frozenset({"queued", "planning", "running", "solving"})
_OVER = frozenset({"done", "partial", "cancelled"})
Wait = Annotated[float, typer.Option(min=0, help="Longest time to wait for that, in seconds.")]


def pause(run: RunArgument, wait: Wait = 60.0, as_json: Json = False) -> None:
    """Have a run begin nothing new; what is under way comes to its end, and `resume` goes on."""
    result = asyncio.run(open_agent().apause(run, wait=wait))
    if result.status == "paused":
        said = f"is paused; `planfirst resume {result.run_id}` goes on"
    elif result.status in _AT_WORK:
        said = f"is {result.status}; it pauses once what is under way has ended"
    else:
        said = f"is {result.status}; there is nothing to pause"
    _tell(result, said, as_json=as_json, is_asked=result.status in _AT_WORK)


def cancel(run: RunArgument, wait: Wait = 10.0, as_json: Json = False) -> None:
    """End a run for good, and tell what was done until then."""
    result = asyncio.run(open_agent().acancel(run, wait=wait))
    if result.status == "cancelled" and result.error:
        said = f"is cancelled: {result.error['message']}"
    elif result.status in _OVER:
        said = f"is {result.status}; there is nothing to cancel"
    else:
        said = f"is {result.status}; it ends as soon as it can"
    _tell(result, said, as_json=as_json, is_asked=result.status not in _OVER)


def _tell(result: "Result", said: str, *, as_json: bool, is_asked: bool) -> None:
    if as_json:
        print_json(result.to_json())
    else:
        out.print(safe(f"run {result.run_id} {said}"), markup=False)
    raise typer.Exit(Exit.PARTIAL if is_asked else Exit.OK)
