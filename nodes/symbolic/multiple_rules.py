"""Rules for several times a price or another value: `what do two adults and a child pay from A to B`."""

import re

from nodes.symbolic.drafting import Drafting
from nodes.symbolic.phrases import VERB_NOUNS
from nodes.symbolic.rule import Groups, Rule, rule
from nodes.symbolic.words import NUMBER_WORDS, singular

MAX_TERMS = 6
_NUMBER = rf"(?:an?|{'|'.join(NUMBER_WORDS)}|\d{{1,5}})"
_ITEM = re.compile(rf"^(?P<number>{_NUMBER}) (?P<thing>[\w' -]{{2,50}})$", re.IGNORECASE)
_BEHIND = re.compile(r"\s(?:in|at|of|on|for|from|with)\s")
_SEPARATOR = re.compile(rf",?\s(?:and|with|plus)\s(?={_NUMBER}\s)|,\s(?={_NUMBER}\s)", re.IGNORECASE)


def _several(groups: Groups, draft: Drafting) -> bool:
    """Write a sum of products, one for each kind of thing; there is nothing to compute for one thing."""
    form = groups.groupdict()
    noun = VERB_NOUNS[(form.get("verb") or "cost").lower()]
    rest = " ".join((form.get("rest") or "").replace(" in total", "").split())
    items = [_ITEM.match(part.strip()) for part in _SEPARATOR.split(groups["list"].strip())]
    found = [(_count(item["number"]), _one(item["thing"].strip())) for item in items if item]
    if not found or len(found) != len(items) or len(found) > MAX_TERMS or sum(count for count, _ in found) < 2:
        return False
    where = f" {(form.get('where') or '').strip()}".rstrip()
    terms = [(count, draft.read(f"{noun} of {thing}{where} {rest}".strip())) for count, thing in found]
    parts = [part for count, value in terms for part in (f"{count} * ", value, " + ")][:-1]
    draft.calculate(*parts)
    return True


def _one(things: str) -> str:
    """Return a phrase for things in the singular: `nights in a single room` is `night in a single room`."""
    head, preposition, rest = things.partition(found[0]) if (found := _BEHIND.search(things)) else (things, "", "")
    return f"{singular(head)}{preposition}{rest}"


def _count(number: str) -> int:
    plain = number.lower()
    return 1 if plain in {"a", "an"} else int(plain) if plain.isdigit() else NUMBER_WORDS.index(plain) + 1


_VERB = rf"(?P<verb>{'|'.join(VERB_NOUNS)})"
_LIST = rf"(?P<list>{_NUMBER} .{{2,120}}?)"
_MUCH = r"(?:how much|what) (?:do|does|did|will|would|must|should)"

MULTIPLE_RULES: tuple[Rule, ...] = (
    rule("several times a value", "search read calculate", _several,
         rf"{_MUCH} {_LIST} (?:have to |need to )?{_VERB}(?: together| in total| altogether)?(?P<rest> .{{2,100}})?",
         rf"{_MUCH} (?P<where>(?!{_NUMBER} )(?:the |it )?.{{0,60}}?) ?{_VERB} for {_LIST}"
         r"(?P<rest> (?:in|on|from|at|to) .{2,80})?",
         rf"(?:what (?:is|are|would be)|what's) the (?:total )?(?:price|cost) (?:of|for) {_LIST}",
         rf"if (?:i|we|you|somebody|someone) (?:buy|buys|order|orders|take|takes|book|books|get|gets) {_LIST},"
         rf" (?:how much|what) (?:do|does|will|would|must|is|are) .{{2,60}}",
         rf"how much (?:is|are) {_LIST}(?P<rest> (?:in|on|from|at|to) .{{2,80}})?"),
)  # fmt: skip
