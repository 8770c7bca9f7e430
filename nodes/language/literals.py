"""Python and JSON literals with references in them, read with the standard library's `ast` and never evaluated.

This module knows the inside of a call's parentheses and of a JSON value; it does not know what a step or a dialect
is. Text comes with balanced brackets of bounded depth (`brackets.py`), so recursion here is bounded too.
"""

import ast
import keyword
import math
import re
import types
from collections.abc import Callable
from dataclasses import dataclass

from nodes.errors import PlanError, Problem
from nodes.language.interpolation import (
    REFERENCE,
    STEP_REFERENCE,
    clean,
    dollars_to_hashes,
    interpolate,
    read_reference,
)
from nodes.language.values import Reference, Value

_MARK = "\u0298"
"""Begins the names that stand in for references while `ast` reads: a letter to Python, and in no one's alphabet."""
_NUMBER_BITS = 1024
"""Largest integer, as large as the largest float: beyond it is no number a tool can take."""
_WORDS = {"true": True, "false": False, "null": None}

_TOKEN = re.compile(
    rf"""
    (?P<string>(?<!\w)[A-Za-z]{{0,2}}(?P<quote>\"\"\"|'''|"|')(?:(?!(?P=quote))[^\\]|\\.)*+(?P=quote))
    |(?P<reference>{REFERENCE})
    |(?P<comment>\#(?=\s|\Z)[^\n]*)
    |(?P<stray>\#[^\s,()\[\]{{}}]*)
    |(?P<dollar>{STEP_REFERENCE})
    |(?P<keyword>\b(?:{"|".join(keyword.kwlist)})\b(?=\s*=(?!=)))
    |{_MARK}
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_AWKWARD = re.compile(r"[\\\n\r\0]")
_ESCAPES = re.compile(r"\\(?:[4-7][0-7][0-7]|.)|[\n\r\0]", re.DOTALL)
# The raw newline stays, behind a backslash, so that line numbers stay right.
_KNOWN_ESCAPES = frozenset("\n\\'\"abfnrtvxuNU01234567")
_SLASH = re.compile(r"\\(.)", re.DOTALL)
_WRITTEN = {"\n": "\\n\\\n", "\r": "\\r", "\0": "\\x00"}

_REPLACED = {"comment": "", "stray": "None"}

_MENDS: dict[type[ast.expr], tuple[str, str]] = {
    ast.BinOp: (
        "an expression",
        "give it as text to a tool that calculates, or write one string with the references inside",
    ),
    ast.BoolOp: ("an expression", "choose one value"),
    ast.Compare: ("a comparison", "give it a step of its own"),
    ast.Call: ("a call inside a call", "give it a step of its own and refer to that as #E<n>"),
    ast.JoinedStr: ("an f-string", 'write a plain string with the reference inside, as "#E1 km"'),
    ast.Attribute: ("a dotted name", "put text in quotes, and write a path right behind a reference, as #E1.rows[0]"),
    ast.Subscript: ("an index", "write a path right behind a reference, as #E1.rows[0]"),
    ast.Starred: ("a starred argument", "write every argument out"),
}


@dataclass(frozen=True, slots=True)
class Arguments:
    """What stands between the parentheses of a call."""

    named: dict[str, Value]
    positional: tuple[Value, ...]


class LocatedDict(dict[str, Value]):
    """A mapping read from JSON that knows the line on which it begins, 1-based in the plan's text."""

    line: int = 0


def read_arguments(source: str, line: int, *, below: int = 0) -> Arguments:
    """Read `(name=value, ...)`, parentheses included, that begins on `line`.

    With `below` > 0 the text is of a numbered plan: `$1` up to `$(below - 1)` are references, also inside strings.

    Raises:
        PlanError: listing everything in it that is not a literal or a reference.
    """
    reader = _Reader(line)
    text = interpolate if not below else lambda string: interpolate(dollars_to_hashes(string, below))
    call = reader.expression("f" + reader.prepare(source, dollars=below > 0))
    reader.text = text
    arguments = reader.arguments(call) if isinstance(call, ast.Call) else Arguments({}, ())
    reader.finish()
    return arguments


def read_json(source: str, line: int) -> Value:
    """Read a JSON value, forgiving Python's spelling of it (single quotes, trailing commas, `None`).

    Mappings are `LocatedDict`; strings stay as they are, also where they contain references.

    Raises:
        PlanError: listing everything in it that is not JSON.
    """
    reader = _JsonReader(line)
    pythonic = _SLASH.sub(lambda match: "/" if match[1] == "/" else match[0], source)
    value = reader.value(reader.expression(reader.prepare(pythonic, dollars=False)))
    reader.finish()
    return value


class _Reader:
    """Turns source text into values and gathers what is wrong with it."""

    def __init__(self, line: int) -> None:
        self._line = line
        self._references: list[Reference] = []
        self._problems: list[Problem] = []
        self.text: Callable[[str], Value] = interpolate

    def prepare(self, source: str, *, dollars: bool) -> str:
        """Rewrite what `ast` cannot read (references, raw newlines in strings, keywords as names) into what it can."""

        def rewrite(match: re.Match[str]) -> str:
            token, kind = match[0], match.lastgroup
            if kind == "string":
                return _mend_string(token, match["quote"])
            if kind == "reference" or (kind == "dollar" and dollars):
                self._references.append(read_reference(token))
                return f"{_MARK}{len(self._references) - 1}"
            if kind == "keyword":
                return _MARK + token
            if kind == "stray":
                line = self._line + source.count("\n", 0, match.start())
                self._report(line, f"`{token[:40]}` is not a reference", "write #E<n> for a step, #A<n> for an answer")
            # What is no token of Python stays none: a stand-in cannot be forged.
            return _REPLACED.get(kind or "", "$")

        return _TOKEN.sub(rewrite, source)

    def expression(self, source: str) -> ast.expr:
        """Return the syntax tree; raises PlanError where there is none."""
        try:
            return ast.parse(source, mode="eval").body
        except SyntaxError as error:
            line = self._line + (error.lineno or 1) - 1
            self._report(line, f"the arguments cannot be read ({error.msg})", 'write name=value, text in "quotes"')
        except (ValueError, RecursionError, MemoryError):
            self._report(self._line, "the arguments cannot be read", "write short literals without control characters")
        raise PlanError(self._problems)

    def arguments(self, call: ast.Call) -> Arguments:
        """Return the arguments of a call."""
        named: dict[str, Value] = {}
        for argument in call.keywords:
            if argument.arg is None:
                self._unpack(argument.value, named)
            else:
                self._name(named, argument.arg.removeprefix(_MARK), self.value(argument.value), argument.lineno)
        return Arguments(named, tuple(self.value(argument) for argument in call.args))

    def _unpack(self, node: ast.expr, named: dict[str, Value]) -> None:
        """Read `**{"name-that-python-forbids": value}`."""
        value = self.value(node)
        if not isinstance(value, dict):
            self._report_at(node, "only a literal mapping can be unpacked", "write every argument out")
            return
        for name, item in value.items():
            self._name(named, name, item, node.lineno)

    def _name(self, named: dict[str, Value], name: str, value: Value, line: int) -> None:
        if name in named:
            self._report(self._line + line - 1, f"the argument `{name}` is given twice", "keep one of them")
        named[name] = value

    def value(self, node: ast.expr) -> Value:
        """Return what a node stands for; reports what is no value and returns None for it."""
        result: Value = None
        match node:
            case ast.Constant(value=constant):
                result = self._constant(node, constant)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=ast.Constant(value=int() | float() as number)):
                result = self._constant(node, -number if isinstance(sign, ast.USub) else +number)
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                result = [self.value(item) for item in items]
            case ast.Dict():
                result = self.mapping(node)
            case ast.Name(id=name):
                result = self._bare_word(node, name)
            case _:
                what, mend = _MENDS.get(type(node), ("this expression", "write a literal or a reference"))
                self._report_at(node, f"{what} cannot be a value", mend)
        return result

    def mapping(self, node: ast.Dict) -> dict[str, Value]:
        """Return a mapping; a later item of the same key wins, as in JSON."""
        result: dict[str, Value] = {}
        for key, item in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                result[clean(key.value)] = self.value(item)
            else:
                self._report_at(key or item, "a key of a mapping must be a string", 'write "key": value')
        return result

    def _constant(self, node: ast.expr, constant: object) -> Value:
        match constant:
            case str():
                return self.text(clean(constant))
            case int() if constant.bit_length() <= _NUMBER_BITS:
                return constant
            case float() if math.isfinite(constant):
                return constant
            case int() | float():
                self._report_at(node, "this number is too large", "write it as text, or use a smaller one")
            case bytes() | complex() | types.EllipsisType():
                self._report_at(node, f"{type(constant).__name__} is no type of value", "write text or a number")
        return None

    def _bare_word(self, node: ast.expr, name: str) -> Value:
        if name.startswith(_MARK):
            return self._references[int(name.removeprefix(_MARK))]
        if name in _WORDS:
            return _WORDS[name]
        self._report_at(node, f"`{name[:40]}` is neither text nor a reference", f'write "{name[:40]}", or #E<n>')
        return None

    def _report_at(self, node: ast.expr, message: str, mend: str) -> None:
        self._report(self._line + node.lineno - 1, message, mend)

    def _report(self, line: int, message: str, mend: str) -> None:
        self._problems.append(Problem(line, "syntax", message, mend))

    def finish(self) -> None:
        """Raise PlanError if anything was reported."""
        if self._problems:
            raise PlanError(self._problems)


class _JsonReader(_Reader):
    """Leaves text alone and remembers where mappings begin."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.text = str

    def mapping(self, node: ast.Dict) -> dict[str, Value]:
        located = LocatedDict(super().mapping(node))
        located.line = self._line + node.lineno - 1
        return located


def _mend_string(token: str, quote: str) -> str:
    """Escape what a model writes raw: newlines, control characters, and backslashes that escape nothing."""
    if not _AWKWARD.search(token):
        return token
    prefix = token[: token.index(quote)].lower()
    if "r" in prefix:
        return token
    return _ESCAPES.sub(_mend_escape, token)


def _mend_escape(match: re.Match[str]) -> str:
    text = match[0]
    if text in _WRITTEN:
        return _WRITTEN[text]
    return text if text[1] in _KNOWN_ESCAPES and len(text) == 2 else "\\" + text
