"""What `show RUN --history` and `diff` print: a run's checkpoints, and two runs beside each other."""

import asyncio
import difflib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from planfirst.cli.ask import Json, open_agent
from planfirst.cli.output import out, print_json, safe

if TYPE_CHECKING:
    from graph.travel import Checkpoint, RunDiff, StepDiff
    from graph.travel.diff import RunSide, StepSide

_VALUE_CHARS = 200
_HEADINGS = ("at", "checkpoint", "when (UTC)", "after", "next", "holds")


def print_history(checkpoints: "Sequence[Checkpoint]", *, as_json: bool) -> None:
    """Print a run's checkpoints, oldest first."""
    if as_json:
        print_json([asdict(each) for each in checkpoints])
        return
    rows = [_HEADINGS, *map(_row, checkpoints)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):  # no table, which a narrow terminal would cut
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        out.print(Text(safe("  ".join(padded).rstrip()), "" if number else "bold"))


def _row(each: "Checkpoint") -> tuple[str, ...]:
    when = each.created_at[:19].replace("T", " ")
    following = ", ".join("plan" if node == "__start__" else node for node in each.next) or "end"
    made = f"; made from it: run {', run '.join(each.forks)}" if each.forks else ""
    return str(each.number), each.id, when, each.after, following, f"{each.holds}{made}"


def diff(
    a: Annotated[str, typer.Argument(metavar="RUN_A", help="A run's id, or the beginning of it.")],
    b: Annotated[str, typer.Argument(metavar="RUN_B", help="The run to compare with it.")],
    as_json: Json = False,
) -> None:
    """Show how a run differs from another: plan, values, answer, tokens and time."""
    found = asyncio.run(open_agent().adiff(a, b))
    if as_json:
        print_json(found.to_json())
        return
    for line in _lines(found):
        out.print(line)


def _lines(found: "RunDiff") -> Iterator[Text]:
    for sign, side in (("-", found.a), ("+", found.b)):
        yield _signed(sign, f"run {side.run_id} · {side.status} · {_cost(side)}{_origin(side)}")
    if found.a.question != found.b.question:
        yield _heading("Question")
        yield from _changed(found.a.question, found.b.question)
    yield _heading("Steps" if found.steps else "Neither run has a plan of steps")
    for step in found.steps:
        yield from _step(step)
    yield _heading("Answer")
    if found.same_answer:
        yield Text(f"  the same: {safe(found.b.answer or 'none yet')}", "dim")
    else:
        yield from _changed(found.a.answer or "(none)", found.b.answer or "(none)")


def _step(step: "StepDiff") -> Iterator[Text]:
    if step.a is None or step.b is None or step.way == "plan":
        yield from _sides(step, lambda side: side.written)
        yield from _sides(step, lambda side: f"    {_outcome(side)}")
        return
    moved = f" (#{step.a.id} there)" if step.a.id != step.b.id else ""
    yield Text(f"  {safe(step.b.written)}{moved}", "dim" if step.way == "same" else "")
    if step.way == "same":
        yield Text(f"      {safe(_outcome(step.b))}", "dim")
    else:
        yield from _sides(step, lambda side: f"    {_outcome(side)}")


def _sides(step: "StepDiff", shown: Any) -> Iterator[Text]:
    for sign, side in (("-", step.a), ("+", step.b)):
        if side is not None:
            yield _signed(sign, shown(side))


def _outcome(side: "StepSide") -> str:
    """Say in a line what came of a step, and where that is from."""
    if side.status is None:
        return "not run"
    value = side.value if isinstance(side.value, str) else json.dumps(side.value, ensure_ascii=False)
    text = " ".join((side.error or value).split())
    shown = text if len(text) <= _VALUE_CHARS else f"{text[:_VALUE_CHARS]}…"
    origin = "set by a person" if side.set_by else f"from run {side.carried_from}" if side.carried_from else ""
    return f"{side.status}{f', {origin}' if origin else ''}: {shown}"


def _cost(side: "RunSide") -> str:
    tokens = "tokens unknown" if side.tokens is None else f"{side.tokens:,} tokens"
    return f"{side.seconds:.2f} s · {side.model_calls} model call{'s' * (side.model_calls != 1)}, {tokens}"


def _origin(side: "RunSide") -> str:
    return f" · made from run {side.forked_from}" if side.forked_from else ""


def _changed(a: str, b: str) -> Iterator[Text]:
    """Yield the lines of two texts, those that only one has with a sign."""
    for line in difflib.ndiff(a.splitlines(), b.splitlines()):
        if line[0] in "-+":
            yield _signed(line[0], line[2:])
        elif line[0] == " ":
            yield Text(f"  {safe(line[2:])}", "dim")


def _signed(sign: str, text: str) -> Text:
    return Text(f"{sign} {safe(text)}", "red" if sign == "-" else "green")


def _heading(text: str) -> Text:
    return Text(f"\n{text}", "bold")
