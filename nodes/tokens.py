"""How many tokens a text takes at most, before any model has counted it.

What was used is only ever what a provider reported. A budget has to be held before the call, though, and each model
has a tokenizer of its own, so this is a bound and no count: three letters of a word are a token (in English prose a
token is four characters), any other ASCII character is one (some models split numbers into digits), blanks between
words are none, and beyond ASCII three bytes are two (a Chinese character is three bytes, and mostly one token).
docs/decisions/0032-tokens-are-bounded-before-a-call.md has what was measured.
"""

import re

_WORD = re.compile(r"[A-Za-z]+")
_SPACES = re.compile(r"[ \t\r]+")


def at_most(text: str) -> int:
    """Return a number of tokens that the text stays below with any usual tokenizer."""
    words = sum(-(-(word.end() - word.start()) // 3) for word in _WORD.finditer(text))
    other = _SPACES.sub("", _WORD.sub("", text))
    if other.isascii():
        return words + len(other)
    single = sum(map(str.isascii, other))
    return words + single + -(-2 * (len(other.encode("utf-8", "replace")) - single) // 3)
