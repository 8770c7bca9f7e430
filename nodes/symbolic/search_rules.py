"""Rules for questions that are looked up and not computed. The last of them fits every question."""

import re
from collections.abc import Sequence

from nodes.symbolic.asked import Asked, understand
from nodes.symbolic.drafting import Drafting
from nodes.symbolic.names import names_asked
from nodes.symbolic.phrases import VERB_NOUNS, in_full, take_up, things
from nodes.symbolic.rule import BE, LIST, PROPERTY, Groups, Rule, rule
from nodes.symbolic.words import THINGS, singular

_QUESTION = (
    r"(?:(?:in|on|at|by|from|for|to|with|under|since|until|after) (?:what|which|whom|when|how)"
    r"|who|whose|what|which|when|where|why|how|is|are|was|were|did|does|do)"
)
_AND = re.compile(rf"(?:,|;|\?)?\s(?:and|or)\s(?:also\s)?(?={_QUESTION}\s)|\?\s(?={_QUESTION}\s)", re.IGNORECASE)
_LEADS = re.compile(rf"^{_QUESTION}\s", re.IGNORECASE)
_BACKWARD = re.compile(r"\b(?:it|its|he|his|him|she|her|they|their|them)\b", re.IGNORECASE)
_THE_THING = re.compile(rf"\b(?:the|this|that) (?:{'|'.join(sorted(THINGS))})\b", re.IGNORECASE)
_AFTER = r"(?P<after>(?!and |or |the )(?-i:[a-z]{3,20})(?: (?:on|in|to|from|by|at|into) [\w -]{2,40})?)"
_SHARED = "both|all|from|members|in the same|located|situated"
MAX_PARTS = 4
TARGET_K = 20
"""Passages in which what is said of every thing of a kind is looked for, as a table's rows."""
_DESCRIBING = re.compile(
    r"\s(?:(?:in|on|at|by|for|to|from|under|with) )?(?:that|which|who|whom|whose|where)\b"
    r"|\s(?:responsible for|in charge of|[a-z]{2,14}(?:ed|wn|nt|un|ld) by|under (?=the |[A-Z]))\b",
    re.IGNORECASE,
)
"""What a description by way of something else begins with."""


def _each(groups: Groups, draft: Drafting) -> bool:
    """`what are the diameters of Mars and Venus`, `when were A and B launched`: one value for each."""
    parts, form = things(groups["list"]), groups.groupdict()
    if len(parts) < 2:
        return False
    if noun := form.get("attribute"):
        questions = [f"{singular(noun)} of {in_full(part)}" for part in parts]
    elif verb := form.get("verb"):
        questions = [f"{VERB_NOUNS[verb.lower()]} of {in_full(part)}" for part in parts]
    elif counted := form.get("counted"):
        questions = [f"number of {counted} of {in_full(part)}" for part in parts]
    else:
        questions = [f"{form['before']} was {part} {form['after']}" for part in parts]
    if any(understand(question).kind == "text" for question in questions):
        return False
    for question in questions:
        draft.read(question)
    return True


def _questions(groups: Groups, draft: Drafting) -> bool:
    """`who discovered Titan, and when was Uranus discovered`: each by itself, with the names its pronouns stand for."""
    parts = [part.strip(" ,;:?") for part in _AND.split(groups["all"])]
    if not 2 <= len(parts) <= MAX_PARTS or not all(_LEADS.match(f"{part} ") and " " in part for part in parts):
        return False
    first, names = parts[0], names_asked(parts[0])
    tail = re.search(r"\sof\s(?:the\s)?[A-Z].{1,60}$", parts[-1])
    draft.read(f"{first}{tail[0]}" if tail and not names and " of " not in first else first)
    for part in parts[1:]:
        draft.read(_by_itself(part, first, names))
    return True


def _by_itself(part: str, first: str, names: Sequence[str]) -> str:
    """Return a later part with the name that `it` or `the ship` stands for; else with all of the first part."""
    if names_asked(part):
        return part
    if len(names) == 1 and _THE_THING.search(part):
        return _THE_THING.sub(names[0], part, count=1)
    if not _BACKWARD.search(part):
        return part
    return take_up(part, names, first) or f"{first}: {part}"


def _when_and_where(groups: Groups, draft: Drafting) -> bool:
    """`when and where was Tycho Brahe born`: the same asked twice."""
    for word in (groups["first"], groups["second"]):
        draft.read(f"{word} {groups['rest']}")
    return True


