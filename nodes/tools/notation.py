"""Reading arithmetic as people and documents write it: `139,820 km / 12,742 km`, `15% of 80`, `5.97 × 10^24 kg in g`.

The result is a Python expression over names, one for each quantity, so that number and unit bind tighter than any
operator and no digits are left for Python to read. This module does not compute anything.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nodes.errors import CalculationError
from nodes.quantities import Quantity, find_quantities, unit_of

MAX_CHARS = 2_000
_TARGET = re.compile(r"\s(?:in|into|to|as)\s+([^\d()\[\]]{1,60})$")
# Hidden while quantities are looked for: a modulo sign is no percent sign, and in `4 / 2*10^3` the star is an operator.
_MODULO, _TIMES = "\x01", "\x02"
_HIDDEN = ((re.compile(r"%(?=\s*[\d.(])"), _MODULO), (re.compile(r"(?<!\*)\*(?!\*)"), _TIMES))
_SIGNS = "+-\u2212"
_OFFSET = frozenset({"degree_Celsius", "degree_Fahrenheit"})
"""Units whose zero is not nothing, so that a quantity of them cannot be negated."""
_OPERATORS = str.maketrans(
    {
        _MODULO: "%", _TIMES: "*", "\u00d7": "*", "\u00b7": "*", "\u22c5": "*", "\u00f7": "/", "\u2212": "-",
        "\u2013": "-", "^": "**", "√": "sqrt", ";": ",",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Atom:
    """One quantity of an expression. `unit` is canonical, empty for a bare number."""

    magnitude: int | float
    unit: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A Python expression over the names of `atoms`, and the unit that the result is wanted in, if one is named."""

    source: str
    atoms: dict[str, Atom]
    target: str | None


def read_formula(text: str) -> Formula:
    """Read an expression of at most 2,000 characters. Raises CalculationError where it is not arithmetic."""
    plain = re.sub(r"[ \t\r\n]+", " ", text).strip().rstrip("=?").rstrip()
    if not plain or len(plain) > MAX_CHARS or re.search(r"[\x00-\x1f_]", plain):
        raise CalculationError(f"an expression has 1 to {MAX_CHARS} characters of arithmetic, as 139820 km / 12742 km")
    wanted = _TARGET.search(plain)
    target = unit_of(wanted[1]) if wanted else None
    if wanted and target:
        plain = plain[: wanted.start()]
    for pattern, stand_in in _HIDDEN:
        plain = pattern.sub(stand_in, plain)
    source, atoms = _named(plain)
    return Formula(_tidied(source, atoms), atoms, target)


def _named(plain: str) -> tuple[str, dict[str, Atom]]:
    """Replace each quantity by a name."""
    atoms: dict[str, Atom] = {}
    parts: list[str] = []
    end = 0
    for found in find_quantities(plain, limit=MAX_CHARS):
        _refuse_ambiguous_comma(plain, found)
        between = plain[end : found.start]
        own_sign = found.unit in _OFFSET and _is_unary(plain, found)
        parts.append(between + (found.text[0] if found.text[0] in _SIGNS and not own_sign else ""))
        name = f"_{len(atoms)}"
        atoms[name] = Atom(found.magnitude if own_sign else _exact(found), found.unit)
        parts.append(name)
        end = found.end
    return "".join([*parts, plain[end:]]), atoms


def _is_unary(plain: str, found: Quantity) -> bool:
    """Say whether a sign is the quantity's own and no operator: `-65 °C` is a temperature, not 65 °C taken away."""
    before = plain[: found.start].rstrip()[-1:]
    return not before or before in f"{_SIGNS}*/(,[<>={_TIMES}"


def _exact(found: Quantity) -> int | float:
    digits = found.text.lstrip(_SIGNS).replace(",", "")
    return int(digits) if digits.isdecimal() and not found.unit else abs(found.magnitude)


def _refuse_ambiguous_comma(plain: str, found: Quantity) -> None:
    if "," not in found.text or found.unit:
        return
    opened = [bracket for bracket in _open_brackets(plain[: found.start]) if bracket == "call"]
    if opened:
        raise CalculationError(
            f"{found.text} may be one number or several; write {found.text.replace(',', '')} "
            f"or {found.text.replace(',', ', ')}"
        )


def _open_brackets(text: str) -> Iterator[str]:
    """Yield what kind of bracket is still open at the end of a text: `call` for those in which commas separate."""
    stack: list[str] = []
    for at, char in enumerate(text):
        if char in "([":
            stack.append("call" if char == "[" or text[:at].rstrip()[-1:].isalpha() else "group")
        elif char in ")]" and stack:
            stack.pop()
    yield from stack


def _tidied(source: str, atoms: dict[str, Atom]) -> str:
    """Turn what stands between the quantities into Python."""
    source = source.translate(_OPERATORS).lower().replace("math.", "")
    source = re.sub(r"([\"'])(_\d+)\1", r"\2", source)
    source = re.sub(
        r"(_\d+) of (?=[\w(])", lambda at: f"{at[1]} * " if atoms[at[1]].unit == "percent" else at[0], source
    )
    source = re.sub(r"\)\s?([^\W\d_]+|%)", lambda at: _unit_after_bracket(at, atoms), source)
    unread = re.search(r"\.?\d[\d.]*", re.sub(r"_\d+|log10|log2", " ", source))
    if unread:
        raise CalculationError(f"{unread[0]!r} cannot be read as a number; write digits with a decimal point")
    return source.strip()


def _unit_after_bracket(found: re.Match[str], atoms: dict[str, Atom]) -> str:
    unit = unit_of(found[1])
    if unit is None:
        return found[0]
    name = f"_{len(atoms)}"
    atoms[name] = Atom(1, unit)
    return f") * {name}"
