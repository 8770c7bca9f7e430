"""The source text of values made ready for `ast`: what Python cannot read is put into words that it can.

References become names that stand in for them; raw newlines in strings are escaped; other quotation marks and signs of
full width become those of ASCII; comments go. Nothing is evaluated. This module does not know what values are.
"""

import json
import keyword
import re

from nodes.errors import Problem
from nodes.language.brackets import CURLY_STRING
from nodes.language.interpolation import REFERENCE, STEP_REFERENCE, read_reference
from nodes.language.spelling import UNQUOTED, Spelling
from nodes.language.surface import WIDE, narrow
from nodes.language.values import Reference

MARK = "\u0298"
"""Begins the names that stand in for references while `ast` reads: a letter to Python, and in no one's alphabet."""

_TOKEN = re.compile(
    rf"""
    (?P<string>(?<!\w)[A-Za-z]{{0,2}}(?P<quote>\"\"\"|'''|"|')(?:(?!(?P=quote))[^\\]|\\.)*+(?P=quote))
    |(?P<curly>{CURLY_STRING})
    |(?P<reference>{REFERENCE})
    |(?P<foreign>{UNQUOTED})
    |(?P<comment>\#(?=\s|\Z)[^\n]*)
    |(?P<slashes>//[^\n]*|/\*(?:[^*]|\*(?!/)){{0,2000}}+\*/)
    |(?P<stray>[\#＃][^\s,()\[\]{{}}，）]*)
    |(?P<dollar>{STEP_REFERENCE})
    |(?P<keyword>\b(?:{"|".join(keyword.kwlist)})\b(?=\s*=(?!=)))
    |(?P<backslash>\\(?=[()\[\]{{}}\#_*]))
    |(?P<wide>[{WIDE}])
    |{MARK}
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_AWKWARD = re.compile(r"[\\\n\r\0]")
_ESCAPES = re.compile(r"\\(?:[4-7][0-7][0-7]|.)|[\n\r\0]", re.DOTALL)
# The raw newline stays, behind a backslash, so that line numbers stay right.
_KNOWN_ESCAPES = frozenset("\n\\'\"abfnrtvxuNU01234567")
_WRITTEN = {"\n": "\\n\\\n", "\r": "\\r", "\0": "\\x00"}
_REFERENCE = re.compile(REFERENCE, re.ASCII)
_FIELD = re.compile(r"(?<!\{)\{\s*#(?=E[0-9])")
_DROPPED = {"comment": "", "backslash": "", "stray": "None"}


class Preparation:
    """Rewrites source text that begins on `line`; `references` are what the names stand for, by their number."""

    def __init__(self, line: int, spelling: Spelling | None) -> None:
        self._line = line
        self._spelling = spelling
        self.references: list[Reference] = []
        self.problems: list[Problem] = []
        self._source = ""

    def rewritten(self, source: str) -> str:
        """Return text that `ast` can read, or that it refuses with good reason."""
        self._source = source
        return _TOKEN.sub(self._token, source)

    def _token(self, match: re.Match[str]) -> str:
        token, kind = match[0], match.lastgroup or ""
        if kind == "string":
            return _mend_string(token, match["quote"])
        if kind == "curly":
            return json.dumps(token[1:-1], ensure_ascii=False)
        if kind == "keyword":
            return MARK + token
        if kind == "wide":
            return narrow(token)
        reference = self._reference(token, kind)
        if reference is not None:
            self.references.append(reference)
            return f"{MARK}{len(self.references) - 1}"
        return self._other(match, token, kind)

    def _other(self, match: re.Match[str], token: str, kind: str) -> str:
        """Return what stands for a token that is none of Python's."""
        if kind == "slashes":  # only JSON has such comments, and no spelling of references
            return token if self._spelling else ""
        if kind == "foreign" and not token.startswith("#"):
            return token
        if kind in {"stray", "foreign"}:
            line = self._line + self._source.count("\n", 0, match.start())
            message, mend = f"`{token[:40]}` is not a reference", "write #E<n> for a step, #A<n> for an answer"
            self.problems.append(Problem(line, "syntax", message, mend))
            return "None"
        # What is no token of Python stays none: a stand-in cannot be forged.
        return _DROPPED.get(kind, "$")

    def _reference(self, token: str, kind: str) -> Reference | None:
        if kind == "reference" or (kind == "stray" and _REFERENCE.fullmatch(narrow(token))):
            return read_reference(narrow(token))
        if self._spelling is None:
            return None
        if kind == "dollar" and self._spelling.below:
            return read_reference(token)
        return self._spelling.reference(token) if kind in {"dollar", "foreign"} else None


def _mend_string(token: str, quote: str) -> str:
    """Escape what a model writes raw: newlines, control characters, and backslashes that escape nothing."""
    prefix = token[: token.index(quote)].lower()
    if "f" in prefix:
        token = _FIELD.sub("{", token)
    if not _AWKWARD.search(token) or "r" in prefix:
        return token
    return _ESCAPES.sub(_mend_escape, token)


def _mend_escape(match: re.Match[str]) -> str:
    text = match[0]
    if text in _WRITTEN:
        return _WRITTEN[text]
    return text if text[1] in _KNOWN_ESCAPES and len(text) == 2 else "\\" + text
