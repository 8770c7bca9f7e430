import pytest
from fpdf import FPDF

from retrieval import DocumentError
from retrieval.documents import pdf
from retrieval.documents.pages import title_line

LONG = "The survey began in Bergen, and the team of seven measured every plate of the hull twice within three days"


def test_a_page_is_a_section_and_wrapped_lines_are_joined(make, sections):
    text = f"{LONG} and found it sound. {LONG}."
    assert sections("a.pdf", make.pdf(text, "Second page.")) == [("page 1", text), ("page 2", "Second page.")]


def test_the_title_is_the_stated_one_if_it_means_something(make, read):
    assert read("a.pdf", make.pdf("Text of it.", title="The Astrid")).title == "The Astrid"
    assert read("a_b.pdf", make.pdf("Text of it.", title="Microsoft Word - x.doc")).title == "a b"
    assert read("a.pdf", make.pdf(f"The Astrid\n{LONG}.")).title == "The Astrid"


def test_hyphens_at_line_ends_are_mended(make, sections):
    text = f"The well-known engine was exam-\nined, and its well-\nknown pump. {LONG}."
    assert sections("a.pdf", make.pdf(text)) == [
        ("page 1", f"The well-known engine was examined, and its well-known pump. {LONG}.")
    ]


def test_a_tables_rows_name_their_columns(make, sections):
    document = FPDF()
    document.set_font("helvetica", size=11)
    document.add_page()
    document.multi_cell(0, 5, f"{LONG}.", new_x="LMARGIN", new_y="NEXT")
    with document.table(text_align="LEFT", v_align="TOP") as table:
        for row in [["Vessel", "Length over all (m)", "Notes"], ["Astrid", "85", ""], ["Bergen", "92", "new " * 30]]:
            table.row(row)
    document.multi_cell(0, 5, "She sails.")
    assert sections("a.pdf", bytes(document.output())) == [
        (
            "page 1",
            f"{LONG}.\n\nVessel: Astrid; Length over all (m): 85\n"
            f"Vessel: Bergen; Length over all (m): 92; Notes: {('new ' * 30).strip()}\n\nShe sails.",
        )
    ]


def test_a_title_line_is_short_and_ends_like_one():
    assert title_line([["The Astrid\nShe is sound."]]) == "The Astrid"
    assert title_line([["She is sound."], ["More."]]) == ""
    assert title_line([["12"], ["More."]]) == ""
    assert title_line([]) == ""


def test_too_many_pages_are_refused(make, read, monkeypatch):
    monkeypatch.setattr(pdf, "MAX_PAGES", 2)
    with pytest.raises(DocumentError, match="has 3 pages, and 2 are read at most"):
        read("a.pdf", make.pdf("a", "b", "c"))


def test_pictures_only_want_text_recognition(make, read):
    with pytest.raises(DocumentError, match="OCR"):
        read("a.pdf", make.pdf(" "))


def test_only_a_password_for_reading_is_asked_for(make, read):
    with pytest.raises(DocumentError, match="password"):
        read("a.pdf", make.pdf("Text.", password="secret"))
