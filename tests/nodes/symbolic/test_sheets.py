"""Tables read as tables: which column, which rows, and which questions a table must not answer."""

import pytest

from nodes.symbolic.asked import understand
from nodes.symbolic.sheet_reading import read_cell
from nodes.symbolic.sheets import sheets
from nodes.symbolic.table import tabulated

FARES = (
    "Fares 2025 in euros\n"
    "Line: Moss-Tau; Ticket: Adult; Low season (EUR): 14; High season (EUR): 18\n"
    "Line: Moss-Tau; Ticket: Car up to 6 m, driver not included; Low season (EUR): 29; High season (EUR): 36\n"
    "Line: Moss-Oye; Ticket: Adult; Low season (EUR): 5; High season (EUR): 7"
)
HUTS = (
    "Hut: Corvin Hut; Beds: 48; Warden: Anna Keller; Opened: 1921; Sauna: no\n"
    "Hut: Sharrow Lodge; Beds: 74; Warden: Signe Dahl; Opened: 1958; Sauna: yes\n"
    "Hut: Anvil Refuge; Beds: 12; Warden: Petr Novak; Opened: 1903; Sauna: no"
)
MOUNTAINS = "Mountain: Mount Corvin; Height (m): 2814; Hut: Corvin Hut\nMountain: Sharrow; Height (m): 3190; Hut: none"
YEARS = (
    "(USD million): Revenue; 2023: 219.5; 2024: 241.0; 2025: 262.7\n"
    "(USD million): Net income; 2023: 18.3; 2024: 26.9; 2025: 31.8"
)
BUDGET = (
    "Kind: Revenue; Line: Fares; Budget 2025 (EUR thousand): 43,900\n"
    "Kind: Cost; Line: Crew; Budget 2025 (EUR thousand): 36,200\n"
    "Kind: Cost; Line: Fuel; Budget 2025 (EUR thousand): 18,900\n"
    "Kind: Total; Line: Total costs; Budget 2025 (EUR thousand): 55,100"
)
ENTRY = "Adults: $24\nChildren (3 to 14 years): $13\nFamily ticket (two adults, up to three children): $62"
TEXTS = {"Fares": FARES, "Huts": HUTS, "Mountains": MOUNTAINS, "Brightwell": YEARS, "Zoo": ENTRY}


@pytest.fixture
def passages(a_passage):
    return [a_passage(title, text) for title, text in TEXTS.items()]


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("What does an adult pay from Moss to Tau in high season?", "18 EUR"),
        ("cost of car from Moss to Tau in low season", "29 EUR"),
        ("How many beds does Sharrow Lodge have?", "74"),
        ("Who is the warden of Anvil Refuge?", "Petr Novak"),
        ("When was Corvin Hut opened?", "1921"),
        ("Brightwell's revenue in 2024", "241000000 USD"),
        ("net income of Brightwell in 2025", "31800000 USD"),
        ("How much does a child pay to get into the zoo?", "13 USD"),
        ("cost of an adult at the zoo", "24 USD"),
    ],
)
def test_a_cell_is_read_where_every_word_is_told(passages, question, value):
    told = read_cell(understand(question), passages)
    assert told is not None
    assert told[0].text == value


def test_a_row_may_be_named_in_a_line_elsewhere(passages):
    told = read_cell(understand("How many beds has the hut on Mount Corvin?"), passages)
    assert told is not None
    assert (told[0].text, [source["title"] for source in told[1]]) == ("48", ["Mountains", "Huts"])


@pytest.mark.parametrize(
    "question",
    [
        "What does a dog pay from Moss to Tau?",
        "What does an adult pay from Moss to Tau?",
        "How many showers does Sharrow Lodge have?",
        "How many calories does Corvin Hut have?",
        "Who is the owner of Anvil Refuge?",
        "Brightwell's revenue in 2019",
        "Harrow's revenue in 2024",
        "How many beds has the hut on Grey Tooth?",
    ],
)
def test_a_table_that_does_not_tell_every_word_answers_nothing(passages, question):
    assert read_cell(understand(question), passages) is None


@pytest.mark.parametrize(
    ("attribute", "of", "rows"),
    [
        ("number of beds", "hut", {"Corvin Hut": "48", "Sharrow Lodge": "74", "Anvil Refuge": "12"}),
        ("date opened", "hut", {"Corvin Hut": "1921", "Sharrow Lodge": "1958", "Anvil Refuge": "1903"}),
        ("diameter", "cost line in the 2025 budget", {"Crew": "36200000 EUR", "Fuel": "18900000 EUR"}),
        ("net income", "year", {"2023": "18300000 USD", "2024": "26900000 USD", "2025": "31800000 USD"}),
        ("name", "hut have a sauna", {"Sharrow Lodge": "Sharrow Lodge"}),
        ("name", "hut have no sauna", {"Corvin Hut": "Corvin Hut", "Anvil Refuge": "Anvil Refuge"}),
        ("name", "hut have a bar", {}),
    ],
)
def test_rows_that_a_phrase_describes_are_read(a_passage, attribute, of, rows):
    passages = [a_passage(title, text) for title, text in {**TEXTS, "Budget": BUDGET}.items()]
    assert {row.name: row.value for row in tabulated(attribute, passages, of)} == rows


def test_rows_of_one_table_go_together_with_its_heading(a_passage):
    (table,) = sheets([a_passage("Fares", FARES)])
    assert table.keys == ("Line", "Ticket", "Low season", "High season")
    assert (len(table.rows), "Fares 2025 in euros" in table.heading) == (3, True)
