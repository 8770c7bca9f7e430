"""Rules for what changed from one year to another: by how much, by what percentage, and whether it rose at all."""

import re

from nodes.symbolic.attributes import of_question
from nodes.symbolic.drafting import Drafting
from nodes.symbolic.phrases import in_full
from nodes.symbolic.rule import ASK, Groups, Rule, rule

_LOOK_UP = "search read calculate"
_FALLS = re.compile(r"(?:de|fall|fell|drop|decline|shrink|go down|went down)", re.IGNORECASE)


def _measured_in(groups: Groups) -> dict[str, str]:
    """Return the question for each of the two years, the earlier first."""
    named = in_full(groups["attribute"])
    named = named if of_question(named) or named.startswith("number of ") else f"amount of {named}"
    return {year: f"{named} in {year}" for year in sorted((groups["a"], groups["b"]))}


def _growth(groups: Groups, draft: Drafting) -> bool:
    """`the increase in revenue from 2023 to 2024`, `by what percentage did sales grow between 2023 and 2024`."""
    first, second = (draft.read(question) for question in _measured_in(groups).values())
    change = (first, " - ", second) if _FALLS.match(groups["kind"]) else (second, " - ", first)
    if groups.groupdict().get("percent"):
        draft.calculate("(", *change, ") / ", first, " in %")
    else:
        draft.calculate(*change)
    return True


def _did_it(groups: Groups, draft: Drafting) -> bool:
    """`did revenue rise between 2023 and 2024`: yes if the later value is the larger one."""
    questions = _measured_in(groups)
    values = {year: draft.read(questions[year]) for year in sorted(questions, reverse=True)}
    draft.compare_values(values, "smallest" if _FALLS.match(groups["kind"]) else "largest")
    return True


_DID = r"(?:did|do|does|will|is|are|was|were)(?: the)?"
_YEAR = r"(?:19|20)\d\d(?:[/-]\d\d)?"
_TWO = (
    rf"(?:from|between) (?:the year )?(?P<a>{_YEAR}) (?:to|and|until) (?P<b>{_YEAR})",
    rf"in (?P<b>{_YEAR}) (?:compared (?:with|to)|over|against|versus|from) (?P<a>{_YEAR})",
)
_CHANGE = r"(?P<kind>increase|rise|growth|change|decrease|fall|drop|decline)"
_CHANGED = r"(?P<kind>increase|rise|grow|change|decrease|fall|drop|decline|shrink|go up|go down)"
_MEASURED = r"(?P<attribute>[\w' -]{3,60}?)"
_PERCENT = r"(?P<percent>(?:what|which) percent(?:age)?|how many percent)"

CHANGE_RULES: tuple[Rule, ...] = (
    rule("growth between years", _LOOK_UP, _growth, *(
        pattern
        for years in _TWO
        for pattern in (
            rf"{ASK}(?P<percent>(?:percentage|percent|relative) )?{_CHANGE} (?:in|of) {_MEASURED} {years}",
            rf"by {_PERCENT} {_DID} {_MEASURED} (?:to )?{_CHANGED} {years}",
            rf"(?:by )?how (?:much|many [a-z]{{2,20}}) {_DID} {_MEASURED} (?:to )?{_CHANGED} {years}",
        )
    )),
    rule("whether it grew", "search read compare", _did_it, *(
        rf"(?:did|has|have|does|do|will) (?:the )?{_MEASURED} {_CHANGED} {years}" for years in _TWO
    )),
)  # fmt: skip
