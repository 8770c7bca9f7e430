"""What a file is, by its first bytes, whatever its name says. Knows a few kinds that people mix up, no more."""

from retrieval.errors import DocumentError

_KINDS = (
    (b"%PDF-", "a PDF", ".pdf"),
    (b"PK\3\4", "a zip archive or a newer Office file", ".docx .pptx .xlsm .xlsx"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an older Office file", ".docx .pptx .xlsm .xlsx"),  # or an encrypted one
    (b"\x89PNG\r\n", "a picture", ""),
    (b"\xff\xd8\xff", "a picture", ""),
    (b"GIF8", "a picture", ""),
    (b"\x1f\x8b\x08", "a compressed file", ""),
    (b"{\\rtf", "a Rich Text file", ""),
)


def check_kind(data: bytes, extension: str) -> None:
    """Raises DocumentError: the file is empty, or of another kind than its extension says."""
    if not data:
        raise DocumentError("the file is empty; remove it or add some text.")
    for mark, kind, extensions in _KINDS:
        if data.startswith(mark) and extension not in extensions.split():
            raise DocumentError(
                f"the file is {kind} and not what its extension {extension} says; give it the right extension or "
                "convert it."
            )
