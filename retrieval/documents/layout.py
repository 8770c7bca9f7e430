"""Finds lines and tables in pieces of text that lie on a page. Knows coordinates in points, upwards, no file format."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_NEAR_LINES = 8
"""A piece may belong to a line so many lines back: a cell of several lines comes before its neighbour on the right."""
_SAME_LINE = 0.5
"""Share of the lower piece's height by which two pieces of one line overlap."""
_CELL_GAP = 1.0
"""Gap between cells, in heights of the line; words are nearer."""
_WORD_GAP = 0.1
_WRAPPED = 0.8
"""Gap between lines of one cell, in heights of the line."""
_WITHIN_ROW = 0.9
"""Distance between lines of one row, in usual distances of rows."""
_ROW_GAP = 5.0
"""Rows of one table are nearer than this to each other, in heights of the line."""
_BULLETS = frozenset("•▪◦‣●○■□-–—*·")


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that lies in one place."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        """Height in points."""
        return self.top - self.bottom


@dataclass(slots=True)
class Line:
    """Pieces beside each other, those that are near enough joined into one."""

    cells: list[Piece]

    @property
    def text(self) -> str:
        """All the text of the line."""
        return " ".join(cell.text for cell in self.cells)

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.cells[0].left

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.cells[-1].right

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return min(cell.bottom for cell in self.cells)

    @property
    def top(self) -> float:
        """Its upper edge."""
        return max(cell.top for cell in self.cells)

    @property
    def height(self) -> float:
        """Height in points."""
        return self.top - self.bottom


def lines_of(pieces: Sequence[Piece]) -> list[Line]:
    """The lines of a page in reading order, which is that of the pieces."""
    lines: list[Line] = []
    for piece in pieces:
        if not piece.text.strip():
            continue
        for line in reversed(lines[-_NEAR_LINES:]):
            if _continues(line, piece):
                _append(line, piece)
                break
        else:
            lines.append(Line([piece]))
    return lines


def _continues(line: Line, piece: Piece) -> bool:
    overlap = min(line.top, piece.top) - max(line.bottom, piece.bottom)
    lower = max(1e-6, min(line.height, piece.height))
    return overlap >= _SAME_LINE * lower and piece.left >= line.right - 0.2 * line.height


def _append(line: Line, piece: Piece) -> None:
    last = line.cells[-1]
    gap = piece.left - last.right
    height = max(line.height, piece.height)
    is_marker = len(line.cells) == 1 and (last.text.strip() in _BULLETS or last.text.strip().rstrip(".)").isdecimal())
    if gap >= _CELL_GAP * height and not (is_marker and gap < 4 * height):
        line.cells.append(piece)
        return
    space = " " if gap >= _WORD_GAP * height or is_marker else ""
    if is_marker:
        last = Piece(last.text, last.left, piece.bottom, last.right, piece.top)  # it may be of another font
    text = f"{last.text.rstrip()}{space or last.text[len(last.text.rstrip()) :]}{piece.text}"
    line.cells[-1] = Piece(text, last.left, min(last.bottom, piece.bottom), piece.right, max(last.top, piece.top))


def table_at(lines: Sequence[Line], start: int) -> tuple[list[list[str]], int] | None:
    """The rows of the table that begins with a line, and where the lines after it begin; None if none begins there."""
    end = start
    while end < len(lines) and _belongs(lines, start, end):
        end += 1
    within = lines[start:end]
    columns = _columns(within)
    if len(columns) < 2 or sum(len(line.cells) > 1 for line in within) < 2:
        return None
    rows: list[list[str]] = []
    usual = pitch([line for line in within if line.left <= columns[0][1]])
    for number, line in enumerate(within):
        row = [""] * len(columns)
        for cell in line.cells:
            fits = (at for at, (_, right) in enumerate(columns) if cell.left <= right)
            at = next(fits, len(columns) - 1)  # a piece whose ends are told the wrong way round may lie behind all
            row[at] = f"{row[at]} {cell.text}".strip()
        step = within[number - 1].bottom - line.bottom
        if number and not row[0] and (step < _WITHIN_ROW * usual or len(line.cells) == 1):
            rows[-1] = [f"{above} {below}".strip() for above, below in zip(rows[-1], row, strict=True)]
        else:
            rows.append(row)
    return rows, end


def _belongs(lines: Sequence[Line], start: int, at: int) -> bool:
    line = lines[at]
    if at > start and not 0 <= lines[at - 1].top - line.top < _ROW_GAP * line.height:
        return False
    return len(line.cells) > 1 or (at > start and _is_rest(lines, start, at))


def _is_rest(lines: Sequence[Line], start: int, at: int) -> bool:
    """Whether a line of one cell goes on with a cell of the table's last row."""
    line = lines[at]
    starts = {cell.left for before in lines[start:at] for cell in before.cells[1:]}
    gap = lines[at - 1].bottom - line.top
    return any(abs(line.left - left) < line.height / 2 for left in starts) and gap < _WRAPPED * line.height


def _columns(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """The stretches of the width that are filled in some line, from left to right."""
    columns: list[tuple[float, float]] = []
    for left, right in sorted((cell.left, cell.right) for line in lines for cell in line.cells):
        if columns and left <= columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    return columns


def pitch(lines: Sequence[Line]) -> float:
    """The usual distance from one line to the next, or 0 if there are none."""
    steps = [above.bottom - below.bottom for above, below in pairwise(lines)]
    near = [step for step, line in zip(steps, lines, strict=False) if 0 < step < 4 * line.height]
    return median(near) if near else 0.0
