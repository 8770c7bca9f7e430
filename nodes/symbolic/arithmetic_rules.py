"""Rules for questions whose answer is computed: by itself, or from quantities that are looked up first."""

import re

from nodes.quantities import unit_of
from nodes.symbolic.attributes import of_adjective, of_question
from nodes.symbolic.drafting import Drafting
from nodes.symbolic.phrases import VERB_NOUNS, Measure, completed, in_full, label, measured, pair, things
from nodes.symbolic.rule import ADJECTIVE, ASK, BE, LESS, LIST, PROPERTY, A, B, Groups, Rule, rule
from nodes.symbolic.words import singular, word_set

LOOK_UP = "search read calculate"
_SPOKEN = (("divided by", "/"), ("multiplied by", "*"), ("times", "*"), ("plus", "+"), ("minus", "-"), ("percent", "%"))
_OPERATOR = re.compile(r"[-+*/^%]|\bof\b")
_TARGET = re.compile(r"^[-\d.,\s]{1,30}[^\d\s][^\d]{0,30}?\s(?:in|into|to|as)\s([^\d]{1,30})$")
_WORD = re.compile(r"[^\W\d_]{1,30}")
_FUNCTIONS = word_set("of sqrt abs round min max log exp sum million billion thousand trillion e x per")
_MULTIPLES = {
    "half": "0.5 * ",
    "a quarter of": "0.25 * ",
    "twice": "2 * ",
    "double": "2 * ",
    "three times": "3 * ",
    "ten times": "10 * ",
}


def _plain(groups: Groups, draft: Drafting) -> bool:
    """`what is 15% of 80`, `12 km + 300 m`, `convert 5 km to miles`: only numbers, units and operators."""
    expression, unit = groups["expression"].strip(), groups.groupdict().get("unit")
    if unit:
        expression = f"{expression} in {unit}"
    if (target := _TARGET.search(expression)) and unit_of(target[1]) and re.search(r"\d", expression):
        draft.calculate(expression)
        return True
    for spoken, sign in _SPOKEN:
        expression = re.sub(rf"\b{spoken}\b", sign, expression, flags=re.IGNORECASE)
    known = all(word.lower() in _FUNCTIONS or unit_of(word) for word in _WORD.findall(expression))
    if not known or not re.search(r"\d", expression) or not _OPERATOR.search(expression):
        return False
    draft.calculate(expression)
    return True


def _share(groups: Groups, draft: Drafting) -> bool:
    """`15% of the diameter of Jupiter`, `half the mass of Mars`."""
    phrase = in_full(groups["a"])
    if not of_question(phrase):
        return False
    factor = _MULTIPLES.get(groups["factor"].lower()) or f"{groups['factor'].rstrip('% percnt')}% of "
    draft.calculate(factor, draft.read(phrase))
    return True


def _percentage(groups: Groups, draft: Drafting) -> bool:
    """`what percentage of Earth's mass is the mass of Mars`."""
    found = pair(groups["b"], groups["a"])
    if found is None:
        return False
    part, whole = (draft.read(measure.question) for measure in found)
    percent = groups["kind"].lower().startswith("percent")
    draft.calculate(part, " / ", whole, *([" in %"] if percent else []))
    return True


def _share_of_whole(groups: Groups, draft: Drafting) -> bool:
    """`what share of revenue did A spend on research in 2024`: the year, and the owner, go with both."""
    part, owner = groups["b"].strip(), (groups.groupdict().get("a") or "").strip()
    year = re.search(r"\s(?:in|for) (?:19|20)\d\d$", part)
    of, when = f" of {owner}" if owner else "", year[0] if year else ""
    whole = f"{groups['attribute'].strip()}{of}{when}"
    values = draft.read(f"amount of {part.removesuffix(when)}{of}{when}"), draft.read(whole)
    draft.calculate(values[0], " / ", values[1], " in %")
    return True


