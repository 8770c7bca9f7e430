"""Python and JSON literals with references in them, read with the standard library's `ast` and never evaluated.

This module knows the inside of a call's parentheses and of a JSON value; it does not know what a step or a dialect
is. Text comes with balanced brackets of bounded depth (`brackets.py`), so recursion here is bounded too.
"""

import ast
import math
import re
import types
from collections.abc import Callable
from dataclasses import dataclass

from nodes.errors import PlanError, Problem
from nodes.language.interpolation import clean, interpolate, template
from nodes.language.lenient import rebuilt
from nodes.language.spelling import Spelling
from nodes.language.tokens import MARK, Preparation
from nodes.language.values import Reference, Template, Value

_NUMBER_BITS = 1024
"""Largest integer, as large as the largest float: beyond it is no number a tool can take."""
_WORDS = {"true": True, "false": False, "null": None}
_SLASH = re.compile(r"\\(.)", re.DOTALL)

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


def read_arguments(source: str, line: int, spelling: Spelling, *, prose: bool = False) -> Arguments:
    """Read `(name=value, ...)`, parentheses included, that begins on `line`.

    What is not written as Python would have it is read where it can only be meant in one way; `prose` says that this
    holds for text without quotes too, because the call is surely one.

    Raises:
        PlanError: listing everything in it that is not a literal or a reference.
    """
    reader = _Reader(line, spelling)
    call = reader.expression(source, function="f")
    if call is None and (again := rebuilt(source, prose=prose)) is not None:
        second = _Reader(line, spelling)
        if (call := second.expression(again, function="f")) is not None:
            reader = second
    arguments = reader.arguments(call) if isinstance(call, ast.Call) else Arguments({}, ())
    reader.finish()
    return arguments


def read_json(source: str, line: int) -> Value:
    """Read a JSON value, forgiving Python's spelling of it and JavaScript's.

    That is single quotes, trailing commas and `None`, and keys without quotes and comments with slashes.
    Mappings are `LocatedDict`; strings stay as they are, also where they contain references.

    Raises:
        PlanError: listing everything in it that is not JSON.
    """
    reader = _JsonReader(line)
    pythonic = _SLASH.sub(lambda match: "/" if match[1] == "/" else match[0], source)
    tree = reader.expression(pythonic)
    value = None if tree is None else reader.value(tree)
    reader.finish()
    return value


class _Reader:
    """Turns source text into values and gathers what is wrong with it."""

    def __init__(self, line: int, spelling: Spelling | None) -> None:
        self._line = line
        self._spelling = spelling or Spelling()
        self._preparation = Preparation(line, spelling)
        self._problems = self._preparation.problems
        self.text: Callable[[str], Value] = self._spelling.text
        self.plain: Callable[[str], Value] = interpolate

    def expression(self, source: str, function: str = "") -> ast.expr | None:
        """Return the syntax tree of a value, or of a call's parentheses; reports why where there is none."""
        try:
            return ast.parse(function + self._preparation.rewritten(source), mode="eval").body
        except SyntaxError as error:
            line = self._line + (error.lineno or 1) - 1
            self._report(line, f"the arguments cannot be read ({error.msg})", 'write name=value, text in "quotes"')
        except (ValueError, RecursionError, MemoryError):
            self._report(self._line, "the arguments cannot be read", "write short literals without control characters")
        return None

    def arguments(self, call: ast.Call) -> Arguments:
        """Return the arguments of a call."""
        named: dict[str, Value] = {}
        for argument in call.keywords:
            if argument.arg is None:
                self._unpack(argument.value, named)
            else:
                self._name(named, argument.arg.removeprefix(MARK), self.value(argument.value), argument.lineno)
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
            case ast.Constant(value=str(text), kind="u"):
                result = self.plain(clean(text))
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
                result = self._composed(node)
        return result

    def _composed(self, node: ast.expr) -> Value:
        """Return what an expression stands for that is no literal: a named step's part, or filled text."""
        found: Value = None
        if isinstance(node, ast.Attribute | ast.Subscript) and _is_short(node):
            found = self._spelling.reference(ast.unparse(node))
        elif isinstance(node, ast.JoinedStr):
            found = self._filled(node)
        if found is None:
            what, mend = _MENDS.get(type(node), ("this expression", "write a literal or a reference"))
            self._report_at(node, f"{what} cannot be a value", mend)
        return found

    def mapping(self, node: ast.Dict) -> dict[str, Value]:
        """Return a mapping; a later item of the same key wins, as in JSON."""
        result: dict[str, Value] = {}
        for key, item in zip(node.keys, node.values, strict=True):
            name = self._key(key)
            if name is not None:
                result[clean(name)] = self.value(item)
            else:
                self._report_at(key or item, "a key of a mapping must be a string", 'write "key": value')
        return result

    @staticmethod
    def _key(node: ast.expr | None) -> str | None:
        """Return the key of a mapping, which JavaScript writes without quotes, or None where it is no text."""
        if isinstance(node, ast.Name) and not node.id.startswith(MARK):
            return node.id
        return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None

    def _constant(self, node: ast.expr, constant: object) -> Value:
        match constant:
            case str():
                return self._text(node, clean(constant))
            case int() if constant.bit_length() <= _NUMBER_BITS:
                return constant
            case float() if math.isfinite(constant):
                return constant
            case int() | float():
                self._report_at(node, "this number is too large", "write it as text, or use a smaller one")
            case bytes() | complex() | types.EllipsisType():
                self._report_at(node, f"{type(constant).__name__} is no type of value", "write text or a number")
        return None

    def _text(self, node: ast.expr, text: str) -> Value:
        if doubt := self._spelling.doubt(text, self._line + node.lineno - 1):
            self._problems.append(doubt)
        return self.text(text)

    def _filled(self, node: ast.JoinedStr) -> Value:
        """Return the text that an f-string is, or None where a field of it is no reference."""
        parts: list[str | Reference] = []
        for part in node.values:
            value = self._field(part)
            if isinstance(value, Template):
                parts.extend(value.parts)
            elif isinstance(value, str | Reference):
                parts.append(value)
            else:
                return None
        return template(parts)

    def _field(self, part: ast.expr) -> Value:
        """Return a piece of an f-string: text, or the reference that a field names."""
        match part:
            case ast.Constant(value=str(text)):
                return self.plain(clean(text))
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return self._spelling.reference(ast.unparse(value)) if _is_short(value) else None
            case _:
                return None

    def _bare_word(self, node: ast.expr, name: str) -> Value:
        if name.startswith(MARK):
            return self._preparation.references[int(name.removeprefix(MARK))]
        if name in _WORDS:
            return _WORDS[name]
        if (reference := self._spelling.named(name)) is not None:
            return reference
        return self.unknown(node, name)

    def unknown(self, node: ast.expr, name: str) -> Value:
        """Return what a word without quotes stands for that names nothing."""
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
        super().__init__(line, None)
        self.text = self.plain = str

    def mapping(self, node: ast.Dict) -> dict[str, Value]:
        located = LocatedDict(super().mapping(node))
        located.line = self._line + node.lineno - 1
        return located

    def unknown(self, node: ast.expr, name: str) -> Value:
        """Return a word without quotes, which YAML and JavaScript allow, as text."""
        del node
        return name


def _is_short(node: ast.expr) -> bool:
    """Tell whether a field of an f-string is a name with a path and no more."""
    depth = 0
    while isinstance(node, ast.Attribute | ast.Subscript) and depth < 10:
        node, depth = node.value, depth + 1
    return isinstance(node, ast.Name)
