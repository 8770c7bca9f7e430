"""Pages as lines that lie somewhere: five points a letter, ten high, twelve from line to line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.documents.layout import Line, Piece, lines_of, table_at
from retrieval.documents.pages import mended_pages

LONG = "The survey began in Bergen, and the team of seven measured every plate of the hull twice within three days"
FULL = "The survey began in Bergen, and the team of seven measured every plate of the hull twice and"


def page(*lines: str, height: float = 10) -> list[Line]:
    """Lines of text from the top; two spaces or more part cells, and an empty line leaves a gap."""
    pieces = []
    for number, line in enumerate(lines):
        at = 0
        for cell in line.split("  "):
            if cell.strip():
                left = 5 * (at + len(cell) - len(cell.lstrip()))
                pieces.append(
                    Piece(cell.strip(), left, 700 - 12 * number, 5 * (at + len(cell)), 700 - 12 * number + height)
                )
            at += len(cell) + 2
    return lines_of(pieces)


def test_lines_that_were_wrapped_are_joined_and_others_stay():
    text = page("Hull", FULL, "found it sound.", "- one anchor", "- two boats", "", "", FULL.upper(), "END.")
    assert mended_pages([text]) == [
        [f"Hull\n{FULL} found it sound.\n- one anchor\n- two boats", f"{FULL.upper()} END."]
    ]


def test_a_heading_in_larger_type_is_a_block():
    heading = Line([Piece("Hull of the Astrid", 0, 712, 460, 728)])
    assert mended_pages([[heading, *page(FULL, "found it sound.")]]) == [
        ["Hull of the Astrid", f"{FULL} found it sound."]
    ]


def test_running_heads_and_page_numbers_go():
    pages = [page("Annual report", f"{LONG}, number {n * n}.", f"Page {n} of 4") for n in range(1, 5)]
    assert mended_pages(pages) == [[f"{LONG}, number {n * n}."] for n in range(1, 5)]


def test_two_pages_are_enough_for_a_line_with_the_pages_number():
    pages = [page(f"Report, page {n}", "Note", f"{LONG}.") for n in (1, 2)]
    assert mended_pages(pages) == [[f"Note\n{LONG}."]] * 2


def test_lines_that_count_something_else_stay():
    pages = [page(f"Revenue in {2019 + n} was {n * n + 5} million.", "It grew.") for n in range(6)]
    assert [blocks[0].split("\n")[0] for blocks in mended_pages(pages)] == [lines[0].text for lines in pages]


def test_what_repeats_on_few_pages_stays():
    assert mended_pages([page("Note", "", "", "One."), page("Note", "", "", "Two.")]) == [
        ["Note", "One."],
        ["Note", "Two."],
    ]


def test_a_sentence_over_the_pages_end_stands_whole_on_the_first():
    pages = mended_pages(
        [page("The hull was meas-"), page("ured twice. Then came the engine.", "", "", "It ran."), page("and ran.")]
    )
    assert pages == [["The hull was measured twice."], ["Then came the engine.", "It ran."], ["and ran."]]


def test_narrow_columns_and_short_lines():
    column = [
        "The hull was measured in",
        "three days and all of its",
        "plates were sound. Then the",
        "engine was looked at.",
    ]
    assert mended_pages([page(*column)]) == [[" ".join(column)]]
    assert mended_pages([page("Fleet of 2024", "Twelve ships", "Two are new")]) == [
        ["Fleet of 2024\nTwelve ships\nTwo are new"]
    ]


def test_hyphens_of_words_that_have_one_stay():
    text = page("The well-known engine was exam-", "ined with the well-", "known pump.")
    assert mended_pages([text]) == [["The well-known engine was examined with the well-known pump."]]


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        (
            ("Vessel   Built   Crew", "Astrid   2009    12", "Bergen           14"),
            [["Vessel", "Built", "Crew"], ["Astrid", "2009", "12"], ["Bergen", "", "14"]],
        ),
        (
            ("Vessel        Length", "Astrid       85 m", "Bergen      102 m"),
            [["Vessel", "Length"], ["Astrid", "85 m"], ["Bergen", "102 m"]],
        ),
        (("one cell only", "Astrid   2009"), None),
        (("Astrid   2009", "one cell only"), None),
        (("-    first item", "-    second item"), None),
        (("1.   first item", "2.   second item"), None),
    ],
)
def test_tables_are_told_by_their_columns(lines, rows):
    found = table_at(page(*lines), 0)
    assert (found[0] if found else None) == rows


def test_a_cell_of_several_lines_is_one():
    lines = page(
        "Vessel   Insured value   Crew",
        "         (EUR million)",
        "",
        "Astrid   85              12",
        "",
        "Bergen   92              14",
    )
    found = table_at(lines, 0)
    assert found == (
        [["Vessel", "Insured value (EUR million)", "Crew"], ["Astrid", "85", "12"], ["Bergen", "92", "14"]],
        len(lines),
    )


def test_cells_that_come_column_by_column_within_a_row_find_their_line():
    pieces = [
        Piece("Astrid", 0, 100, 40, 110),
        Piece("first", 60, 100, 90, 110),
        Piece("second", 60, 88, 95, 98),
        Piece("12", 120, 100, 130, 110),
    ]
    assert [line.text for line in lines_of(pieces)] == ["Astrid first 12", "second"]


def test_text_in_two_columns_is_read_one_after_the_other():
    left = page(*[f"left {n} goes on here" for n in range(20)])
    right = [
        Line([Piece(f"right {n}", 300, cell.bottom, 340, cell.top)])
        for n, line in enumerate(left)
        for cell in line.cells
    ]
    pieces = [cell for line in (*left, *right) for cell in line.cells]
    assert [line.text for line in lines_of(pieces)] == [line.text for line in (*left, *right)]


NUMBERS = st.floats(0, 600, allow_nan=False, width=16)


@given(
    st.lists(
        st.lists(
            st.builds(Piece, st.text("ab .-•1", min_size=1, max_size=8), NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=8
        ),
        max_size=4,
    )
)
def test_pieces_that_lie_anywhere_lose_no_letter(pages):
    lines = [lines_of(pieces) for pieces in pages]
    letters = sorted(letter for pieces in pages for piece in pieces for letter in piece.text if letter in "ab")
    assert letters == sorted(letter for each in lines for line in each for letter in line.text if letter in "ab")
    for blocks in mended_pages(lines):
        assert all(block.strip() for block in blocks)
