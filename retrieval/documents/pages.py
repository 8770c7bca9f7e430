"""Mends the lines of pages: joins what was wrapped, heals hyphens, drops running heads. Knows lines, no file format."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from retrieval import sentences
from retrieval.documents.extracted import TITLE_CHARS, tidy

_EDGE_LINES = 2
"""Lines at the top and at the bottom of a page among which running heads are looked for."""
_HEAD_CHARS = 100
"""Longest line with a page's number."""
_MOST_PAGES = 0.6
_FEW_PAGES = 3
_NUMBER = re.compile(r"(?<!\d)[0-9]{1,4}(?!\d)")
_FRONT_PAGES = 60
"""Pages by which printed numbers may differ from the counted ones; a year differs by more."""
_LINE_END = re.compile(r"\r\n?|(?<=[\u0002\ufffe])(?![\r\n])")
"""PDFium marks a hyphen at a line's end and leaves out the line's end itself."""
_MARKED_HYPHENS = re.compile("[\u0002\u00ad\ufffe]")
_BROKEN_WORD = re.compile(r"([^\W\d_]+)[-\u2010]\Z")
_WORD = re.compile(r"[^\W\d_]+")
_HYPHENATED = re.compile(r"[^\W\d_]+-[^\W\d_]+")
_ITEM = re.compile(r"(?:[-*•–▪◦‣]|\(?\d{1,3}[.)]|[a-z]\))\s")
_SENTENCE_END = re.compile(r"[.!?:…][\"'”’)\]]*\Z")
_FULL_LINE = 0.75
"""A line is full if it has this share of the length of the page's long lines."""


def mended_pages(texts: Sequence[str]) -> list[list[str]]:
    """The blocks of each page's text; a sentence that goes on over the page's end stands whole on the first page."""
    pages = _without_running_heads([_lines(text) for text in texts])
    hyphenated = {word.lower() for lines in pages for line in lines for word in _HYPHENATED.findall(line)}
    blocks = [_blocks(lines, hyphenated) for lines in pages]
    for page, following in pairwise(blocks):
        _carry_over(page, following, hyphenated)
    return blocks


def title_line(pages: Sequence[Sequence[str]]) -> str:
    """The first line of the first page, if it reads as a title, else an empty text."""
    line = pages[0][0].split("\n")[0] if pages and pages[0] else ""
    is_title = len(line) <= TITLE_CHARS // 2 and not line.endswith((".", ",", ";", ":")) and any(map(str.isalpha, line))
    return line if is_title and (len(pages[0]) > 1 or len(pages) > 1 or "\n" in pages[0][0]) else ""


def _lines(text: str) -> list[str]:
    return [" ".join(_MARKED_HYPHENS.sub("-", line).split()) for line in _LINE_END.sub("\n", text).split("\n")]


def _without_running_heads(pages: list[list[str]]) -> list[list[str]]:
    """The pages without lines that stand at the edge of most of them, be it with each page's own number."""
    shapes = [{at: _shapes(lines[at], number) for at in _edges(lines)} for number, lines in enumerate(pages)]
    counts = Counter(shape for edges in shapes for shape in set().union(*edges.values()))
    least = max(_FEW_PAGES, _MOST_PAGES * len(pages))
    repeated = {shape for shape, count in counts.items() if count >= least}
    return [
        [line for at, line in enumerate(lines) if not (at in edges and edges[at] & repeated)]
        for lines, edges in zip(pages, shapes, strict=True)
    ]


def _edges(lines: Sequence[str]) -> list[int]:
    filled = [at for at, line in enumerate(lines) if line]
    return sorted({*filled[:_EDGE_LINES], *filled[-_EDGE_LINES:]})


def _shapes(line: str, page: int) -> set[str]:
    """The line; and if it is short, the line with one of its numbers counted from the page's own."""
    shapes = {line}
    for found in _NUMBER.finditer(line if len(line) <= _HEAD_CHARS else ""):
        offset = int(found.group()) - page
        if abs(offset) <= _FRONT_PAGES:
            shapes.add(f"{line[: found.start()]}\0{offset}{line[found.end() :]}")
    return shapes


def _blocks(lines: Sequence[str], hyphenated: set[str]) -> list[str]:
    """Paragraphs: wrapped lines joined, an empty line or a line that ends early begins a new one."""
    lengths = sorted(len(line) for line in lines if line)
    long = lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0
    blocks: list[str] = []
    previous = ""
    for line in lines:
        if line and previous and _goes_on(previous, line, long):
            blocks[-1] = _joined(blocks[-1], line, hyphenated)
        elif line and previous and not _SENTENCE_END.search(previous):
            blocks[-1] += "\n" + line  # a heading, an item, a row
        elif line:
            blocks.append(line)
        previous = line
    return blocks


def _goes_on(previous: str, line: str, long: int) -> bool:
    if _ITEM.match(line):
        return False
    if line[0].islower() or _BROKEN_WORD.search(previous):
        return True
    return len(previous) >= _FULL_LINE * long and long > 40


def _joined(before: str, line: str, hyphenated: set[str]) -> str:
    broken = _BROKEN_WORD.search(before)
    rest = _WORD.match(line)
    if not broken or not rest or not line[0].islower():
        return f"{before}{'' if broken and rest else ' '}{line}"
    keeps = f"{broken.group(1)}-{rest.group()}".lower() in hyphenated
    return before + line if keeps else before[:-1] + line


def _carry_over(page: list[str], following: list[str], hyphenated: set[str]) -> None:
    """Move the end of a page's last sentence from the following page to this one."""
    if not page or not following or _SENTENCE_END.search(page[-1]) or not following[0][:1].islower():
        return
    first = sentences.split(following[0])[0]
    page[-1] = _joined(page[-1], following[0][: first[1]], hyphenated)
    following[0] = tidy(following[0][first[1] :])
    if not following[0]:
        del following[0]
