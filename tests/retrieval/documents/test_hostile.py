"""Files that are spoiled or made to do harm: each is refused in one sentence, before or inside its converter."""

import io
import random
import struct
import zipfile
from pathlib import PurePath

import pytest

from retrieval import DocumentError
from retrieval.documents import archive
from retrieval.documents.isolation import Converter

OFFICE = (".docx", ".pptx", ".xlsx")
ALL = (*OFFICE, ".pdf")
LAUGHS = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(10))
BILLION = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol">{LAUGHS}]><x>&k;</x>'


@pytest.fixture(scope="module")
def refused():
    """Asserts that a file is refused with a message, in one sentence or two halves of one."""
    with Converter() as converter:

        def refuse(name: str, data: bytes, message: str) -> None:
            with pytest.raises(DocumentError, match=message) as caught:
                converter.extract(PurePath(name), data)
            assert str(caught.value).endswith(".")
            assert len(str(caught.value)) < 200

        yield refuse


@pytest.mark.parametrize("extension", ALL)
def test_empty_truncated_and_foreign_files(make, refused, extension):
    good = make.good(extension)
    refused(f"a{extension}", b"", "the file is empty")
    refused(f"a{extension}", good[: len(good) // 2], "damaged")
    refused(f"a{extension}", b"plain words", "is no ")
    refused(f"a{extension}", make.good(".pdf" if extension != ".pdf" else ".docx"), "not what its extension")
    refused("a.txt", good, "not what its extension .txt says")


@pytest.mark.parametrize("extension", OFFICE)
def test_office_files_of_another_kind(make, refused, extension):
    other = OFFICE[OFFICE.index(extension) - 1]
    refused(f"a{extension}", make.good(other), f"not what its extension says, {extension}")


@pytest.mark.parametrize("extension", OFFICE)
def test_passwords_and_old_formats(make, refused, extension):
    refused(f"a{extension}", make.encrypted(make.good(extension)), "protected by a password")
    refused(f"a{extension}", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), f"older .* save it as {extension}")


@pytest.mark.parametrize("extension", OFFICE)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_unread(make, refused, extension, encoding):
    data = make.rezipped(make.good(extension), {make.main_parts[extension]: BILLION.encode(encoding)})
    refused(f"a{extension}", data, "declares XML entities")


@pytest.mark.parametrize("extension", OFFICE)
def test_broken_parts_are_named_damage(make, refused, extension):
    data = make.rezipped(make.good(extension), {make.main_parts[extension]: b"<broken"})
    refused(f"a{extension}", data, "damaged or made in an unusual way")


@pytest.mark.parametrize("extension", [".pptx", ".xlsx"])
def test_missing_parts_are_named_damage(make, refused, extension):
    parts = {"[Content_Types].xml": b"<Types/>", "_rels/.rels": b"<Relationships/>"}
    refused(f"a{extension}", make.rezipped(make.good(extension), parts), "damaged or made in an unusual way")


@pytest.fixture
def small_bounds(monkeypatch):
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 8_000_000)
    monkeypatch.setattr(archive, "_LET_OFF_BYTES", 100_000)


def check(data: bytes) -> None:
    archive.check_office(data, "word/document.xml", ".docx")


def test_a_bomb_is_noticed_by_its_ratio_and_by_its_size(make, small_bounds):
    check(make.word())
    with pytest.raises(DocumentError, match="as zip bombs do"):
        check(make.rezipped(make.word(), {"word/media/image.png": bytes(5_000_000)}))
    noise = random.Random(1).randbytes(10_000) * 1000  # too small a ratio to be noticed by it
    parts = {"word/media/1.png": noise, "word/media/2.png": random.Random(2).randbytes(100_000)}
    with pytest.raises(DocumentError, match="as zip bombs do"):
        check(make.rezipped(make.word(), parts))


def test_a_bomb_in_many_parts_is_noticed(make, small_bounds):
    parts = {f"word/media/{n}.png": bytes(90_000) for n in range(100)}
    with pytest.raises(DocumentError, match="as zip bombs do"):
        check(make.rezipped(make.word(), parts))


def test_a_bomb_within_the_file_stays_packed(make, small_bounds):
    inner = make.rezipped(make.word(), {"x": bytes(3_000_000)})
    check(make.rezipped(make.word(), {"word/embeddings/inner.zip": inner}))


def test_a_lie_about_a_parts_size_does_not_help_a_bomb(make, small_bounds):
    data = bytearray(make.rezipped(make.word(), {"word/media/image.png": bytes(3_000_000)}))
    entry = data.rfind(b"word/media/image.png") - 46  # where the directory at the file's end describes the part
    struct.pack_into("<I", data, entry + 24, 1000)
    with pytest.raises(DocumentError, match=r"damaged|zip bombs"):
        check(bytes(data))


def test_too_many_parts_are_refused(make, monkeypatch):
    monkeypatch.setattr(archive, "_MAX_PARTS", 5)
    with pytest.raises(DocumentError, match="of which 5 would be read"):
        check(make.word())


def test_encrypted_parts_are_refused(make):
    data = bytearray(make.word())
    at = data.find(b"PK\1\2")
    data[at + 8] |= 1
    with pytest.raises(DocumentError, match="password"):
        check(bytes(data))


def test_a_part_packed_by_an_unknown_method_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as new:
        new.writestr("word/document.xml", "<x/>")
    data = bytearray(file.getvalue())
    struct.pack_into("<H", data, data.find(b"PK\1\2") + 10, 99)
    with pytest.raises(DocumentError, match="damaged"):
        check(bytes(data))


def test_deep_nesting_is_refused(make, refused):
    deep = "<w:sdt>" * 20_000 + "</w:sdt>" * 20_000
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = f'<w:document xmlns:w="{space}"><w:body>{deep}</w:body></w:document>'
    refused("a.docx", make.rezipped(make.word(), {"word/document.xml": body.encode()}), "RecursionError")
