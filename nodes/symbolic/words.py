"""English words as the rules see them: tokens, stop words and stems. Knows nothing of questions or documents."""

import re
from collections.abc import Iterator

TOKEN = re.compile(r"[^\W_]{1,60}(?:[-’'][^\W_]{1,60}){0,4}")


def word_set(words: str) -> frozenset[str]:
    """Return the words of a text that lists them, separated by blanks."""
    return frozenset(words.split())


QUESTION_WORDS = word_set("who whom whose what which when where why how")
STOP_WORDS = QUESTION_WORDS | word_set(
    "a an the this that these those it its he she they his her their him them i we you my our your of in on at to "
    "from by for with about into onto over under than as and or but nor not no if then so there here is are was "
    "were be been being am do does did done has have had having can could will would shall should may might must "
    "also both each any some all only just ever please tell me give name list find get gets explain describe "
    "compare calculate compute say know known many much one ones out up down off between among during while because "
    "within since until former formerly s t "
)
MODIFIERS = word_set("equatorial mean average approximate approximately exact total overall launch number value amount")
"""Words about how something was measured; a sentence may leave them out."""
THINGS = word_set(
    "planet moon star rocket spacecraft probe rover orbiter telescope mission observatory station city country state "
    "river mountain company film book novel song band person man woman system world body ship vessel ferry boat "
    "building bridge island town village university museum album magazine newspaper team airport"
)
"""Words that only say what sort of thing a name is, as in `the planet Mars`."""
NUMBER_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
"""Numbers in words, from one on."""
MASS_NOUNS = word_set("process business series news species gas waste")
"""Nouns in `s` of which there is an amount, not a number."""

_SAME = {
    form: word
    for word, forms in {
        "born": "birth birthday",
        "death": "die dies died dead",
        "fly": "flew flown flight flyby",
        "begin": "began begun",
        "take": "took taken",
        "discover": "found",
        "build": "built",
        "write": "written wrote author",
        "lead": "led",
        "make": "made",
        "send": "sent",
        "leave": "left",
        "arrive": "reach reached reaches arrival",
        "weigh": "weight",
        "child": "children",
        "man": "men",
        "woman": "women",
        "foot": "feet",
        "feed": "fed",
        "transport": "carry carries carried carrying",
    }.items()
    for form in forms.split()
}
"""Irregular forms, and nouns of verbs that look different."""
_LONG_ENDINGS = ("ities", "ity", "ness", "ations", "ation", "eries", "ings", "ing", "ers", "ors", "ies", "ied")
_ENDINGS = (*_LONG_ENDINGS, "er", "or", "ery", "ed", "es", "y", "e", "s")


def stem(word: str) -> str:
    """Return a crude stem, so that `discoverer`, `discovery` and `discovered` are one; not meant to be shown."""
    word = word.lower()
    word = _SAME.get(word, word)
    while ending := next((end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= 3), None):
        word = word[: -len(ending)]
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1].isalpha() else word


def singular(noun: str) -> str:
    """Return a regular noun in the singular: `masses` is `mass`, `salaries` `salary`."""
    return re.sub(r"ies$", "y", noun) if noun.endswith("ies") else re.sub(r"(?<=ss)es$|(?<=x)es$|(?<!s)s$", "", noun)


def tokens(text: str) -> Iterator[re.Match[str]]:
    """Yield the words of a text; a possessive is part of its word."""
    return TOKEN.finditer(text)


def bare(token: str) -> str:
    """Drop the possessive ending of a token."""
    return re.sub(r"[’']s?$", "", token)


def content_stems(text: str) -> list[str]:
    """Return the stems of the words that carry meaning, in order."""
    words = (bare(token[0]) for token in tokens(text))
    return [stem(word) for word in words if word and word.lower() not in STOP_WORDS]


def normalise(question: str) -> str:
    """Return a question on one line, without its final punctuation and with plain quotes."""
    plain = re.sub(r"\s+", " ", question.replace("’", "'")).strip()
    return plain.rstrip("?!. ").strip()