def _by_adjective(groups: Groups) -> tuple[Measure, Measure, str] | None:
    """Return what is measured of both things, and which end of the attribute the adjective names."""
    found = of_adjective(groups["adjective"])
    if found is None:
        return None
    attribute, end = found
    tail = groups["tail"] or ""
    first = measured(attribute, groups["a"], tail)
    second = measured(attribute, completed(groups["a"], groups["b"]), tail)
    return first, second, end


def _ratio_by_adjective(groups: Groups, draft: Drafting) -> bool:
    """`how many times larger is Jupiter than Earth`: the first by the second; for `smaller` the other way round."""
    found = _by_adjective(groups)
    if found is None:
        return False
    first, second = draft.read(found[0].question), draft.read(found[1].question)
    draft.calculate(*((first, " / ", second) if found[2] == "largest" else (second, " / ", first)))
    return True


def _difference_by_adjective(groups: Groups, draft: Drafting) -> bool:
    """`how much longer is a day on Venus than on Earth`: the greater less the smaller, as the adjective has it."""
    found = _by_adjective(groups)
    if found is None:
        return False
    first, second = draft.read(found[0].question), draft.read(found[1].question)
    draft.calculate(*((first, " - ", second) if found[2] == "largest" else (second, " - ", first)))
    return True


def _difference_of_counts(groups: Groups, draft: Drafting) -> bool:
    """`how many more moons does Saturn have than Jupiter`, `how much more does A cost than B`."""
    if re.match(r"(?:in|on|at|from|for|with|during|to)\s", groups["b"]):
        return False
    noun = f"number of {groups['noun']}" if groups.groupdict().get("noun") else VERB_NOUNS[groups["verb"].lower()]
    first, second = (draft.read(f"{noun} of {in_full(groups[name])}") for name in ("a", "b"))
    draft.calculate(*((second, " - ", first) if groups["kind"].lower() in LESS else (first, " - ", second)))
    return True


def _ratio_of_counts(groups: Groups, draft: Drafting) -> bool:
    """`how many times as many beds does A have as B`."""
    first, second = (draft.read(f"number of {groups['noun']} of {in_full(groups[name])}") for name in ("a", "b"))
    draft.calculate(first, " / ", second)
    return True


def _ratio_of_measures(groups: Groups, draft: Drafting) -> bool:
    """`the ratio of the mass of Jupiter to that of Earth`, `how many times the mass of Earth is Jupiter`."""
    found = pair(groups["a"], groups["b"]) or _counts(groups["a"], groups["b"])
    if found is None:
        return False
    first, second = (draft.read(measure.question) for measure in found)
    draft.calculate(first, " / ", second)
    return True


def _counts(first: str, second: str) -> tuple[Measure, Measure] | None:
    """Return the numbers of two kinds of things: `nurses` and `doctors at Eastgate`."""
    both = [re.sub(r"^the ", "", phrase.strip()) for phrase in (first, second)]
    if not all(re.match(r"[a-z-]{3,20}s\b", phrase) for phrase in both):
        return None
    where = re.search(r" (?:in|at|of|on) .{2,60}$", both[1])
    if where and not both[0].endswith(where[0]):
        both[0] += where[0]
    one, other = (Measure(f"number of {phrase}", phrase) for phrase in both)
    return one, other


def _difference_of_measures(groups: Groups, draft: Drafting) -> bool:
    """`the difference between the diameters of Mars and Venus`: printed without a sign."""
    found = _two_of_one(groups) or pair(groups["a"], groups["b"])
    if found is None:
        return False
    first, second = (draft.read(measure.question) for measure in found)
    draft.calculate("abs(", first, " - ", second, ")")
    return True


def _exceeding(groups: Groups, draft: Drafting) -> bool:
    """`by how much does the payload of Energia exceed that of Proton`."""
    whole = in_full(groups["a"])
    first, second = (draft.read(question) for question in (whole, completed(whole, groups["b"])))
    draft.calculate(first, " - ", second)
    return True


