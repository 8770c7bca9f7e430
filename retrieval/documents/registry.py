"""The table of document formats, and the way from a file's bytes to its extracted text.

A new format is one line here and one module beside this one. Knows extensions and encodings; does no file access.
"""

from collections.abc import Callable, Mapping
from pathlib import PurePath

from retrieval.documents.csv import read_csv
from retrieval.documents.docx import read_docx
from retrieval.documents.encoding import decode
from retrieval.documents.extracted import Extracted
from retrieval.documents.html import read_html
from retrieval.documents.jsonl import read_json, read_jsonl
from retrieval.documents.markdown import read_markdown
from retrieval.documents.pdf import read_pdf
from retrieval.documents.pptx import read_pptx
from retrieval.documents.signature import check_kind
from retrieval.documents.text import read_text
from retrieval.documents.titles import readable
from retrieval.documents.xlsx import read_xlsx
from retrieval.errors import DocumentError

TextReader = Callable[[str, str], Extracted]
"""Takes the document's source and a title to fall back on."""
FileReader = Callable[[bytes, str], Extracted]
"""Takes the file's bytes and a title to fall back on."""

EXTRACTION_VERSION = 2
"""Raised whenever a reader or the passage cutter gives another result, so that unchanged files are read again."""

TEXT_READERS: Mapping[str, TextReader] = {
    ".csv": read_csv,
    ".htm": read_html,
    ".html": read_html,
    ".json": read_json,
    ".jsonl": read_jsonl,
    ".markdown": read_markdown,
    ".md": read_markdown,
    ".ndjson": read_jsonl,
    ".text": read_text,
    ".tsv": read_csv,
    ".txt": read_text,
    ".xhtml": read_html,
}
FILE_READERS: Mapping[str, FileReader] = {
    ".docx": read_docx,
    ".pdf": read_pdf,
    ".pptx": read_pptx,
    ".xlsm": read_xlsx,
    ".xlsx": read_xlsx,
}

MAX_TEXT_CHARS = 20_000_000
"""Longest extracted text; embedding it takes half an hour."""


def is_supported(path: PurePath) -> bool:
    """Whether a format claims the path's extension."""
    return path.suffix.lower() in TEXT_READERS or path.suffix.lower() in FILE_READERS


def extract(path: PurePath, data: bytes) -> Extracted:
    """Read a file's bytes into text, in this process; `isolation.Readers` does it at arm's length.

    Raises DocumentError: no format claims the extension, the content is binary or broken, or it holds no text. A
    converter's library may raise anything else on a hostile file of a format in FILE_READERS.
    """
    extension = path.suffix.lower()
    title = readable(path.stem)
    if is_supported(path):
        check_kind(data, extension)
    if file_reader := FILE_READERS.get(extension):
        extracted = file_reader(data, title)
    elif text_reader := TEXT_READERS.get(extension):
        source = decode(data, is_html=text_reader is read_html).replace("\r\n", "\n").replace("\r", "\n")
        extracted = text_reader(source, title)
    else:
        known = ", ".join(sorted({*TEXT_READERS, *FILE_READERS}))
        raise DocumentError(
            f"no document format reads {path.suffix or 'files without an extension'}; use one of {known}."
        )
    if not extracted.sections:
        raise DocumentError("the file holds no text; remove it or add some.")
    if len(extracted.text) > MAX_TEXT_CHARS:
        raise DocumentError(f"the file holds more than {MAX_TEXT_CHARS // 1_000_000} million characters; split it.")
    return extracted
