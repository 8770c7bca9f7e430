"""A piece of text from its opening to its closing bracket, and the steps that it is.

This module does not know how the piece was found among the other lines.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from nodes.errors import PlanError
from nodes.language.brackets import CALL_DEPTH, JSON_DEPTH, CodeScanner, Scanner, TextScanner
from nodes.language.findings import Tier
from nodes.language.heads import Form, Opening
from nodes.language.json_dialect import NotAPlanError, ReadText, read_json_plan
from nodes.language.json_inputs import read_json_input
from nodes.language.lenient import rebuilt
from nodes.language.literals import Arguments, read_arguments
from nodes.language.spelling import Known, Spelling
from nodes.language.values import Step
from nodes.state import StepId

Kind = Literal["call", "text", "json"]
"""`tool(...)`, the paper's `Tool[...]`, and JSON."""

_PLAN_LIKE = re.compile(
    r"""["'“]?\b(?:tool|tool_name|action|function|function_?call|steps|evidence|placeholder|arguments)["'”]?\s*:""",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"""(?:"(?P<double>[^"]*+)"|'(?P<single>(?:[^']|(?<=\w)'(?=\w))*+)')""")
_NAMED_INPUT = re.compile(r"""[A-Za-z_]\w*\s*=\s*["'#{\[“‘]""", re.ASCII)
_PLACEHOLDER = re.compile(r"""[{\[,:]\s*(?:\.\.\.|…)\s*[\]}]|["']\s*:\s*["']<[^<>"'\n]{1,40}>["']""")
"""What a model repeats of the format it was shown, and has not filled in."""
_SELF_DELIMITING = re.compile(r"""["'”’)\]}]\s*\Z""")
_LAST = re.compile(r"[)\s*_`.;,|]*\Z")


@dataclass(slots=True)
class Block:
    """A piece that has begun on `line`. `number` and `tool` are unset in JSON; `sure` says that it is surely a call."""

    kind: Kind
    line: int
    opening: Opening
    number: int = -1
    tool: str = ""
    sure: bool = False
    bracket: str = "("
    lines: list[str] = field(default_factory=list)
    scanner: Scanner = field(init=False)

    def __post_init__(self) -> None:
        """Choose the scanner that knows this kind of text."""
        if self.kind == "text":
            self.scanner = TextScanner(self.bracket)
        elif self.kind == "json":
            self.scanner = CodeScanner(JSON_DEPTH, slashes=True)
        else:
            self.scanner = CodeScanner(CALL_DEPTH)

    def take(self, line: str, start: int) -> int | None:
        """Take in a line from `start`; return where the block ends on it, or None where it goes on."""
        end = self.scanner.scan(line, start)
        if end is None and not self.lines and self.kind == "call" and self.scanner.quote in {"'", '"', "’", "‘"}:
            end = _end_of_call(line, start, prose=self.sure)
            if end is not None:
                self.lines.append(line[start:end])
                return end
        self.lines.append(self.scanner.mended(line, start, end))
        return end

    def completions(self, *, at_end: bool) -> Iterator["Block"]:
        """Yield the block with the brackets that were forgotten at its end; `at_end` says that no text follows.

        A call may have ended with its first line, and talk have followed; free text ends there for sure.
        """
        text = self.text.rstrip()
        if self.kind == "text":
            closed = text.rstrip(")}") + self.scanner.missing
            if "\n" not in text and closed[1:-1].strip():
                yield replace(self, lines=[closed])
            return
        if self.kind == "json" and self.scanner.quote:
            yield replace(self, lines=[text])
        if not self.scanner.quote and not text.endswith((",", ":", "=")) and not (at_end and self._could_be_cut(text)):
            yield replace(self, lines=[text + self.scanner.missing])
        if self.kind == "call" and len(self.lines) > 1:
            again = replace(self, lines=[])
            if again.take(self.lines[0], 0) is None and not again.scanner.quote:
                yield replace(again, lines=[again.text + again.scanner.missing])

    def _could_be_cut(self, text: str) -> bool:
        return self.kind == "json" and not text.endswith(("}", "]"))

    @property
    def may_go_on(self) -> bool:
        """Whether its last word could be cut: a number or a name that has more to it, or any free text."""
        return self.kind == "text" or not _SELF_DELIMITING.search(self.text)

    @property
    def form(self) -> Form:
        """How it began."""
        return self.opening.form

    @property
    def tier(self) -> Tier:
        """How surely it is meant as steps."""
        return Tier.CALLS if self.opening.form in {"numbered", "bare"} else Tier.NAMED

    @property
    def is_bare(self) -> bool:
        """Whether the plan calls its steps by names that are no more than words."""
        return self.opening.bare or self.tier is Tier.CALLS

    @property
    def must_stand_alone(self) -> bool:
        """Whether it is a step only where nothing but a remark follows it."""
        return self.opening.alone or (self.tier is Tier.CALLS and self.kind == "text")

    @property
    def text(self) -> str:
        """What has been read, brackets included."""
        return "\n".join(self.lines)

    @property
    def is_plan_like(self) -> bool:
        """Whether this is meant as (a part of) a plan: JSON can be anything."""
        return self.kind != "json" or _PLAN_LIKE.search(self.text) is not None


