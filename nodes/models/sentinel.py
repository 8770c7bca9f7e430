"""Telling a model that says it has no answer from one whose answer speaks of there being none.

A model is asked to write certain words and nothing else. They count where they are a line of their own, or begin the
reply and are followed by a mark; inside a sentence they are prose. Models put them in bold, in quotes, in brackets.
"""

import re

_AROUND = r"[\W_]{0,12}"


def declined(reply: str, words: str) -> str | None:
    """Return what a reply says beside the agreed `words`, None where it does not say them."""
    agreed = re.escape(words)
    alone = re.compile(rf"^{_AROUND}{agreed}{_AROUND}$", re.MULTILINE)
    first = re.compile(
        rf"\A{_AROUND}{agreed}(?:{_AROUND}$|[*_`\"')\]]*\s?[:.;,(\u2013\u2014-])", re.MULTILINE | re.IGNORECASE
    )
    found = first.search(reply) or alone.search(reply)
    if found is None:
        return None
    after = reply[found.end() :].lstrip(" \n\t:.;,)*_`\"'")
    return " ".join(filter(None, [reply[: found.start()].strip(), after.strip()]))
