"""The marks by which a line shows what it is, apart from the steps on it: decoration, rationales, fences, and talk.

This module only recognises; what follows from a mark is for `reading.py` to say. Every pattern reads a line in linear
time.
"""

import re

Mark = re.Match[str]

_TAG = (
    r"\#{2,6}\s|</?(?!E_?[0-9]|tool_resp|observation|function_res)[A-Za-z][\w-]{0,30}\s?/?>"
    r"|<\|[^<>|]{1,40}\|>|\[/?(?:INST|TOOL_CALLS)\]|\[[ xX]\](?=\s)"
)
SIGNS = r"[^\w\s\"'#$(){}\[\]<=&\\@“”‘’„«「『]"
"""Bullets, emphasis, arrows, emoji: what is no word, no quote, no bracket, and begins nothing."""
BULLET = rf"(?:[\s_]|{SIGNS}|{_TAG})*+"
"""What Markdown, tokenizers, or a habit put before a step."""
_ORDINAL = r"(?:[^\W\d_]{1,12}\s{1,3})?[0-9]{1,4}(?:\.[0-9]{1,3}){0,3}\s?[.):|-]?|(?:[A-Za-z]|[ivxIVX]{1,5})[.)](?=\s)"
DECORATION = rf"(?:{BULLET}(?:{_ORDINAL})(?!\w))?{BULLET}"

NOT_INSIDE = r"(?:(?<![\w#])|(?<=\\n))"
"""Before a name's hash sign: no word; a line break that was escaped once more than needed is none."""
NAMED = r"E(?P<id>[0-9]{1,9})[*_`]*\s*(?P<sign>:?=|:)(?!=)"
"""A step's name and sign, wherever on a line it stands behind a hash sign."""

_DECORATED = re.compile(DECORATION)
_EMPTY = re.compile(BULLET)
_PLAN = re.compile(
    r"[\s>#`-]*(?:[0-9]{1,4}\s*[.)]\s*)?(?P<bold>[*_]{1,3})?Plan(?:\s+[0-9]{1,4})?\s*(?(bold)[*_]*:[*_]*|:)\s*",
    re.IGNORECASE,
)
_LATER_PLAN = re.compile(r"\bPlan(?:\s+[0-9]{1,4})?:\s*")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_OPERAND = r"(?:[#0-9\"']|\(\s*[#0-9]|[A-Za-z_]\w{0,60}\s?\()"
_TRAILING = re.compile(
    rf"\.[A-Za-z_]|[\[(]|\s*[*/+%|]\s*{_OPERAND}|\s*-\s*[#0-9]|\s+if\b.+\belse\b|\s+for\s+\w+\s+in\b"
)
_TAIL = re.compile(r"[\s*_`.,;:!)\]>]*+(?:\Z|[^\w\s=\"'&]|as\s+\W?\w+\W*\Z)")
_RATIONALE_STEP = re.compile(rf"{NOT_INSIDE}(?P<hashes>\#++)(?={NAMED})", re.ASCII)
_RATIONALE_JSON = re.compile(r"\\*(?=[\[{])")

