"""Rules for questions that set named things side by side: the largest or first of them, yes or no, the same."""

import re

from nodes.symbolic.attributes import Attribute, of_adjective, of_question
from nodes.symbolic.contrast import quantity_of
from nodes.symbolic.drafting import Drafting
from nodes.symbolic.phrases import VERB_NOUNS, Measure, completed, in_full, label, measured, things
from nodes.symbolic.rule import ADJECTIVE, BE, LESS, LIST, MORE, NOUN, A, B, Groups, Rule, rule
from nodes.symbolic.words import singular, word_set

_PREPOSITION = re.compile(r"(?:in|on|at|from|for|with|during|to)\s", re.IGNORECASE)
_PERSONS = word_set("person man woman actor actress singer writer author player doctor king queen director musician")
_FOUNDED = word_set(
    "team club company school university museum band city town newspaper magazine firm college bank brand"
)
COMPARE = "search read compare"
_DEGREE = f"(?P<degree>{'|'.join(sorted(MORE | LESS))})"
_FIRST = "(?P<when>first|earlier|earliest|later|latest|last|most recently|before|after)"
_LATE = frozenset({"later", "latest", "last", "most recently", "after"})


def _compare(draft: Drafting, measures: list[Measure], mode: str) -> bool:
    """Write the comparison; there is none of a thing with itself."""
    named = {measure.label: measure for measure in measures}
    if len(named) < 2:
        named = {measure.question: measure for measure in measures}
    if len(named) < 2:
        return False
    draft.compare(named, mode)
    return True


def _by_adjective(groups: Groups, draft: Drafting) -> bool:
    """`which is larger, Venus or Mars`, `which of A, B and C is the smallest`."""
    found, parts = of_adjective(groups["adjective"]), things(groups["list"])
    if found is None:
        return False
    tail = groups["tail"] or ""
    return _compare(draft, [measured(found[0], completed(parts[0], part), tail) for part in parts], found[1])


def _by_noun(groups: Groups, draft: Drafting) -> bool:
    """`which has the larger mass, A or B`, `which planet has more moons, A or B`."""
    degree = groups["degree"].lower()
    noun = _measured_by(groups["attribute"].strip(), degree)
    measures = [Measure(f"{noun} of {in_full(part)}", label(in_full(part))) for part in things(groups["list"])]
    return _compare(draft, measures, "largest" if degree in MORE else "smallest")


def _by_verb(groups: Groups, draft: Drafting) -> bool:
    """`which costs more per night: A or B`."""
    noun, tail = VERB_NOUNS[groups["verb"].lower().rstrip("s")], groups["tail"] or ""
    measures = [Measure(f"{noun} of {in_full(part)}{tail}", label(in_full(part))) for part in things(groups["list"])]
    return _compare(draft, measures, "smallest" if "le" in groups["degree"].lower() else "largest")


def _measured_by(named: str, degree: str) -> str:
    """Return what to look up for `more moons` (a number), `the larger mass` (a mass), `the longer day` (a length)."""
    if of_question(named):
        return singular(named)
    if degree in {"more", "most", "fewer", "fewest"}:
        return quantity_of(named, "x").removesuffix(" of x")
    if degree in {"longer", "longest", "shorter", "shortest"}:
        return f"length of the {named}"
    return f"amount of {named}" if degree == "less" else named


def _by_date(groups: Groups, draft: Drafting) -> bool:
    """`which was launched first, A or B`: the smallest date."""
    measures = [Measure(f"When was {part} {groups['event']}", part) for part in things(groups["list"])]
    return _compare(draft, measures, "largest" if groups["when"].lower() in _LATE else "smallest")


def _by_event(groups: Groups, draft: Drafting) -> bool:
    """`which came first, the launch of A or the landing of B`, `who flew in space earlier, A or B`."""
    happened = groups.groupdict().get("happened")
    measures = [
        Measure(f"When {part} {happened}" if happened else _when(part), part) for part in things(groups["list"])
    ]
    return _compare(draft, measures, "largest" if groups["when"].lower() in _LATE else "smallest")


def _when(event: str) -> str:
    return f"date of the {event}" if " of " in event else f"When was {event}"


