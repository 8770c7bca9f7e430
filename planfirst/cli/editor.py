"""Lets a person edit a plan in their own editor."""

from collections.abc import Iterable

import click

from nodes.errors import InputError

_NOTE = "# "
"""Begins a line that is for the person alone; a step begins with `#E`."""
_HELP = (
    "One step a line: #E1 = tool(name=value). #E1 in a value stands for that step's result.",
    "Lines that begin like this one are left out. Leave without saving, or save no step, to change nothing.",
)


def edit_plan(plan: str, problems: Iterable[str] = ()) -> str:
    """Open the editor that VISUAL or EDITOR names on a plan, below what is wrong with it, and return what was saved.

    Raises:
        InputError: the editor cannot be used, or the person changed their mind.
    """
    wrong = [f"NOT VALID: {' '.join(problem.split())}" for problem in problems]
    notes = [f"{_NOTE}{line}" for line in (*wrong, *_HELP)]
    try:
        saved = click.edit("\n".join([*notes, "", plan, ""]), extension=".plan")
    except click.ClickException as error:
        said = error.format_message().rstrip(".")
        raise InputError(f"the plan cannot be edited ({said}); set EDITOR, or give --plan FILE") from error
    kept = "\n".join(line for line in (saved or "").splitlines() if not line.startswith(_NOTE)).strip()
    if not kept:
        raise InputError("the plan was not saved, so nothing was done")
    return kept
