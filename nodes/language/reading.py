"""From lines to steps: one pass, each line as it comes, in whatever dialect it is.

This module decides what a line means in its place: part of an open bracket or of a record, a rationale, the beginning
of a step, a model's thinking, or talk. It does not know how chunks become lines.
"""

from nodes.errors import PlanError
from nodes.language import heads, marks, surface, thinking
from nodes.language.blocks import Block, Kind
from nodes.language.collecting import Collector
from nodes.language.elements import ElementReader
from nodes.language.findings import Findings, Tier
from nodes.language.heads import Opening
from nodes.language.interpolation import clean
from nodes.language.records import RecordReader
from nodes.language.spelling import Known
from nodes.language.values import Step

_CALL = "write #E{} = tool(name=value, ...)"
_WHOLE = "write the whole plan, more briefly where it has to be"


class LineReader:
    """Reads lines into findings. `json` tells whether JSON is to be recognised."""

    def __init__(self, first_line: int = 1, known: Known | None = None, *, json: bool = True) -> None:
        self._number = first_line - 1
        self._json = json
        self._collector = Collector(_read_text, known)
        self._records = RecordReader()
        self._elements = ElementReader()
        self._skipping: str | None = None
        """The tag that ends what is not to be read, or empty for any that ends thinking."""
        self._open: Block | None = None
        self._begun: tuple[str, int] | None = None
        """A step of which only `#E1 =` has been seen, and its line."""
        self._view = ""
        """The present line with narrow signs; places are the same."""
        self._is_cut = False
        """Whether the present line is the last one and has no end."""

    @property
    def findings(self) -> Findings:
        """What has been read so far."""
        return self._collector.findings

    def line(self, text: str, *, is_cut: bool = False) -> None:
        """Take in the next line, without its newline; `is_cut` says that it had none, so that it may be incomplete."""
        self._number += 1
        self._is_cut = is_cut
        text = clean(text.removesuffix("\r"))
        position: int | None = 0
        if self._open is not None and self._was_forgotten(self._open, text):
            self._give_up()
        if self._open is not None:
            text = text if self._open.scanner.quote else surface.visible(surface.unescaped(text))
            self._view = surface.narrow(text)
            position = self._extend(self._open, text, 0)
        elif self._begun is not None:
            text = self._join_begun(text)
        if position == 0:
            text = self._taken_apart(text)
            self._view = surface.narrow(text)
        while position is not None and position < len(text):
            position = self._next(text, position)

    def end(self) -> None:
        """Say that there are no more lines."""
        self._give_up(at_end=True)
        if self._elements.is_inside or (self._is_cut and self._records.is_inside):
            record = self._elements.open or self._records.open
            message = f"the text ends inside a call of {record.tool}" if record else "the text ends inside a call"
            self._collector.report(self._number, message, _WHOLE, Tier.FIELDS, "truncated")
            return
        self._records.finish()
        self._elements.finish()
        self._collect_records()

    def _was_forgotten(self, block: Block, text: str) -> bool:
        """Tell whether the bracket that is open was forgotten; only a string in triple quotes may hold anything."""
        if len(block.scanner.quote) == 3:
            return False
        if marks.is_fence(text) or thinking.find_end(text.lstrip()[:40]) or marks.find_plan(text, 0, len(text)):
            return True
        return heads.resumes(surface.narrow(text), block.form)

    def _give_up(self, *, at_end: bool = False) -> None:
        """Complete what was begun, or report it."""
        block, begun = self._open, self._begun
        self._open = self._begun = None
        if block is not None and not self._complete(block, at_end=at_end):
            self._report_open(block, at_end=at_end)
        if begun is not None:
            kind = "truncated" if at_end and self._is_cut else "syntax"
            message, mend = f"`{begun[0].strip()}` has no tool call behind it", "write tool(name=value, ...)"
            self._collector.report(begun[1], message, mend, kind=kind)

    def _complete(self, block: Block, *, at_end: bool) -> bool:
        """Take in an open block if it lacks nothing but brackets."""
        cut = at_end and self._is_cut
        if not block.is_plan_like or (cut and block.may_go_on):
            return False
        for candidate in block.completions(at_end=at_end):
            try:
                self._collector.take(candidate)
            except PlanError:
                continue
            return True
        return False

    def _report_open(self, block: Block, *, at_end: bool) -> None:
        if not block.is_plan_like:
            self.findings.talk(self._number)
        elif at_end and self._is_cut:
            what = f"#E{block.number}" if block.number >= 0 else "JSON"
            self._collector.report(block.line, f"the text ends inside {what}", _WHOLE, block.tier, "truncated")
        else:
            quote = block.scanner.quote
            what = f"a string that begins with {quote} is not closed" if quote else "a bracket is not closed"
            self._collector.report(block.line, what, "close it before the next step begins", block.tier)

    def _join_begun(self, text: str) -> str:
        """Put the beginning of a step before the line that goes on with it."""
        if self._begun is None or not text.strip():
            return ""
        if marks.is_fence(text) or marks.find_plan(text, 0, len(text)) or heads.resumes(surface.narrow(text), "named"):
            self._give_up()
            return text
        return self._begun[0] + text.lstrip()

    def _taken_apart(self, text: str) -> str:
        """Return what is left of a line without thinking, and without what is read field by field."""
        text = self._without_skipped(text)
        if marks.find_plan(text, 0, len(text)) is not None:
            self._records.finish()
            self._collect_records()
            return text
        text = surface.unescaped(surface.visible(text))
        if marks.is_observation(text):
            self._records.finish()
            self._collect_records()
            self.findings.observe()
            self._skipping = marks.closing_tag(text)
            return ""
        if self._begun is None and (self._elements.take(text, self._number) or self._records.take(text, self._number)):
            self.findings.chatter = True
            text = ""
        self._collect_records()
        return text

    def _collect_records(self) -> None:
        for reader in (self._elements, self._records):
            for record in reader.complete:
                self._collector.record(record)
            reader.complete.clear()

    def _without_skipped(self, text: str) -> str:
        """Return what is left of a line without the thinking of a reasoning model, or an invented observation."""
        if self._skipping is None:
            begin = thinking.find_begin(text)
            if begin is None:
                return self._after_thinking(text)
            self._skipping, self.findings.chatter = "", True
            text = text[begin.end() :]
        if self._skipping:
            _, tag, rest = text.partition(self._skipping)
        else:
            end = thinking.find_end(text)
            tag, rest = ("", "") if end is None else (end[0], text[end.end() :])
        if tag:
            self._skipping = None
        return rest

    def _after_thinking(self, text: str) -> str:
        """Forget everything at an end without a beginning: some models open their thinking in the prompt."""
        end = thinking.find_end(text)
        if end is None or marks.find_plan(text, 0, len(text)) or heads.find_opening(text, 0, json=self._json):
            return text
        self._collector = Collector(_read_text)
        self._records, self._elements = RecordReader(), ElementReader()
        self.findings.chatter = True
        return text[end.end() :]

    def _next(self, text: str, position: int) -> int | None:
        """Read up to the end of the next thing on the line; return where that is, None for the end of the line."""
        plan = marks.find_plan(text, 0, len(text)) if position == 0 else None
        search = heads.find_anywhere if plan else heads.find_opening
        opening = search(self._view, position, json=self._json)
        end = opening.start if opening else len(text)
        plan = marks.find_plan(text, position, end)
        if plan is not None:
            if opening is not None and opening.start > plan.end() and opening.form == "json":
                opening = heads.find_step(self._view, plan.end())  # JSON inside a rationale is part of it
            self._collector.note(text[plan.end() : opening.start if opening else len(text)])
        elif marks.is_talk(self._view, position, end, before=opening is not None):
            self._talk(text[position:end])
        if opening is None:
            return None
        if plan is None and opening.form == "named" and marks.is_mention(self._view, position, end):
            self.findings.mention(opening.number, self._number)
            return opening.end
        sure = opening.sure or plan is not None or marks.is_decoration(self._view, position, end)
        return self._begin(text, opening, sure=sure)

    def _talk(self, text: str) -> None:
        """Take in talk, and what it says about the steps before and behind it."""
        self.findings.deliberate |= marks.says_no_need(text)
        final, other = marks.is_final(text), marks.is_alternative(text)
        self.findings.talk(self._number, final=final, other=other)

    def _begin(self, text: str, opening: Opening, *, sure: bool) -> int | None:
        """Read what begins at a place. `sure` says that nothing but a step can be meant by `#E1 =`."""
        line, self._begun = self._begun[1] if self._begun else self._number, None
        head = heads.find_head(self._view, opening.end)
        if opening.form == "json" or (opening.sure and head is None):
            return self._extend(Block("json", line, opening), text, opening.end)
        is_definite = sure and opening.sign != ":"
        if head is not None and (is_definite or opening.form != "named" or _is_strict(head)):
            kind: Kind = "call" if head["bracket"] == "(" else "text"
            number = self._collector.next_number() if opening.form == "bare" else opening.number
            block = Block(kind, line, opening, number, head["tool"], is_definite, head["bracket"])
            return self._extend(self._collector.begin(block), text, head.start("bracket"))
        if is_definite:
            if opening.end == len(text) and not self._is_cut:
                self._begun = (f"{text[opening.start : opening.end].strip()} ", line)
            else:
                self._report_no_call(opening, line)
        return opening.end

    def _report_no_call(self, opening: Opening, line: int) -> None:
        cut = self._is_cut and heads.is_unfinished(self._view, opening.end)
        message = f"the text ends inside #E{opening.number}" if cut else f"#E{opening.number} is not a tool call"
        mend = _WHOLE if cut else _CALL.format(opening.number)
        self._collector.report(line, message, mend, kind="truncated" if cut else "syntax")

    def _extend(self, block: Block, text: str, start: int) -> int | None:
        """Go on with an open block; return where it ends, None where the line does first."""
        end = block.take(text, start)
        self._open = block if end is None else None
        if end is None:
            return None
        if block.must_stand_alone and not self._stands_alone(end):
            self._talk(text)
            return end
        self._collector.close(block, self._number)
        if block.tier is Tier.NAMED or not block.must_stand_alone:
            self._collector.check_rest(block, self._view, end, self._number)
        return end

    def _stands_alone(self, end: int) -> bool:
        return marks.ends_well(self._view, end) or heads.find_next_bare(self._view, end) is not None


def _is_strict(head: heads.Mark) -> bool:
    """Tell whether a tool's name could not as well be the last words of a sentence before a bracket."""
    return not head["gap"] and (head["bracket"] == "[" or (head["bracket"] == "(" and " " not in head["tool"]))


def _read_text(text: str, line: int, known: Known) -> list[Step]:
    """Read steps that stand as text inside JSON."""
    reader = LineReader(line, known, json=False)
    for each in text.split("\n"):
        reader.line(each)
    reader.end()
    return list(reader.findings.result().steps)
