import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import DocumentError
from retrieval.documents.csv import read_csv


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["fleet.csv", "fleet.tsv"])
def test_every_row_names_its_columns(sections, mark, name):
    rows = [["Vessel", "Length", "Notes"], ["Astrid", "85", f'"new{mark} ""sound""\nhull"'], ["Bergen", "", "old"]]
    quoted = " ".join(f'new{mark} "sound" hull'.split())
    assert sections(name, "\n".join(mark.join(row) for row in rows)) == [
        ("", f"Vessel: Astrid; Length: 85; Notes: {quoted}\nVessel: Bergen; Notes: old")
    ]


def test_decimal_commas_do_not_part_values(sections):
    assert sections("a.csv", "Vessel;Length\nAstrid;85,5\nBergen;92,5\n") == [
        ("", "Vessel: Astrid; Length: 85,5\nVessel: Bergen; Length: 92,5")
    ]


def test_the_first_row_names_the_columns_of_a_narrow_table(sections):
    assert sections("a.csv", "property,value\nlength,85 m\nport,Oslo\n") == [
        ("", "property: length; value: 85 m\nproperty: port; value: Oslo")
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings_are_told_apart(sections, encoding):
    data = "Schiff;Länge\nMS Änne;85 €\n".encode(encoding)
    assert sections("a.csv", data) == [("", "Schiff: MS Änne; Länge: 85 €")]


def test_japanese_tables_are_read(sections):
    assert sections("a.csv", "船名,長さ\nあさひ丸,85\n".encode("shift_jis")) == [("", "船名: あさひ丸; 長さ: 85")]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('a,b\n"x,1\ny,2\n', "the table is broken"),
        ("a\n" + "x" * 1_000_001, "the table is broken"),
        (",,\n,\n", "no text"),
    ],
)
def test_a_broken_table_is_said_so(read, source, message):
    with pytest.raises(DocumentError, match=message):
        read("a.csv", source)


@given(st.text(st.sampled_from('ab1,;\t|"\n \r'), max_size=80))
def test_any_text_is_read_or_refused(source):
    try:
        document = read_csv(source, "name")
    except DocumentError:
        return
    assert all(document.text[section.start : section.end] for section in document.sections)
