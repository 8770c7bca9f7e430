"""Steps that are written in XML, or in what models take for it.

    <invoke name="search"><parameter name="query">rings of Saturn</parameter></invoke>
    <function=search>{"query": "rings of Saturn"}</function>
    <step id="E1" tool="search"><query>rings of Saturn</query></step>
    <tool>search</tool><tool_input>rings of Saturn</tool_input>
    [TOOL_CALLS]search[ARGS]{"query": "rings of Saturn"}

Real XML would need one root, escapes, and proper attributes, none of which can be relied on. This module does not read
values, and does not know what comes between steps.
"""

import html
import re

from nodes.language.fields import IDS, TOOLS, tool_name
from nodes.language.json_inputs import INPUTS
from nodes.language.records import Record

_ELEMENT = "invoke|function|step|tool_call|action|call"
_OPENING = re.compile(
    rf"<(?:{_ELEMENT})(?:=(?P<named>[\w.-]{{1,80}})"
    r"|(?P<attributes>(?:\s+[a-z_]{1,20}=[\"'][^\"'<>]{0,100}[\"']){1,5}))\s*>",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"([a-z_]{1,20})=[\"']([^\"'<>]{0,100})[\"']", re.IGNORECASE)
_TOKEN = re.compile(
    r"(?:\[TOOL_CALLS\]|[^<>]{0,40}<[|｜]tool▁sep[|｜]>)(?P<tool>[\w.-]{1,80}?)(?:\s*\[ARGS\]|\s*\Z|(?=\s*\{))"
)
_CLOSING = re.compile(rf"</(?:{_ELEMENT})>|<[|｜]tool▁call▁end[|｜]>|</s>", re.IGNORECASE)
_LEAF = re.compile(
    r"<(?:(?:parameter|arg|param|argument)(?:=(?P<named>[\w-]{1,60})|\s+name=[\"'](?P<quoted>[\w-]{1,60})[\"'])"
    r"|(?P<key>[A-Za-z_][\w-]{0,60}))>",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[A-Za-z_|｜][^<>]{0,100}>")
_SIGN = re.compile(r"<|\[TOOL_CALLS\]")
_FENCE = re.compile(r"\s*```(?:json)?\s*")
_BEGINS = re.compile(
    rf"\s*(?:<[^<>=\"']{{1,30}}>\s*){{0,3}}(?:<(?:{_ELEMENT})(?:=|\s+[a-z_]{{1,20}}=[\"'])"
    rf"|<(?:{'|'.join(sorted(TOOLS))})>|[^<>]{{0,40}}<[|｜]tool▁sep[|｜]>|\[TOOL_CALLS\](?=[A-Za-z_]))",
    re.IGNORECASE,
)


class ElementReader:
    """Gathers steps line by line; complete ones are in `complete`, to be taken out."""

    def __init__(self) -> None:
        self.complete: list[Record] = []
        self.open: Record | None = None
        self._leaf: tuple[str, list[str]] | None = None
        self._number = 0
        self._is_closed = False
        """Whether the open record could end here: it stands in no element that has to be closed."""

    @property
    def is_inside(self) -> bool:
        """Whether something is open that has to be closed."""
        return self._leaf is not None or (self.open is not None and not self._is_closed)

    def take(self, line: str, number: int) -> bool:
        """Take in a line if it is part of a step; tell whether it is."""
        if not self.is_inside and self.open is not None and not line.lstrip().startswith("<"):
            self.finish()
        if self.open is None and self._leaf is None and not _BEGINS.match(line):
            return False
        position = 0
        while position < len(line):
            position = self._next(line, position, number)
        if self._leaf is not None:
            self._leaf[1].append("\n")
        return True

    def finish(self) -> None:
        """Say that the step that is open is complete."""
        if self.open is not None:
            self.complete.append(self.open)
        self.open, self._leaf = None, None

    def _next(self, line: str, position: int, number: int) -> int:
        if self._leaf is not None:
            return self._go_on(line, position, *self._leaf)
        if opening := _OPENING.match(line, position):
            return self._begin(opening, number)
        if token := _TOKEN.match(line, position):
            self.finish()
            self.open, self._is_closed = Record(token["tool"], number), "TOOL_CALLS" in token[0]
            return token.end()
        if leaf := _LEAF.match(line, position):
            self._leaf = ((leaf["named"] or leaf["quoted"] or leaf["key"]).lower(), [])
            self._number = number
            return leaf.end()
        return self._past_tag_or_text(line, position)

    def _past_tag_or_text(self, line: str, position: int) -> int:
        """Take in a closing tag, one that says nothing here, or text, which is the input of the step that is open."""
        if tag := _CLOSING.match(line, position) or _TAG.match(line, position):
            if tag.re is _CLOSING:
                self.finish()
            return tag.end()
        sign = _SIGN.search(line, position + 1)
        end = sign.start() if sign else len(line)
        text = _FENCE.sub("", line[position:end])
        if self.open is not None and text:
            self.open.input = f"{self.open.input or ''}{text}\n"
        return end

    def _begin(self, opening: re.Match[str], number: int) -> int:
        given = {key.lower(): value for key, value in _ATTRIBUTE.findall(opening["attributes"] or "")}
        tool = tool_name(opening["named"] or given.get("tool") or given.get("name") or "")
        if tool is not None:
            self.finish()
            self.open, self._is_closed = Record(tool, number, given.get("id", "")), False
        return opening.end()

    def _go_on(self, line: str, position: int, key: str, parts: list[str]) -> int:
        """Go on inside an element of text, which turns out to hold elements where the next one begins at once."""
        end = line.find("<", position)
        if end < 0:
            parts.append(line[position:])
            return len(line)
        parts.append(line[position:end])
        tag = _TAG.match(line, end)
        if tag is None:
            parts.append("<")
            return end + 1
        if tag[0].startswith("</"):
            self._leaf = None
            value = "".join(parts).strip().removeprefix("<![CDATA[").removesuffix("]]>")
            self._take_field(key, html.unescape(value))
            return tag.end()
        if "".join(parts).strip():
            parts.append(tag[0])
            return tag.end()
        self._leaf = None
        return end

    def _take_field(self, key: str, value: str) -> None:
        if key in TOOLS and (tool := tool_name(value)) is not None:
            self.finish()
            self.open, self._is_closed = Record(tool, self._number), True
        elif self.open is None:
            return
        elif key in IDS:
            self.open.id = value
        elif key in INPUTS:
            self.open.input = value
        elif value:
            self.open.inputs[key] = value
