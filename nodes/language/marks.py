"""The marks by which a line shows what it holds: a step, a rationale, JSON, a model's thinking.

This module only recognises; what follows from a mark is for `reading.py` to say. Every pattern reads a line in linear
time.
"""

import re

_BULLET = r"[\s>*_`-]*"
_DECORATION = re.compile(rf"{_BULLET}(?:(?:step\s+)?[0-9]{{1,4}}\s*[.):]\s*)?[*_`\s]*", re.IGNORECASE)
"""What Markdown, or a habit, puts before a step: quotes, bullets, numbers, emphasis, code."""
_NAMED = r"E(?P<id>[0-9]{1,9})[*_`]*\s*(?P<sign>:?=|:)(?!=)"
_STEP = re.compile(rf"(?<![\w#])\#{_NAMED}[*_`\s]*", re.ASCII)
_STEP_OR_JSON = re.compile(rf"""{_STEP.pattern}|(?P<json>[\[{{])(?=\s*["'\[\]{{}}])""", re.ASCII)
_LINE_JSON = re.compile(r"\s*(?P<json>[\[{])")
_NUMBERED = re.compile(rf"{_BULLET}(?:step\s+)?(?P<id>[0-9]{{1,9}})\s*[.):]\s*[*`]*(?=[^\W\d][\w.-]*\()", re.IGNORECASE)
_HEAD = re.compile(r"(?P<tool>[^\W\d][\w.-]*+(?: [\w.-]++){0,3})[*_`]*(?P<gap>\s?)(?P<bracket>[\[(])")
_PLAN = re.compile(
    r"[\s>#`-]*(?:[0-9]{1,4}\s*[.)]\s*)?(?P<bold>[*_]{1,3})?Plan(?:\s+[0-9]{1,4})?\s*(?(bold)[*_]*:[*_]*|:)\s*",
    re.IGNORECASE,
)
_LATER_PLAN = re.compile(r"\bPlan(?:\s+[0-9]{1,4})?:\s*")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_THINK = re.compile(r"\s*<think(?:ing)?>")
_THINK_END = re.compile(r"</think(?:ing)?>")
_TRAILING = re.compile(r"\.[A-Za-z_]|[\[(]|\s*[*/+%|]\s*[\w#(\"']|\s*-\s*[#0-9]")
_RATIONALE_STEP = re.compile(rf"(?<![\w#])(?P<hashes>\#++)(?={_NAMED})", re.ASCII)
_RATIONALE_JSON = re.compile(r"\\*(?=[\[{])")

Mark = re.Match[str]


def find_opening(line: str, position: int, *, json: bool) -> Mark | None:
    """Return the next place at or after `position` where a step or, with `json`, a JSON value may begin.

    Groups: `id` and, but for numbered steps, `sign`; or `json`.
    """
    if position == 0:
        mark = _NUMBERED.match(line) or (_LINE_JSON.match(line) if json else None)
        if mark is not None:
            return mark
    return (_STEP_OR_JSON if json else _STEP).search(line, position)


def find_step(line: str, position: int) -> Mark | None:
    """Return the next place at or after `position` where a step with a proper name may begin."""
    return _STEP.search(line, position)


def find_plan(line: str, position: int, end: int) -> Mark | None:
    """Return the `Plan:` before `end`: at the beginning of a line, or anywhere behind a step on the same line."""
    return _PLAN.match(line, 0, end) if position == 0 else _LATER_PLAN.search(line, position, end)


def find_head(line: str, position: int) -> Mark | None:
    """Return a tool's name with the bracket that opens its arguments; groups `tool`, `gap`, `bracket`."""
    return _HEAD.match(line, position)


def is_decoration(line: str, start: int, end: int) -> bool:
    """Tell whether nothing of meaning stands in a part of a line."""
    return _DECORATION.fullmatch(line, start, end) is not None


def is_fence(line: str) -> bool:
    """Tell whether a line begins or ends a block of code."""
    return _FENCE.match(line) is not None


def goes_on(line: str, end: int) -> bool:
    """Tell whether an expression goes on behind a call, which would be lost."""
    return _TRAILING.match(line, end) is not None


def resumes(line: str, *, numbered: bool) -> bool:
    """Tell whether a line can only be the beginning of something new, so that a bracket left open was forgotten."""
    step = _STEP.search(line)
    if step is not None and step["sign"] != ":" and is_decoration(line, 0, step.start()):
        return True
    if is_fence(line) or _THINK_END.match(line.lstrip()):
        return True
    return _PLAN.match(line) is not None or (numbered and _NUMBERED.match(line) is not None)


def begins_thinking(line: str) -> Mark | None:
    """Return the tag that begins a model's thinking at the beginning of a line."""
    return _THINK.match(line)


def ends_thinking(line: str) -> Mark | None:
    """Return the tag that ends it, anywhere."""
    return _THINK_END.search(line)


def escape_rationale(text: str) -> str:
    """Return a rationale in which nothing will be read as a step or as JSON."""
    text = _RATIONALE_STEP.sub(lambda match: match[0] * 2, text)
    return "\\" + text if _RATIONALE_JSON.match(text) else text


def read_rationale(text: str) -> str:
    """Undo `escape_rationale`."""
    text = text.strip()
    if text.startswith("\\") and _RATIONALE_JSON.match(text):
        text = text[1:]
    return _RATIONALE_STEP.sub(lambda match: match[0] if len(match[0]) % 2 else match[0][len(match[0]) // 2 :], text)
