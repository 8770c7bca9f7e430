"""Rules for questions over the rows of a table that a phrase describes: the most of them, their sum, average, number.

What the phrase says beyond the kind of thing (`mountains in the Kettle Hills`) is a condition that rows have to meet;
which column holds the value is found where the rows are read.
"""

import re

from nodes.symbolic.attributes import of_adjective, of_question
from nodes.symbolic.contrast import quantity_of
from nodes.symbolic.drafting import Drafting
from nodes.symbolic.names import names_asked
from nodes.symbolic.phrases import VERB_NOUNS, in_full, things
from nodes.symbolic.row_counting import NAME
from nodes.symbolic.rule import ADJECTIVE, BE, LESS, MORE, Groups, Rule, rule
from nodes.symbolic.sheet_query import IDLE
from nodes.symbolic.words import STOP_WORDS, singular, stem

_EXTREME, _TOTAL = "search tabulate compare", "search tabulate aggregate"
_SUPERLATIVE = re.compile(r"est$|^(?:most|least)\s", re.IGNORECASE)
_LATE = frozenset({"last", "latest", "most recently", "newest", "youngest"})
_LISTED = re.compile(r"\sor\s|,\s\w+,|:", re.IGNORECASE)
_LIVING = re.compile(r"\b(?:lives?|works?)\b", re.IGNORECASE)
_LEADING = re.compile(r"^(?:the|our|all|of|these|those|any|each|every|both)\s", re.IGNORECASE)
_WHOLE = re.compile(
    r"(?:(?:in|on|at|of|from) )?(?:the |our |this |all )?(?:whole |entire )?"
    r"(?:table|list|collection|documents?|catalogue|text|corpus|town|fleet"
    r"|world|company|country|city|range|shop|menu|house|area|firm|restaurant|line-up|database|file|sheet)",
    re.IGNORECASE,
)
"""Words for all that the documents tell of: no condition."""
_NUMBER = re.compile(r"^(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,2})\s", re.IGNORECASE)


def _described(groups: Groups) -> str | None:
    """Return the phrase for the rows: the kind of thing in the singular with what else is said of it."""
    form = groups.groupdict()
    noun = (form.get("noun") or "").strip()
    while (shorter := _NUMBER.sub("", _LEADING.sub("", noun))) != noun:
        noun = shorter
    if not noun or _LISTED.search(f" {noun} "):
        return None
    head, preposition, rest = _parted(noun)
    words = head.split()
    kind = " ".join([*words[:-1], singular(words[-1])]) if words else ""
    others = [rest, *((form.get(name) or "").strip() for name in ("where", "rest"))]
    said = " ".join(part for part in others if part and not _WHOLE.fullmatch(part))
    return f"{kind} {preposition} {said}".replace("  ", " ").strip() if kind else None


def _parted(noun: str) -> tuple[str, str, str]:
    found = re.match(r"(.{1,60}?)\s(of|in|on|at|from|for|with|by|to|that|which)\s(.{1,120})$", noun)
    return (found[1], found[2], found[3]) if found else (noun, "", "")


def _are_several(noun: str) -> bool:
    """Say whether a phrase is for several things of a kind: its noun is a plural in small letters."""
    word = _parted(noun)[0].split()[-1]
    return word == word.lower() and singular(word) != word


def _by_adjective(groups: Groups, draft: Drafting) -> bool:
    """`the lightest of the Mars rovers`, `the highest mountain in the Kettle Hills`."""
    found, of = of_adjective(groups["adjective"]), _described(groups)
    if found is None or of is None or not _SUPERLATIVE.search(groups["adjective"]):
        return False
    draft.compare_values(draft.tabulate(found[0].noun, of), found[1])
    return True


def _by_noun(groups: Groups, draft: Drafting) -> bool:
    """`which site employs the fewest people`, `which hut has the most beds in the Kettle Hills`."""
    of, form, attribute = _described(groups), groups.groupdict(), groups["attribute"].strip()
    if of is None:
        return False
    if found := of_adjective(form.get("adjective") or ""):
        named = attribute if of_question(attribute) else f"{found[0].noun} of {attribute}"
        draft.compare_values(draft.tabulate(singular(named), of), found[1])
        return bool(_SUPERLATIVE.search(groups["adjective"]))
    degree = groups["degree"].lower()
    if attribute == "time":
        attribute = "length"
    verb = form.get("verb") or ""
    if verb and verb not in STOP_WORDS and stem(verb) not in IDLE:
        of = f"{of} {verb}"
    if (size := of_adjective(degree)) and size[0].noun == "diameter" and not of_question(attribute):
        draft.compare_values(draft.tabulate("diameter", f"{of} {attribute}"), size[1])
        return True
    counted = degree in {"most", "fewest", "least"} and not of_question(attribute)
    attribute = f"number of {attribute}" if counted else singular(attribute)
    draft.compare_values(draft.tabulate(attribute, of), "largest" if degree in MORE else "smallest")
    return True