def _end_of_call(line: str, start: int, *, prose: bool) -> int | None:
    """Return where a call ends on a line whose quotes do not pair, if it can be read to the line's last parenthesis."""
    end = line.rfind(")") + 1
    if end <= start or not _LAST.match(line, end):
        return None
    source = rebuilt(line[start:end], prose=prose)
    if source is None:
        return None
    scanner = CodeScanner(CALL_DEPTH)
    return end if scanner.scan(source.replace("\n", " "), 0) == len(source) and not scanner.fault else None


def read_step(block: Block, rationale: str | None, spelling: Spelling) -> Step:
    """Return the step that a closed block is; raises PlanError."""
    if block.kind == "text":
        is_mapping = block.bracket == "{" and block.text[1:].lstrip()[:1] in {'"', "'"}
        arguments = read_input(block.text if is_mapping else block.text[1:-1], block.line, spelling)
    else:
        arguments = read_arguments(block.text, block.line, spelling, prose=block.sure)
    step_id = StepId(f"E{block.number}")
    return Step(step_id, block.tool, arguments.named, arguments.positional, rationale, block.line)


def read_input(text: str, line: int, spelling: Spelling) -> Arguments:
    """Read free text: as JSON or named arguments where it is written so, else as one positional argument."""
    text = text.strip()
    if not text:
        return Arguments({}, ())
    if text.startswith("{") and (named := read_json_input(text, line, spelling)) is not None:
        return Arguments(named, ())
    if _NAMED_INPUT.match(text):
        try:
            return _named_input(text, line, spelling)
        except PlanError:
            pass  # then it only begins like named arguments
    quoted = _QUOTED.fullmatch(text)
    if doubt := spelling.doubt(text):
        raise PlanError([doubt])
    return Arguments({}, (spelling.exact(quoted["double"] or quoted["single"] or "" if quoted else text),))


def _named_input(text: str, line: int, spelling: Spelling) -> Arguments:
    source, scanner = f"({text})", CodeScanner(CALL_DEPTH)
    if scanner.scan(source.replace("\n", " "), 0) != len(source) or scanner.fault:
        raise PlanError([])
    return read_arguments(source, line, spelling)


def read_json_steps(block: Block, known: Known, count: int, read_text: ReadText) -> list[Step] | None:
    """Return the steps in a closed block of JSON, or None where it is no plan; raises PlanError."""
    try:
        return read_json_plan(block.text, block.line, known, count, read_text)
    except NotAPlanError:
        return None
    except PlanError:
        if block.is_plan_like and not _PLACEHOLDER.search(block.text):
            raise
        return None
