"""`ask`, `plan` and `resume`: the commands that run the graph."""

import asyncio
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nodes.events import Event, RunStarted
from planfirst.cli.decisions import Approve, Edit, Reason, Reject, decision_of
from planfirst.cli.exits import Exit
from planfirst.cli.interrupts import Interrupts, run
from planfirst.cli.live import LiveView
from planfirst.cli.output import err, out, print_json, print_result, say_error
from planfirst.cli.requests import print_requests
from planfirst.cli.review import Reviewer, somebody_is_there

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
    review: Annotated[bool, typer.Option("--review", help="Look at the plan before it is carried out.")] = False,
    as_json: Json = False,
) -> None:
    """Answer a question from the knowledge base, with citations."""
    agent = open_agent(review=review)
    _finish(_attend(agent, agent.astream(question, follow=follow), as_json=as_json), as_json)


def resume(
    run: RunArgument,
    approve: Approve = None,
    reject: Reject = None,
    edit: Edit = None,
    reason: Reason = None,
    as_json: Json = False,
) -> None:
    """Go on with a run that was stopped, killed, or waits for a person."""
    decision = decision_of(approve, reject, edit, reason)
    agent = open_agent()
    events = agent.astream_resume(run, decision)
    _finish(_attend(agent, events, as_json=as_json, run_id=run), as_json)


def plan(question: Question, as_json: Json = False) -> None:
    """Show the plan for a question without carrying it out."""
    from nodes.language import plan_to_json, render  # noqa: PLC0415 - `--help` needs no language

    planned = asyncio.run(open_agent().aplan(question))
    if as_json:
        print_json({"question": question, "mode": planned.mode, "plan": plan_to_json(planned.plan)})
    else:
        out.print(render(planned.plan).rstrip() or "Plan: none", markup=False)


def _attend(agent: "Agent", events: AsyncGenerator[Event, None], *, as_json: bool, run_id: str = "") -> "Result":
    """Follow a run, and ask whoever sits at the terminal what it waits to be told, until it ends or is to wait."""
    result = run(_follow(agent, events, quiet=as_json, run_id=run_id))
    reviewer = Reviewer()
    while result.pending and result.status != "paused" and not as_json and somebody_is_there():
        decision = reviewer.decide(result)
        if decision is None:
            break
        events = agent.astream_resume(result.run_id, decision)
        result = run(_follow(agent, events, quiet=as_json, run_id=result.run_id))
    return result


async def _follow(agent: "Agent", events: AsyncGenerator[Event, None], *, quiet: bool, run_id: str = "") -> "Result":
    """Show a run's events as they come and return its result; Ctrl-C pauses the run, and then cancels it.

    Raises:
        typer.Exit: the run was stopped by that.
    """
    view, interrupts = LiveView(err), Interrupts(agent)
    try:
        with interrupts.caught():
            with view:
                async for event in events:
                    if isinstance(event, RunStarted):
                        run_id = interrupts.run_id = event.run_id
                    if not quiet:
                        view.follow(event)
            result = await agent.aresult(run_id)
    except asyncio.CancelledError:
        if run_id:
            say_error(f"stopped; `planfirst resume {run_id}` finishes the run")
        raise
    if interrupts.count and result.status in {"paused", "cancelled"}:
        say_error(_stopped(result))
        raise typer.Exit(Exit.INTERRUPTED)
    return result


def _stopped(result: "Result") -> str:
    if result.status == "paused":
        return f"paused; `planfirst resume {result.run_id}` finishes the run"
    return result.error["message"] if result.error else "the run was cancelled"


def _finish(result: "Result", as_json: bool) -> None:
    if as_json:
        print_json(result.to_json())
    else:
        print_result(result)
        print_requests(result)
    raise typer.Exit(_code(result))


def _code(result: "Result") -> Exit:
    if result.status == "done":
        return Exit.OK
    if result.status == "partial":
        return Exit.PARTIAL
    return Exit.FAILED if result.status in {"failed", "cancelled"} else Exit.WAITING
