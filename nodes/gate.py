"""The output gate: no image, no raw HTML, and no link to a place that nobody named leaves in an answer.

Measured on AgentDojo with a model that obeys what it reads, answers that may hold images and links leaked in 949 of 949
cases, and gated ones in none. What goes is taken out of the source as narrowly as can be done; then the source is read
again, and where something is left, the characters that make it up go. Text without them renders as nothing but text.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from html import unescape

from nodes.links import Named, links_in, replace_links
from nodes.markup import Construct, Kind, constructs, flattened, harmless, outside_code

LINK_GONE = "(link removed)"
IMAGE_GONE = "(image removed)"
NOTHING_LEFT = "Everything in the answer was removed: it was nothing but images, HTML or links that nobody named."
TEXT_CHARS = 40_000
"""Longest text that is let through, in characters; what is beyond is cut with a mark. It bounds the time of reading."""
_NAMES: dict[Kind, tuple[str, str]] = {
    "image": ("image", "images"),
    "html": ("piece of HTML", "pieces of HTML"),
    "link": ("link", "links"),
}
_ROUNDS = 8
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_LATIN = 0x2FF
"""The last character of Latin alphabets, in which nothing is joined."""
_BREAKS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_ENTITY = re.compile(r"&(?:#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6})|[A-Za-z]{2,32});")
_IN_ADDRESSES = re.compile(r"[A-Za-z0-9:/.\\_?=%@-]")
_LABEL = r"(?:[^\[\]\\]|\\.)*+"
for _ in range(3):  # brackets in brackets in brackets
    _LABEL = rf"(?:[^\[\]\\]|\\.|\[{_LABEL}\])*+"
_ADDRESS = r"<[^<>\n]*+>|(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*+\))*+"
_TITLE = r"\"[^\"]*+\"|'[^']*+'|\([^()]*+\)"
_TARGET = rf"\(\s*+({_ADDRESS})(?:\s++(?:{_TITLE}))?\s*+\)"
_IMAGE = re.compile(rf"!\[({_LABEL})\](?:{_TARGET}|\[{_LABEL}\])?")
_INLINE = re.compile(rf"\[({_LABEL})\]{_TARGET}")
_AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.\-]{1,31}:[^\s<>]*+)>")
_ADDRESSED = re.compile(r"<([\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+)>")
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|</?[A-Za-z][^<>]*+>|<![A-Za-z][^<>]*+>", re.DOTALL)
_OPENS_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_MARKERS = re.compile(r"(\[#?E?\d{1,4}\](?![:(]))")


@dataclass(frozen=True, slots=True)
class Gated:
    """Text that may leave, and how many images, HTML nodes and links were taken out of it."""

    text: str
    removed: dict[Kind, int] = field(default_factory=dict)

    @property
    def said(self) -> str | None:
        """What was removed, in one sentence; None where nothing was."""
        counts = [(count, names) for kind, names in _NAMES.items() if (count := self.removed.get(kind, 0))]
        if not counts:
            return None
        parts = [f"{count} {names[count > 1]}" for count, names in counts]
        listed = " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
        verb = "was" if sum(count for count, _ in counts) == 1 else "were"
        return (
            f"{listed} {verb} removed from the answer: only links that you or a cited document named may stand in it."
        )


def gate(text: str, named: Named) -> Gated:
    """Return text of which no renderer makes an image, an HTML node, or a link to a place that is not `named`."""
    removed: dict[Kind, int] = {}
    text = readable(text)
    if len(text) > TEXT_CHARS:
        text = f"{text[:TEXT_CHARS]} … [cut: {TEXT_CHARS} of {len(text)} characters]"
    text = flattened(text)
    for _ in range(_ROUNDS):
        before = text
        text = _without_bare_links(_without_constructs(text, named, removed), named, removed)
        if text == before:
            return Gated(text if text.strip() or not removed else NOTHING_LEFT, removed)
    # Ever new links out of the remains of others: a text made to do that is shown as plain letters.
    text = harmless(text)
    while (plain := _without_bare_links(text, named, removed)) != text:
        text = plain
    return Gated(text, removed)


def readable(text: str) -> str:
    """Return text without what nobody sees: control, format and tag characters, and addresses spelt as entities."""
    text = _CONTROL.sub("", _BREAKS.sub("\n", text))
    if not text.isascii():
        text = "".join(character for at, character in enumerate(text) if not _is_hidden(text, at))
    while (decoded := _ENTITY.sub(_decoded, text)) != text:
        text = decoded
    return text


def _is_hidden(text: str, at: int) -> bool:
    """Whether a character shows nothing; what joins two letters of other scripts, or two emoji, does."""
    if not _shows_nothing(text[at]):
        return False
    around = text[max(at - 1, 0) : at] + text[at + 1 : at + 2]
    joins = text[at] in "\u200c\u200d" and len(around) == 2
    return not (joins and all(ord(each) > _LATIN and not _shows_nothing(each) for each in around))


def _shows_nothing(character: str) -> bool:
    return unicodedata.category(character) in {"Cf", "Cs", "Co", "Cn"}


def _decoded(entity: re.Match[str]) -> str:
    character = unescape(entity[0])
    return character if _IN_ADDRESSES.fullmatch(character) else entity[0]


def _without_constructs(text: str, named: Named, removed: dict[Kind, int]) -> str:
    """Take out what is not allowed; where references lead to such a place, their definitions only, for a start."""
    if not ("<" in text or "[" in _MARKERS.sub("", text)):
        return text
    offending = [each for each in constructs(text) if each.kind != "link" or not named.permits(each.address)]
    if not offending:
        return text
    if definitions := [each for each in offending if each.definition]:
        offending = definitions
    for kind, count in _counted(offending).items():
        removed[kind] = removed.get(kind, 0) + count
    lines = text.split("\n")
    for first, last, defines in sorted({(each.first, each.last, each.definition) for each in offending}, reverse=True):
        lines[first:last] = _as_many([] if defines else _rewritten(lines[first:last], named), last - first)
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def _rewritten(lines: list[str], named: Named) -> list[str]:
    """Return lines without what offends: narrowly, else without brackets but citations', else without any."""
    source = "\n".join(lines)
    for change in (lambda part: _narrow(part, named), _bracketless):
        if (rewritten := outside_code(source, change)) != source:
            return rewritten.split("\n")
    return harmless(source).split("\n")


