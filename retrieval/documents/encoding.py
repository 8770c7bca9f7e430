"""From bytes to text: byte order mark, UTF-8, the page's own word, then a guess. Knows nothing of formats' syntax."""

import codecs
from unicodedata import category

from retrieval.errors import DocumentError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_COMMONEST = "cp1252"
_ENCODINGS = """
cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp874 iso8859_2 koi8_r mac_roman cp437 cp850
cp932 euc_jp cp949 big5 gb18030
"""
_IN_USE = _ENCODINGS.split()
"""Encodings that files still have; among all that there are, a short text fits one that nobody uses."""
_CLOSE = 0.01
"""Difference in the share of odd characters within which two encodings fit a text equally well."""
_SAMPLE_BYTES = 8192
_STRAY_ZEROS = 0.05
_NO_TEXT = frozenset({"Cc", "Cn", "Co", "Cs"})
"""Categories of control, unassigned and private characters and of halves of pairs."""


def decode(data: bytes, *, is_html: bool = False) -> str:
    """Decode a text file.

    Raises DocumentError: the bytes are no text in any encoding that can be told.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding)
    if b"\0" in data:
        return _without_mark(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = (_declared(data) if is_html else None) or _guessed(data)
    return text


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DocumentError(f"the text is not valid {encoding}, as its first bytes say; save it as UTF-8.") from error


def _without_mark(data: bytes) -> str:
    """UTF-16 whose byte order mark is missing: the zeros of its Latin letters lie on one side, and all is assigned."""
    sample = data[:_SAMPLE_BYTES]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    encoding = "utf-16-be" if even > odd else "utf-16-le"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _binary() from error
    beginning = (character for character in text[: _SAMPLE_BYTES // 2] if character not in "\t\n\r\f")
    if min(even, odd) > _STRAY_ZEROS * max(even, odd) or any(category(each) in _NO_TEXT for each in beginning):
        raise _binary()
    return text


def _declared(data: bytes) -> str | None:
    from bs4.dammit import EncodingDetector  # noqa: PLC0415 - only ingestion pays for it

    encoding = EncodingDetector.find_declared_encoding(data, is_html=True)
    try:
        return data.decode(encoding) if encoding else None
    except (LookupError, UnicodeDecodeError):
        return None  # pages often declare what they are not


def _guessed(data: bytes) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - only files that are not UTF-8 pay for it

    matches = from_bytes(data, cp_isolation=_IN_USE)
    best = matches.best()
    if best is None:
        raise _binary()
    for match in matches:
        # A short text fits many encodings about equally well; then it is the commonest of them.
        is_tie = match.chaos <= best.chaos + _CLOSE and match.coherence >= best.coherence
        if is_tie and _COMMONEST in match.could_be_from_charset:
            return data.decode(_COMMONEST)
    return str(best)


def _binary() -> DocumentError:
    return DocumentError("the file is not text, or its encoding cannot be told; save it as UTF-8.")
