"""The surface of a line: signs that stand for others, characters that show nothing, and text that was escaped once.

Chat front ends, tokenizers and input methods put these on top of what a model meant. What is inside a string in
straight quotes is never touched here, but for characters that show nothing. This module does not know what a step is.
"""

import html
import re

from nodes.language.interpolation import clean

_NOTHING = re.compile("[\u200b\u200e\u200f\u2060\ufeff]")
"""Zero-width spaces and direction marks. Joiners are letters in some scripts and stay; `render` escapes the others."""

_SIGNS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SIGNS |= dict.fromkeys([0xA0, 0x3000, 0x202F, 0x205F, *range(0x2000, 0x200B)], 0x20)
_SIGNS |= {ord("【"): ord("["), ord("】"): ord("]"), ord("、"): ord(",")}
WIDE = "".join(map(chr, _SIGNS))
"""Signs of full width and blanks of other widths, each of which `narrow` replaces by one of ASCII."""

_ENTITY_QUOTE = re.compile(r"""[^"']*?[=(,:\[{]\s{0,9}&(?:quot|apos|#0?3[49]|#x2[27]);""", re.IGNORECASE)
_ESCAPED_QUOTE = re.compile(r"""[^"'\\]*?[=(,:\[{]\s{0,9}\\["']""")
_BARE_QUOTE = re.compile(r'(?<!\\)"')
_BACKSLASH = re.compile(r"""\\(["'\\])""")
_MARKDOWN = re.compile(r"\\(?=[#(\[])")


def narrow(text: str) -> str:
    """Return text of the same length in which signs of full width are those of ASCII."""
    return text if text.isascii() else text.translate(_SIGNS)


def visible(line: str) -> str:
    """Return a line without characters that show nothing, and without surrogates."""
    return line if line.isascii() else _NOTHING.sub("", clean(line))


def unescaped(line: str) -> str:
    """Undo an escape of the line as a whole: entities or backslashes where quotation marks must stand.

    A line that has quotation marks of its own before them is left alone: what is escaped stands inside a string then.
    """
    if "&" in line and _ENTITY_QUOTE.match(line):
        return html.unescape(line)
    if "\\" not in line:
        return line
    body = line.strip()
    inner = body[1:].removesuffix('"') if body.startswith('"') else line
    if _ESCAPED_QUOTE.match(inner) and not _BARE_QUOTE.search(inner):
        return _BACKSLASH.sub(r"\1", inner)
    first = min((at for at in map(line.find, "\"'") if at >= 0), default=len(line))
    return _MARKDOWN.sub("", line[:first]) + line[first:]
