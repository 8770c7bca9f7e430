"""The table of document formats, and the way from a file's bytes to its extracted text.

A new format is one line here and one module beside this one. Knows extensions and encodings; does no file access.
"""

from collections.abc import Callable, Mapping
from pathlib import PurePath

from retrieval.documents.encoding import decode
from retrieval.documents.extracted import Extracted
from retrieval.documents.html import read_html
from retrieval.documents.markdown import read_markdown
from retrieval.documents.text import read_text
from retrieval.errors import DocumentError

Reader = Callable[[str, str], Extracted]
"""Takes the document's source and a title to fall back on."""

EXTRACTION_VERSION = 1
"""Raised whenever a reader or the passage cutter gives another result, so that unchanged files are read again."""

READERS: Mapping[str, Reader] = {
    ".htm": read_html,
    ".html": read_html,
    ".markdown": read_markdown,
    ".md": read_markdown,
    ".text": read_text,
    ".txt": read_text,
    ".xhtml": read_html,
}


def is_supported(path: PurePath) -> bool:
    """Whether a format claims the path's extension."""
    return path.suffix.lower() in READERS


def extract(path: PurePath, data: bytes) -> Extracted:
    """Read a file's bytes into text.

    Raises DocumentError: no format claims the extension, the content is binary or broken, or it holds no text.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(sorted(READERS))
        raise DocumentError(
            f"no document format reads {path.suffix or 'files without an extension'}; use one of {known}."
        )
    source = decode(data, is_html=reader is read_html).replace("\r\n", "\n").replace("\r", "\n")
    extracted = reader(source, path.stem)
    if not extracted.sections:
        raise DocumentError("the file holds no text; remove it or add some.")
    return extracted
