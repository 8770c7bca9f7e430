"""A progress bar on a terminal's standard error, and nothing where there is no terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from planfirst.cli.output import err

Advance = Callable[[str, int, int], None]
"""Tells what is being done, how much of it is, and how much there is."""


@contextmanager
def progress_bar(description: str, *, quiet: bool) -> Iterator[Advance]:
    """Show a bar while the block runs and give it what moves the bar; `quiet` shows nothing."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=quiet or not err.is_terminal) as progress:
        bar = progress.add_task(description, total=None)
        yield lambda what, done, total: progress.update(bar, description=what, completed=done, total=total)
