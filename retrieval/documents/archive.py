"""Looks into a zip-based Office file before a converter does: what it is, and that unpacking it is harmless.

Every part is unpacked once in small pieces and counted, because the sizes that an archive states may be lies. Knows
containers; knows nothing of what the parts mean, apart from the title.
"""

import io
import re
import zipfile
import zlib
from xml.etree import ElementTree

from retrieval.errors import DocumentError

MAX_UNPACKED_BYTES = 256 << 20
_MAX_RATIO = 100
"""Unpacked over packed size; real Office files stay below 30. Small files are let off."""
_LET_OFF_BYTES = 16 << 20
_MAX_PARTS = 20_000
_PIECE_BYTES = 1 << 16
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DECLARATION = re.compile(rb"<\0?!\0?(?:D\0?O\0?C\0?T\0?Y\0?P\0?E|E\0?N\0?T\0?I\0?T\0?Y)")
_TITLE = "{http://purl.org/dc/elements/1.1/}title"


def check_office(data: bytes, main: str, kind: str) -> None:
    """Make sure that `data` is a zip archive with the part `main` that unpacks to a bounded size.

    Raises DocumentError: it is encrypted, of another kind than `kind` says, broken, or a bomb.
    """
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise DocumentError("the file is protected by a password; save a copy without one.")
        raise DocumentError(f"the file is in an older binary Office format; save it as {kind}.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check(archive, len(data), main, kind)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise DocumentError(
            f"the file is no {kind} file or is damaged; open it in its program and save it anew."
        ) from error


def office_title(data: bytes) -> str:
    """The title in the file's properties, or an empty text. The archive has been checked."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "docProps/core.xml" not in archive.namelist():
            return ""
        try:
            root = ElementTree.fromstring(archive.read("docProps/core.xml"))  # noqa: S314 - no part declares entities
        except ElementTree.ParseError:
            return ""  # the document itself may still be sound
    return root.findtext(_TITLE) or ""


def _check(archive: zipfile.ZipFile, packed: int, main: str, kind: str) -> None:
    parts = archive.infolist()
    if len(parts) > _MAX_PARTS:
        raise DocumentError(f"the file has {len(parts)} parts, of which {_MAX_PARTS} would be read; split it.")
    if main not in archive.namelist():
        raise DocumentError(f"the file is not what its extension says, {kind}; give it the right extension.")
    room = min(MAX_UNPACKED_BYTES, max(_LET_OFF_BYTES, _MAX_RATIO * packed))
    for part in parts:
        if part.flag_bits & 1:
            raise DocumentError("the file is protected by a password; save a copy without one.")
        room -= _unpacked(archive, part, room)


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, room: int) -> int:
    """How many bytes a part unpacks to, counted without keeping them."""
    size = 0
    tail = b""
    is_xml = part.filename.endswith((".xml", ".rels", ".vml"))
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE_BYTES):
            size += len(piece)
            if size > room:
                raise DocumentError(
                    f"the file unpacks to more than {_MAX_RATIO} times its size or {MAX_UNPACKED_BYTES >> 20} MB, as "
                    "zip bombs do; split it, or leave it out."
                )
            if is_xml and _DECLARATION.search(tail + piece):
                raise DocumentError("the file declares XML entities, which no Office program writes; leave it out.")
            tail = piece[-40:]
    return size
