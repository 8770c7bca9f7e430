"""Numbers with units: finding them in prose, naming their units, converting and printing them.

Finding needs no unit library, so it is cheap enough for a planner: the spellings read are the vocabulary below, and
not every name that pint knows (in prose `at`, `in`, `a` or `am` are words, to pint they are units). Converting and
printing go through pint, which is imported at the first use. This module does not know why a number is wanted: whether
1969 is a year or a count is the caller's question.
"""

import math
import re
import threading
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any
from unicodedata import numeric

if TYPE_CHECKING:
    import pint

# Canonical names are pint's own. Symbols are matched as written, words in any letter case.
_METRIC = {
    "m": ("meter", "metre"),
    "g": ("gram", "gramme"),
    "s": ("second",),
    "W": ("watt",),
    "Wh": ("watt_hour", "watt hour"),
    "J": ("joule",),
    "N": ("newton",),
    "V": ("volt",),
    "Hz": ("hertz",),
    "Pa": ("pascal",),
    "L": ("liter", "litre"),
    "l": ("liter",),
    "B": ("byte",),
    "eV": ("electron_volt", "electronvolt"),
    "pc": ("parsec",),
    "bar": ("bar",),
    "T": ("tesla",),
    "cal": ("calorie",),
}
_PREFIXES = {
    "": "", "n": "nano", "µ": "micro", "\u03bc": "micro", "m": "milli", "c": "centi", "h": "hecto", "k": "kilo",
    "M": "mega", "G": "giga", "T": "tera",
}  # fmt: skip
CURRENCIES = ("USD", "EUR", "GBP", "JPY", "CNY", "INR", "CHF", "NOK", "SEK", "DKK", "CAD", "AUD", "PLN")
_SYMBOLS = {code: code for code in CURRENCIES} | {
    "Km": "kilometer", "KM": "kilometer", "Kg": "kilogram", "KG": "kilogram", "sec": "second", "secs": "second",
    "min": "minute", "mins": "minute", "h": "hour", "hr": "hour", "hrs": "hour", "d": "day", "yr": "year",
    "yrs": "year", "K": "kelvin", "°C": "degree_Celsius", "℃": "degree_Celsius", "degC": "degree_Celsius",
    "°F": "degree_Fahrenheit", "℉": "degree_Fahrenheit", "degF": "degree_Fahrenheit", "°": "degree", "deg": "degree",
    "%": "percent", "t": "metric_ton", "lb": "pound", "lbs": "pound", "oz": "ounce", "mi": "mile", "ft": "foot",
    "yd": "yard", "au": "astronomical_unit", "AU": "astronomical_unit", "ly": "light_year", "ha": "hectare",
    "kn": "knot", "nmi": "nautical_mile", "arcmin": "arcminute", "arcsec": "arcsecond",
    "mph": "mile / hour", "kph": "kilometer / hour", "atm": "standard_atmosphere", "hp": "horsepower", "gal": "gallon",
    "$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR",
}  # fmt: skip
_PLURALS_IN_S = (
    "minute hour day week fortnight month year decade inch foot yard mile acre hectare pound ounce ton gallon knot "
    "degree radian arcminute arcsecond light_year light_minute astronomical_unit nautical_mile metric_ton"
)
_WORDS = {
    "feet": "foot", "inches": "inch", "kelvin": "kelvin", "celsius": "degree_Celsius", "century": "century",
    "centuries": "century", "millennium": "millennium", "millennia": "millennium", "fahrenheit": "degree_Fahrenheit",
    "degree celsius": "degree_Celsius", "degrees celsius": "degree_Celsius", "degrees kelvin": "kelvin",
    "degree fahrenheit": "degree_Fahrenheit", "degrees fahrenheit": "degree_Fahrenheit", "lightyear": "light_year",
    "lightyears": "light_year", "tonne": "metric_ton", "tonnes": "metric_ton", "percent": "percent",
    "per cent": "percent", "horsepower": "horsepower", "atmosphere": "standard_atmosphere",
    "atmospheres": "standard_atmosphere", "dollar": "USD", "dollars": "USD", "euro": "EUR", "euros": "EUR",
    "pound sterling": "GBP", "pounds sterling": "GBP", "yen": "JPY", "swiss francs": "CHF",
    "norwegian kroner": "NOK", "swedish kronor": "SEK", "danish kroner": "DKK",
}  # fmt: skip
_DEFINITIONS = (*(f"{code} = [currency_{code}]" for code in CURRENCIES), "light_minute = c * minute")
_SHOWN = {
    "year": "years", "day": "days", "week": "weeks", "month": "months", "decade": "decades", "century": "centuries",
    "millennium": "millennia", "percent": "%", "mile / hour": "mph", "inch": "inches",
    "light_minute": "light-minutes", "delta_degree_Celsius": "°C",
    "delta_degree_Fahrenheit": "°F",
}  # fmt: skip
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12}
_POWERS = {"square": 2, "sq": 2, "cubic": 3, "cu": 3}

