"""Where a bracket closes that may span several lines.

The scanner is fed line by line and looks at every character once, so a plan is scanned in linear time however it
arrives. It does not know what stands inside the brackets.
"""

import re
from typing import Protocol

from nodes.language.surface import narrow

CALL_DEPTH = 64
"""Deepest nesting of brackets in a call, its own parentheses included."""
JSON_DEPTH = 60
"""Deepest nesting in JSON: less, so that a plan read from JSON always fits the canonical form."""

_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_WIDE = "（）［］｛｝【】"
_CURLY = {
    "“”„‟＂": r"[^“”‟＂]*+[“”‟＂]",
    "‘’‚‛": r"(?:[^‘’]|[‘’](?!\s{0,9}(?:[,)\]}:=，）]|\Z)))*+[‘’]",
    "«": "[^»]*+»",
    "「": "[^」]*+」",
    "『": "[^』]*+』",
}
"""Quotation marks that are not straight, and what follows up to the closing one; an apostrophe closes nothing."""
CURLY_STRING = "|".join(f"[{opening}]{rest}" for opening, rest in _CURLY.items())
_CODE = re.compile(rf"""\"\"\"|'''|["'()\[\]{{}}{_WIDE}{"".join(_CURLY)}]|\#(?=\s|\Z)|//|/\*""")
_STRING_END = {
    '"': re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL),
    "'": re.compile(r"[^'\\]*+(?:\\.[^'\\]*+)*+'", re.DOTALL),
    '"""': re.compile(r'(?:[^"\\]|\\.|""?(?!"))*+"""', re.DOTALL),
    "'''": re.compile(r"(?:[^'\\]|\\.|''?(?!'))*+'''", re.DOTALL),
}
_STRING_END |= {opening: re.compile(rest) for openings, rest in _CURLY.items() for opening in openings}


class Scanner(Protocol):
    """Finds a closing bracket. `fault` says why the text can never close; it is empty while it can."""

    fault: str
    quote: str
    """The quotation mark of a string that is open at the end of the line, or empty."""

    @property
    def missing(self) -> str:
        """The brackets that would close all that is open."""

    def scan(self, line: str, start: int) -> int | None:
        """Return the index after the bracket that closes the first one, or None where `line` ends before it.

        With a fault the index is the end of the line.
        """

    def mended(self, line: str, start: int, end: int | None) -> str:
        """Return what was scanned last, with the brackets that were forgotten inside it, and without stray ones."""


class CodeScanner:
    """Knows Python's strings, comments and three kinds of brackets; with `slashes`, comments of JavaScript too."""

    __slots__ = ("_closers", "_depth", "_patches", "_slashes", "fault", "quote")

    def __init__(self, depth: int, *, slashes: bool = False) -> None:
        self._depth = depth
        self._slashes = slashes
        self._closers: list[str] = []
        self._patches: list[tuple[int, str]] = []
        self.quote = ""
        self.fault = ""

    @property
    def missing(self) -> str:
        """The brackets that would close all that is open."""
        return "".join(reversed(self._closers))

    def scan(self, line: str, start: int) -> int | None:
        """Go on at `start`, which is the opening bracket the first time and 0 on later lines."""
        position = start
        self._patches.clear()
        if self.quote:
            end = _STRING_END[self.quote].match(line, position)
            if end is None:
                return None
            self.quote, position = "", end.end()
        while match := _CODE.search(line, position):
            token, position = match[0], match.end()
            if token in _STRING_END:
                end = _STRING_END[token].match(line, position)
                if end is None:
                    self.quote = token
                    return None
                position = end.end()
            elif token[0] in "#/":
                if token[0] == "#" or self._slashes:
                    position = self._after_comment(line, token, position)
            elif self._closes(narrow(token), match.start()):
                return position
            elif self.fault:
                return len(line)
        return None

    def _after_comment(self, line: str, sign: str, position: int) -> int:
        end = line.find("*/", position) if sign == "/*" else -1
        return len(line) if end < 0 else end + 2

    def _closes(self, bracket: str, position: int) -> bool:
        """Take in one bracket; tell whether it closes the first one."""
        if bracket in _CLOSERS:
            self._closers.append(_CLOSERS[bracket])
            if len(self._closers) > self._depth:
                self.fault = f"brackets are nested more than {self._depth} deep"
            return False
        if bracket not in self._closers:
            self._patches.append((position, ""))
            return False
        forgotten = []
        while (expected := self._closers.pop()) != bracket:
            forgotten.append(expected)
        if forgotten:
            self._patches.append((position, "".join([*forgotten, bracket])))
        return not self._closers

    def mended(self, line: str, start: int, end: int | None) -> str:
        """Return what was scanned, every bracket that did not fit replaced by those that do."""
        parts: list[str] = []
        for position, brackets in self._patches:
            parts += [line[start:position], brackets]
            start = position + 1
        return "".join([*parts, line[start:end]])


class TextScanner:
    """Knows one kind of brackets only: the input of the paper's `Tool[input]` is free text."""

    __slots__ = ("_closer", "_open", "_pair", "fault", "quote")

    def __init__(self, opening: str = "[") -> None:
        self._open = 0
        self._pair = re.compile("[{}]" if opening == "{" else r"[\[\]［］]")
        self._closer = "}" if opening == "{" else "]"
        self.quote = ""
        self.fault = ""

    @property
    def missing(self) -> str:
        """The bracket that would close all that is open."""
        return self._closer

    def scan(self, line: str, start: int) -> int | None:
        """Go on at `start`, which is the opening bracket the first time and 0 on later lines."""
        for match in self._pair.finditer(line, start):
            self._open += 1 if narrow(match[0]) in _CLOSERS else -1
            if self._open == 0:
                return match.end()
        return None

    def mended(self, line: str, start: int, end: int | None) -> str:
        """Return what was scanned: in free text no bracket is stray."""
        return line[start:end]
