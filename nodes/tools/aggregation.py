"""The built-in tool `aggregate`: the sum, mean, median or number of many values, as `tabulate` returns them.

How a sum of values with units is computed is known to `arithmetic.py`.
"""

from collections.abc import Sequence
from typing import Any, Literal

from nodes.errors import ToolError
from nodes.quantities import find_quantities
from nodes.tools.calculator import calculate_formula
from nodes.tools.contract import ToolOutput
from nodes.tools.declare import tool

MAX_VALUES = 1_000
SHOWN = 12
"""Most values that a working shows; of more, only how many they were."""


@tool(effect="read", timeout=10.0)
def aggregate(values: Any, how: Literal["sum", "mean", "median", "count"] = "sum") -> ToolOutput:
    """Sum, average or count many values of one kind, as {"Astrid": "84 m", "Bore": "120 m"} or a list of numbers.

    The value is a number, or text such as `204 m` where it has a unit. Raises ToolError where a value is no single
    number with or without a unit, or CalculationError where their units do not fit.
    """
    named = values if isinstance(values, dict) else dict(enumerate(values, 1)) if isinstance(values, list) else {}
    if not 0 < len(named) <= MAX_VALUES:
        raise ToolError(f"aggregate needs 1 to {MAX_VALUES} values, in a list or by name")
    if how == "count":
        return ToolOutput(len(named), working=f"{len(named)} values")
    terms = [_term(name, value) for name, value in named.items()]
    result, shown = calculate_formula(f"{how}([{'; '.join(terms)}])")
    return ToolOutput(result, working=_working(terms, how, shown))


def _term(name: object, value: Any) -> str:
    text = value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""
    found = find_quantities(text)
    if len(found) != 1:
        raise ToolError(f"the value of {name} is no single number; give one with or without its unit")
    return found[0].text


def _working(terms: Sequence[str], how: str, shown: str) -> str:
    if len(terms) > SHOWN:
        return f"{how} of {len(terms)} values = {shown}"
    added = " + ".join(terms)
    return {"sum": added, "mean": f"({added}) / {len(terms)}"}.get(how, f"{how} of {', '.join(terms)}") + f" = {shown}"