# Signs, dashes and spaces of typography, each to one plain character, so that offsets stay those of the text.
_PLAIN = str.maketrans("\u2212\u2010\u2011\u2013\u00b7\u22c5\u2009\u202f", "----" + "\u00d7" * 2 + "\u00a0" * 2)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")

# Every repetition is bounded and neighbours never match the same characters, so a search is linear in the text.
_DIGITS = r"(?:\d{1,3}(?:(?:,\d{3}){1,9}|(?:\u00a0\d{3}){1,9})(?!\d)(?:\.\d{1,30})?|\d{1,30}(?:\.\d{1,30})?|\.\d{1,30})"
_FRACTIONS = "½¼¾⅓⅔⅛"
_NUMBER = re.compile(
    rf"""(?<![\w.]) (?<!\d,) (?<![^\W\d]-)                 # not inside a word or a version, not after `STS-`
    (?P<sign>(?<![\w)\]])[-+])? (?:(?P<money>US\$|[$€£¥₹]|(?:{"|".join(CURRENCIES)})(?=\s?\d))\s?)?
    (?: (?:(?P<mantissa>{_DIGITS})\s?[*x\u00d7]\s?)? 10          # `5.97 x 10^24`, or `10^24` by itself
        (?:(?:\^|\*\*)(?P<power>[-+]?\d{{1,3}}) (?!\s?(?:\^|\*\*)) | (?P<super>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,3}}))
      | (?P<digits>{_DIGITS}) (?:e(?P<exponent>[-+]?\d{{1,3}})(?!\w))? (?:\s?(?P<fraction>[{_FRACTIONS}]))?
      | (?P<only>[{_FRACTIONS}])
    )
    (?!\d|[.,]\d)
    (?:[\s-]?(?P<scale>thousand|million|billion|trillion|bn)(?!\w))?""",
    re.VERBOSE | re.IGNORECASE,
)
_POWER_WORD = re.compile(r"(square|sq|cubic|cu)\.?[ -]", re.IGNORECASE)
_NAME = re.compile(r"(°\s?[CF](?!\w)|[℃℉°%$€£]|[^\W\d_⁰-⁹²³]{1,20})(?:[ \u00a0-]([^\W\d_⁰-⁹²³]{1,20}))?")
_EXPONENT = re.compile(r"(?:\^|\*\*)([1-9])(?!\d)|([²³⁴⁵⁶⁷⁸⁹])|([23])(?!\w|[.,]\d)")
_JOINT = re.compile(r"(\s?/\s?|\sper\s)|\u00d7", re.IGNORECASE)  # a dot between units was made the same as a cross


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it stands in a text: `text` is exactly the characters `[start:end]` that were searched.

    `unit` is a canonical pint expression, as `kilometer / second`, or empty for a bare number. `magnitude` is in that
    unit, with scale words applied: `1.2 million km` is 1200000 kilometer.
    """

    magnitude: float
    unit: str
    start: int
    end: int
    text: str


@cache
def _vocabulary() -> tuple[dict[str, str], dict[str, str]]:
    """Build the symbols (matched as written) and the words (matched in lower case), each to a canonical name."""
    words = {form.replace("_", " "): name for name in _PLURALS_IN_S.split() for form in (name, f"{name}s")} | _WORDS
    symbols: dict[str, str] = {}
    for (symbol, (name, *others)), (short, long) in product(_METRIC.items(), _PREFIXES.items()):
        symbols[short + symbol] = long + name
        words |= {f"{long}{form}{end}": long + name for form in (name, *others) for end in ("", "s")}
    return symbols | _SYMBOLS, words


def _canonical(spelling: str) -> str | None:
    symbols, words = _vocabulary()
    if spelling[0] == "°":
        spelling = re.sub(r"\s", "", spelling)
    return symbols.get(spelling) or words.get(re.sub(r"[-\u00a0]", " ", spelling.lower()))


def _atom(text: str, at: int) -> tuple[str, int] | None:
    """Read the unit name at `at`, of two words if they make one; return it and where it ends."""
    found = _NAME.match(text, at)
    ends = (found.end(), found.end(1)) if found and found[2] else (found.end(1),) if found else ()
    for end in ends:
        name = _canonical(text[at:end])
        if name and not (text[end - 1].isalpha() and text[end : end + 1].isalpha()):
            return name, end
    return None


def _factor(text: str, at: int) -> tuple[str, int] | None:
    """Read one unit with its power, as `square kilometres`, `cm³` or `s^2`."""
    prefix = _POWER_WORD.match(text, at)
    if (found := _atom(text, prefix.end() if prefix else at)) is None:
        return None
    name, end = found
    if prefix:
        return f"{name} ** {_POWERS[prefix[1].lower()]}", end
    if power := _EXPONENT.match(text, end):
        return f"{name} ** {power[1] or power[3] or power[2].translate(_SUPERSCRIPTS)}", power.end()
    return None if text[end - 1].isalpha() and re.match(r"\w", text[end : end + 1]) else (name, end)


def _unit(text: str, at: int) -> tuple[str, int] | None:
    """Read the longest unit expression at `at`, as `kilometer / second`; return it and where it ends."""
    if (found := _factor(text, at)) is None:
        return None
    unit, end = found
    for _ in range(3):
        joint = _JOINT.match(text, end)
        if joint is None or (other := _factor(text, joint.end())) is None:
            break
        unit, end = f"{unit} {'/' if joint[1] else '*'} {other[0]}", other[1]
    return unit, end


def _magnitude(found: re.Match[str]) -> float:
    written = re.sub(r"[,\u00a0]", "", found["digits"] or found["mantissa"] or ("0" if found["only"] else "1"))
    exponent = found["exponent"] or found["power"] or (found["super"] or "0").translate(_SUPERSCRIPTS)
    fraction = found["fraction"] or found["only"]
    whole = float(f"{written}e{exponent}") + (numeric(fraction) if fraction else 0.0)
    magnitude = whole * _SCALES.get((found["scale"] or "").lower(), 1.0)
    return -magnitude if found["sign"] == "-" else magnitude


def _measured(text: str, found: re.Match[str]) -> tuple[str, int] | None:
    """Return the unit of a number and where it ends; None where the digits belong to a word, as in `3D` or `1970s`."""
    end = found.end()
    if found["money"]:
        return _SYMBOLS[found["money"].upper()], end
    if gap := re.match(r"[\s-]", text[end : end + 1]):
        return _unit(text, end + len(gap[0])) or ("", end)
    attached = _unit(text, end)
    if attached and text[end : attached[1]] != "s":
        return attached
    return None if re.match(r"[^\W\d]|_", text[end : end + 1]) else ("", end)


def find_quantities(text: str, limit: int = 200) -> list[Quantity]:
    """Return the numbers of a text in order, at most `limit`, each with its unit where one follows.

    Numbers inside words and identifiers (`STS-31`, `3D`, `1970s`, `v1.2.3`) are not quantities, and `1,5` is not
    guessed at. Takes time linear in the text.
    """
    plain, at, quantities = text.translate(_PLAIN), 0, list[Quantity]()
    while len(quantities) < limit and (found := _NUMBER.search(plain, at)):
        measured, magnitude, at = _measured(plain, found), _magnitude(found), found.end()
        if measured and math.isfinite(magnitude):
            unit, at = measured
            quantities.append(Quantity(magnitude, unit, found.start(), at, text[found.start() : at]))
    return quantities


_building = threading.Lock()


@cache
def _build() -> Any:
    import pint  # noqa: PLC0415 - a quarter of a second that only arithmetic with units pays

    units: Any = pint.UnitRegistry()
    for definition in _DEFINITIONS:
        units.define(definition)
    return units


def registry() -> "pint.UnitRegistry[Any]":
    """Return the one unit registry of the process, built at the first call. Quantities of two registries do not mix."""
    with _building:
        units: pint.UnitRegistry[Any] = _build()
    return units


@cache
def _measure(unit: str) -> Any:
    return registry().parse_units(unit or "dimensionless")


def unit_of(name: str) -> str | None:
    """Return the canonical name of a unit as people write it (`km`, `metres`, `°C`, `km per second`), or None."""
    spelling = name.strip().translate(_PLAIN)
    found = _unit(spelling, 0) if 0 < len(spelling) <= 80 else None
    return found[0] if found and found[1] == len(spelling) else None


def convertible(a: str, b: str) -> bool:
    """Say whether two canonical units measure the same thing; the empty unit is a bare number, as percent is."""
    return bool(_measure(a).dimensionality == _measure(b).dimensionality)


def convert(magnitude: float, from_unit: str, to_unit: str) -> float:
    """Convert between canonical units. Raises ValueError where they do not measure the same thing."""
    if from_unit == to_unit:
        return magnitude
    if not convertible(from_unit, to_unit):
        raise ValueError(f"{from_unit or 'a bare number'} cannot be converted to {to_unit or 'a bare number'}")
    return float(registry().Quantity(magnitude, _measure(from_unit)).to(_measure(to_unit)).magnitude)


def format_number(x: float, digits: int = 4) -> str:
    """Print a number for people: whole numbers in full below 1e15, others with at least `digits` significant digits.

    The integer part is never rounded away: 139820, 10.97, 127078.46, 0.01235, 5.97e+24.
    """
    if not math.isfinite(x) or x == 0:
        return "0" if x == 0 else str(x)
    if not 1e-4 <= abs(x) < 1e15:
        return f"{x:.{digits}g}"
    if x == int(x):
        return str(int(x))
    before = math.floor(math.log10(abs(x))) + 1
    return f"{x:.{max(2, digits - before)}f}".rstrip("0").rstrip(".")


def format_quantity(magnitude: float, unit: str, digits: int = 4) -> str:
    """Print a quantity with a short unit, as `127078 km`, `11.2 km/s` or `45%`; `unit` is canonical."""
    number = format_number(magnitude, digits)
    if not unit:
        return number
    shown = _SHOWN.get(unit) or f"{_measure(unit):~P}"
    return f"{number}{shown}" if shown == "%" else f"{number} {shown}"
