"""Rules for questions that set named things side by side: the largest or first of them, yes or no, the same."""

from nodes.symbolic.attributes import Attribute, of_adjective, of_question
from nodes.symbolic.drafting import Drafting
from nodes.symbolic.phrases import Measure, completed, in_full, label, measured, things
from nodes.symbolic.rule import ADJECTIVE, BE, LIST, NOUN, A, B, Groups, Rule, rule
from nodes.symbolic.words import singular, word_set

COMPARE = "search read compare"
_MORE = word_set(
    "more most larger largest greater greatest higher highest bigger biggest longer longest heavier heaviest"
)
_LESS = word_set("fewer fewest less least smaller smallest lower lowest shorter shortest lighter lightest")
_DEGREE = f"(?P<degree>{'|'.join(sorted(_MORE | _LESS))})"
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
    named = groups["attribute"].strip()
    attribute = of_question(named)
    noun = singular(named) if attribute else f"number of {named}"
    if not attribute and groups["degree"] not in {"more", "most", "fewer", "fewest"}:
        return False
    measures = [Measure(f"{noun} of {in_full(part)}", label(in_full(part))) for part in things(groups["list"])]
    return _compare(draft, measures, "largest" if groups["degree"].lower() in _MORE else "smallest")


def _by_date(groups: Groups, draft: Drafting) -> bool:
    """`which was launched first, A or B`: the smallest date."""
    measures = [Measure(f"When was {part} {groups['event']}", part) for part in things(groups["list"])]
    return _compare(draft, measures, "largest" if groups["when"].lower() in _LATE else "smallest")


def _by_age(groups: Groups, draft: Drafting) -> bool:
    """`who is older, A or B`: the smallest date of birth."""
    measures = [Measure(f"When was {part} born", part) for part in things(groups["list"])]
    return _compare(draft, measures, "largest" if groups["age"].lower().startswith("young") else "smallest")


def _is_more(groups: Groups, draft: Drafting) -> bool:
    """`is Titan larger than Mercury`: yes if the first one wins."""
    found = of_adjective(groups["adjective"])
    if found is None:
        return False
    tail, both = groups["tail"] or "", (groups["a"], completed(groups["a"], groups["b"]))
    return _compare(draft, [measured(found[0], one, tail) for one in both], found[1])


def _is_before(groups: Groups, draft: Drafting) -> bool:
    """`was Uranus discovered before Neptune`: yes if the first one wins."""
    measures = [
        Measure(f"When was {groups[name].strip()} {groups['event']}", groups[name].strip()) for name in ("a", "b")
    ]
    return _compare(draft, measures, "largest" if groups["when"].lower() in _LATE else "smallest")


def _is_same(groups: Groups, draft: Drafting) -> bool:
    """`do Spirit and Opportunity have the same mass`."""
    attribute: Attribute | None = of_question(groups["attribute"]) or of_question(f"how {groups['attribute']}")
    if attribute is None:
        return False
    return _compare(draft, [measured(attribute, part) for part in things(groups["list"])], "equal")


_WHICH = rf"(?:which|who|what)(?: {NOUN})?"
_MEASURED = r"(?P<attribute>[\w -]{3,40}?)"
_EVENT = r"(?P<event>(?-i:[a-z]{3,20}(?: [a-z]{2,12}){0,2}?))"

COMPARISON_RULES: tuple[Rule, ...] = (
    rule("which, by adjective", COMPARE, _by_adjective,
         rf"{_WHICH} {BE}(?: the)? {ADJECTIVE}(?: one)?[,:;]? {LIST}",
         rf"(?:which|who|what) of(?: the)?(?: two| three| following)?[,:]? {LIST},? {BE}(?: the)? {ADJECTIVE}",
         rf"(?:between|of|out of|among) {LIST},? {_WHICH} {BE}(?: the)? {ADJECTIVE}(?: one)?"),
    rule("which, by noun", COMPARE, _by_noun,
         rf"{_WHICH} (?:has|had|have)(?: the)? {_DEGREE} {_MEASURED}[,:;] {LIST}",
         rf"(?:which|who|what) of {LIST} (?:has|had|have)(?: the)? {_DEGREE} {_MEASURED}",
         rf"(?:between|of|out of|among) {LIST},? {_WHICH} (?:has|had|have)(?: the)? {_DEGREE} {_MEASURED}"),
    rule("which, by age", COMPARE, _by_age,
         rf"{_WHICH} {BE}(?: the)? (?P<age>older|oldest|younger|youngest)[,:;]? {LIST}",
         rf"(?:which|who) of {LIST} {BE}(?: the)? (?P<age>older|oldest|younger|youngest)"),
    rule("which, by date", COMPARE, _by_date,
         rf"{_WHICH} {BE} {_EVENT} {_FIRST}[,:;]? {LIST}",
         rf"(?:which|who) of {LIST} {BE} {_EVENT} {_FIRST}"),
    rule("yes or no, by adjective", COMPARE, _is_more, rf"{BE} {A} {ADJECTIVE} than {B}"),
    rule("yes or no, by date", COMPARE, _is_before, rf"{BE} {A} {_EVENT} {_FIRST}(?: than)? {B}"),
    rule("the same", COMPARE, _is_same,
         rf"(?:do|did) {LIST} have the same {_MEASURED}",
         rf"{BE} {LIST} (?:of )?(?:the same|equally) {_MEASURED}"),
)  # fmt: skip
