"""Entry point of the command line: declares the commands, and turns every error into one sentence and an exit code."""

import os
import sys
from typing import Annotated

import typer

from nodes.errors import PlanFirstError
from planfirst.cli import (
    ask,
    control,
    decisions,
    doctor,
    eval_baselines,
    eval_hotpotqa,
    eval_quick,
    examples,
    explain,
    fork,
    history,
    ingest,
    retention,
    runs,
)
from planfirst.cli.exits import Exit, code_of
from planfirst.cli.output import say_error

app = typer.Typer(
    name="planfirst",
    help="Plan first, act second, answer last, with evidence.",
    epilog="Exit codes: 0 done, 1 failed, 2 unusable input, 3 waiting or paused, 4 partly done, 130 interrupted. "
    "Ctrl-C pauses a run, a second one cancels it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("ingest")(ingest.ingest)
app.command("ask")(ask.ask)
app.command("plan")(ask.plan)
app.command("show")(runs.show)
app.command("explain")(explain.explain)
app.command("resume", cls=decisions.StepOptions)(ask.resume)
app.command("pause")(control.pause)
app.command("cancel")(control.cancel)
app.command("fork")(fork.fork)
app.command("diff")(history.diff)
app.command("doctor")(doctor.doctor)
kept = typer.Typer(help="List the newest runs; delete and prune them.", invoke_without_command=True)
kept.callback()(runs.runs)
kept.command("delete")(retention.delete)
kept.command("prune")(retention.prune)
app.add_typer(kept, name="runs")
trusted = typer.Typer(help="Keep question-and-plan pairs that a planning model is shown.", no_args_is_help=True)
trusted.command("add")(examples.add)
trusted.command("list")(examples.show)
trusted.command("remove")(examples.remove)
app.add_typer(trusted, name="examples")
evaluations = typer.Typer(help="Measure the answers over question sets.", no_args_is_help=True)
evaluations.command("quick")(eval_quick.quick)
evaluations.command("hotpotqa")(eval_hotpotqa.hotpotqa)
evaluations.command("baselines")(eval_baselines.baselines)
app.add_typer(evaluations, name="eval")


def _version(asked: bool) -> None:
    if asked:
        from planfirst import __version__  # noqa: PLC0415 - only when asked

        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take the options that stand before a command; `--version` acts in its callback."""
    del version


def run() -> None:
    """Run the command line and exit with its code."""
    # LangGraph reads this when it is imported: a stored checkpoint must not be able to name code to run.
    os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")
    try:
        app()
    except PlanFirstError as error:
        say_error(str(error))
        sys.exit(code_of(error))
    except KeyboardInterrupt:
        sys.exit(Exit.INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output has gone, as with `planfirst runs | head`; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.OK)
