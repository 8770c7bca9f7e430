"""Values from rows of tables and from lists of particulars."""

import pytest

from nodes.symbolic.asked import understand
from nodes.symbolic.place import Place
from nodes.symbolic.values import find_value

ASTRID = (
    "Vessel: MS Astrid; Type: Ferry; Length (m): 85; Cabins: 120; Built: 2009; Yard: Ulstein Verft; Master: Ada Moe"
)
PERSON = "name: Ada Moe; position: Captain; vessel: MS Bore; birth_date: 1962-03-05; employed_since: 2001-02-01"
STATION = "Station: Mir; First launch: 20 February 1986; Launch vehicle: Proton; End: 23 March 2001"


def read(question: str, line: str, heading: str = "") -> str | None:
    value = find_value(understand(question), Place(line, heading, {}, "", heading))
    return value.text if value else None


@pytest.mark.parametrize(
    ("question", "line", "value"),
    [
        ("How long is the MS Astrid?", ASTRID, "85 m"),
        ("length of MS Astrid in feet", ASTRID, "278.87 ft"),
        ("How many cabins does the MS Astrid have?", ASTRID, "120"),
        ("When was the MS Astrid built?", ASTRID, "2009"),
        ("Which yard built the MS Astrid?", ASTRID, "Ulstein Verft"),
        ("Who is the master of the MS Astrid?", ASTRID, "Ada Moe"),
        ("When was Ada Moe born?", PERSON, "1962-03-05"),
        ("Who is the captain of MS Bore?", PERSON, "Ada Moe"),
        ("When was Mir launched?", STATION, "20 February 1986"),
    ],
)
def test_the_cell_asked_for_is_read(question, line, value):
    assert read(question, line) == value


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("How long is the MS Bore?", ASTRID),
        ("How wide is the MS Astrid?", ASTRID),
        ("How many cars does the MS Astrid carry?", ASTRID),
        ("When was the MS Astrid sold?", ASTRID),
        ("Who is the captain of MS Astrid?", PERSON),
        ("Who is the mate of MS Bore?", PERSON),
        ("How many cabins burned on the MS Astrid?", ASTRID),
    ],
)
def test_what_a_row_does_not_have_is_not_read(question, line):
    assert read(question, line) is None


def test_a_list_of_particulars_belongs_to_its_heading():
    assert read("length of MS Lunne", "Length overall: 126.4 m", "Contract for MS Lunne") == "126.4 m"
    assert read("number of passengers of MS Lunne", "Passengers: 860", "Contract for MS Lunne") == "860"
    assert read("length of MS Bore", "Length overall: 126.4 m", "Contract for MS Lunne") is None
