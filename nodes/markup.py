"""Markdown as the renderers of answers read it: what in a text would become an image, an HTML node or a link.

Two readings count, since renderers differ: CommonMark, and one with tables and without indented code. Any address is
taken for a link here, also those that markdown-it would refuse. This module does not know which links are allowed.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

Kind = Literal["image", "html", "link"]
NESTING = 60
"""Levels of nesting that are read. `flattened` text has fewer."""
_DEEP = 8
"""Square brackets nested deeper become round ones; nobody nests links so, and parsers give up at some depth."""
_MANY = 400
"""Openings of one kind in one paragraph; what would follow them takes a parser long to tell."""
_QUOTES = re.compile(r"^((?:[ \t]*>){4})[ \t>]+", re.MULTILINE)
_LISTS = re.compile(r"^((?:[ \t]*(?:[-*+>]|\d{1,9}[.)])[ \t]){4})(?:[ \t]*(?:[-*+>]|\d{1,9}[.)])[ \t]+)+", re.MULTILINE)
_INDENT = re.compile(r"^([ \t]{16})[ \t]+", re.MULTILINE)
_PARAGRAPH = re.compile(r"(\n[ \t]*\n)")
_HARMLESS = {"[": "(", "]": ")", "<": "\u2039"}
"""What stands in for the characters without which there is no image, link or HTML."""
_SPAN = re.compile(r"(?<!`)(`++)(?:[^`\n]++|\n(?![ \t]*\n)|(?!\1(?!`))`++)*?\1(?!`)")
_FENCE = re.compile(r"^ {0,3}(`{3,}+|~{3,}+)[^\n]*+\n(?:.*?^ {0,3}\1[`~]*+[ \t]*$|.*\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Construct:
    """Something that would be rendered, in the lines `[first:last]`; `address` is where it leads, "" for HTML."""

    kind: Kind
    address: str
    first: int
    last: int
    definition: bool = False
    """Whether the lines define where a reference leads and hold nothing else."""


@cache
def _parsers() -> "tuple[MarkdownIt, ...]":
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only text with brackets needs it

    class Credulous(MarkdownIt):
        """Takes any address for a link."""

        def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's own name
            del url
            return True

    options = {"maxNesting": NESTING}
    tables = Credulous("commonmark", options).enable(["table", "strikethrough"]).disable("code")
    return Credulous("commonmark", options), tables


def constructs(text: str) -> list[Construct]:
    """Return every image, HTML node, link and link definition of `flattened` text, in either reading."""
    found: list[Construct] = []
    for parser in _parsers():
        env: dict[str, Any] = {}
        for token in parser.parse(text, env):
            found.extend(_in_token(token))
        found.extend(_definitions(env))
    return found


def _in_token(token: "Token") -> Iterator[Construct]:
    first, last = token.map or (0, 0)
    if token.type == "html_block":
        yield Construct("html", "", first, last)
    for child in token.children or ():
        match child.type:
            case "image":
                yield Construct("image", str(child.attrGet("src")), first, last)
                child.map = token.map
                yield from _in_token(child)
            case "html_inline":
                yield Construct("html", "", first, last)
            case "link_open":
                yield Construct("link", str(child.attrGet("href")), first, last)


def _definitions(env: Mapping[str, Any]) -> Iterator[Construct]:
    for each in (*env.get("references", {}).values(), *env.get("duplicate_refs", ())):
        first, last = each["map"]
        yield Construct("link", each["href"], first, last, definition=True)


def flattened(text: str) -> str:
    """Return text whose quotes, lists and brackets are as deep and as many as anybody means them to be."""
    text = _INDENT.sub(r"\1", _LISTS.sub(r"\1", _QUOTES.sub(r"\1 ", text)))
    return "".join(_thinned(paragraph) for paragraph in _PARAGRAPH.split(text))


def _thinned(paragraph: str) -> str:
    depth, pieces = 0, []
    square = angle = 0
    for character in paragraph:
        if character == "[":
            depth, square = depth + 1, square + 1
        angle += character == "<"
        thin = depth > _DEEP or square > _MANY or (angle > _MANY and character == "<")
        pieces.append(_HARMLESS.get(character, character) if thin else character)
        if character == "]":
            depth = max(depth - 1, 0)
    return "".join(pieces)


def harmless(text: str) -> str:
    """Return text without the characters that make images, links and HTML; others stand in for them."""
    return "".join(_HARMLESS.get(character, character) for character in text)


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Return text with `change` made to everything that is no code; where the two are hard to tell apart, to more."""
    pieces, at = [], 0
    for start, end in _code(text):
        pieces += [change(text[at:start]), text[start:end]]
        at = end
    return "".join([*pieces, change(text[at:])])


def without_blocks(text: str) -> str:
    """Return text without its fenced code."""
    return _FENCE.sub("", text)


def _code(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for fence in _FENCE.finditer(text):
        yield from (span.span() for span in _SPAN.finditer(text, at, fence.start()))
        yield fence.span()
        at = fence.end()
    yield from (span.span() for span in _SPAN.finditer(text, at))
