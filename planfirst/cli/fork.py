"""`fork`: a run made from a checkpoint of another, with something changed, and carried out."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nodes.errors import InputError, PlanError
from planfirst.cli.ask import Json, RunArgument, open_agent, resume
from planfirst.cli.editor import edit_plan
from planfirst.cli.files import read_text
from planfirst.cli.output import err

if TYPE_CHECKING:
    from graph.agent import Agent
    from graph.travel import Fork


def fork(
    run: RunArgument,
    at: Annotated[
        str | None,
        typer.Option(metavar="CHECKPOINT", help="Its number in `show RUN --history`, or its id [default: the last]."),
    ] = None,
    edit: Annotated[bool, typer.Option("--edit-plan", help="Edit the plan in $EDITOR first.")] = False,
    plan: Annotated[
        str | None, typer.Option(metavar="FILE", help="Take the plan from a file; - is standard input.")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="STEP=JSON", help="Set what a step returned, as E2=12.5.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a new run from a checkpoint of a run, and carry it out.

    Steps that would do the same again are not run again.
    """
    if edit and plan is not None:
        raise InputError("--edit-plan and --plan exclude each other; give one of them")
    agent, values = open_agent(), dict(map(_assignment, set_ or []))
    if edit:
        forked = _edited(agent, run, at, values)
    else:
        text = None if plan is None else read_text(plan, "the plan")
        forked = asyncio.run(agent.afork(run, at, plan=text, values=values))
    if not as_json:
        err.print(_told(forked), markup=False)
    resume(forked.run_id, as_json=as_json)


def _edited(agent: "Agent", run: str, at: str | None, values: dict[str, Any]) -> "Fork":
    """Open the editor until the plan is valid."""
    text, problems = asyncio.run(agent.acheckpoint(run, at)).plan, list[str]()
    while True:
        text = edit_plan(text, problems)
        try:
            return asyncio.run(agent.afork(run, at, plan=text, values=values))
        except PlanError as error:
            problems = [str(problem) for problem in error.problems]


def _assignment(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise InputError(f"--set {text!r} is no assignment; write it as --set E2=12.5")
    try:
        return name.strip(), json.loads(value)
    except ValueError:
        quoted = json.dumps(value, ensure_ascii=False)
        raise InputError(
            f"--set {name}= takes JSON; write text in quotes of its own: --set '{name}={quoted}'"
        ) from None


def _told(forked: "Fork") -> str:
    def named(steps: Sequence[str]) -> str:
        return ", ".join(f"#{name}" for name in steps)

    told = asdict(forked)
    parts = [
        f"{what} {named(told[key])}"
        for key, what in (("carried", "taken over"), ("given", "set"), ("again", "to run"))
        if told[key]
    ]
    return f"run {forked.run_id}, made from run {forked.forked_from}: {'; '.join(parts) or 'to be planned anew'}"
