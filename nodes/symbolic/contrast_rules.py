"""Rules for comparisons with `than` in which the two sides are whole phrases: yes or no, and how much more."""

from nodes.symbolic.attributes import of_adjective
from nodes.symbolic.contrast import by_verb, quantity_of, two_sides
from nodes.symbolic.drafting import Drafting
from nodes.symbolic.phrases import in_full
from nodes.symbolic.rule import ADJECTIVE, LESS, A, B, Groups, Rule, rule

_COMPARE, _REDUCE = "search read compare", "search read calculate"
_LITTLE = LESS | {"fewer", "less", "cheaper", "lower", "smaller"}


def _questions(groups: Groups) -> tuple[str, str] | None:
    """Return what to look up for both sides."""
    form = groups.groupdict()
    noun, rest = (form.get("noun") or "").strip(), (form.get("rest") or "").strip()
    sides = two_sides(f"{(form.get('a') or '').strip()} {rest}".strip(), groups["b"])
    if sides is None:
        return None
    if adjective := form.get("adjective"):
        found = of_adjective(adjective)
        return (f"{found[0].noun} of {in_full(sides[0])}", f"{found[0].noun} of {in_full(sides[1])}") if found else None
    if noun:
        return quantity_of(noun, sides[0]), quantity_of(noun, sides[1])
    verbs = by_verb(sides[0]), by_verb(sides[1])
    return (verbs[0], verbs[1]) if verbs[0] and verbs[1] else (f"amount of {sides[0]}", f"amount of {sides[1]}")


def _is_little(groups: Groups) -> bool:
    form = groups.groupdict()
    found = of_adjective(form.get("adjective") or "")
    return found[1] == "smallest" if found else (form.get("degree") or "").lower() in _LITTLE


def _yes_or_no(groups: Groups, draft: Drafting) -> bool:
    """`did the Ada burn less oil than the Bore in 2024`: yes if the first one wins."""
    both = _questions(groups)
    if both is None or both[0] == both[1]:
        return False
    values = {question: draft.read(question) for question in both}
    draft.compare_values(values, "smallest" if _is_little(groups) else "largest")
    return True


def _difference(groups: Groups, draft: Drafting) -> bool:
    """`how many more visitors came in 2025 than in 2024`."""
    both = _questions(groups)
    if both is None or both[0] == both[1]:
        return False
    first, second = (draft.read(question) for question in both)
    draft.calculate(*((second, " - ", first) if _is_little(groups) else (first, " - ", second)))
    return True


_DOES = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)"
_DEGREE = r"(?P<degree>more|less|fewer)"
_NOUN = (
    r"(?P<noun>(?!(?:into|in|on|for|from|to|of|at|by|than|with)\s)(?-i:[a-z][\w-]{1,30})(?: [a-z][\w-]{1,20}){0,3}?)"
)
_REST = r"(?P<rest> .{2,100}?)?"
_VERB = r"(?:came|come|went|go|were|was|are|is|did|does|do|has|have|had|worked|work|sold|made|passed|travelled|used)"

CONTRAST_RULES: tuple[Rule, ...] = (
    rule("yes or no, of two phrases", _COMPARE, _yes_or_no,
         rf"(?:is|are|was|were|do|did|will) {_DEGREE} {_NOUN} {A} than {B}",
         rf"{_DOES} {A} {_DEGREE} {_NOUN}{_REST} than {B}",
         rf"{_DOES} {A} {_DEGREE}{_REST} than {B}",
         rf"{_DOES} {A} {ADJECTIVE}{_REST} than {B}"),
    rule("difference of two phrases", _REDUCE, _difference,
         rf"how many {_DEGREE} {_NOUN} {_DOES} (?:there )?{A} than {B}",
         rf"how many {_DEGREE} {_NOUN} {_VERB} {A} than {B}",
         rf"how much {_DEGREE} {_NOUN} {_DOES} {A} than {B}",
         rf"how much {_DEGREE} {_DOES} {A} than {B}",
         rf"how many [\w ]{{1,20}}? of {_NOUN} {_DEGREE} than {B} {_DOES} {A}",
         rf"how much {ADJECTIVE} {_DOES} {A} than {B}"),
)  # fmt: skip
