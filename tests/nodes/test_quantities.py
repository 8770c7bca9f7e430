"""Quantities in prose: what is read, what is left alone, and that text and offsets agree."""

import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nodes import quantities
from nodes.quantities import convert, convertible, find_quantities, format_number, format_quantity, registry, unit_of


@pytest.mark.parametrize(
    ("text", "magnitude", "unit", "slice_"),
    [
        ("139,820 km", 139820, "kilometer", "139,820 km"),
        ("139\u202f820 km", 139820, "kilometer", "139\u202f820 km"),
        ("some 1.2 million km away", 1.2e6, "kilometer", "1.2 million km"),
        ("5.97 × 10^24 kg", 5.97e24, "kilogram", "5.97 × 10^24 kg"),
        ("1.496×10⁸ km", 1.496e8, "kilometer", "1.496×10⁸ km"),
        ("6.67·10⁻¹¹", 6.67e-11, "", "6.67·10⁻¹¹"),
        ("10^24 kg", 1e24, "kilogram", "10^24 kg"),
        ("1.9e27 kg", 1.9e27, "kilogram", "1.9e27 kg"),
        ("at -153 °C", -153, "degree_Celsius", "-153 °C"),
        ("\u2212153 degrees Celsius", -153, "degree_Celsius", "\u2212153 degrees Celsius"),
        ("about 4.6 billion years ago", 4.6e9, "year", "4.6 billion years"),
        ("$80,000 each", 80000, "USD", "$80,000"),
        ("-$5", -5, "USD", "-$5"),
        ("US$ 1.2 billion", 1.2e9, "USD", "US$ 1.2 billion"),
        ("20 euros", 20, "EUR", "20 euros"),
        ("45 %", 45, "percent", "45 %"),
        ("45 percent", 45, "percent", "45 percent"),
        ("24.6 metres wide", 24.6, "meter", "24.6 metres"),
        ("11.2 km/s", 11.2, "kilometer / second", "11.2 km/s"),
        ("30 kilometres per second", 30, "kilometer / second", "30 kilometres per second"),
        ("5.51 g/cm3, dense", 5.51, "gram / centimeter ** 3", "5.51 g/cm3"),
        ("9.81 m/s²", 9.81, "meter / second ** 2", "9.81 m/s²"),
        ("510 million square kilometres", 510e6, "kilometer ** 2", "510 million square kilometres"),
        ("a 12,742-kilometre sphere", 12742, "kilometer", "12,742-kilometre"),
        ("a 10-year-old", 10, "year", "10-year"),
        ("4.2 light-years", 4.2, "light_year", "4.2 light-years"),
        ("1 AU", 1, "astronomical_unit", "1 AU"),
        ("12km wide", 12, "kilometer", "12km"),
        ("in 1969.", 1969, "", "1969"),
        ("Apollo 11 landed", 11, "", "11"),
        (".5 m", 0.5, "meter", ".5 m"),
        ("3½ years", 3.5, "year", "3½ years"),
        ("2 ¼ hours", 2.25, "hour", "2 ¼ hours"),
        ("about ½ km", 0.5, "kilometer", "½ km"),
    ],
)
def test_reads_one_quantity(text, magnitude, unit, slice_):
    (found,) = find_quantities(text)
    assert (found.magnitude, found.unit, found.text) == (pytest.approx(magnitude), unit, slice_)
    assert text[found.start : found.end] == slice_


@pytest.mark.parametrize(
    "text", ["STS-31", "the 1970s", "747s and 3D", "1st", "v1.2.3", "1,5 km", "1e999 km", "#E1", "x_5", "9" * 40, ""]
)
def test_leaves_words_and_ambiguous_digits_alone(text):
    assert find_quantities(text) == []


def test_reads_several_in_order_up_to_the_limit():
    text = "Jupiter is 139,820 km wide, Earth 12,742 km; a ratio of 11, from 5-10 samples in 2020"
    assert [(q.magnitude, q.unit) for q in find_quantities(text)] == [
        (139820, "kilometer"), (12742, "kilometer"), (11, ""), (5, ""), (10, ""), (2020, ""),
    ]  # fmt: skip
    assert len(find_quantities(text, limit=2)) == 2
    assert [q.unit for q in find_quantities("100 km / 20 h")] == ["kilometer", "hour"]


@settings(deadline=None)  # the first example builds the unit registry
@example("0l^4")
@given(
    st.text(alphabet=st.sampled_from("0123456789.,-+−×x*^ ekmsg/°C%$\u00a0²³⁻billion per_"), max_size=60) | st.text()
)
def test_text_is_exactly_the_slice_and_units_are_known(text):
    end = 0
    for found in find_quantities(text):
        assert text[found.start : found.end] == found.text
        assert end <= found.start < found.end <= len(text)
        assert not found.unit or unit_of(format_quantity(1, found.unit).lstrip("1 ")) is not None
        end = found.end


def test_every_unit_of_the_vocabulary_is_one_that_pint_knows_and_reads_back():
    symbols, words = quantities._vocabulary()
    for name in {*symbols.values(), *words.values()}:
        registry().parse_units(name)
        (found,) = find_quantities(format_quantity(3, name))
        assert found.magnitude == 3
        assert convert(1, found.unit, name) == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("km", "kilometer"), ("metres", "meter"), ("Kilometres", "kilometer"), (" °C ", "degree_Celsius"),
        ("degrees Celsius", "degree_Celsius"), ("km per second", "kilometer / second"), ("AU", "astronomical_unit"),
        ("hPa", "hectopascal"), ("MW", "megawatt"), ("mw", None), ("at", None), ("in", None), ("moon", None),
        ("", None), ("km and more", None), ("k" * 5000, None),
    ],
)  # fmt: skip
def test_unit_of(name, unit):
    assert unit_of(name) == unit


def test_converts_what_measures_the_same():
    assert convert(1, "mile", "kilometer") == pytest.approx(1.609344)
    assert convert(0, "degree_Celsius", "kelvin") == pytest.approx(273.15)
    assert convert(45, "percent", "") == pytest.approx(0.45)
    assert convertible("kilometer / hour", "mile / hour")
    assert not convertible("USD", "EUR")
    with pytest.raises(ValueError, match="kilogram cannot be converted to a bare number"):
        convert(1, "kilogram", "")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (10.9725, "10.97"), (139820.0, "139820"), (5.97e24, "5.97e+24"), (0.0123456, "0.01235"), (0.1 + 0.2, "0.3"),
        (127078.456, "127078.46"), (1e-9, "1e-09"), (0.0, "0"), (-0.0, "0"), (-2.5, "-2.5"), (9.9999, "10"),
        (float("inf"), "inf"),
    ],
)  # fmt: skip
def test_format_number(number, text):
    assert format_number(number) == text


def test_format_quantity():
    shown = [
        format_quantity(127078, "kilometer"),
        format_quantity(11.2, "kilometer / second"), format_quantity(45, "percent"),
        format_quantity(4.6e9, "year"), format_quantity(5.51, "gram / centimeter ** 3"), format_quantity(7, ""),
    ]  # fmt: skip
    assert shown == ["127078 km", "11.2 km/s", "45%", "4600000000 years", "5.51 g/cm³", "7"]


def test_work_grows_linearly_with_hostile_text():
    for piece in ("1", "1,", "9 light ", "-", "1 square ", "1e", "10^", "1.2.", "$"):
        assert len(find_quantities(piece * 100_000)) <= 200


def test_finding_does_not_import_pint():
    code = "import sys, nodes.quantities as q; q.find_quantities('5 km'); sys.exit('pint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
