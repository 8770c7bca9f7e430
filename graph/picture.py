"""A plan as a picture: its steps as boxes in columns, an arrow for each value that one step takes from another.

Plain SVG, so that a notebook, a web page or a report shows it with nothing installed. This module lays out small plans
legibly; it does not try to keep arrows from crossing.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

WIDTH, HEIGHT = 230, 46
"""Size of a box, in pixels."""
GAP_X, GAP_Y, MARGIN = 60, 18, 10
MAX_CHARS = 34
"""Most characters of a line in a box."""
_COLOURS = {"ok": "#d9f2e3", "failed": "#f9d9d6", "denied": "#f9d9d6", "skipped": "#ececec"}
_PLANNED = "#e8eefb"


@dataclass(frozen=True, slots=True)
class Box:
    """One step to draw: `status` is None before it has run."""

    id: str
    tool: str
    args: Mapping[str, Any]
    depends_on: Sequence[str]
    status: str | None = None


class PlanPicture:
    """What a notebook shows as a picture; `svg` is its source."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        self.svg = draw(boxes)

    def _repr_svg_(self) -> str:
        return self.svg


def draw(boxes: Sequence[Box]) -> str:
    """Return the SVG source of a plan: each step right of all that it depends on, boxes coloured by what came of it."""
    corners = _corners(boxes)
    width = max((x for x, _ in corners.values()), default=0) + WIDTH + MARGIN
    height = max((y for _, y in corners.values()), default=0) + HEIGHT + MARGIN
    arrows = [_arrow(corners[name], corners[box.id]) for box in boxes for name in box.depends_on if name in corners]
    shapes = [_shape(box, *corners[box.id]) for box in boxes]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img" font-family="sans-serif" font-size="12"><title>The plan</title>'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#667"/></marker></defs>' + "".join([*arrows, *shapes]) + "</svg>"
    )


def _corners(boxes: Sequence[Box]) -> dict[str, tuple[int, int]]:
    """Return where each box's upper left corner lies: its column is the length of the longest chain before it."""
    column: dict[str, int] = {}
    rows: dict[int, int] = {}
    corners: dict[str, tuple[int, int]] = {}
    for box in boxes:  # a step comes after those it depends on
        column[box.id] = max((column[name] + 1 for name in box.depends_on if name in column), default=0)
        row = rows[column[box.id]] = rows.get(column[box.id], -1) + 1
        corners[box.id] = (MARGIN + column[box.id] * (WIDTH + GAP_X), MARGIN + row * (HEIGHT + GAP_Y))
    return corners


def _arrow(start: tuple[int, int], end: tuple[int, int]) -> str:
    x1, y1, x2, y2 = start[0] + WIDTH, start[1] + HEIGHT // 2, end[0], end[1] + HEIGHT // 2
    bend = max(GAP_X // 2, (x2 - x1) // 2)
    return (
        f'<path d="M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}" '
        'fill="none" stroke="#667" marker-end="url(#tip)"/>'
    )


def _shape(box: Box, x: int, y: int) -> str:
    colour = _COLOURS.get(box.status or "", _PLANNED)
    shown = ", ".join(value if isinstance(value, str) else json.dumps(value) for value in box.args.values())
    full = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in box.args.items())
    return (
        f"<g><title>#{escape(box.id)} = {escape(box.tool)}({escape(full)})</title>"
        f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="6" fill="{colour}" stroke="#99a"/>'
        f'<text x="{x + 10}" y="{y + 19}" font-weight="bold">#{escape(box.id)} {escape(box.tool)}</text>'
        f'<text x="{x + 10}" y="{y + 36}" fill="#445">{escape(_cut(shown))}</text></g>'
    )


def _cut(text: str) -> str:
    return text if len(text) <= MAX_CHARS else text[: MAX_CHARS - 1] + "…"
