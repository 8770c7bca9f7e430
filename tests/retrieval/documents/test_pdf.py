import pytest

from retrieval import DocumentError
from retrieval.documents import pdf
from retrieval.documents.pages import mended_pages, title_line

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


def test_running_heads_and_page_numbers_go():
    pages = [f"Annual report\n{LONG}, number {n * n}.\nPage {n} of 4" for n in range(1, 5)]
    assert mended_pages(pages) == [[f"{LONG}, number {n * n}."] for n in range(1, 5)]


def test_lines_that_count_something_else_stay():
    pages = [f"Revenue in {2019 + n} was {n * n + 5} million.\nIt grew." for n in range(6)]
    assert [page[0].split("\n")[0] for page in mended_pages(pages)] == [page.split("\n")[0] for page in pages]


def test_what_repeats_on_few_pages_stays():
    assert mended_pages(["Note\nOne.", "Note\nTwo."]) == [["Note\nOne."], ["Note\nTwo."]]


def test_a_sentence_over_the_pages_end_stands_whole_on_the_first():
    pages = mended_pages(["The hull was meas-", "ured twice. Then came the engine.\nIt ran.", "and ran."])
    assert pages == [["The hull was measured twice."], ["Then came the engine.", "It ran."], ["and ran."]]


def test_headings_items_and_rows_keep_their_lines():
    page = f"Hull\n{LONG} and\nfound it sound.\n- one anchor\n- two boats\nAstrid 85 2009\n\nEnd."
    assert mended_pages([page]) == [
        [f"Hull\n{LONG} and found it sound.", "- one anchor\n- two boats\nAstrid 85 2009", "End."]
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
