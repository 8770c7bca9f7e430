"""One attribute of many things, from rows of tables and from prose."""

import pytest

from nodes.symbolic import ExtractiveReader
from nodes.symbolic.records import read_record
from nodes.symbolic.table import tabulated

FLEET = (
    "Vessel: MS Astrid; Type: Ferry; Length (m): 85; Cabins: 120; Built: 2009; Price in EUR: 1,500\n"
    "Vessel: Bore; Type: Ferry; Length (m): 95.5; Cabins: 84; Built: 12 May 1995; Price in EUR: 900\n"
    "Vessel: Cato; Type: Tug; Length (m): ; Cabins: 4; Built: 2001; Price in EUR: 12.50"
)


@pytest.fixture
def table(a_passage):
    def read(attribute: str, text: str, of: str = "", title: str = "Fleet") -> dict[str, str]:
        return {row.name: row.value for row in tabulated(attribute, [a_passage(title, text)], of)}

    return read


@pytest.mark.parametrize(
    ("attribute", "of", "values"),
    [
        ("number of cabins", "vessel", {"MS Astrid": "120", "Bore": "84", "Cato": "4"}),
        ("number of cabins", "ferry", {"MS Astrid": "120", "Bore": "84"}),
        ("length", "", {"MS Astrid": "85 m", "Bore": "95.5 m"}),
        ("year built", "", {"MS Astrid": "2009", "Bore": "1995", "Cato": "2001"}),
        ("price", "", {"MS Astrid": "1500 EUR", "Bore": "900 EUR", "Cato": "12.5 EUR"}),
        ("draught", "", {}),
        ("number of cabins", "airport", {}),
    ],
)
def test_a_column_is_read_by_the_names_of_its_rows(table, attribute, of, values):
    assert table(attribute, FLEET, of) == values


PROSE = (
    "Jupiter is the largest planet in the Solar System. Jupiter had 97 known moons. Saturn, the sixth planet from the "
    "Sun, is known for rings. Saturn had 274 known moons. Pluto is a dwarf world. Pluto has five moons."
)


def test_prose_is_read_too_and_names_of_another_kind_are_left_out(table):
    assert table("number of moons", PROSE, title="Worlds") == {"Jupiter": "97", "Saturn": "274", "Pluto": "5"}
    assert table("number of moons", PROSE, "planet", title="Worlds") == {"Jupiter": "97", "Saturn": "274"}


def test_values_that_cannot_be_compared_with_the_others_are_left_out(table):
    rows = "Name: Ada; Length (m): 85\nName: Bea; Length (m): 90\nName: Cea; Length: 3 hours"
    assert table("length", rows) == {"Ada": "85 m", "Bea": "90 m"}


async def test_every_row_comes_with_its_source(ranker, a_passage):
    passage = a_passage("Fleet", FLEET)
    found = await ExtractiveReader(ranker).tabulate("length", [passage], "")
    (source,) = found["Bore"]["sources"]
    assert source["quote"].startswith("Vessel: Bore;")
    assert FLEET[source["start"] - 100 : source["end"] - 100] == source["quote"]


@pytest.mark.parametrize(
    "line",
    ["", "Its colour: green.", "There were two; the second: a ship", "Note: see above; below, too", ":;:;:", "a; b; c"],
)
def test_prose_is_no_row(line):
    assert read_record(line) is None


def test_a_row_is_named_by_its_name_and_not_by_a_number():
    record = read_record("No: 7; Year: 1999; Home port: Bergen; Name: Astrid; Speed (knots): 14;")
    assert record is not None
    assert record.naming is not None
    assert record.naming.value == "Astrid"
    assert record.fields[-1].measured == "14 knots"
