import datetime as dt
import io
import zipfile

import pytest

from retrieval import DocumentError
from retrieval.documents import xlsx
from retrieval.documents.cells import shown


def test_a_sheet_is_a_section_and_every_row_names_its_columns(make, sections):
    assert sections("fleet.xlsx", make.workbook()) == [
        ("Vessels", "Vessel: Astrid; Length (m): 85; Built: 2009\nVessel: Bergen; Length (m): 92; Built: 2011"),
        ("Ports", "Port: Oslo; Since: 12 April 2009"),
    ]


def test_captions_empty_cells_and_tables_below_each_other(make, sections):
    rows = [
        ["Fleet register"],
        [],
        ["Vessel", "Length", "Crew"],
        ["Astrid", 85, None],
        [],
        ["Bergen", 92.5, 14],
        [],
        ["Port", "Ships a year"],
        ["Oslo", 4000],
    ]
    assert sections("a.xlsx", make.workbook(sheets={"S": rows})) == [
        (
            "S",
            "Fleet register\nVessel: Astrid; Length: 85\nVessel: Bergen; Length: 92.5; Crew: 14\n\n"
            "Port: Oslo; Ships a year: 4000",
        )
    ]


def test_hidden_sheets_are_not_read(make, sections):
    book = make.workbook(sheets={"Seen": [["a", "b"], ["x", 1]], "Hidden": [["c", "d"], ["y", 2]]})
    part, state = "xl/workbook.xml", b'name="Hidden" sheetId="2" state="%s"'
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        changed = archive.read(part).replace(state % b"visible", state % b"hidden")
    assert sections("a.xlsx", make.rezipped(book, {part: changed})) == [("Seen", "a: x; b: 1")]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (85, "General", "85"),
        (85.0, "0.00", "85"),
        (0.1 + 0.2, "General", "0.3"),
        (1234567.5, "#,##0.00", "1,234,567.5"),
        (1234567, "0", "1234567"),
        (0.15, "0%", "15%"),
        (0.1234, "0.0%", "12.34%"),
        (12.5, '"$"#,##0', "$12.5"),
        (2000, "#,##0\\ [$€-407]", "2,000 €"),
        (85, '0" km"', "85 km"),
        (True, "General", "TRUE"),
        (dt.datetime(2009, 4, 12), "yyyy-mm-dd", "12 April 2009"),
        (dt.datetime(2009, 4, 12, 14, 30), "General", "12 April 2009 14:30"),
        (dt.date(2009, 4, 1), "General", "1 April 2009"),
        (dt.time(9, 5), "h:mm", "09:05"),
        (dt.timedelta(hours=30), "[h]:mm", "1 day, 6:00:00"),
        ("text", "@", "text"),
    ],
)
def test_values_read_as_a_person_would_write_them(value, number_format, text):
    assert shown(value, number_format) == text


def test_error_values_are_left_out(make, sections):
    rows = [["a", "b"], ["x", "#DIV/0!"], ["y", 2]]
    assert sections("a.xlsx", make.workbook(sheets={"S": rows})) == [("S", "a: x\na: y; b: 2")]


def test_too_many_cells_are_refused(make, read, monkeypatch):
    monkeypatch.setattr(xlsx, "MAX_CELLS", 8)
    with pytest.raises(DocumentError, match="more than 8 cells"):
        read("a.xlsx", make.workbook())


def test_a_stated_size_of_the_whole_grid_and_far_rows_cost_nothing(make, sections):
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<dimension ref="A1:XFD1048576"/><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>2</v></c></row>'
        "</sheetData></worksheet>"
    )
    data = make.rezipped(make.workbook(sheets={"S": [["x"]]}), {"xl/worksheets/sheet1.xml": sheet.encode()})
    assert sections("a.xlsx", data) == [("S", "1")]
