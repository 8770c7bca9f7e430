"""How a step may begin: `#E1 = tool(` and everything that models write for it.

Text that is passed here has narrow signs (`surface.narrow`). This module only recognises; whether a step counts is for
`reading.py` and `findings.py` to say. Every pattern reads a line in linear time.
"""

import re
from dataclasses import dataclass
from typing import Literal

from nodes.language.marks import BULLET, DECORATION, NAMED, NOT_INSIDE

Mark = re.Match[str]
Form = Literal["named", "numbered", "bare", "json"]
"""`#E1 = tool(...)`, `1. tool(...)`, `tool(...)` alone on its line, and JSON."""

_NAME = r"[^\W\d][\w.-]{0,80}"
_TIGHT = rf"(?={_NAME}[*_`]{{0,3}}[(\[])"
_WIDE = rf"(?={_NAME}[*_`]{{0,3}}\s?[(\[{{]|\{{\s*[\"'])"
_EMPHASIS = r"[\s*_`]{0,8}"
_SIGN = r"(?P<sign>:?=(?!=)|[-=]>|<-|[→⇒←])"
_VERB = r"(?:(?:await|call)\s+)?"

_STEP = re.compile(rf"{NOT_INSIDE}\#{NAMED}[*_`\s]*", re.ASCII)
_STEP_OR_JSON = re.compile(rf"""{_STEP.pattern}|(?P<json>[\[{{])(?=\s*["'\[\]{{}}“])""", re.ASCII)
_LINE_JSON = re.compile(rf"(?:\s*(?P<json>[\[{{])(?!\s?[xX]?\])|{BULLET}(?P<braces>\{{)(?=\s*\w))")

_LINE_STEP = re.compile(
    rf"{DECORATION}(?:(?:let|const|var|step|evidence)\s{{1,3}})?"
    r"(?:(?P<hash>[\[(<{]{0,2}\#\s?)E\s?_?|[\[(<{]{0,2}E_?)(?P<id>[0-9]{1,9})(?P<close>[\])>}]{0,2})[*_`]{0,3}"
    rf"(?:\s*{_SIGN}{_EMPHASIS}{_VERB}{_WIDE}|\s*[:.)|]{_EMPHASIS}{_TIGHT}|(?(hash)|(?(close)|(?!)))\s+{_EMPHASIS}{_TIGHT})",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    rf"{BULLET}(?P<wrap>[\[(])?(?P<name>(?:[^\W\d_]{{1,12}}[\s_]?)?[#$]?(?P<id>[0-9]{{1,9}}))[^\W\dA-Za-z_]?(?(wrap)[\])])"
    rf"(?:\ufe0f?\u20e3|\s{{0,3}}(?:[.):=|,](?!=)|[-–—→]\s|->)|(?(wrap)\s|(?!))){_EMPHASIS}{_VERB}{_TIGHT}",
    re.IGNORECASE,
)
_ITEM = re.compile(
    rf"{BULLET}(?:[^\W\d_]{{1,12}}\s)?(?P<id>[0-9]{{1,9}})[.):][^\n\"'()\[\]{{}}=#]{{1,120}}?"
    rf"(?::|→|⇒|[-=]>|\s[-–—])\s{{0,3}}{_EMPHASIS}{_TIGHT}(?={_NAME}[*_`]{{0,3}}\()",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"{DECORATION}(?:(?:let|const|var)\s+)?"
    rf"(?:(?:action|call|tool call|tool|function)\s?[0-9]{{0,4}}[*_`]{{0,3}}:{_EMPHASIS}{_TIGHT}"
    rf"|(?:(?P<name>[A-Za-z_]\w{{0,60}})\s*=(?!=)\s*)?{_VERB}\[?(?={_NAME}[*_`]{{0,3}}\())",
    re.IGNORECASE,
)
_NEXT_BARE = re.compile(rf"\s*[,;]\s*(?={_NAME}\()")
_SIGNATURE = re.compile(
    r"\(\s*\w+\s*:\s*(?:str|int|float|bool|list|dict|any|string|number|object)\b(?!\s*=\s*[\"'])", re.IGNORECASE
)
_HEAD = re.compile(r"(?P<tool>[^\W\d][\w.-]*+(?: [\w.-]++){0,3})[*_`]*(?P<gap>\s?)(?P<bracket>[\[({])")
_DECORATED = re.compile(DECORATION)
_UNFINISHED = re.compile(r"\s*[^\W\d]?[\w.-]*\Z")