def _by_verb(groups: Groups, draft: Drafting) -> bool:
    """`which laptop weighs the least`."""
    of = _described(groups)
    if of is None:
        return False
    verb = groups["verb"].lower()
    noun = VERB_NOUNS.get(verb.rstrip("s"), "length" if verb.startswith("last") else "amount")
    of = of if noun != "amount" or stem(verb) in IDLE else f"{of} {verb}"
    draft.compare_values(draft.tabulate(noun, of), "largest" if groups["degree"].lower() in MORE else "smallest")
    return True


def _by_year(groups: Groups, draft: Drafting) -> bool:
    """`in which year was revenue highest`."""
    attribute = in_full(groups["attribute"].strip())
    table = draft.tabulate(attribute, groups["noun"].lower())
    draft.compare_values(table, "largest" if groups["degree"].lower() in MORE else "smallest")
    return True


def _by_date(groups: Groups, draft: Drafting) -> bool:
    """`which site was opened last`, `which hut opens earliest in the year`."""
    of, when = _described(groups), groups["when"].lower()
    if of is None:
        return False
    draft.compare_values(draft.tabulate(f"date {groups['event']}", of), "largest" if when in _LATE else "smallest")
    return True


def _sum(groups: Groups, draft: Drafting) -> bool:
    """`how many beds are there in all the huts`, `the total mass of the Mars rovers`."""
    form, of = groups.groupdict(), _described(groups)
    if counted_people := (form.get("counted") or "").strip() in {"people", "persons"} and _LIVING.search(groups[0]):
        form["counted"] = "inhabitants" if counted_people[0].startswith("liv") else "employees"
    if of is None or (len(parts := things(groups["noun"])) > 1 and all(map(names_asked, parts))):
        return False
    if counted := form.get("counted"):
        attribute = quantity_of(counted, "x").removesuffix(" of x") + f" {form.get('verb') or ''}".rstrip()
    elif _are_several(groups["noun"]) and " of " not in groups["attribute"].removeprefix("number of "):
        attribute = singular(groups["attribute"].strip())
    else:
        return False
    if attribute in {"number", "amount"} or of == "there":
        return False
    mean = (form.get("how") or "").lower() in {"average", "mean"}
    draft.aggregate(draft.tabulate(attribute, of), "mean" if mean else "sum")
    return True


def _count(groups: Groups, draft: Drafting) -> bool:
    """`how many of the sites make scales`: the rows of a table that the phrase describes."""
    of = _described(groups)
    if of is None:
        return False
    draft.aggregate(draft.tabulate(NAME, of), "count")
    return True


_HAVING = r"(?:are|were|is|was|have|has|had|come|speak|make|use|serve|offer|belong|run|play|live|cost|start|contain)"
_WHICH = r"(?:which|what|on which|in which|at which)"
_WHO = r"(?:which|what|who)"
_NO_VERB = r"(?!(?:is|are|was|were|do|does|did|has|have|had|can|will)\s)"
_WORD = r"(?:(?-i:[a-z][\w-]{1,30})|[A-Z][\w-]{1,30})"
_NOUN = rf"{_NO_VERB}(?P<noun>{_WORD}(?: (?!(?:that|who|which|whose)\s)[\w'-]{{1,30}}){{0,6}}?)"
_WHERE = r"(?: (?P<where>(?:in|of|on|at|among|from|for|by) [\w' /-]{2,60}))?"
_DEGREE = rf"(?P<degree>{'|'.join(sorted(word for word in MORE | LESS if word.endswith(('st', 'least'))))})"
_ATTRIBUTE = r"(?P<attribute>(?:number of )?[\w -]{3,40}?)"
_VERBS = r"(?P<verb>[a-z]{2,14})(?: (?:people|passengers|customers|visitors|us|you))?"
_WHEN = "(?P<when>first|last|earliest|latest|most recently|soonest)"
_ALL = r"(?:in total|altogether|together|combined|in all|all together|all told)"
_THERE = (
    r"(?:work|works|worked|live|lives|travel|sit|stand|are there|were there|is there|are|were"
    r"|do|does|did|have|has|can|could)"
)
_STANDS = rf"(?:{BE}|costs?|lies|stands|sits|reaches|lay|weighs?|takes?|lasts?|runs?|goes)"
_SPENDS = (
    r"(?P<verb>costs?|weighs?|earns?|measures?|lasts?|spends?|spent|earned|used|uses?|made|makes?|sold|sells?|paid|pays?"
    r"|produced|produces?|received|receives?|lost|loses?|won|wins?|scored|scores?)"
)
_ENDS = r"(?P<degree>highest|lowest|largest|smallest|greatest|most|least)"
_ASK = r"(?:what (?:is|are|was|were)|what's|calculate|compute|find|give me|tell me)"

