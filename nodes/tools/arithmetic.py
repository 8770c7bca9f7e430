"""Computing a formula over numbers, percentages and quantities with units.

Only the syntax listed here is computed, and every operation is bounded, so that `9**9**9` is an error at once: whole
numbers stay below 2**10000, everything else within the range of floats. A percentage added to or taken from another
value means that share of it, as on a pocket calculator: `80 + 15%` is 92. This module does not know how a formula was
written.
"""

import ast
import functools
import math
import operator
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nodes.errors import CalculationError
from nodes.quantities import registry
from nodes.tools.notation import Atom, Formula

MAX_DEPTH = 200
MAX_BITS = 10_000
MAX_UNIT_POWER = 12


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage; 15 is 15 %."""

    value: float


def compute(formula: Formula) -> Any:
    """Return the result: an int, a float, a Percent, or a pint quantity.

    Raises CalculationError where the formula is not arithmetic, its units do not fit, or a bound is reached.
    """
    try:
        tree = ast.parse(formula.source, mode="eval")
        result = _Evaluation(formula.atoms).value(tree.body, 0)
        return _converted(result, formula.target) if formula.target else result
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise CalculationError("the expression is not arithmetic; write one as (5 + 3) * 2 km") from error
    except ZeroDivisionError as error:
        raise CalculationError("the expression divides by zero") from error
    except OverflowError as error:
        raise CalculationError("the result is too large") from error
    except (TypeError, ValueError) as error:
        raise CalculationError(_mismatch(error)) from error


def _mismatch(error: TypeError | ValueError) -> str:
    import pint  # noqa: PLC0415 - see nodes/quantities.py

    if isinstance(error, pint.DimensionalityError):
        sides = (
            "a bare number" if str(each) == "dimensionless" else str(each) for each in (error.units1, error.units2)
        )
        return f"{' and '.join(sides)} do not measure the same thing"
    if isinstance(error, pint.OffsetUnitCalculusError):
        return "temperatures in °C or °F can only be compared, averaged or subtracted; give them in K"
    return f"the expression cannot be computed: {error}"


class _Evaluation:
    """Walks one expression; the depth is bounded, so Python's own recursion limit is never met."""

    def __init__(self, atoms: Mapping[str, Atom]) -> None:
        self._atoms = atoms

    def value(self, node: ast.expr, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise CalculationError(f"the expression is nested more than {MAX_DEPTH} deep; split it")
        match node:
            case ast.Name(id=name):
                return self._named(name)
            case ast.UnaryOp(op=ast.UAdd() | ast.USub() as sign, operand=operand):
                value = self.value(operand, depth + 1)
                return _scaled(value, -1) if isinstance(sign, ast.USub) else value
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return binary(_OPERATORS[type(op)], self.value(left, depth + 1), self.value(right, depth + 1))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
                return self._called(name, [self._argument(each, depth + 1) for each in args])
        raise CalculationError(
            "only numbers, units, + - * / // % **, brackets and functions such as sqrt can be computed"
        )

    def _named(self, name: str) -> Any:
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        if name not in self._atoms:
            raise CalculationError(f"{name} is neither a number, a unit nor a function here")
        atom = self._atoms[name]
        if atom.unit == "percent":
            return Percent(atom.magnitude)
        return registry().Quantity(atom.magnitude, atom.unit) if atom.unit else atom.magnitude

    def _argument(self, node: ast.expr, depth: int) -> Any:
        if isinstance(node, ast.List | ast.Tuple):
            return [self.value(each, depth + 1) for each in node.elts]
        return self.value(node, depth)

    def _called(self, name: str, args: list[Any]) -> Any:
        function, fewest, most = _FUNCTIONS[name]
        if len(args) == 1 and isinstance(args[0], list) and most > 2:
            args = args[0]
        if not fewest <= len(args) <= most or any(isinstance(each, list) for each in args):
            raise CalculationError(f"{name} takes {fewest if fewest == most else f'at least {fewest}'} value(s) here")
        return _bounded(function(*args))


def binary(operate: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """Apply one operator to two values; see the module for what a percentage means."""
    if operate in {operator.add, operator.sub} and isinstance(right, Percent):
        if isinstance(left, Percent):
            return Percent(operate(left.value, right.value))
        return _bounded(operator.mul(left, operate(1, right.value / 100)))
    left, right = _plain(left), _plain(right)
    if operate is operator.pow:
        _check_power(left, right)
    return _bounded(operate(left, right))


def _plain(value: Any) -> Any:
    return value.value / 100 if isinstance(value, Percent) else value


def _scaled(value: Any, factor: int) -> Any:
    return Percent(value.value * factor) if isinstance(value, Percent) else value * factor


def _check_power(base: Any, exponent: Any) -> None:
    if not isinstance(exponent, int | float):
        raise CalculationError("an exponent has no unit")
    if not isinstance(base, int | float):
        if abs(exponent) > MAX_UNIT_POWER:
            raise CalculationError(f"a quantity is raised to the power of {MAX_UNIT_POWER} at most")
    elif isinstance(base, int) and isinstance(exponent, int) and abs(exponent) * base.bit_length() > MAX_BITS:
        raise CalculationError("the result is too large")


def _bounded(value: Any) -> Any:
    """Return the value if it is a finite real one; quantities whose units cancel become bare numbers."""
    if isinstance(value, Percent):
        return value
    if not isinstance(value, int | float | complex):
        _bounded(value.magnitude)
        # A single unit without dimension is an angle, and stays one.
        cancelled = value.dimensionless and (" " in str(value.units) or value.unitless)
        return value.m_as("dimensionless") if cancelled else value
    if isinstance(value, complex):
        raise CalculationError("the result is not a real number")
    if isinstance(value, int):
        if value.bit_length() > MAX_BITS:
            raise CalculationError("the result is too large")
    elif not math.isfinite(value):
        raise CalculationError("the result is too large or not a number")
    return value


def _converted(value: Any, unit: str) -> Any:
    if unit == "percent":
        return Percent(float(_plain(value)) * 100)
    if isinstance(value, int | float | Percent):
        raise CalculationError(f"the result is a bare number and cannot be given in {unit}")
    return value.to(registry().parse_units(unit))


def _total(*values: Any) -> Any:
    return functools.reduce(functools.partial(binary, operator.add), values)


def _on_magnitudes(average: Callable[[Sequence[float]], float]) -> Callable[..., Any]:
    """Apply to magnitudes in the first value's unit, which works for temperatures too."""

    def apply(*values: Any) -> Any:
        first, *_ = plain = [_plain(each) for each in values]
        if all(isinstance(each, int | float) for each in plain):
            return average(plain)
        return registry().Quantity(average([each.m_as(first.units) for each in plain]), first.units)

    return apply


def _extreme(choose: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *values: choose(values, key=lambda each: each.value / 100 if isinstance(each, Percent) else each)


def _of_number(function: Callable[..., float]) -> Callable[..., float]:
    def apply(*values: Any) -> float:
        numbers = [_plain(each) for each in values]
        if not all(isinstance(each, int | float) for each in numbers):
            raise CalculationError("this function takes numbers without units")
        return function(*numbers)

    return apply


def _rounded(value: Any, digits: Any = 0) -> Any:
    if not isinstance(digits, int) or abs(digits) > 100:
        raise CalculationError("round takes a whole number of digits")
    return Percent(round(value.value, digits)) if isinstance(value, Percent) else round(value, digits)


def _root(value: Any) -> Any:
    plain = _plain(value)
    return math.sqrt(plain) if isinstance(plain, int | float) else plain**0.5


_MANY = 1_000
_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_CONSTANTS = {"pi": math.pi, "e": math.e, "tau": math.tau}
_FUNCTIONS: dict[str, tuple[Callable[..., Any], int, int]] = {
    "abs": (lambda value: Percent(abs(value.value)) if isinstance(value, Percent) else abs(value), 1, 1),
    "round": (_rounded, 1, 2),
    "floor": (_on_magnitudes(lambda values: math.floor(values[0])), 1, 1),
    "ceil": (_on_magnitudes(lambda values: math.ceil(values[0])), 1, 1),
    "sqrt": (_root, 1, 1),
    "exp": (_of_number(math.exp), 1, 1),
    "log": (_of_number(math.log), 1, 2),
    "ln": (_of_number(math.log), 1, 1),
    "log10": (_of_number(math.log10), 1, 1),
    "log2": (_of_number(math.log2), 1, 1),
    "min": (_extreme(min), 1, _MANY),
    "max": (_extreme(max), 1, _MANY),
    "sum": (_total, 1, _MANY),
    "avg": (_on_magnitudes(statistics.fmean), 1, _MANY),
    "average": (_on_magnitudes(statistics.fmean), 1, _MANY),
    "mean": (_on_magnitudes(statistics.fmean), 1, _MANY),
    "median": (_on_magnitudes(statistics.median), 1, _MANY),
}