_NEED = r"(?:is|are|was|were|will be)?\s*(?:needed|required|necessary)"
_THINGS = r"(?:external |further |additional |more )?(?:tools?|steps?|plans?|actions?|search(?:es)?|calls?|tool calls?)"
_NOTHING = re.compile(
    rf"\W*+(?:(?:none|nothing|n/a|empty)(?=\s*(?:[^\w\s]|\Z|{_NEED}))|no {_THINGS}(?:\W*\Z|\s+{_NEED})"
    r"|not (?:needed|required|necessary))",
    re.IGNORECASE,
)
_NO_NEED = re.compile(
    rf"^{BULLET}(?:(?:plan|steps|tools|actions|calls)\W{{1,4}})?(?:none|n/a)\W*\Z"
    rf"|(?:^{BULLET}|[.;,:]\s+|\bso\s+)no {_THINGS}\s+{_NEED}(?=\W*\Z|\s?[.!,;]|\s(?:to|for|here|since|because|as)\b)",
    re.IGNORECASE,
)
_MENTION = re.compile(r"(?:\w.*[\"'“‘]|\b(?:for example|such as|instead of|e\.g\.),?:?\s*`?)\Z", re.IGNORECASE)
_OBSERVATION = re.compile(
    rf"{BULLET}(?:<(?P<tag>tool_response|observation|function_results?)>"
    r"|(?:observations?|tool (?:output|result|response))(?:\s+[0-9]{1,4})?[*_]*\s?:)",
    re.IGNORECASE,
)
_FINAL = re.compile(
    r"\b(?:final|corrected|revised|improved|refined|updated|fixed)\s+(?:\w+\s+)?(?:plan|version|steps|answer)\b"
    r"|^\W*(?:final|correction|corrected)\W*$",
    re.IGNORECASE,
)
_ALTERNATIVE = re.compile(
    rf"{BULLET}(?:(?:option|alternative|approach|variant|candidate|plan)(?:\s+plan)?\s+(?:(?-i:[A-H])|[0-9]|two|three)\b"
    r"|alternatively\b|alternative\b[^.]{0,40}:)",
    re.IGNORECASE,
)


def find_plan(line: str, position: int, end: int) -> Mark | None:
    """Return the `Plan:` before `end`: at the beginning of a line, or anywhere behind a step on the same line."""
    return _PLAN.match(line, 0, end) if position == 0 else _LATER_PLAN.search(line, position, end)


def is_decoration(line: str, start: int, end: int) -> bool:
    """Tell whether nothing of meaning stands in a part of a line."""
    return _DECORATED.fullmatch(line, start, end) is not None


def is_talk(line: str, start: int, end: int, *, before: bool) -> bool:
    """Tell whether a part of a line, `before` something or alone, says anything to a reader."""
    if is_fence(line):
        return False
    return not (is_decoration(line, start, end) if before else _EMPTY.fullmatch(line, start, end))


def is_fence(line: str) -> bool:
    """Tell whether a line begins or ends a block of code."""
    return _FENCE.match(line) is not None


def goes_on(line: str, end: int) -> bool:
    """Tell whether an expression goes on behind a call, which would be lost."""
    return _TRAILING.match(line, end) is not None


def ends_well(line: str, end: int) -> bool:
    """Tell whether nothing but a remark follows a call, so that it is not part of a sentence."""
    return _TAIL.match(line, end) is not None


def says_nothing_to_do(rationale: str) -> bool:
    """Tell whether a rationale says that there are no steps."""
    return _NOTHING.match(rationale) is not None


def says_no_need(line: str) -> bool:
    """Tell whether a line of talk says that no tool is needed."""
    return _NO_NEED.search(line) is not None


def is_mention(line: str, start: int, end: int) -> bool:
    """Tell whether talk ends in a way that what follows is only quoted, or given as an example."""
    if is_decoration(line, start, end):
        return False
    return line.count('"', start, end) % 2 == 1 or _MENTION.search(line, max(start, end - 20), end) is not None


def is_observation(line: str) -> bool:
    """Tell whether a line begins what only running a step could tell."""
    return _OBSERVATION.match(line) is not None


def closing_tag(line: str) -> str | None:
    """Return the tag that ends an observation which begins on a line and does not end on it, if it is in tags."""
    mark = _OBSERVATION.match(line)
    tag = f"</{mark['tag']}>" if mark and mark["tag"] else None
    return tag if tag and tag not in line else None


def is_final(line: str) -> bool:
    """Tell whether a line of talk says that what follows replaces what came before."""
    return _FINAL.search(line) is not None


def is_alternative(line: str) -> bool:
    """Tell whether a line of talk says that what follows is for choosing."""
    return _ALTERNATIVE.match(line) is not None


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
