import pytest

from retrieval import DocumentError

BODY = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'


def test_headings_lists_and_tables_are_kept(make, sections):
    assert sections("a.docx", make.word()) == [
        ("", "She is sound."),
        (
            "Hull",
            "Plates are 12 mm thick.\nOne anchor\nTwo boats\n\n"
            "Vessel: Astrid; Length (m): 85; Built: 2009\nVessel: Bergen; Length (m): 92; Built: 2011",
        ),
    ]


@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        ("Fleet report", "Fleet report"),
        ("", "Survey of the Astrid"),
        ("Microsoft Word - a.doc", "Survey of the Astrid"),
    ],
)
def test_the_title_is_the_stated_one_if_it_means_something(make, read, stated, shown):
    assert read("a.docx", make.word(stated)).title == shown


def test_inserted_text_is_read_and_deleted_text_is_not(make, sections):
    run = "<w:r><w:t>{}</w:t></w:r>"
    changed = f"<w:p><w:ins>{run.format('Kept.')}</w:ins><w:del><w:r><w:delText>Gone.</w:delText></w:r></w:del></w:p>"
    data = make.rezipped(make.word(), {"word/document.xml": BODY.format(changed).encode()})
    assert sections("a.docx", data) == [("", "Kept.")]


def test_a_document_without_text_is_said_so(make, read):
    with pytest.raises(DocumentError, match="holds no text"):
        read("a.docx", make.rezipped(make.word(), {"word/document.xml": BODY.format("").encode()}))
