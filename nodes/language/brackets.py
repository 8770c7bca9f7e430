"""Where a bracket closes that may span several lines.

The scanner is fed line by line and looks at every character once, so a plan is scanned in linear time however it
arrives. It does not know what stands inside the brackets.
"""

import re
from typing import Protocol

CALL_DEPTH = 64
"""Deepest nesting of brackets in a call, its own parentheses included."""
JSON_DEPTH = 60
"""Deepest nesting in JSON: less, so that a plan read from JSON always fits the canonical form."""

_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_CODE = re.compile(r"""\"\"\"|'''|["'()\[\]{}]|\#(?=\s|\Z)""")
_STRING_END = {
    '"': re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL),
    "'": re.compile(r"[^'\\]*+(?:\\.[^'\\]*+)*+'", re.DOTALL),
    '"""': re.compile(r'(?:[^"\\]|\\.|""?(?!"))*+"""', re.DOTALL),
    "'''": re.compile(r"(?:[^'\\]|\\.|''?(?!'))*+'''", re.DOTALL),
}
_SQUARE = re.compile(r"[\[\]]")


class Scanner(Protocol):
    """Finds a closing bracket. `fault` says why the text can never close; it is empty while it can."""

    fault: str
    quote: str
    """The quotation mark of a string that is open at the end of the line, or empty."""

    def scan(self, line: str, start: int) -> int | None:
        """Return the index after the bracket that closes the first one, or None where `line` ends before it.

        With a fault the index is the end of the line.
        """


class CodeScanner:
    """Knows Python's strings, comments and three kinds of brackets, which must match."""

    __slots__ = ("_closers", "_depth", "fault", "quote")

    def __init__(self, depth: int) -> None:
        self._depth = depth
        self._closers: list[str] = []
        self.quote = ""
        self.fault = ""

    def scan(self, line: str, start: int) -> int | None:
        """Go on at `start`, which is the opening bracket the first time and 0 on later lines."""
        position = start
        if self.quote:
            end = _STRING_END[self.quote].match(line, position)
            if end is None:
                return None
            self.quote, position = "", end.end()
        while match := _CODE.search(line, position):
            token, position = match[0], match.end()
            if token[0] == "#":  # a comment
                return None
            if token[0] in "\"'":
                end = _STRING_END[token].match(line, position)
                if end is None:
                    self.quote = token
                    return None
                position = end.end()
            elif self._closes(token):
                return position
            elif self.fault:
                return len(line)
        return None

    def _closes(self, bracket: str) -> bool:
        """Take in one bracket; tell whether it closes the first one."""
        if bracket in _CLOSERS:
            self._closers.append(_CLOSERS[bracket])
            if len(self._closers) > self._depth:
                self.fault = f"brackets are nested more than {self._depth} deep"
            return False
        expected = self._closers.pop()
        if bracket != expected:
            self.fault = f"`{bracket}` stands where `{expected}` is needed"
            return False
        return not self._closers


class TextScanner:
    """Knows square brackets only: the input of the paper's `Tool[input]` is free text."""

    __slots__ = ("_open", "fault", "quote")

    def __init__(self) -> None:
        self._open = 0
        self.quote = ""
        self.fault = ""

    def scan(self, line: str, start: int) -> int | None:
        """Go on at `start`, which is the opening bracket the first time and 0 on later lines."""
        for match in _SQUARE.finditer(line, start):
            self._open += 1 if match[0] == "[" else -1
            if self._open == 0:
                return match.end()
        return None