def _two_of_one(groups: Groups) -> tuple[Measure, Measure] | None:
    """`difference in mass between A and B`, `between the masses of A and B`."""
    named = groups.groupdict().get("attribute")
    if named is None or of_question(named) is None:
        return None
    noun = singular(re.sub(r"^the\s", "", named.strip()))
    first, second = in_full(groups["a"]), in_full(groups["b"])
    return Measure(f"{noun} of {first}", label(first)), Measure(f"{noun} of {second}", label(second))


def _total(groups: Groups, draft: Drafting) -> bool:
    """`the combined mass of Spirit and Opportunity`, `the average diameter of Mars and Venus`."""
    named, parts = groups["attribute"], things(groups["list"])
    count = named.startswith("number of ")
    if len(parts) < 2 or not (count or of_question(named)):
        return False
    noun = named if count else singular(named)
    values = [draft.read(f"{noun} of {in_full(part)}") for part in parts]
    joined = [item for value in values for item in (value, " + ")][:-1]
    if (groups.groupdict().get("how") or "").lower() in {"average", "mean"}:
        draft.calculate("(", *joined, f") / {len(values)}")
    else:
        draft.calculate(*joined)
    return True


def _spent_together(groups: Groups, draft: Drafting) -> bool:
    """`how much did the town spend on parks and libraries together in 2024`."""
    parts, rest = things(groups["list"]), groups["rest"] or ""
    if len(parts) < 2:
        return False
    values = [draft.read(f"amount of {groups['verb'].lower()} on {part}{rest}") for part in parts]
    draft.calculate(*[item for value in values for item in (value, " + ")][:-1])
    return True


def _together(groups: Groups, draft: Drafting) -> bool:
    """`how many moons do Mars and Neptune have together`, `how much do A and B weigh together`."""
    parts = things(groups["list"])
    noun = f"number of {groups['noun']}" if groups.groupdict().get("noun") else VERB_NOUNS[groups["verb"].lower()]
    if len(parts) < 2:
        return False
    values = [draft.read(f"{noun} of {in_full(part)}") for part in parts]
    draft.calculate(*[item for value in values for item in (value, " + ")][:-1])
    return True


_TIMES = r"(?:(?:by )?how many times|by (?:what|which) factor) (?:as )?"
_VERB = rf"(?P<verb>{'|'.join(VERB_NOUNS)})"
_DOES = r"(?:does|do|did|has|have|had|can|could|is|are)"
_HAVE = r"(?: (?-i:[a-z]{3,10}))?"
_TOGETHER = r"(?:together|combined|in total|altogether)"
_SHARE_OF = r"(?:what|which|how large a) (?P<kind>share|percentage|percent|fraction|part|proportion) of"
_THAN = r"(?:than|as|compared (?:to|with))"
_MEASURED = r"(?P<attribute>[\w' -]{3,60}?)"

