"""A piece of text from its opening to its closing bracket, and the steps that it is.

This module does not know how the piece was found among the other lines.
"""

import re
from dataclasses import dataclass, field
from typing import Literal

from nodes.errors import PlanError
from nodes.language.brackets import CALL_DEPTH, JSON_DEPTH, CodeScanner, Scanner, TextScanner
from nodes.language.interpolation import interpolate_exact
from nodes.language.json_dialect import NotAPlanError, ReadText, read_json_plan
from nodes.language.literals import Arguments, read_arguments
from nodes.language.values import Step
from nodes.state import StepId

Kind = Literal["call", "numbered", "text", "json"]
"""`#E1 = tool(...)`, `1. tool(...)`, the paper's `#E1 = Tool[...]`, and JSON."""

_PLAN_LIKE = re.compile(r"""["'](?:tool|tool_name|action|function|steps|evidence|placeholder)["']\s*:""")
_QUOTED = re.compile(r"""(?P<quote>["'])(?P<text>(?:(?!(?P=quote)).)*+)(?P=quote)""", re.DOTALL)
_NAMED_INPUT = re.compile(r"""[A-Za-z_]\w*\s*=\s*["'#]""", re.ASCII)


@dataclass(slots=True)
class Block:
    """A piece that has begun on `line`. `number` and `tool` are unset in JSON."""

    kind: Kind
    line: int
    number: int = 0
    tool: str = ""
    lines: list[str] = field(default_factory=list)
    scanner: Scanner = field(init=False)

    def __post_init__(self) -> None:
        """Choose the scanner that knows this kind of text."""
        if self.kind == "text":
            self.scanner = TextScanner()
        else:
            self.scanner = CodeScanner(JSON_DEPTH if self.kind == "json" else CALL_DEPTH)

    @property
    def text(self) -> str:
        """What has been read, brackets included."""
        return "\n".join(self.lines)

    @property
    def is_plan_like(self) -> bool:
        """Whether this is meant as (a part of) a plan: JSON can be anything."""
        return self.kind != "json" or _PLAN_LIKE.search(self.text) is not None


def read_step(block: Block, rationale: str | None) -> Step:
    """Return the step that a closed block is; raises PlanError."""
    if block.kind == "text":
        arguments = _read_input(block.text[1:-1].strip(), block.line)
    else:
        below = block.number if block.kind == "numbered" else 0
        arguments = read_arguments(block.text, block.line, below=below)
    step_id = StepId(f"E{block.number}")
    return Step(step_id, block.tool, arguments.named, arguments.positional, rationale, block.line)


def _read_input(text: str, line: int) -> Arguments:
    """Read the paper's free text: as named arguments where it is written so, else as one positional argument."""
    if not text:
        return Arguments({}, ())
    if _NAMED_INPUT.match(text):
        try:
            return _named_input(text, line)
        except PlanError:
            pass  # then it only begins like named arguments
    quoted = _QUOTED.fullmatch(text)
    return Arguments({}, (interpolate_exact(quoted["text"] if quoted else text),))


def _named_input(text: str, line: int) -> Arguments:
    source, scanner = f"({text})", CodeScanner(CALL_DEPTH)
    if scanner.scan(source.replace("\n", " "), 0) != len(source) or scanner.fault:
        raise PlanError([])
    return read_arguments(source, line)


def read_json_steps(block: Block, already: int, read_text: ReadText) -> list[Step] | None:
    """Return the steps in a closed block of JSON, or None where it is no plan; raises PlanError."""
    try:
        return read_json_plan(block.text, block.line, already, read_text)
    except NotAPlanError:
        return None
    except PlanError:
        if block.is_plan_like:
            raise
        return None
