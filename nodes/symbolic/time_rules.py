"""Rules for questions about the time between two events: years between, ages, days between dates."""

import re

from nodes.symbolic.dates import find_dates
from nodes.symbolic.drafting import Drafting
from nodes.symbolic.names import names_asked
from nodes.symbolic.rule import A, B, Groups, Rule, rule

_BY_YEARS = "search read calculate"
_ELAPSED = "search read elapsed"


def _years(groups: Groups, draft: Drafting) -> bool:
    """`how many years after Apollo 11 landed did Viking 1 land`: a difference of calendar years."""
    first, second = groups["a"].strip(), groups["b"].strip()
    values = [draft.read(_year_of(event)) for event in (_completed(first, second), second)]
    draft.calculate("abs(", values[1], " - ", values[0], ")")
    return True


def _completed(event: str, other: str) -> str:
    """Give `Sputnik 1` the `launched` of `Apollo 11 launched`, where the question says it only once."""
    names = names_asked(event)
    if names != (re.sub(r"^[Tt]he ", "", event),):
        return event
    others = names_asked(other)
    before, name, happened = other.rpartition(others[-1]) if others else ("", "", "")
    return f"{event}{happened}" if name and not before.lower().replace("the ", "") else event


def _year_of(event: str) -> str:
    happened = re.search(r"\b(?:was|were|did) [a-z]", event)
    noun = not happened and (event.lower().startswith("the ") or " of " in event)
    return f"year {'of' if noun else 'when'} {event}"


def _between_dates(groups: Groups, draft: Drafting) -> bool:
    """`how many days are there between 1 March 2024 and 15 April 2024`: no document is needed."""
    dates = [find_dates(groups[name]) for name in ("a", "b")]
    if any(len(found) != 1 for found in dates):
        return False
    draft.elapsed(dates[0][0].text, dates[1][0].text, f"{groups['unit'].lower()}s")
    return True


def _time_between(groups: Groups, draft: Drafting) -> bool:
    """`how many days passed between the launch of A and the landing of B`."""
    first, names = groups["a"].strip(), names_asked(groups["a"])
    second = re.sub(r"^its (.+)$", rf"the \1 of {names[0]}", groups["b"].strip()) if names else groups["b"].strip()
    first, second = (draft.read(f"date of {event}") for event in (first, second))
    draft.elapsed(first, second, f"{groups['unit'].lower()}s")
    return True


def _age(groups: Groups, draft: Drafting) -> bool:
    """`how old was A when he died`, `at what age did A walk on the Moon`."""
    name, event = groups["a"].strip(), groups["event"].strip()
    if not names_asked(name):
        return False
    if thing := groups.groupdict().get("thing"):
        if thing.lower() in {"he", "she", "they", "it"}:
            return False
        draft.elapsed(draft.read(f"When was {name} born"), draft.read(f"When was {thing} {event}"), "years")
        return True
    if other := groups.groupdict().get("other"):
        happened = f"When did {other} die" if event == "died" else f"When was {other} born"
        draft.elapsed(draft.read(f"When was {name} born"), draft.read(happened), "years")
        return True
    died = re.fullmatch(r"(?:died|die)", event, re.IGNORECASE)
    happened = f"When did {name} die" if died else f"When {name} {event}"
    draft.elapsed(draft.read(f"When was {name} born"), draft.read(happened), "years")
    return True


def _life(groups: Groups, draft: Drafting) -> bool:
    """`how many years did A live`."""
    name = groups["a"].strip()
    if not names_asked(name):
        return False
    draft.elapsed(draft.read(f"When was {name} born"), draft.read(f"When did {name} die"), "years")
    return True


_PASSED = r"(?:passed |elapsed |were there |are there |lie |lay |went by )?(?:between|from)"
_PRONOUN = r"(?:he|she|they|it)"

TIME_RULES: tuple[Rule, ...] = (
    rule("between dates", "elapsed", _between_dates,
         rf"how many (?P<unit>day|week|month|year)s {_PASSED} {A} (?:and|to|until) {B}"),
    rule("years between", _BY_YEARS, _years,
         rf"how many years {_PASSED} {A} and {B}",
         rf"how (?:many years|long) (?:after|before) (?P<a>.{{2,80}}? (?:was|were) [a-z]{{3,15}}) (?:was|were|did) {B}",
         rf"how (?:many years|long) (?:after|before) {A} (?:was|were|did) {B}"),
    rule("time between", _ELAPSED, _time_between,
         rf"how many (?P<unit>day|week|month)s {_PASSED} {A} and {B}"),
    rule("length of a life", _ELAPSED, _life, rf"how (?:many years|long) did {A} live",
         rf"how old did {A} (?:get|become|grow|live to be)"),
    rule("age at an event", _ELAPSED, _age,
         rf"how old was {A} when {_PRONOUN} (?P<event>.{{3,60}})",
         rf"how old was {A} when (?P<thing>(?:the |an? )?[\w' .-]{{2,60}}?) was (?P<event>[a-z]{{3,15}})",
         rf"how old was {A} when (?P<other>(?-i:[A-Z])[\w' .-]{{2,60}}?) (?P<event>died|was born)",
         rf"at (?:what|which) age did {A} (?P<event>die)",
         rf"(?:what was the age of|what age was) {A} when {_PRONOUN} (?P<event>.{{3,60}})"),
)  # fmt: skip
