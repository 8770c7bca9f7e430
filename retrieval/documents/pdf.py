"""Reads PDF with PDFium: a section a page, in sentences that are whole even where a line or a page breaks them.

Pictures are passed over; a PDF of scanned pages holds no text. `pages.py` mends the lines.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from retrieval.documents.extracted import Extracted, TextBuilder
from retrieval.documents.pages import mended_pages, title_line
from retrieval.documents.titles import meaningful
from retrieval.errors import DocumentError

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfiumError  # type: ignore[import-untyped]

MAX_PAGES = 2000
_WRONG_PASSWORD = 4
"""PDFium's code for a document that wants a password."""
_MARK_WITHIN = 1024
"""Bytes before `%PDF-` that readers allow."""


def read_pdf(data: bytes, name: str) -> Extracted:
    """Read a PDF file; the title is that of its properties if it means something, else a first line that reads as one.

    Raises DocumentError: the file is encrypted, broken, no PDF, longer than MAX_PAGES or holds pictures only.
    """
    if b"%PDF-" not in data[:_MARK_WITHIN]:
        raise DocumentError("the file is no PDF; give it the right extension or export it again.")
    import pypdfium2  # noqa: PLC0415 - only PDFs pay for it

    try:
        with pypdfium2.PdfDocument(data) as document:
            title = meaningful(document.get_metadata_value("Title"))
            pages = mended_pages(list(_texts(document)))
    except pypdfium2.PdfiumError as error:
        raise _translated(error) from error
    if not any(pages):
        raise DocumentError("the PDF holds no text, only pictures of it perhaps; run text recognition (OCR) over it.")
    builder = TextBuilder()
    for number, blocks in enumerate(pages, start=1):
        builder.section(f"page {number}")
        for block in blocks:
            builder.block(block)
    return builder.build(title=title or title_line(pages), fallback_title=name)


def _texts(document: "PdfDocument") -> Iterator[str]:
    if len(document) > MAX_PAGES:
        raise DocumentError(f"the PDF has {len(document)} pages, and {MAX_PAGES} are read at most; split it.")
    for number in range(len(document)):
        page = document[number]
        text = page.get_textpage()
        yield text.get_text_bounded()
        text.close()
        page.close()


def _translated(error: "PdfiumError") -> DocumentError:
    if error.err_code == _WRONG_PASSWORD:
        return DocumentError("the PDF is protected by a password; save a copy without one.")
    return DocumentError("the PDF is damaged; open it in a viewer and save it anew.")
