from pathlib import PurePath

import pytest

from retrieval import DocumentError
from retrieval.documents.registry import extract, is_supported

TEXT = "Die Größe des Planeten überrascht viele Menschen, und das ist für Astronomen schön. " * 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_encodings_are_told_apart(encoding):
    assert extract(PurePath("a.txt"), TEXT.encode(encoding)).text == TEXT.strip()


def test_euros_and_curly_quotes_are_no_letters_of_another_machine():
    dishes = "Crème brûlée flavoured with cloudberries – €9.50\nGoat’s cheese and walnuts from Skärgård – €11.50\n"
    text = f"The captain’s table seats 12 guests.\n{dishes * 4}Prices are in euros and include tax and “service”."
    assert "Skärgård – €11.50" in extract(PurePath("menu.txt"), text.encode("cp1252")).text


def test_a_page_says_its_encoding():
    page = '<meta charset="iso-8859-2"><p>Księżyc krąży wokół Ziemi</p>'
    assert "Księżyc krąży" in extract(PurePath("a.html"), page.encode("iso-8859-2")).text


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0\0", "is a picture"),
        ("a.txt", b"\x7fELF\2\1\1\0\0\0", "not text"),
        ("a.txt", b"", "is empty"),
        ("a.docx", b"%PDF-1.4", "a PDF and not what its extension .docx says"),
        ("a.md", b"\xff\xfea", "not valid utf-16"),
        ("a.txt", b"  \n ", "no text"),
        ("a.md", b"# Only a heading", "no text"),
        ("a.xyz", b"%PDF-1.4", "no document format reads .xyz"),
        ("README", b"text", "no document format reads files without an extension"),
    ],
)
def test_what_cannot_be_read_is_one_clear_error(name, data, message):
    with pytest.raises(DocumentError, match=message):
        extract(PurePath(name), data)


def test_extensions_are_matched_in_any_case():
    assert is_supported(PurePath("A.MD"))
    assert not is_supported(PurePath("a.png"))


def test_line_ends_of_all_systems_are_the_same():
    assert extract(PurePath("a.txt"), b"a\r\nb\rc\n").text == "a\nb\nc"
