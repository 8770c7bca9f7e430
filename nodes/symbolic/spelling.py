"""Names in questions that are typed without capitals, and phrases taken for names that are none.

Only the passages found can tell: `isaac newton` is a name where they write `Isaac Newton`, and a thing named by its
place in the question (`of the ferry company`) is one where they know it at all.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from nodes.state import Passage
from nodes.symbolic.asked import Asked, understand
from nodes.symbolic.attributes import is_measured
from nodes.symbolic.names import find_names, stands_in
from nodes.symbolic.words import STOP_WORDS, content_stems

MAX_NAMES = 400
"""Names of the passages that are looked for in a question."""


def understood(question: str, passages: Iterable[Passage]) -> Asked:
    """Take a question apart, with its names spelled as the passages spell them."""
    asked = understand(question)
    if any(name != name.lower() for name in asked.names):
        return asked
    texts = [f"{passage['title']}\n{passage['text']}" for passage in passages]
    respelled = _respelled(asked.text, texts)
    if respelled != asked.text:
        return understand(respelled)
    told = "\n".join(texts)
    unknown = [name for name in asked.names if not stands_in(name, told)]
    if not unknown:
        return asked
    words = asked.words | frozenset(content_stems(" ".join(unknown)))
    return replace(asked, names=tuple(name for name in asked.names if name not in unknown), words=words)


def _respelled(question: str, texts: Iterable[str]) -> str:
    """Give the names in a question the capitals that the texts give them."""
    plain, lower = "\n".join(texts), question.lower()
    found = dict.fromkeys(mention.name for mention in find_names(plain) if mention.name.lower() in lower)
    names = [name for name in found if not is_measured(name)]
    for name in sorted(names[:MAX_NAMES], key=len, reverse=True):
        if _is_always_capital(name, plain):
            question = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", name, question, flags=re.IGNORECASE)
    return question


def _is_always_capital(name: str, text: str) -> bool:
    """Say whether a text never writes a name in small letters, as it does a word that only begins its sentences."""
    lower = name.lower()
    if lower in STOP_WORDS or len(lower) < 3:
        return False
    return re.search(rf"(?<![\w-]){re.escape(lower)}(?![\w-])", text) is None
