from pathlib import Path, PurePath

import pytest

from retrieval import DocumentError
from retrieval.documents.registry import extract, is_supported

TEXT = "Die Größe des Planeten überrascht viele Menschen, und das ist für Astronomen schön. " * 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_encodings_are_told_apart(encoding):
    assert extract(PurePath("a.txt"), TEXT.encode(encoding)).text == TEXT.strip()


def test_an_encoding_that_fits_a_little_better_does_not_beat_the_commonest():
    menu = Path(__file__).parents[3] / "data" / "corpus" / "galley-menu-2025.txt"
    assert "Restaurant Skärgård" in extract(PurePath(menu.name), menu.read_bytes()).text


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
