"""Makes small files of the binary formats with the libraries of their trades, and spoils them."""

import datetime as dt
import io
import zipfile
from collections.abc import Mapping
from pathlib import PurePath

import docx
import msoffcrypto.format.ooxml
import openpyxl
import pptx
import pytest
from fpdf import FPDF
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from retrieval.documents.extracted import Extracted
from retrieval.documents.registry import extract

FLEET = [["Vessel", "Length (m)", "Built"], ["Astrid", "85", "2009"], ["Bergen", "92", "2011"]]
MAIN_PARTS = {".docx": "word/document.xml", ".pptx": "ppt/slides/slide1.xml", ".xlsx": "xl/worksheets/sheet1.xml"}


def saved(thing) -> bytes:
    file = io.BytesIO()
    thing.save(file)
    return file.getvalue()


def word(title: str = "") -> bytes:
    document = docx.Document()
    document.core_properties.title = title
    document.add_heading("Survey of the Astrid", 0)
    document.add_paragraph("She is sound.")
    document.add_heading("Hull", 1)
    document.add_paragraph("Plates are 12 mm thick.")
    for item in ("One anchor", "Two boats"):
        document.add_paragraph(item, style="List Bullet")
    table = document.add_table(rows=len(FLEET), cols=3)
    for row, texts in zip(table.rows, FLEET, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return saved(document)


def slides(title: str = "") -> bytes:
    deck = pptx.Presentation()
    deck.core_properties.title = title
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "The fleet"
    first.placeholders[1].text = "Two ships sail.\nOne is new."
    first.notes_slide.notes_text_frame.text = "Thank the crew."
    second = deck.slides.add_slide(deck.slide_layouts[6])
    table = second.shapes.add_table(len(FLEET), 3, 0, 0, Inches(5), Inches(2)).table
    for at, texts in enumerate(FLEET):
        for column, text in enumerate(texts):
            table.cell(at, column).text = text
    values = CategoryChartData()
    values.categories = ["2022", "2023"]
    values.add_series("Cargo (t)", (1200, 1350.5))
    second.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, Inches(5), Inches(2), values)
    return saved(deck)


def workbook(sheets: Mapping[str, list[list[object]]] | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    usual = {"Vessels": FLEET, "Ports": [["Port", "Since"], ["Oslo", dt.date(2009, 4, 12)]]}
    for name, rows in (sheets or usual).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return saved(book)


def pdf(*pages: str, title: str = "", password: str = "") -> bytes:
    document = FPDF()
    document.set_title(title)
    if password:
        document.set_encryption(owner_password="owner", user_password=password)
    document.set_font("helvetica", size=11)
    for text in pages:
        document.add_page()
        document.multi_cell(0, 5, text)
    return bytes(document.output())


def rezipped(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The archive with parts replaced or added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *parts]):
            new.writestr(name, parts[name] if name in parts else old.read(name))
    return file.getvalue()


def encrypted(data: bytes) -> bytes:
    file = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(data)).encrypt("secret", file)
    return file.getvalue()


class Maker:
    """The makers above, for tests."""

    fleet = FLEET
    main_parts = MAIN_PARTS
    word = staticmethod(word)
    slides = staticmethod(slides)
    workbook = staticmethod(workbook)
    pdf = staticmethod(pdf)
    rezipped = staticmethod(rezipped)
    encrypted = staticmethod(encrypted)

    def good(self, extension: str) -> bytes:
        """A small sound file."""
        match extension:
            case ".docx":
                return word()
            case ".pptx":
                return slides()
            case ".xlsx":
                return workbook()
            case ".pdf":
                return pdf("The Astrid was built in 2009.")
            case _:
                raise AssertionError(extension)


@pytest.fixture(scope="session")
def make() -> Maker:
    return Maker()


@pytest.fixture
def read():
    """Reads bytes as a file of the given name, and checks what holds of every extracted text."""

    def read_one(name: str, data: bytes | str) -> Extracted:
        document = extract(PurePath(name), data.encode() if isinstance(data, str) else data)
        edges = [edge for section in document.sections for edge in (section.start, section.end)]
        assert edges == sorted(edges)
        assert edges[-1] <= len(document.text)
        assert all(document.text[section.start : section.end].strip() for section in document.sections)
        return document

    return read_one


@pytest.fixture
def sections(read):
    """The headings and bodies of a file."""

    def sections_of(name: str, data: bytes | str) -> list[tuple[str, str]]:
        document = read(name, data)
        return [(section.heading, document.text[section.start : section.end]) for section in document.sections]

    return sections_of
