"""`eval baselines`: PlanFirst beside ReAct, plan-and-execute and no tools, with the configured model and documents."""

import asyncio
from contextlib import aclosing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from nodes.errors import InputError
from planfirst.cli.ask import Json
from planfirst.cli.output import err, out, print_json
from planfirst.cli.progress import Advance, progress_bar

if TYPE_CHECKING:
    from graph.roles import ModelSpec
    from planfirst.evaluation.baselines import Trial
    from planfirst.evaluation.comparison import Summary
    from planfirst.evaluation.questions import Question


def baselines(
    questions: Annotated[Path, typer.Argument(metavar="QUESTIONS", help="A question set, as data/eval's.")],
    first: Annotated[int, typer.Option(min=1, help="Ask the first so many; every question costs money.")] = 10,
    as_json: Json = False,
) -> None:
    """Compare PlanFirst with ReAct, plan-and-execute and no tools, over the model and knowledge base that are set.

    The planner's model plays every part, so that all systems have the same. Questions of the holdout, and those that
    lean on earlier turns, are left out.
    """
    from graph.roles import ModelSpec  # noqa: PLC0415 - `--help` needs no evaluation
    from graph.settings import read_settings  # noqa: PLC0415 - the same
    from planfirst.evaluation.comparison import summary_of  # noqa: PLC0415 - the same
    from planfirst.evaluation.questions import read_questions  # noqa: PLC0415 - the same

    settings = read_settings()
    planners = settings.models.planner.models
    if not planners or not isinstance(planners[0], ModelSpec):
        raise InputError("a comparison needs a language model; name one in PLANFIRST_MODEL")
    asked = _chosen(read_questions(questions), first)
    with progress_bar("asking", quiet=as_json) as advance:
        trials = asyncio.run(_compared(planners[0], asked, advance))
    summary = {name: summary_of(asked, of_one) for name, of_one in trials.items()}
    if as_json:
        print_json({name: asdict(row) for name, row in summary.items()})
        return
    out.print(_table(summary))
    err.print(f"{len(asked)} questions with {planners[0].name}; tokens are those the provider reported", markup=False)


async def _compared(spec: "ModelSpec", asked: "list[Question]", advance: Advance) -> "dict[str, list[Trial]]":
    """Ask every system, over connections that are closed at the end."""
    from graph.clients import Clients  # noqa: PLC0415 - `--help` needs no model
    from graph.configured import configured_knowledge  # noqa: PLC0415 - the same
    from nodes.limits import Limits  # noqa: PLC0415 - the same
    from planfirst.evaluation.comparison import compare, systems_over  # noqa: PLC0415 - the same

    async with aclosing(Clients(Limits().model_seconds)) as clients:
        model = await clients.of(spec)()
        with configured_knowledge() as knowledge:
            systems, done = systems_over(model, knowledge), 0

            def on_trial() -> None:
                nonlocal done
                done += 1
                advance("asking", done, len(systems) * len(asked))

            return await compare(systems, asked, on_trial)


def _chosen(questions: "list[Question]", first: int) -> "list[Question]":
    chosen = [each for each in questions if not each.holdout and not each.after][:first]
    if not chosen:
        raise InputError("the set has no question outside the holdout that stands by itself")
    return chosen


def _table(summary: "dict[str, Summary]") -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("system")
    for heading in ("n", "right", "refused", "wrong", "tokens", "model calls", "tool calls", "seconds"):
        table.add_column(heading, justify="right")
    for name, row in summary.items():
        tokens = "unknown" if row.tokens is None else f"{row.tokens:.0f}"
        means = (f"{row.model_calls:.1f}", f"{row.tool_calls:.1f}", f"{row.seconds:.2f}")
        table.add_row(name, str(row.n), str(row.right), str(row.refused), str(row.wrong), tokens, *means)
    return table