def _lived_longer(groups: Groups, draft: Drafting) -> bool:
    """`who lived longer, A or B`, `did A live longer than B`: the whole years from birth to death of each."""
    form = groups.groupdict()
    parts = things(form["list"]) if form.get("list") else [groups["a"].strip(), groups["b"].strip()]
    if len(set(parts)) < 2:
        return False
    lives = {
        part: draft.elapsed(draft.read(f"When was {part} born"), draft.read(f"When did {part} die"), "years")
        for part in parts
    }
    draft.compare_values(lives, "largest")
    return True


def _by_age(groups: Groups, draft: Drafting) -> bool:
    """`who is older, A or B`: the smallest date of birth."""
    who = groups[0].lower().startswith("who") or (groups.groupdict().get("noun") or "").lower() in _PERSONS
    event = "born" if who else "founded" if (groups.groupdict().get("noun") or "").lower() in _FOUNDED else "built"
    event = event if groups.groupdict().get("noun") else "born"
    measures = [Measure(f"When was {part} {event}", part) for part in things(groups["list"])]
    return _compare(draft, measures, "largest" if groups["age"].lower().startswith("young") else "smallest")


def _is_more(groups: Groups, draft: Drafting) -> bool:
    """`is Titan larger than Mercury`: yes if the first one wins."""
    found = of_adjective(groups["adjective"])
    if found is None:
        return False
    tail, both = groups["tail"] or "", (groups["a"], completed(groups["a"], groups["b"]))
    return _compare(draft, [measured(found[0], one, tail) for one in both], found[1])


def _has_more(groups: Groups, draft: Drafting) -> bool:
    """`does Saturn have more moons than Jupiter`: yes if the first one wins."""
    if _PREPOSITION.match(groups["b"]):
        return False
    degree = groups["degree"].lower()
    noun, tail = _measured_by(groups["attribute"].strip(), degree), groups.groupdict().get("tail") or ""
    full = [in_full(groups[name]) for name in ("a", "b")]
    both = [Measure(f"{noun} of {one}{tail}", label(one)) for one in full]
    return _compare(draft, both, "largest" if degree in MORE else "smallest")


def _did_before(groups: Groups, draft: Drafting) -> bool:
    """`did Galileo die before Kepler`: yes if the first one wins."""
    both = [Measure(f"When did {groups[name].strip()} {groups['event']}", groups[name].strip()) for name in ("a", "b")]
    return _compare(draft, both, "largest" if groups["when"].lower() in _LATE else "smallest")


def _is_before(groups: Groups, draft: Drafting) -> bool:
    """`was Uranus discovered before Neptune`: yes if the first one wins."""
    measures = [
        Measure(f"When was {groups[name].strip()} {groups['event']}", groups[name].strip()) for name in ("a", "b")
    ]
    return _compare(draft, measures, "largest" if groups["when"].lower() in _LATE else "smallest")


def _is_same(groups: Groups, draft: Drafting) -> bool:
    """`do Spirit and Opportunity have the same mass`."""
    named, parts = groups["attribute"].strip(), things(groups["list"])
    if named.startswith("number of "):
        return _compare(
            draft, [Measure(f"{named} of {in_full(part)}", label(in_full(part))) for part in parts], "equal"
        )
    attribute: Attribute | None = of_question(named) or of_question(f"how {named}")
    return attribute is not None and _compare(draft, [measured(attribute, part) for part in parts], "equal")


def _same_year(groups: Groups, draft: Drafting) -> bool:
    """`were Spirit and Opportunity launched in the same year`."""
    measures = [Measure(f"year when {part} was {groups['event']}", part) for part in things(groups["list"])]
    return _compare(draft, measures, "equal")


_WHICH = rf"(?:which|who|what)(?: {NOUN})?"
_MEASURED = r"(?P<attribute>(?!(?:into|in|on|for|from|to|of|at|by|per)\s)[\w -]{3,40}?)"
_HAPPENED = (
    r"(?P<happened>(?-i:(?!is |was |are |were |has |have |had |came |happened )[a-z]{3,20}(?: [a-z]{2,12}){0,3}?))"
)
_IN_YEAR = r"(?P<tail> in (?:19|20)\d\d)?"
_EVENT = r"(?P<event>(?-i:[a-z]{3,20}(?: [a-z]{2,12}){0,2}?))"

