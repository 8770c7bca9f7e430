"""Complete pieces of text turned into steps, numbered, and put with what has been found.

This module does not know how the pieces were found on the lines.
"""

import re
from dataclasses import replace

from nodes.errors import PlanError, Problem
from nodes.language import marks
from nodes.language.blocks import Block, read_input, read_json_steps, read_step
from nodes.language.findings import Findings, Tier
from nodes.language.json_dialect import ENDINGS, ReadText
from nodes.language.records import Record
from nodes.language.spelling import Known, Spelling
from nodes.language.values import Step, Value
from nodes.state import StepId

_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None}
_ID = re.compile(r"\D{0,12}([0-9]{1,9})")
_EXPRESSION = "an expression goes on behind the call"


class Collector:
    """Reads blocks and records into `findings`. `known` are the steps of a plan that this text is a part of."""

    def __init__(self, read_text: ReadText, known: Known | None = None) -> None:
        self.findings = Findings()
        self._known = {tier: known or Known() for tier in Tier}
        self._read_text = read_text
        self._rationale: list[str] = []
        self._number = len(self._known[Tier.CALLS].order)

    def note(self, text: str) -> None:
        """Take in a rationale for the next step."""
        if rationale := marks.read_rationale(text):
            self.findings.deliberate |= marks.says_nothing_to_do(rationale)
            self.findings.chatter = True
            self._rationale.append(rationale)

    def next_number(self) -> int:
        """Return the number of a call that has none of its own."""
        return self._number + 1

    def begin(self, block: Block) -> Block:
        """Take in that a call has begun, whatever becomes of it, so that those without numbers are counted right."""
        if block.tier is Tier.CALLS:
            self._number = block.number
        return block

    def close(self, block: Block, line: int) -> None:
        """Take in the steps of a complete block that ends on `line`."""
        if block.scanner.fault:
            self.findings.chatter = True
            if block.is_plan_like:
                self.report(line, block.scanner.fault, "check the brackets, and nest less", block.tier)
            return
        try:
            self.take(block)
        except PlanError as error:
            self.findings.report(error.problems, block.tier)

    def take(self, block: Block) -> None:
        """Take in the steps of a complete block; raises PlanError where it cannot be read."""
        if block.kind == "json":
            self._add_json(block)
            return
        step = read_step(block, self._rationale_so_far(), self._spelling(block))
        self._rationale = []
        if block.tier is Tier.NAMED or step.tool.casefold() not in ENDINGS:
            self._add([step], block.tier, block.opening.name)

    def check_rest(self, block: Block, text: str, end: int, line: int) -> None:
        """Report an expression that goes on behind a call."""
        if block.kind == "call" and marks.goes_on(text, end):
            mend = "give every call a step of its own, and calculate in another"
            self.report(line, _EXPRESSION, mend, block.tier)

    def record(self, record: Record) -> None:
        """Take in a step that was written field by field."""
        known = self._known[Tier.FIELDS]
        given = _ID.fullmatch(record.id)
        number = int(given[1]) if given else len(known.order) + 1
        if record.tool.casefold() in ENDINGS:
            return
        spelling = Spelling(known, number, bare=True, line=record.line)
        try:
            arguments = read_input(record.input or "", record.line, spelling)
        except PlanError as error:
            self.findings.report(error.problems, Tier.FIELDS)
            return
        named = {name: _field(text, spelling) for name, text in record.inputs.items()} | arguments.named
        step = Step(StepId(f"E{number}"), record.tool, named, arguments.positional, None, record.line)
        self._add([step], Tier.FIELDS, record.id)

    def report(self, line: int, message: str, mend: str, tier: Tier = Tier.NAMED, kind: str = "syntax") -> None:
        """Take in what is wrong."""
        self.findings.report([Problem(line, kind, message, mend)], tier)

    def _rationale_so_far(self) -> str | None:
        return " ".join(self._rationale) or None

    def _spelling(self, block: Block) -> Spelling:
        below = block.number if block.tier is Tier.CALLS else 0
        return Spelling(self._known[block.tier], below, bare=block.is_bare, line=block.line)

    def _add_json(self, block: Block) -> None:
        known = self._known[Tier.NAMED]
        steps = read_json_steps(block, known, self.findings.count, self._read_text)
        if steps is None:
            self.findings.talk(0)
            return
        self._rationale = []
        self.findings.deliberate = True
        if block.number >= 0 and len(steps) == 1:
            steps = [replace(steps[0], id=StepId(f"E{block.number}"))]
        self._add(steps, Tier.NAMED)

    def _add(self, steps: list[Step], tier: Tier, name: str = "") -> None:
        for step in steps:
            self._known[tier].add(int(step.id[1:]), name)
        self.findings.add(steps, tier)


def _field(text: str, spelling: Spelling) -> Value:
    """Return the value of a field: a number or a word of JSON where it is one, else text with references."""
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return _WORDS[text] if text in _WORDS else spelling.exact(text)
