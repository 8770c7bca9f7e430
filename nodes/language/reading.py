"""From lines to steps: one pass, each line as it comes, in whatever dialect it is.

This module decides what a line means in its place: part of an open bracket, a rationale, the beginning of a step, a
model's thinking, or chatter. It does not know how chunks become lines.
"""

from nodes.errors import PlanError, Problem
from nodes.language import marks
from nodes.language.blocks import Block, Kind, read_json_steps, read_step
from nodes.language.findings import Findings
from nodes.language.interpolation import clean
from nodes.language.values import Step

_CALL = "write #E{} = tool(name=value, ...)"
_JOIN = "join"
"""The closing line of numbered plans in LLMCompiler's notation, `n. join()`; it is not a step."""


class LineReader:
    """Reads lines into `findings`. `json` tells whether JSON is to be recognised."""

    def __init__(self, first_line: int = 1, *, json: bool = True) -> None:
        self.findings = Findings()
        self._number = first_line - 1
        self._json = json
        self._thinking = False
        self._open: Block | None = None
        self._begun: tuple[str, int] | None = None
        """A step of which only `#E1 =` has been seen, and its line."""
        self._rationale: list[str] = []

    def line(self, text: str) -> None:
        """Take in the next line, without its newline."""
        self._number += 1
        text = clean(text.removesuffix("\r"))
        position: int | None = 0
        if self._open is not None:
            if self._is_cut(self._open, text):
                self._give_up()
            else:
                position = self._extend(self._open, text, 0)
        elif self._begun is not None:
            text = self._join_begun(text)
        if position == 0:
            text = self._without_thinking(text)
        while position is not None and position < len(text):
            position = self._next(text, position)

    def end(self) -> None:
        """Say that there are no more lines."""
        self._give_up()

    def _is_cut(self, block: Block, text: str) -> bool:
        """Tell whether the open bracket was forgotten; only a string in triple quotes may hold anything."""
        return len(block.scanner.quote) < 3 and marks.resumes(text, numbered=block.kind == "numbered")

    def _give_up(self) -> None:
        """Report what was begun and will not be completed."""
        block, begun = self._open, self._begun
        self._open = self._begun = None
        if block is not None and block.is_plan_like:
            quote = block.scanner.quote
            what = f"a string that begins with {quote} is not closed" if quote else "a bracket is not closed"
            mend = "close it before the next step begins"
            self._report(block.line, what, mend, numbered=block.kind == "numbered")
        elif block is not None:
            self.findings.chatter = True
        if begun is not None:
            self._report(begun[1], f"`{begun[0].strip()}` has no tool call behind it", "write tool(name=value, ...)")

    def _join_begun(self, text: str) -> str:
        """Put the beginning of a step before the line that goes on with it."""
        if self._begun is None or not text.strip():
            return ""
        if marks.resumes(text, numbered=False):
            self._give_up()
            return text
        return self._begun[0] + text.lstrip()

    def _without_thinking(self, text: str) -> str:
        """Return what is left of a line without the thinking of a reasoning model."""
        if not self._thinking:
            begin = marks.begins_thinking(text) if "<" in text else None
            if begin is None:
                return self._after_thinking(text)
            self._thinking = self.findings.chatter = True
            text = text[begin.end() :]
        end = marks.ends_thinking(text)
        if end is None:
            return ""
        self._thinking = False
        return text[end.end() :]

    def _after_thinking(self, text: str) -> str:
        """Forget everything at an end without a beginning: some models open their thinking in the prompt."""
        end = marks.ends_thinking(text) if "</" in text else None
        if end is None or marks.find_plan(text, 0, len(text)) or marks.find_opening(text, 0, json=self._json):
            return text
        self.findings, self._rationale = Findings(), []
        self.findings.chatter = True
        return text[end.end() :]

    def _next(self, text: str, position: int) -> int | None:
        """Read up to the end of the next thing on the line; return where that is, None for the end of the line."""
        opening = marks.find_opening(text, position, json=self._json)
        end = opening.start() if opening else len(text)
        plan = marks.find_plan(text, position, end)
        if plan is not None:
            if opening is not None and opening.start() > plan.end() and "#" not in opening[0]:
                opening = marks.find_step(text, plan.end())  # JSON inside a rationale is part of it
            self._note(text[plan.end() : opening.start() if opening else len(text)])
        elif text[position:end].strip() and not marks.is_fence(text):
            self.findings.chatter = True
        if opening is None:
            return None
        definite = plan is not None or marks.is_decoration(text, position, end)
        return self._begin(text, opening, definite=definite)

    def _note(self, rationale: str) -> None:
        if rationale := marks.read_rationale(rationale):
            self.findings.deliberate = True
            self._rationale.append(rationale)

    def _begin(self, text: str, opening: marks.Mark, *, definite: bool) -> int | None:
        """Read what begins at a mark. `definite` says that nothing but a step can be meant by `#E1 =`."""
        line, self._begun = self._begun[1] if self._begun else self._number, None
        groups = opening.groupdict()
        if groups.get("json"):
            return self._extend(Block("json", line), text, opening.start("json"))
        sign, head = groups.get("sign"), marks.find_head(text, opening.end())
        if head is not None and ((sign == "=" and definite) or _is_strict(head)):
            kind: Kind = "text" if head["bracket"] == "[" else "call" if sign else "numbered"
            block = Block(kind, line, int(groups["id"]), head["tool"])
            return self._extend(block, text, head.start("bracket"))
        if definite and sign != ":":
            if opening.end() == len(text):
                self._begun = (f"{opening[0].strip()} ", line)
            else:
                self._report(line, f"#E{groups['id']} is not a tool call", _CALL.format(groups["id"]))
        return opening.end()

    def _extend(self, block: Block, text: str, start: int) -> int | None:
        """Go on with an open block; return where it ends, None where the line does first."""
        end = block.scanner.scan(text, start)
        block.lines.append(text[start:end])
        self._open = block if end is None else None
        if end is not None:
            self._close(block, text, end)
        return end

    def _close(self, block: Block, text: str, end: int) -> None:
        """Take in the steps of a complete block."""
        rationale, self._rationale = " ".join(self._rationale) or None, []
        numbered = block.kind == "numbered"
        if block.scanner.fault:
            self.findings.chatter = True
            if block.is_plan_like:
                mend = "check the brackets, and nest less"
                self._report(self._number, block.scanner.fault, mend, numbered=numbered)
            return
        try:
            if block.kind == "json":
                self._add_json(block)
            else:
                self._add_step(read_step(block, rationale), numbered=numbered)
        except PlanError as error:
            self.findings.report(error.problems, numbered=numbered)
        if block.kind == "call" and marks.goes_on(text, end):
            message = "an expression goes on behind the call"
            self._report(self._number, message, "give every call a step of its own, and calculate in another")

    def _add_step(self, step: Step, *, numbered: bool) -> None:
        if not (numbered and step.tool == _JOIN and not step.args and not step.positional):
            self.findings.add([step], numbered=numbered)

    def _add_json(self, block: Block) -> None:
        steps = read_json_steps(block, self.findings.count, _read_text)
        if steps is None:
            self.findings.chatter = True
        else:
            self.findings.deliberate = True
            self.findings.add(steps)

    def _report(self, line: int, message: str, mend: str, *, numbered: bool = False) -> None:
        self.findings.report([Problem(line, "syntax", message, mend)], numbered=numbered)


def _is_strict(head: marks.Mark) -> bool:
    """Tell whether a tool's name could not as well be the last words of a sentence before a bracket."""
    return not head["gap"] and (head["bracket"] == "[" or " " not in head["tool"])


def _read_text(text: str, line: int) -> list[Step]:
    """Read steps that stand as text inside JSON."""
    reader = LineReader(line, json=False)
    for each in text.split("\n"):
        reader.line(each)
    reader.end()
    return list(reader.findings.result().steps)