def _several_of_one(groups: Groups, draft: Drafting) -> bool:
    """`what are the length and the beam of the Astrid`, `the discoverer of Titan and the year of its discovery`."""
    whole, names = groups["things"], names_asked(groups["things"])
    parts = [part.strip(" ,") for part in re.split(r",\s(?:and\s)?(?:the\s)?|\sand\s(?:the\s)?", whole)]
    owner = re.search(r"\s(?:of|on|in|for)\s(.{2,60})$", parts[-1])
    if not 2 <= len(parts) <= MAX_PARTS or owner is None or not names:
        return False
    if any(" of " in part or "'s " in part for part in parts[:-1]):
        questions = [_BACKWARD.sub(lambda found: _owning(found[0], names[0]), part) for part in parts]
        if not all(names_asked(question) for question in questions):
            return False
    else:
        questions = [*(f"{part}{owner[0]}" for part in parts[:-1]), parts[-1]]
    for question in questions:
        draft.read(question)
    return True


def _owning(pronoun: str, name: str) -> str:
    return f"{name}'s" if pronoun.lower() in {"its", "his", "her", "their"} else name


def _either(groups: Groups, draft: Drafting) -> bool:
    """`which singer is American, A or B`, `are A and B both X`: what is said of each, as evidence to quote."""
    parts = things(groups["list"])
    if len(parts) < 2 or not all(names_asked(part) for part in parts):
        return False
    for part in parts:
        draft.search(f"{part} {groups['rest'].strip(' ,:')}")
    return True


def _two_hops(_groups: Groups, draft: Drafting) -> bool:
    """Whatever does not ask one thing's value outright may take two documents: search, then search from there."""
    asked = understand(draft.question)
    if asked.kind != "text" and not asked.indirect and not _DESCRIBING.search(asked.text):
        return False
    found = draft.search_twice(draft.question)
    if asked.kind != "text" and (parts := _parted(asked)):
        searches = [draft.search(part, TARGET_K) for part in parts]
        draft.read_from(draft.question, *found, *searches)
    return True


def _parted(asked: Asked) -> tuple[str, str] | None:
    """Part `how long is the ship that Ada commands` into `how long is the ship` and `ship that Ada commands`.

    What is said of every ship stands in one place, and which of them is meant in another.
    """
    cut = _DESCRIBING.search(asked.text)
    if cut:
        target, description = asked.text[: cut.start()], asked.text[cut.start() :]
        noun = target.rsplit(maxsplit=1)[-1]
        return target, f"{noun}{description}"
    owned = re.search(r"(?:\b(?:[A-Z][\w.-]{1,30}) ){0,3}\b[A-Z][\w-]{1,30}'s? (?P<noun>[a-z]{2,30})", asked.text)
    if owned is None:
        return None
    return asked.text.replace(owned[0], f"the {owned['noun']}"), owned[0]


def _one_search(_groups: Groups, draft: Drafting) -> bool:
    return bool(draft.original)


SEVERAL_RULES: tuple[Rule, ...] = (
    rule("several questions", "search read", _questions, r"(?P<all>.{10,500})"),
    rule("when and where", "search read", _when_and_where,
         r"(?P<first>when|where|who|why|how) and (?P<second>when|where|why|how|by whom) (?P<rest>.{5,200})"),
    rule("a value for each", "search read", _each,
         rf"(?:what|when) {BE} the {PROPERTY} (?:of|on)(?: both)? {LIST}",
         rf"(?P<before>when) were {LIST} {_AFTER}",
         rf"how many (?P<counted>[\w -]{{2,30}}?) (?:do|does|did) {LIST} have",
         rf"(?:what|how much) (?:do|does|did) {LIST} (?P<verb>{'|'.join(VERB_NOUNS)})",
         rf"compare the {PROPERTY} of {LIST}"),
    rule("several of one", "search read", _several_of_one,
         r"(?:(?:what|who) (?:is|are|was|were)|tell me|give me|give|name|list|find) the (?P<things>[\w',. -]{8,200})"),
)  # fmt: skip
FALLBACK_RULES: tuple[Rule, ...] = (
    rule("either or both", "search", _either,
         rf"(?P<rest>(?:which|who|what) .{{3,150}}?)[,:;] {LIST}",
         rf"(?:between|of) {LIST}, (?P<rest>(?:which|who|what) .{{3,150}})",
         rf"(?:are|is|were|was|do|did|does|have) (?:both )?{LIST} (?P<rest>(?:{_SHARED})\b.{{0,150}})"),
    rule("two hops", "search", _two_hops, r".{1,500}"),
    rule("one search", "search", _one_search, r"(?s:.{1,30000})"),
)  # fmt: skip