def _bracketless(text: str) -> str:
    pieces = _MARKERS.split(text)  # every second one is a marker
    return "".join(piece if at % 2 else harmless(piece) for at, piece in enumerate(pieces))


def _counted(offending: list[Construct]) -> dict[Kind, int]:
    """Count what offends; what both readings find is one."""
    seen = Counter((each.kind, each.address, each.first) for each in offending)
    counts: dict[Kind, int] = {}
    for (kind, _, _), readings in seen.items():
        counts[kind] = counts.get(kind, 0) + (readings + 1) // 2
    return counts


def _as_many(lines: list[str], count: int) -> list[str]:
    """Return as many lines: what a comment over several lines leaves is fewer, and later places must stay right."""
    return [*lines, *[""] * (count - len(lines))]


def _narrow(text: str, named: Named) -> str:
    """Take out just what offends, in the forms that are usual."""
    text = _IMAGE.sub(IMAGE_GONE, text)
    text = _INLINE.sub(lambda found: found[0] if named.permits(found[2].strip("<>")) else found[1], text)
    text = _AUTOLINK.sub(lambda found: found[0] if named.permits(found[1]) else LINK_GONE, text)
    text = _TAG.sub(lambda tag: tag[0] if _AUTOLINK.fullmatch(tag[0]) else "", _ADDRESSED.sub(r"\1", text))
    return _OPENS_TAG.sub(lambda found: "<" if _AUTOLINK.match(text, found.start()) else "< ", text)


def _without_bare_links(text: str, named: Named, removed: dict[Kind, int]) -> str:
    if all(named.permits(link) for link in links_in(text)):
        return text

    def judged(link: str) -> str:
        if named.permits(link):
            return link
        removed["link"] = removed.get("link", 0) + 1
        return LINK_GONE

    return replace_links(text, judged)
