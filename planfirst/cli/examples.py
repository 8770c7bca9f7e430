"""`examples add|list|remove`: plans that an operator vouches for, which a planning model is shown by similarity."""

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from nodes.errors import InputError
from planfirst.cli.ask import Json, open_agent
from planfirst.cli.files import read_text
from planfirst.cli.output import out, print_json, safe


def add(
    question: Annotated[str | None, typer.Argument(help="The question, in quotes [default: that of --run].")] = None,
    plan: Annotated[str | None, typer.Option(metavar="FILE", help="A file with the plan; - is standard input.")] = None,
    run: Annotated[str | None, typer.Option(metavar="RUN", help="Take the plan of that run.")] = None,
    as_json: Json = False,
) -> None:
    """Keep a question and its plan as an example, in place of an earlier plan for the same question."""
    if (plan is None) == (run is None) or (run is None and question is None):
        raise InputError("give a question and --plan FILE, or --run RUN; `planfirst plan QUESTION` writes a plan")
    agent = open_agent()
    if run is not None:
        result = asyncio.run(agent.aresult(run))
        question, text = question or result.question, json.dumps([asdict(step) for step in result.plan])
    else:
        text = read_text(str(plan), "the plan")
    example = agent.examples.add(str(question), text)
    if as_json:
        print_json(asdict(example))
    else:
        out.print(f"example {example.id} is kept; `planfirst examples remove {example.id}` removes it")


def show(as_json: Json = False) -> None:
    """List the examples, the oldest first."""
    examples = open_agent().examples.all()
    if as_json:
        print_json([asdict(example) for example in examples])
        return
    if not examples:
        out.print("no examples yet; `planfirst examples add --run RUN` keeps a run's plan as one")
    for example in examples:
        out.print(Text.assemble((example.id, "cyan"), " ", (safe(example.question), "bold")))
        out.print(Text(safe("\n".join(f"    {line}" for line in example.plan.splitlines()))))


def remove(
    example: Annotated[str, typer.Argument(metavar="EXAMPLE", help="The example's id, or the beginning of it.")],
    as_json: Json = False,
) -> None:
    """Remove an example."""
    removed = open_agent().examples.remove(example)
    if as_json:
        print_json(asdict(removed))
    else:
        out.print(f"example {removed.id} is removed")