SHAPE_RULES: tuple[Rule, ...] = (
    rule("extreme of those described, by adjective", _EXTREME, _by_adjective,
         rf"{_WHO} {BE} (?:the )?{ADJECTIVE}(?: one)?(?: of| among)? {_NOUN}{_WHERE}",
         rf"(?:what|who|which)'s (?:the )?{ADJECTIVE}(?: one)?(?: of| among)? {_NOUN}{_WHERE}",
         rf"(?:name|find|tell me|give me|show me) (?:the )?{ADJECTIVE}(?: of)? {_NOUN}{_WHERE}",
         rf"{_WHICH}(?: of)? {_NOUN} {_STANDS}(?: the)? {ADJECTIVE}"
         rf"(?P<rest> .{{2,60}})?"),
    rule("extreme of those described, by verb", _EXTREME, _by_verb,
         rf"{_WHICH}(?: of)? {_NOUN} {_SPENDS} (?:the )?(?P<degree>most|least)"
         rf"{_WHERE}"),
    rule("extreme of all years", _EXTREME, _by_year,
         r"(?:in )?(?:which|what) (?P<noun>year|month|quarter) (?:was|were|did|had) (?:the )?"
         rf"(?P<attribute>[\w' -]{{3,60}}?)(?: (?:is|was|were|reach|be))? (?:the |at its |its )?{_ENDS}"),
    rule("extreme of those described, by date", _EXTREME, _by_date,
         rf"{_WHICH}(?: of)? {_NOUN} (?:{BE} )?(?P<event>(?-i:[a-z]{{3,20}})) {_WHEN}{_WHERE}"),
    rule("extreme of those described, by noun", _EXTREME, _by_noun,
         rf"{_WHICH}(?: of)? {_NOUN} {_VERBS}(?: the)? {_DEGREE} {_ATTRIBUTE}{_WHERE}",
         rf"{_WHICH}(?: of)? {_NOUN} (?:has|have|had)(?: the| its)? {ADJECTIVE} {_ATTRIBUTE}{_WHERE}",
         rf"{_WHO} {BE} the {_NOUN} with the {_DEGREE} {_ATTRIBUTE}{_WHERE}",
         rf"(?:name|find|tell me|give me) the {_NOUN} with the {_DEGREE} {_ATTRIBUTE}{_WHERE}"),
    rule("sum or average of those described", _TOTAL, _sum,
         rf"how (?:many|much) (?P<counted>[\w -]{{2,40}}?) {_THERE} (?:on|in|at|aboard|for|of)?\s?(?:all )?{_NOUN}"
         rf"(?: (?:have|has|carry|hold|take|employ|serve|offer|spend|use|seat|sleep))?{_WHERE} {_ALL}",
         rf"how (?:many|much) (?P<counted>[\w -]{{2,40}}?) {_THERE} (?:on|in|at|aboard|for|of)?\s?all {_NOUN}{_WHERE}",
         rf"how (?:many|much) (?P<counted>[\w -]{{2,40}}?) in (?:total|all) {_THERE} {_NOUN}{_WHERE}",
         rf"how many (?P<counted>people) were (?P<verb>[a-z]{{3,12}}) in (?:total in )?(?:all )?{_NOUN}{_WHERE}",
         rf"{_ASK} (?:the )?(?P<how>total|combined|overall|sum of the|sum of|average|mean)"
         r" (?P<attribute>(?:number of )?[\w -]{3,40}?)"
         rf" (?:of|for|across|over|on|in|at|per) (?:all )?{_NOUN}{_WHERE}"),
    rule("number of those described", _TOTAL, _count,
         rf"how many of (?:the|our|these|all) {_NOUN}(?P<rest> {_HAVING} .{{2,80}})",
         r"how many (?P<noun>(?-i:[a-z][\w-]{2,30}s))(?: did| does| do)"
         r"(?P<rest> (?-i:[A-Z])[\w' -]{2,60} (?!have\b)[a-z]{3,15})",
         rf"how many (?P<noun>(?-i:[a-z][\w-]{{2,30}}s|people))(?P<rest> (?!(?:are|were) there){_HAVING} .{{2,80}})"),
)  # fmt: skip
