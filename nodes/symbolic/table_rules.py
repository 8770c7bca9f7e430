"""Rules for questions over all things of a kind, none of them named: the largest of them, their sum or average.

What a document says outright (`Ganymede is the largest moon`) answers such a question better than reckoning does; the
solver looks for that first.
"""

import re

from nodes.symbolic.attributes import of_adjective, of_question
from nodes.symbolic.drafting import Drafting
from nodes.symbolic.names import names_asked
from nodes.symbolic.rule import ADJECTIVE, BE, LESS, MORE, Groups, Rule, rule
from nodes.symbolic.words import singular, word_set

TABLE = "search tabulate compare"
_TOTAL = "search tabulate aggregate"
_SUPERLATIVE = re.compile(r"est$|^(?:most|least)\s|^furthest|^farthest", re.IGNORECASE)
_LATE = word_set("last latest newest youngest")


def _kind(noun: str) -> str | None:
    """Return the kind of thing in the singular: `vessel`; None where it is a name or a part of speech."""
    words = noun.lower().split()
    plain = [word for word in words if word not in {"the", "all", "our", "its", "of", "other", "single", "one"}]
    return singular(plain[-1]) if plain and len(plain) <= 3 and not names_asked(noun) else None


def _by_adjective(groups: Groups, draft: Drafting) -> bool:
    """`which planet is the hottest`, `what is the longest vessel in the fleet`, `the most expensive ticket`."""
    found, kind = of_adjective(groups["adjective"]), _kind(groups["noun"])
    if found is None or kind is None or not _SUPERLATIVE.search(groups["adjective"]):
        return False
    return _extreme(draft, found[0].noun, kind, found[1])


def _by_noun(groups: Groups, draft: Drafting) -> bool:
    """`which vessel has the most cabins`, `which supplier has the highest contract value`."""
    kind, named, degree = _kind(groups["noun"]), groups["attribute"].strip(), groups["degree"].lower()
    if kind is None:
        return False
    attribute = singular(named) if of_question(named) or degree not in {"most", "fewest"} else f"number of {named}"
    return _extreme(draft, attribute, kind, "largest" if degree in MORE else "smallest")


def _by_date(groups: Groups, draft: Drafting) -> bool:
    """`which vessel was built last`, `which is the oldest vessel`."""
    kind, form = _kind(groups["noun"]), groups.groupdict()
    if kind is None:
        return False
    late = form["when"].lower().split()[-1] in _LATE | {"recently"}
    event = form.get("event") or ("born" if groups[0].lower().startswith("who") else "built")
    return _extreme(draft, f"year {event}", kind, "largest" if late else "smallest")


def _extreme(draft: Drafting, attribute: str, kind: str, mode: str) -> bool:
    draft.compare_values(draft.tabulate(attribute, kind), mode)
    return True


def _all_of_them(groups: Groups, draft: Drafting) -> bool:
    """`what is the average length of the vessels`, `the total contract value of all suppliers`."""
    kind, named = _kind(groups["noun"]), groups["attribute"].strip()
    if kind is None or groups["noun"] == kind:
        return False
    how = "mean" if groups["how"].lower().startswith(("average", "mean")) else "sum"
    attribute = named if named.startswith("number of ") else singular(named)
    draft.aggregate(draft.tabulate(attribute, kind), how)
    return True


def _altogether(groups: Groups, draft: Drafting) -> bool:
    """`how many cabins do all the vessels have together`."""
    kind = _kind(groups["noun"])
    if kind is None:
        return False
    draft.aggregate(draft.tabulate(f"number of {groups['counted']}", kind), "sum")
    return True


_NOUN = r"(?P<noun>(?-i:[a-z][a-z-]{1,30})(?: [a-z-]{2,30}){0,2}?)"
_WHERE = r"(?: (?:in|of|on|at|among|from) (?:the |our |all |any )?[\w' -]{2,40})?"
_HAS = (
    r"(?:has|have|had|(?:can |could )?(?:carry|carries|hold|holds|take|takes|seat|seats|serve|serves|employ|employs))"
)
_DEGREE = rf"(?P<degree>{'|'.join(sorted(word for word in MORE | LESS if word.endswith(('st', 'least'))))})"
_ATTRIBUTE = r"(?P<attribute>[\w -]{3,40}?)"
_WHEN = "(?P<when>first|last|earliest|latest|most recently)"
_EVENT = r"(?P<event>(?-i:[a-z]{3,20}))"

TABLE_RULES: tuple[Rule, ...] = (
    rule("extreme of all, by adjective", TABLE, _by_adjective,
         rf"(?:which|what|who)(?: of the)? {_NOUN} {BE}(?: the)? {ADJECTIVE}{_WHERE}",
         rf"(?:which|what|who) {BE} the {ADJECTIVE} {_NOUN}{_WHERE}",
         rf"(?:name|find|tell me|give me) the {ADJECTIVE} {_NOUN}{_WHERE}"),
    rule("extreme of all, by noun", TABLE, _by_noun,
         rf"(?:which|what|whose)(?: of the)? {_NOUN}{_WHERE} {_HAS} the {_DEGREE} {_ATTRIBUTE}{_WHERE}",
         rf"what {BE} the (?P<noun>[a-z][a-z-]{{1,30}}) with the {_DEGREE} {_ATTRIBUTE}{_WHERE}"),
    rule("extreme of all, by date", TABLE, _by_date,
         rf"(?:which|what)(?: of the)? {_NOUN} {BE} {_EVENT} {_WHEN}{_WHERE}",
         rf"(?:which|what|who) {BE} the (?P<when>oldest|newest|youngest)(?: of the| of our| of all)? {_NOUN}{_WHERE}",
         rf"(?:which|what) {_NOUN} {BE} the (?P<when>oldest|newest){_WHERE}"),
    rule("sum or average of all", _TOTAL, _all_of_them,
         r"what (?:is|are|was|were) the (?P<how>total|combined|sum of the|sum of|average|mean)"
         r" (?P<attribute>(?:number of )?[\w -]{3,40}?) (?:of|for|across|over) (?P<noun>(?:the |all |our )"
         rf"[a-z -]{{3,40}}?){_WHERE}"),
    rule("number of all together", _TOTAL, _altogether,
         r"how many (?P<counted>[\w -]{2,40}?) (?:do|does|are there (?:on|in)) (?:all )?(?:of )?(?:the |our )"
         r"(?P<noun>[a-z -]{3,40}?)(?: have| carry| hold)? (?:together|in total|altogether|combined)"),
)  # fmt: skip
