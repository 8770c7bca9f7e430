"""Everyday phrases in place of which documents have a plain verb: `pass away` is told as dying.

Only phrases of several words are here, whose words mean something else by themselves; single words are in `telling.py`.
"""

import re

_IDIOMS = {
    r"pass(?:ed)? away": "die",
    r"(?:come|came|comes) into (?:the )?world": "born",
    r"(?:take|takes|took|taken) place": "happen",
    r"(?:come|came|comes) out": "released",
    r"(?:come|came|comes|get|gets|got) back": "return",
    r"(?:set|sets) up": "founded",
    r"(?:bring|brings|brought) in": "earn",
    r"(?:get|gets|got) married to": "marry",
    r"(?:carry|carried) out": "do",
    r"(?:blast|lift)(?:ed)? off": "launch",
    r"in charge of": "head of",
}
_PATTERN = re.compile("|".join(rf"(?P<i{n}>\b{idiom}\b)" for n, idiom in enumerate(_IDIOMS)), re.IGNORECASE)
_PLAIN = tuple(_IDIOMS.values())


def in_plain_words(question: str) -> str:
    """Return a question with plain verbs in place of everyday phrases."""
    return _PATTERN.sub(lambda found: _PLAIN[int((found.lastgroup or "i0")[1:])], question)
