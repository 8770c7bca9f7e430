"""The live view of a run on a terminal: each step waiting, running, done or failed, with its time."""

import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from nodes.events import (
    ApprovalNeeded,
    Event,
    PhaseChanged,
    PlanReady,
    StepFinished,
    StepRetried,
    StepStarted,
    StepWaiting,
)
from planfirst.cli.output import safe

_LOOK = {
    "waiting": ("○", "dim"),
    "running": ("◐", "yellow"),
    "ok": ("●", "green"),
    "failed": ("✗", "red"),
    "skipped": ("-", "dim"),
    "denied": ("✗", "red"),
    "approval": ("?", "magenta"),
}


@dataclass(slots=True)
class _Row:
    tool: str
    state: str = "waiting"
    since: float = 0.0
    seconds: float | None = None
    note: str = ""


class LiveView:
    """Follows a run's events. Where `console` is no terminal it shows nothing at all."""

    def __init__(self, console: Console) -> None:
        self._rows: dict[str, _Row] = {}
        self._phase = "starting"
        self._live = Live(get_renderable=self._table, console=console, transient=True, refresh_per_second=10)
        self._on = console.is_terminal

    def __enter__(self) -> Self:
        if self._on:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._on:
            self._live.stop()

    def follow(self, event: Event) -> None:
        """Take in one event."""
        match event:
            case PhaseChanged(phase):
                self._phase = phase.replace("_", " ")
            case PlanReady():
                self._rows.clear()
            case StepWaiting(id_, tool, depends_on):
                self._rows[id_] = _Row(tool, note=", ".join(f"#{name}" for name in depends_on))
            case StepStarted(id_, _):
                self._change(id_, "running", since=time.monotonic(), note="")
            case StepRetried(id_, attempt, kind, _):
                self._change(id_, "running", note=f"attempt {attempt} failed ({kind})")
            case ApprovalNeeded(id_, _, _):
                self._change(id_, "approval", note="waits for approval")
            case StepFinished(id_, _, status, seconds, _, error):
                self._change(id_, status, seconds=seconds, note=error or "")

    def _change(self, id_: str, state: str, **fields: float | str) -> None:
        row = self._rows[id_]
        row.state = state
        for name, value in fields.items():
            setattr(row, name, value)

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 1))
        table.add_row(Text(self._phase, "bold"))
        for id_, row in self._rows.items():
            sign, style = _LOOK[row.state]
            seconds = time.monotonic() - row.since if row.state == "running" else row.seconds
            shown = "" if seconds is None else f"{seconds:.2f} s"
            table.add_row(Text(sign, style), f"#{id_}", row.tool, Text(shown, "dim"), Text(safe(row.note[:80]), "dim"))
        return table
