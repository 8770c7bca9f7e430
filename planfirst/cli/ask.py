"""`ask`, `plan` and `resume`: the commands that run the graph."""

import asyncio
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nodes.errors import InputError
from nodes.events import Event, RunStarted
from planfirst.cli.exits import Exit
from planfirst.cli.live import LiveView
from planfirst.cli.output import err, out, print_json, print_result, say_error

if TYPE_CHECKING:
    from graph.agent import Agent
    from graph.result import Result

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Question = Annotated[str, typer.Argument(help="The question, in quotes.")]
RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="The run's id, or the beginning of it.")]


def open_agent(**options: Any) -> "Agent":
    """Return the agent that the environment asks for; imported here, so that `--help` costs nothing."""
    from graph.configured import configured_agent  # noqa: PLC0415 - see above

    return configured_agent(**options)


def ask(
    question: Question,
    follow: Annotated[str | None, typer.Option(metavar="RUN", help="Continue the conversation of that run.")] = None,
    review: Annotated[bool, typer.Option("--review", help="Stop after planning, for `resume` to go on.")] = False,
    as_json: Json = False,
) -> None:
    """Answer a question from the knowledge base, with citations."""
    agent = open_agent(review=review)
    _finish(asyncio.run(_follow(agent, agent.astream(question, follow=follow), quiet=as_json)), as_json)


def resume(
    run: RunArgument,
    approve: Annotated[bool, typer.Option("--approve", help="Approve what the run waits for.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="Reject what the run waits for.")] = False,
    as_json: Json = False,
) -> None:
    """Go on with a run that was stopped, killed, or waits for a person."""
    if approve and reject:
        raise InputError("--approve and --reject exclude each other; give one of them")
    decision = "approve" if approve else "reject" if reject else None
    agent = open_agent()
    events = agent.astream_resume(run, decision)
    _finish(asyncio.run(_follow(agent, events, quiet=as_json, run_id=run)), as_json)


def plan(question: Question, as_json: Json = False) -> None:
    """Show the plan for a question without carrying it out."""
    from nodes.language import plan_to_json, render  # noqa: PLC0415 - `--help` needs no language

    planned = asyncio.run(open_agent().aplan(question))
    if as_json:
        print_json({"question": question, "mode": planned.mode, "plan": plan_to_json(planned.plan)})
    else:
        out.print(render(planned.plan).rstrip() or "Plan: none", markup=False)


async def _follow(agent: "Agent", events: AsyncGenerator[Event, None], *, quiet: bool, run_id: str = "") -> "Result":
    """Show a run's events as they come and return its result; on Ctrl-C say how to go on."""
    view = LiveView(err)
    try:
        with view:
            async for event in events:
                if isinstance(event, RunStarted):
                    run_id = event.run_id
                if not quiet:
                    view.follow(event)
        return await agent.aresult(run_id)
    except asyncio.CancelledError:
        say_error(f"stopped; `planfirst resume {run_id}` finishes the run")
        raise


def _finish(result: "Result", as_json: bool) -> None:
    if as_json:
        print_json(result.to_json())
    else:
        print_result(result)
    raise typer.Exit(_code(result))


def _code(result: "Result") -> Exit:
    if result.status == "done":
        return Exit.OK
    if result.status == "partial":
        return Exit.PARTIAL
    return Exit.FAILED if result.status in {"failed", "cancelled"} else Exit.WAITING
