"""Mends the lines of pages: joins what was wrapped, heals hyphens, drops running heads, reads tables by row.

Knows lines and where they lie, no file format.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from retrieval import sentences
from retrieval.documents.extracted import TITLE_CHARS, tidy
from retrieval.documents.layout import Line, pitch, table_at
from retrieval.documents.tables import row_lines

_EDGE_LINES = 2
"""Lines at the top and at the bottom of a page among which running heads are looked for."""
_HEAD_CHARS = 100
"""Longest line with a page's number."""
_MOST_PAGES = 0.6
_FEW_PAGES = 3
_MARK = "\0"
"""Stands before a number that is counted from the page's own; two pages with such a line are enough."""
_NUMBER = re.compile(r"(?<!\d)[0-9]{1,4}(?!\d)")
_FRONT_PAGES = 60
"""Pages by which printed numbers may differ from the counted ones; a year differs by more."""
_BROKEN_WORD = re.compile(r"([^\W\d_]+)[-\u2010]\Z")
_WORD = re.compile(r"[^\W\d_]+")
_HYPHENATED = re.compile(r"[^\W\d_]+-[^\W\d_]+")
_ITEM = re.compile(r"(?:[-*•–▪◦‣●○■·]|\(?\d{1,3}[.)]|[a-z]\))\s")
_SENTENCE_END = re.compile(r"[.!?:…][\"'”’)\]]*\Z")
_AROUND = 4
"""Lines above and below a line that tell where it would have been wrapped."""
_INDENT = 3.0
"""How far lines of one column begin from each other, in heights of the line."""
_WRAPPED_CHARS = 25
"""A shorter line was not wrapped, unless its sentence goes on in lower case."""
_GAP = 1.4
"""Distance of paragraphs, in usual distances of lines."""
_LARGER = 1.12
"""Height of larger type, in heights of smaller type."""
_SLACK = 1.0
"""What a line may lack of the full width, in heights of the line, beside the word that did not fit; thrice as much
where a sentence goes on in lower case."""


def mended_pages(pages: Sequence[Sequence[Line]]) -> list[list[str]]:
    """The blocks of each page's text; a sentence that goes on over the page's end stands whole on the first page."""
    kept = _without_running_heads(pages)
    hyphenated = {word.lower() for lines in kept for line in lines for word in _HYPHENATED.findall(line.text)}
    blocks = [_blocks(lines, hyphenated) for lines in kept]
    for page, following in pairwise(blocks):
        _carry_over(page, following, hyphenated)
    return blocks


def title_line(pages: Sequence[Sequence[str]]) -> str:
    """The first line of the first page, if it reads as a title, else an empty text."""
    line = pages[0][0].split("\n")[0] if pages and pages[0] else ""
    is_title = len(line) <= TITLE_CHARS // 2 and not line.endswith((".", ",", ";", ":")) and any(map(str.isalpha, line))
    return line if is_title and (len(pages[0]) > 1 or len(pages) > 1 or "\n" in pages[0][0]) else ""


def _without_running_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without lines that stand at the edge of most of them, be it with each page's own number."""
    shapes = [{at: _shapes(lines[at].text, number) for at in _edges(lines)} for number, lines in enumerate(pages)]
    counts = Counter(shape for edges in shapes for shape in set().union(*edges.values()))
    most = _MOST_PAGES * len(pages)
    repeated = {shape for shape, count in counts.items() if count >= max(most, 2 if _MARK in shape else _FEW_PAGES)}
    return [
        [line for at, line in enumerate(lines) if not (at in edges and edges[at] & repeated)]
        for lines, edges in zip(pages, shapes, strict=True)
    ]


def _edges(lines: Sequence[Line]) -> list[int]:
    """The first and last lines, both as they come and as they lie: a foot may come before the text."""
    order = range(len(lines))
    lying = sorted(order, key=lambda at: -lines[at].top)
    return sorted({*order[:_EDGE_LINES], *order[-_EDGE_LINES:], *lying[:_EDGE_LINES], *lying[-_EDGE_LINES:]})


def _shapes(line: str, page: int) -> set[str]:
    """The line; and if it is short, the line with one of its numbers counted from the page's own."""
    shapes = {line}
    for found in _NUMBER.finditer(line if len(line) <= _HEAD_CHARS else ""):
        offset = int(found.group()) - page
        if abs(offset) <= _FRONT_PAGES:
            shapes.add(f"{line[: found.start()]}{_MARK}{offset}{line[found.end() :]}")
    return shapes


def _blocks(lines: Sequence[Line], hyphenated: set[str]) -> list[str]:
    """Paragraphs, headings, items, and a line for each row of a table."""
    height = median(line.height for line in lines) if lines else 0.0
    apart = _GAP * min(pitch(lines), 2 * height)
    blocks: list[str] = []
    previous: Line | None = None
    at = 0
    while at < len(lines):
        table = table_at(lines, at)
        if table:
            blocks.append("\n".join(row_lines(table[0])))
            previous, at = None, table[1]
            continue
        line = lines[at]
        if previous is None or not _are_near(previous, line, apart):
            blocks.append(line.text)
        elif _goes_on(previous, line, _edge(lines, at)):
            blocks[-1] = _joined(blocks[-1], line.text, hyphenated)
        else:
            blocks[-1] += "\n" + line.text
        previous, at = line, at + 1
    return blocks


def _are_near(previous: Line, line: Line, apart: float) -> bool:
    """Whether a line belongs to the block of the one above it: it is near, and of the same size of type."""
    same_size = max(previous.height, line.height) <= _LARGER * min(previous.height, line.height)
    return same_size and 0 < previous.bottom - line.bottom <= apart


def _edge(lines: Sequence[Line], at: int) -> float:
    """Where the lines around one that begin below each other end at most; columns have edges of their own."""
    line = lines[at]
    around = lines[max(0, at - _AROUND) : at + _AROUND + 1]
    return max(each.right for each in around if abs(each.left - line.left) <= _INDENT * line.height)


def _goes_on(previous: Line, line: Line, edge: float) -> bool:
    """Whether a line was wrapped into the next: its first word would not have fitted before the edge."""
    if _ITEM.match(line.text):
        return False
    if _BROKEN_WORD.search(previous.text):
        return True
    in_sentence = line.text[0].islower() and not _SENTENCE_END.search(previous.text)
    if len(previous.text) < _WRAPPED_CHARS and not in_sentence:
        return False
    first = line.text.split(maxsplit=1)[0]
    word = (line.right - line.left) * (1 + len(first)) / len(line.text)
    return previous.right + word >= edge - _SLACK * line.height * (3 if in_sentence else 1)


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
