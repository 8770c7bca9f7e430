"""Reads Word documents: mammoth turns them into HTML by their styles, and the HTML reader does the rest.

Text that was deleted under "track changes" is not read; pictures are passed over.
"""

import io
import re
from typing import Any

from retrieval.documents.archive import check_office, office_title
from retrieval.documents.extracted import Extracted
from retrieval.documents.html import read_html
from retrieval.documents.titles import meaningful

_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"
_NOTE_MARKS = re.compile(r'<sup><a [^>]{0,200}>\[\d{1,4}\]</a></sup>|<a href="#[^"]{0,100}">↑</a>')


def read_docx(data: bytes, name: str) -> Extracted:
    """Read a .docx file; the title is that of its properties if it means something, else its first heading.

    Raises DocumentError: the file is encrypted, broken, or no Word document.
    """
    check_office(data, "word/document.xml", ".docx")
    import mammoth  # type: ignore[import-untyped] # noqa: PLC0415 - only Word documents pay for it

    def no_picture(_: Any) -> dict[str, str]:
        return {}

    converted = mammoth.convert_to_html(
        io.BytesIO(data),
        style_map=_STYLES,
        include_embedded_style_map=False,
        convert_image=mammoth.images.img_element(no_picture),
    )
    return read_html(_NOTE_MARKS.sub("", converted.value), name, title=meaningful(office_title(data)))
