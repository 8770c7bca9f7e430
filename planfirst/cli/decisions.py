"""The options of `resume` that answer what a run waits for: `--approve`, `--reject`, `--edit`."""

import re
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from nodes.errors import InputError
from planfirst.cli.files import read_text

ALL = "all"
_STEP = re.compile(r"#?E\d+(?:@[0-9a-f]+)?|[0-9a-f]{32}|all")
"""A step, the interrupt of a tool that asks, or all; a run's id is shorter."""
Steps = list[str] | None
Approve = Annotated[
    Steps, typer.Option("--approve", metavar="[STEP]", help="Approve all that waits, or this step; may be repeated.")
]
Reject = Annotated[
    Steps, typer.Option("--reject", metavar="[STEP]", help="Reject all that waits, or this step; may be repeated.")
]
Edit = Annotated[
    str | None, typer.Option("--edit", metavar="FILE", help="Carry out this plan instead; - is standard input.")
]
Reason = Annotated[str | None, typer.Option("--reason", help="Why, with --reject.")]


class StepOptions(TyperCommand):
    """A command whose `--approve` and `--reject` may stand without a step, for all that waits."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Complete the options that stand alone, then parse as ever."""
        completed: list[str] = []
        for place, word in enumerate(args):
            completed.append(word)
            after = args[place + 1] if place + 1 < len(args) else ""
            if word in {"--approve", "--reject"} and not _STEP.fullmatch(after):
                completed.append(ALL)
        return super().parse_args(ctx, completed)


def decision_of(approve: Steps, reject: Steps, edit: str | None, reason: str | None) -> Any:
    """Return the decision for `Agent.astream_resume`, None where there is none.

    Raises:
        InputError: the options contradict each other, or the file cannot be read.
    """
    approved, rejected = approve or [], reject or []
    if bool(edit) + (ALL in approved) + (ALL in rejected) > 1 or (edit and (approved or rejected)):
        raise InputError("--approve, --reject and --edit exclude each other; give one of them, or name the steps")
    if {*approved} & {*rejected} or (ALL in {*approved, *rejected} and len({*approved, *rejected}) > 1):
        raise InputError("--approve and --reject exclude each other for one step; name each step once")
    if reason and not rejected:
        raise InputError("--reason says why something is rejected; give it with --reject")
    if edit:
        return {"action": "edit", "plan": read_text(edit, "the plan")}
    no = {"action": "reject", **({"reason": reason} if reason else {})}
    if approved == [ALL] or rejected == [ALL]:
        return "approve" if approved else no
    return {**dict.fromkeys(approved, "approve"), **dict.fromkeys(rejected, no)} or None