COMPARISON_RULES: tuple[Rule, ...] = (
    rule("who lived longer", "search read elapsed compare", _lived_longer,
         rf"who (?:lived|has lived) (?:the )?long(?:er|est)[,:;]? {LIST}",
         rf"did {A} (?:live longer|reach a (?:greater|higher) age|grow older) than {B}"),
    rule("which, by adjective", COMPARE, _by_adjective,
         rf"{_WHICH} (?:lies|stands|goes|runs|reaches|sits)(?: the)? {ADJECTIVE}[,:;]? {LIST}",
         rf"{_WHICH} {BE}(?: the)? {ADJECTIVE}(?: one)?(?: (?:on|in|at) the [\w ]{{2,30}})?[,:;]? {LIST}",
         rf"(?:which|who|what) of(?: the)?(?: two| three| following)?[,:]? {LIST},? {BE}(?: the)? {ADJECTIVE}",
         rf"(?:between|of|out of|among) {LIST},? {_WHICH} {BE}(?: the)? {ADJECTIVE}(?: one)?"),
    rule("which, by noun", COMPARE, _by_noun,
         rf"{_WHICH} (?:has|had|have)(?: the| an?)? {_DEGREE} {_MEASURED}[,:;] {LIST}",
         rf"{_WHICH} (?:has|had|have)(?: the| an?)? {_DEGREE} {_MEASURED}[,:;]? {LIST}",
         rf"(?:which|who|what) [a-z]{{3,12}} {_DEGREE} {_MEASURED}[,:;] {LIST}",
         rf"(?:which|who|what) of {LIST} (?:has|had|have)(?: the| an?)? {_DEGREE} {_MEASURED}",
         rf"(?:between|of|out of|among) {LIST},? {_WHICH} (?:has|had|have)(?: the| an?)? {_DEGREE} {_MEASURED}"),
    rule("which, by verb", COMPARE, _by_verb,
         rf"{_WHICH} (?P<verb>costs?|weighs?|earns?|measures?) (?P<degree>more|less|the most|the least)"
         rf"(?P<tail> (?:per|in|on|for|at) [\w ]{{2,40}}?)?[,:;]? {LIST}"),
    rule("which, by age", COMPARE, _by_age,
         rf"{_WHICH} {BE}(?: the)? (?P<age>older|oldest|younger|youngest)[,:;]? (?!of ){LIST}",
         rf"(?:which|who) of {LIST} {BE}(?: the)? (?P<age>older|oldest|younger|youngest)"),
    rule("which, by date", COMPARE, _by_date,
         rf"{_WHICH} {BE} {_EVENT} {_FIRST}[,:;]? {LIST}",
         rf"(?:which|who) of {LIST} {BE} {_EVENT} {_FIRST}",
         rf"{LIST}[,:;] (?:which|who)(?: one)?(?: of (?:them|these|those|the two|the three))? {BE} {_EVENT} {_FIRST}"),
    rule("which, by event", COMPARE, _by_event,
         rf"(?:which|what)(?: {NOUN})? (?:came|happened|took place) (?P<when>first|earlier|last|later)[,:;]? {LIST}",
         rf"who {_HAPPENED} {_FIRST}[,:;]? {LIST}",
         rf"which(?: {NOUN})? {_HAPPENED} {_FIRST}[,:;]? {LIST}"),
    rule("yes or no, by noun", COMPARE, _has_more,
         rf"(?:does|do|did|will|can|could) {A} [a-z]{{3,15}}(?: the| an?)? {_DEGREE} {_MEASURED} than {B}{_IN_YEAR}",
         rf"(?:has|have|had) {A} (?:got )?(?:a )?{_DEGREE} {_MEASURED} than {B}"),
    rule("yes or no, by event", COMPARE, _did_before,
         rf"did {A} {_EVENT} {_FIRST}(?: than)? {B}"),
    rule("the same year", COMPARE, _same_year, rf"(?:were|are) {LIST} {_EVENT} in the same year"),
    rule("yes or no, by adjective", COMPARE, _is_more, rf"{BE} {A} {ADJECTIVE} than {B}"),
    rule("yes or no, by date", COMPARE, _is_before, rf"{BE} {A} {_EVENT} {_FIRST}(?: than)? {B}"),
    rule("the same", COMPARE, _is_same,
         rf"(?:do|did) {LIST} have the same {_MEASURED}",
         rf"{BE} {LIST} (?:of )?(?:the same|equally) {_MEASURED}"),
)  # fmt: skip
