import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import sentences
from retrieval.documents.tables import record_lines, row_lines

HEAD = ["Vessel", "Built"]


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ([HEAD, ["Astrid", "2009"]], ["Vessel: Astrid; Built: 2009"]),
        ([["Fleet", ""], HEAD, ["Astrid", "2009"]], ["Fleet", "Vessel: Astrid; Built: 2009"]),
        ([["", "2019", "2020"], ["Astrid", "5", "6"]], ["Astrid; 2019: 5; 2020: 6"]),
        ([["1", "2", "3"], ["4", "", "6"]], ["1; 2; 3", "4; 6"]),
        ([["Name", "Astrid"], ["Length", "85 m"], ["Port", "Oslo"]], ["Name: Astrid", "Length: 85 m", "Port: Oslo"]),
        ([HEAD], ["Vessel: Built"]),
        ([["only"], ["words"]], ["only", "words"]),
        ([["", ""], []], []),
        ([], []),
    ],
)
def test_headers_are_guessed(rows, lines):
    assert row_lines(rows) == lines


def test_marked_headers_of_several_rows_are_joined():
    rows = [["Fleet"] * 3, ["Vessel", "Size", "Size"], ["Vessel", "Length", "Beam"], ["Astrid", "85", "12"]]
    assert row_lines(rows, headers=3) == ["Fleet", "Vessel: Astrid; Size Length: 85; Size Beam: 12"]


def test_a_row_of_many_columns_goes_on_in_lines_that_begin_with_its_first_cell():
    names = [f"Column {n}" for n in range(60)]
    lines = row_lines([names, [f"value {n}" for n in range(60)]], headers=1)
    assert len(lines) > 1
    assert all(line.startswith("Column 0: value 0; Column ") and len(line) <= 480 for line in lines)
    assert "; ".join(lines).count("value 0;") == len(lines)
    assert all(f"Column {n}: value {n}" in "; ".join(lines) for n in range(60))


def test_a_long_cell_is_parted_between_sentences():
    text = " ".join(f"Sentence {n} says something about the vessel and her crew." for n in range(20))
    lines = row_lines([["Vessel", "Notes"], ["Astrid", text]], headers=1)
    assert len(lines) > 1
    assert all(line.startswith("Vessel: Astrid; Notes: Sentence ") and line.endswith("crew.") for line in lines)


def test_a_row_is_one_sentence():
    line = "Vessel: Astrid; Notes: Refitted in 2019. Next survey in 2024! Sound; Crew: 12"
    assert sentences.split(f"{line}\nShe sails. She is sound.") == [
        (0, len(line)),
        (len(line) + 1, len(line) + 11),
        (len(line) + 12, len(line) + 25),
    ]


NAMES = st.lists(st.text("abcdef", min_size=1, max_size=12), min_size=2, max_size=12, unique=True)
CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=700)


@given(NAMES, st.data())
def test_no_word_of_a_table_is_lost_and_every_cell_follows_its_name(names, data):
    row = data.draw(st.lists(CELL, min_size=len(names), max_size=len(names)))
    lines = row_lines([names, row], headers=1)
    words = " ".join(lines).split()
    for name, cell in zip(names, row, strict=True):
        shown = cell.split()
        assert not shown or any(f"{name}: {shown[0]}" in line for line in lines)
        assert all(any(word in there for there in words) for word in shown)


@given(st.lists(st.tuples(st.text(max_size=100), CELL), max_size=10))
def test_any_record_gives_lines_without_line_ends(pairs):
    assert all(line.strip() and "\n" not in line for line in record_lines(pairs))