ARITHMETIC_RULES: tuple[Rule, ...] = (
    rule("plain arithmetic", "calculate", _plain, rf"{ASK}(?P<expression>[\w\s().,+*/^%°$€£×·√-]{{3,200}})",
         r"(?:convert|how much is) (?P<expression>[\d.,]{1,20}\s?[\w°$€£ /-]{3,80})",
         r"how many (?P<unit>[a-z]{2,20}(?: [a-z]{2,12})??) (?:are )?(?:there )?(?:in|is|are)"
         r" (?P<expression>[\d.,]{1,20}\s?[\w°$€£ /-]{1,60})"),
    rule("share of a quantity", LOOK_UP, _share,
         rf"{ASK}(?P<factor>\d{{1,9}}(?:\.\d{{1,9}})?\s?(?:%|percent)) of {A}",
         rf"{ASK}(?P<factor>{'|'.join(_MULTIPLES)}) {A}"),
    rule("share of a whole", LOOK_UP, _share_of_whole,
         rf"{_SHARE_OF} (?:the )?{_MEASURED}"
         rf" (?:did|does|do|was|is|were|are) {A} (?:spend|spent|pay|paid|put|go|goes) (?:on|for|into|to) {B}",
         rf"{_SHARE_OF} (?:the )?{_MEASURED}"
         rf" (?:was|is|were|are|went|goes|comes|came)(?: spent| paid)? (?:on|for|into|to|from) {B}"),
    rule("percentage", LOOK_UP, _percentage,
         rf"{ASK}(?:what )?(?P<kind>percentage|percent|fraction|proportion) of {A} {BE} {B}"),
    rule("ratio by adjective", LOOK_UP, _ratio_by_adjective,
         rf"{_TIMES}{ADJECTIVE} {BE} {A} {_THAN} {B}",
         rf"{_TIMES}{ADJECTIVE} {_THAN} {B} {BE} {A}",
         rf"{A} {BE} how many times (?:as )?{ADJECTIVE} {_THAN} {B}",
         rf"by (?:what|which) factor {BE} {A} {ADJECTIVE} {_THAN} {B}"),
    rule("ratio of counts", LOOK_UP, _ratio_of_counts,
         rf"how many times (?:as many|as much|more) (?P<noun>[\w -]{{2,40}}?) {_DOES} {A}{_HAVE} {_THAN} {B}"),
    rule("ratio of measures", LOOK_UP, _ratio_of_measures,
         rf"{_TIMES}(?:larger |greater |bigger |higher )?{BE} {A}(?: larger| greater| bigger| higher)? than {B}",
         rf"{_TIMES}(?:larger than |greater than )?{B} {BE} {A}",
         rf"{ASK}ratio (?:of|between) {A} (?:to|and) {B}"),
    rule("difference by adjective", LOOK_UP, _difference_by_adjective,
         rf"(?:by )?how (?:much|many [\w ]{{1,30}}?) {ADJECTIVE} {BE} {A} {_THAN} {B}",
         rf"(?:by )?how (?:much|many [\w ]{{1,30}}?) {ADJECTIVE} {_THAN} {B} {BE} {A}",
         rf"(?:by )?how (?:much|many [\w ]{{1,30}}?) {BE} {A} {ADJECTIVE} than {B}",
         rf"(?:by )?how much {ADJECTIVE} (?:does|did|do) {A} (?:last|take|weigh)(?: \w+)? than {B}"),
    rule("difference of counts", LOOK_UP, _difference_of_counts,
         rf"how many (?P<kind>more|fewer|less) (?P<noun>[\w -]{{2,40}}?) {_DOES} {A}{_HAVE} than {B}",
         rf"how much (?P<kind>more|less) (?:does|do|did) {A} {_VERB}(?: (?:a|per|each|every) [a-z]{{3,12}})? than {B}"),
    rule("difference of measures", LOOK_UP, _difference_of_measures,
         rf"{ASK}difference (?:in|of) {_MEASURED} between {A} and {B}",
         rf"{ASK}difference between the {_MEASURED} of {A} and(?: of)? (?!that|those|the \w+ of){B}",
         rf"{ASK}difference between {A} and {B}"),
    rule("exceeding", LOOK_UP, _exceeding,
         rf"by how (?:much|many [\w ]{{1,30}}?) (?:does|do|did|will) {A} exceed {B}"),
    rule("total", LOOK_UP, _total,
         rf"{ASK}(?P<how>total|combined|summed|average|mean|sum of the|sum of|average of the)"
         rf" {PROPERTY}(?: of| on| for)(?: both)? {LIST}(?: {_TOGETHER})?"),
    rule("spent on several", LOOK_UP, _spent_together,
         rf"how much (?:did|does|do|will) .{{2,60}}? (?P<verb>spend|pay|earn|make|budget) (?:on|for|with|from) {LIST}"
         rf" {_TOGETHER}(?P<rest> in .{{2,40}})?"),
    rule("together", LOOK_UP, _together,
         rf"how many (?P<noun>[\w -]{{2,40}}?) (?:do|did|have) {LIST} (?:have |had )?{_TOGETHER}",
         rf"(?:how much|what) (?:do|did) {LIST} {_VERB} {_TOGETHER}"),
)  # fmt: skip
