"""JSON that its writer did not quite get right, written again: quotes inside strings, forgotten commas and brackets.

A quotation mark ends a string only where a comma, a colon, a bracket or the next key follows. Brackets are completed at
the end only: JSON that stops inside a value is not mended, because what is missing cannot be known. This is less than
what libraries for the purpose do; they complete anything to something, and a plan must not be guessed.
"""

import re
from collections.abc import Iterator

_KEY = r"[\"'][^\"'\n]{1,60}[\"']\s{0,9}:"
_TOKEN = re.compile(r"\s++|//[^\n]*|[{}\[\]:,]|[\"']|[^\s{}\[\]:,\"']++")
_ENDS = {
    quote: re.compile(rf"(?<!\\){quote}(?=\s{{0,99}}(?:\Z|[}}\]:]|,\s{{0,99}}(?:\Z|[\"'\[{{}}\]0-9tfnTFN/])|{_KEY}))")
    for quote in "\"'"
}
_OPEN, _CLOSE = {"{": "}", "[": "]"}, {"}", "]"}
_BARE = {quote: re.compile(rf"(?<!\\){quote}") for quote in "\"'"}


def mended(source: str) -> str | None:
    """Return the text as JSON, or None where a string in it has no end."""
    tokens = list(_tokens(source))
    if None in tokens:
        return None
    written: list[str] = []
    open_brackets: list[str] = []
    follows_value = False
    for token in filter(None, tokens):
        is_space = token.isspace() or token.startswith("//")
        if not is_space and follows_value and token not in {",", ":", *_CLOSE}:
            written.append(",")
        written.append(token)
        if token in _OPEN:
            open_brackets.append(_OPEN[token])
        elif token in _CLOSE and open_brackets:
            open_brackets.pop()
        follows_value = follows_value if is_space else token not in {",", ":", *_OPEN}
    return "".join([*written, *reversed(open_brackets)])


def _tokens(source: str) -> Iterator[str | None]:
    """Yield the tokens, strings with the quotes inside them escaped; None for a string without an end."""
    position = 0
    while match := _TOKEN.match(source, position):
        token, position = match[0], match.end()
        if token in _ENDS:
            end = _ENDS[token].search(source, position)
            if end is None:
                yield None
                return
            inner = _BARE[token].sub(rf"\\{token}", source[position : end.start()])
            token, position = f"{token}{inner}{token}", end.end()
        yield token
