"""Links in text: where they stand, where they lead, and who named that place. Knows addresses, no Markdown.

A host that a user named may be linked to with any path. What a document's metadata names may be linked to exactly as it
stands there: whoever wrote the document chose the host, and a path of the answer's own could carry secrets to it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

_TOP_LEVEL = (
    "com net org edu gov mil int info biz name pro aero coop museum io ai co me tv cc dev app xyz top site online club "
    "shop link click page cloud ru cn de uk fr nl eu us in su tk ml ga cf gq to ly gg sh"
)
"""Last parts of host names that chat windows make links of without a scheme. Few, as in prose `N.mm/s` is a unit."""
_REST = r"[^\s<>]*"
LINK = re.compile(
    rf"""(?xi)
    [a-z][a-z0-9+.\-]{{1,30}} \\* : [\\/]{{2,}} [^\s<>]{_REST}        # a scheme and a host, escaped or not
    | (?<![a-z]) (?: javascript | vbscript | mailto | xmpp ) \\* : [^\s<>]+
    | (?<![a-z]) data \\* : [\w.+\-]+ / [\w.+\-]+ [;,] {_REST}
    | (?<![a-z0-9]) www \d{{0,3}} \\* \. [^\s<>.]{_REST}
    | (?<![\w:/\\]) [\\/]{{2}} [\w\-]+ (?: \. [\w\-]+ )+ {_REST}      # the scheme of the page it is shown on
    | (?<![\w.@/\\\-]) (?: [\w\-]+ \. )+ (?: {"|".join(_TOP_LEVEL.split())} ) (?: : \d+ )? [/?] [^\s<>]+
    """
)
"""What a renderer or a chat window may make a link of, wherever it stands, with everything up to the next space."""
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_TRAILING = ".,;:!?'\"`*_~|”’»"
_HTTP = re.compile(r"https?://([^\x00-\x20/?#\\@:%\[\]<>\"]+)(?::\d{1,5})?(?:[/?#][^\s\\<>\"]*)?", re.IGNORECASE)
_SECOND = re.compile(r"[^a-z0-9/=%.\-](?:[a-z][a-z0-9+.\-]*:[\\/]{2}|www\.)", re.IGNORECASE)
"""A second address inside the first, after a sign at which a renderer may end the first."""
_DOMAIN = re.compile(r"(?<![\w@.\-])(?:[^\W_](?:[\w\-]*[^\W_])?\.)+[^\W\d_]{2,}(?![\w@])")
_DEPTH = 4
_MOST = 20
"""Most addresses kept of one document; they travel with each of its passages."""


@dataclass(frozen=True, slots=True)
class Named:
    """Places that an answer may link to: any page of `hosts`, and exactly the `addresses`."""

    hosts: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()

    def permits(self, link: str) -> bool:
        """Whether the link leads to a named place, read in the one way in which no browser reads it differently.

        An address with credentials, a backslash, a percent sign in its host, another address behind it, or any scheme
        but http and https never does.
        """
        link = unescape(link)  # as it is rendered
        found = _HTTP.fullmatch(link)
        if found is None or _SECOND.search(link, found.end(1)):
            return False
        return _host(found[1]) in self.hosts or _address(link) in self.addresses


def named_by(texts: Iterable[str], links: Iterable[str] = ()) -> Named:
    """Return what the user's own `texts` name, bare host names too, and the `links` of documents' metadata."""
    from markdown_it.common.normalize_url import normalizeLink  # noqa: PLC0415 - as in nodes/markup.py

    spoken = list(texts)
    domains = (found[0] for text in spoken for found in _DOMAIN.finditer(text))
    addressed = (found[1] for text in spoken for link in links_in(text) if (found := _HTTP.fullmatch(link)))
    addresses = {form for link in links for form in (_address(link), _address(normalizeLink(link)))}
    return Named(frozenset(map(_host, (*domains, *addressed))), frozenset(addresses))


def links_in(text: str) -> Iterator[str]:
    """Yield the links of a text, without the punctuation that follows them."""
    for found in LINK.finditer(text):
        yield found[0][: _end(found[0])]


def links_of(metadata: Mapping[str, Any]) -> list[str]:
    """Return the first web addresses that a document's metadata names, each once."""
    found = (link for text in _texts(metadata, 0) for link in links_in(text) if _HTTP.fullmatch(link))
    return list(dict.fromkeys(found))[:_MOST]


def replace_links(text: str, replacement: Callable[[str], str]) -> str:
    """Return the text with each link replaced by what `replacement` makes of it."""

    def replaced(found: re.Match[str]) -> str:
        end = _end(found[0])
        return replacement(found[0][:end]) + found[0][end:]

    return LINK.sub(replaced, text)


def _end(link: str) -> int:
    """Return where a link ends and the sentence around it goes on: a bracket belongs to it only if it opened there."""
    end = len(link)
    while end:
        last = link[end - 1]
        opener = _CLOSERS.get(last)
        if not (last in _TRAILING or (opener and link.count(last, 0, end) > link.count(opener, 0, end))):
            break
        end -= 1
    return end


def _host(host: str) -> str:
    return host.lower().rstrip(".").removeprefix("www.")


def _address(link: str) -> str:
    scheme, _, rest = link.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}://{host.lower()}{slash}{path}".rstrip("/")


def _texts(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list) and depth < _DEPTH:
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(item, depth + 1)