@dataclass(frozen=True, slots=True)
class Opening:
    """Where on a line something begins: `start` to `end` is all before the tool's name, or before the JSON.

    `name` is how the step is called where that is no `#E<n>`; `number` is -1 where it has none. `sure` says that only a
    step can be meant; `bare` that its name is written without a hash sign; `alone` that it is a step only where nothing
    but a remark follows it.
    """

    form: Form
    start: int
    end: int
    number: int = -1
    sign: str = ""
    sure: bool = False
    name: str = ""
    bare: bool = False
    alone: bool = False


def find_opening(line: str, position: int, *, json: bool) -> Opening | None:
    """Return the next place at or after `position` where a step or, with `json`, a JSON value may begin."""
    if position == 0:
        opening = _at_beginning(line, json=json)
        if opening is not None:
            return opening
    return find_next_bare(line, position) or find_anywhere(line, position, json=json)


def find_anywhere(line: str, position: int, *, json: bool) -> Opening | None:
    """As `find_opening`, but for what can only begin at the beginning of a line."""
    mark = (_STEP_OR_JSON if json else _STEP).search(line, position)
    return None if mark is None else _anywhere(mark)


def _at_beginning(line: str, *, json: bool) -> Opening | None:
    mark = _LINE_STEP.match(line)
    if mark is not None:
        bare = not mark["hash"]
        return Opening("named", 0, mark.end(), int(mark["id"]), mark["sign"] or ":", sure=True, bare=bare)
    mark = _LINE_JSON.match(line) if json else None
    if mark is not None and not _listed_call(line) and not _NUMBERED.match(line):
        at = mark.start("json") if mark["json"] else mark.start("braces")
        return Opening("json", at, at)
    mark = _NUMBERED.match(line) or _ITEM.match(line)
    if mark is not None and not _SIGNATURE.search(line, mark.end()):
        name = mark["name"].strip() if mark.re is _NUMBERED else ""
        return Opening(
            "numbered", 0, mark.end(), int(mark["id"]), name=name, alone=mark.re is _ITEM or mark["wrap"] is not None
        )
    mark = _BARE.match(line)
    if mark is not None and not _SIGNATURE.search(line, mark.end()):
        return Opening("bare", 0, mark.end(), name=mark["name"] or "", alone=True)
    return None


def _listed_call(line: str) -> bool:
    mark = _BARE.match(line)
    return mark is not None and line[mark.end() - 1 : mark.end()] == "["


def _anywhere(mark: Mark) -> Opening:
    groups = mark.groupdict()
    if groups.get("json"):
        return Opening("json", mark.start(), mark.start())
    return Opening("named", mark.start(), mark.end(), int(mark["id"]), mark["sign"])


def find_step(line: str, position: int) -> Opening | None:
    """Return the next place at or after `position` where a step with a proper name may begin."""
    mark = _STEP.search(line, position)
    return None if mark is None else _anywhere(mark)


def find_next_bare(line: str, position: int) -> Opening | None:
    """Return the call that follows behind a comma or a semicolon in a list of calls."""
    mark = _NEXT_BARE.match(line, position)
    return None if mark is None else Opening("bare", mark.start(), mark.end(), alone=True)


def find_head(line: str, position: int) -> Mark | None:
    """Return a tool's name with the bracket that opens its arguments; groups `tool`, `gap`, `bracket`."""
    return _HEAD.match(line, position)


def is_unfinished(line: str, position: int) -> bool:
    """Tell whether the rest of a line can be the beginning of a tool's name and nothing else."""
    return _UNFINISHED.match(line, position) is not None


def resumes(line: str, form: Form) -> bool:
    """Tell whether a line can only be the beginning of another step, so that a bracket left open was forgotten."""
    step = _STEP.search(line)
    if step is not None and step["sign"] != ":" and _DECORATED.fullmatch(line, 0, step.start()):
        return True
    if _LINE_STEP.match(line) is not None:
        return True
    return form in {"numbered", "bare"} and (
        _NUMBERED.match(line) is not None or (form == "bare" and line[:1].isalpha() and _BARE.match(line) is not None)
    )
