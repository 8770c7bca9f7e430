"""Reads plain text. Wrapped lines are joined, so that a newline in the extracted text always ends something."""

import re
from itertools import pairwise

from retrieval.documents.extracted import TITLE_CHARS, Extracted, TextBuilder

_PARAGRAPH_GAP = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_ITEM = re.compile(r"[^\S\n]*(?:[-*•–]|\(?\d{1,3}[.)])\s")
_WRAPPED_CHARS = 40
"""A shorter line was ended on purpose, as in an address or a table, and is not joined with the next."""


def read_text(source: str, name: str) -> Extracted:
    """Read plain text: a short first paragraph of one line, followed by others, is the title."""
    paragraphs = [paragraph for paragraph in _PARAGRAPH_GAP.split(source.strip("\n")) if paragraph.strip()]
    builder = TextBuilder()
    if len(paragraphs) > 1 and _is_title(paragraphs[0]):
        builder.heading(1, paragraphs.pop(0))
    for paragraph in paragraphs:
        builder.block(_unwrap(paragraph))
    return builder.build(fallback_title=name)


def _is_title(paragraph: str) -> bool:
    line = paragraph.strip()
    return "\n" not in line and len(line) <= TITLE_CHARS // 2 and not line.endswith((".", ",", ";", ":"))


def _unwrap(paragraph: str) -> str:
    lines = paragraph.split("\n")
    parts = lines[:1]
    for previous, line in pairwise(lines):
        joined = len(previous.rstrip()) >= _WRAPPED_CHARS and not _ITEM.match(line)
        parts.append((" " if joined else "\n") + line.strip())
    return "".join(parts)
