"""The built-in tool `calculate`. How expressions are read is `notation.py`, how they are computed `arithmetic.py`."""

import math
from decimal import Decimal
from typing import Any

from nodes.quantities import format_number, format_quantity
from nodes.tools.arithmetic import Percent, compute
from nodes.tools.contract import ToolOutput
from nodes.tools.declare import tool
from nodes.tools.notation import read_formula

SHOWN_CHARS = 200
_VALUE_DIGITS = 10
"""Significant digits of a value with a unit: it may be computed with again."""


@tool(effect="read", timeout=10.0)
def calculate(expression: str) -> ToolOutput:
    """Compute arithmetic with units and percentages, as 139820 km / 12742 km, 15% of 80, or 5 km + 300 m in miles.

    The value is a number, or text such as `5.3 km` where it has a unit; the working repeats the expression. Raises
    CalculationError, which says why, where the expression cannot be computed.
    """
    value, shown = calculate_formula(expression)
    said = " ".join(expression.split())
    said = said if len(said) <= SHOWN_CHARS else said[:SHOWN_CHARS] + "…"
    return ToolOutput(value, working=f"{said} = {shown}")


def calculate_formula(expression: str) -> tuple[Any, str]:
    """Return the value of an expression as tools give it, and as a working shows it; raises CalculationError."""
    result = compute(read_formula(expression))
    return _value(result), _shown(result, 4)


def _value(result: Any) -> Any:
    if isinstance(result, int):
        return result
    if isinstance(result, float):
        # Twelve digits are more than any measurement has, and hide that 0.1 + 0.2 is not 0.3 in binary.
        rounded = float(f"{result:.12g}")
        return int(rounded) if rounded.is_integer() and math.fabs(rounded) < 1e15 else rounded
    return _shown(result, _VALUE_DIGITS)


def _shown(result: Any, digits: int) -> str:
    if isinstance(result, int) and result.bit_length() <= 64:
        return str(result)
    if isinstance(result, int):  # it may be beyond every float
        return f"{Decimal(result):.{digits - 1}e}"
    if isinstance(result, float):
        return format_number(result, digits)
    if isinstance(result, Percent):
        return format_quantity(result.value, "percent", digits)
    reduced = result.to_reduced_units() if " " in str(result.units) else result
    return format_quantity(float(reduced.magnitude), str(reduced.units), digits)
