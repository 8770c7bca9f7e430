"""Values that a plan has computed or read, as answers: with their working, and the sentences and rows they come from.

What rests on figures that no document and no question gave is no answer. This module ranks nothing and reads nothing.
"""

import re
from collections.abc import Mapping, Sequence

from nodes.drafts import Draft, SolveRequest
from nodes.evidence import is_given
from nodes.language import Reference, Step, Template
from nodes.quantities import find_quantities, format_number, format_quantity
from nodes.state import Source, StepId, StepResult
from nodes.symbolic.asked import understand
from nodes.symbolic.citing import draft_of, draft_of_value, numbered
from nodes.symbolic.marking import has_mark
from nodes.symbolic.phrases import in_order
from nodes.symbolic.words import normalise

FACTORS = frozenset({0.25, 0.5, 100.0, *map(float, range(1, 13))})
"""Numbers that a planner may add by itself: shares, percent, and how many values are averaged."""
SHOWN_ROWS = 12
"""Most rows cited for a sum or average, whose working names none of them."""
COMPUTING = frozenset({"calculate", "compare", "aggregate", "elapsed"})
_ASKS_YES_OR_NO = re.compile(
    r"(?:^|[.?!:;,–-]\s)(?:is|are|was|were|do|does|did|will|would|can|could|has|have|had|should|may|might|must)\s",
    re.IGNORECASE,
)
_NAMES_ONE = re.compile(r"\b(?:which|who|whose|what|when|where)\b", re.IGNORECASE)
"""A question for one of the things, whatever clause goes before it."""


def compares_all(steps: Sequence[Step]) -> bool:
    """Say whether a plan ends in the largest or least of what it has tabulated."""
    return bool(steps) and steps[-1].tool == "compare" and isinstance(steps[-1].args.get("values"), Reference)


def computes(steps: Sequence[Step]) -> bool:
    """Say whether a plan ends in a computation."""
    return bool(steps) and steps[-1].tool in COMPUTING


def counts_rows(steps: Sequence[Step]) -> bool:
    """Say whether a plan counts what a document may as well say outright."""
    return bool(steps) and steps[-1].tool == "aggregate" and steps[-1].args.get("how") == "count"


def lasts(steps: Sequence[Step]) -> bool:
    """Say whether a plan reckons from begin and end how long something went on, which a document may say outright."""
    asked = [str(step.args.get("within", "")) for step in steps if step.tool == "read"]
    return bool(asked) and steps[-1].tool == "elapsed" and all(each and not has_mark(each) for each in asked)


def computed(request: SolveRequest, steps: Sequence[Step]) -> Draft | None:
    """Return the value of the last step if it computes, with its working and the sentences it was computed from."""
    last = steps[-1] if steps else None
    result = request.results.get(last.id) if last else None
    if last is None or result is None or result["status"] != "ok":
        return None
    if last.tool not in COMPUTING and not is_given(result):
        return None
    behind = _behind(last, steps, request.results)
    if _read_twice(behind, request.results):
        return None
    given = [step for step in (*behind, last) if is_given(request.results.get(step.id))]
    worked = [step for step in (*behind, last) if step not in given]
    sources = _read_in([step for step in behind if step in worked], request.results, result["working"] or "")
    grounded = all(_is_grounded(step, request.question) for step in worked) and (sources or given or not behind)
    if not grounded and not request.edited:
        return None
    # What rests on the question alone, or on a person's plan, is cited as what the step gave.
    cited = given if grounded and (given or sources) else [last]
    markers = "".join(f" [{n}]" for n in [*range(1, len(sources) + 1), *(step.id for step in cited)])
    value, working = _shown(result["value"], last, request.question), result["working"]
    head = f"{value} ({working}){markers}" if working else f"{value}{markers}"
    return draft_of([head, *numbered(sources)], sources)


def read_at_last(request: SolveRequest, steps: Sequence[Step]) -> Draft | None:
    """Return the value that the plan's only and last reading found, where a value was asked for."""
    reads = [step for step in steps if step.tool == "read"]
    last = steps[-1] if steps else None
    result = request.results.get(last.id) if last and (reads == [last] or leads_on(steps)) else None
    if last is None or result is None or result["status"] != "ok" or not result["sources"]:
        return None
    if understand(resolved(last.args.get("question", ""), request.results)).kind == "text":
        return None
    behind = [step for step in _behind(last, steps, request.results) if step.tool == "read"]
    return draft_of_value(str(result["value"]), [*result["sources"], *_read_in(behind, request.results, "")])


def leads_on(steps: Sequence[Step]) -> bool:
    """Say whether a plan ends in reading a question that has to be completed by what another step found."""
    return bool(steps) and steps[-1].tool == "read" and isinstance(steps[-1].args.get("question"), Template)


def resolved(question: object, results: Mapping[StepId, StepResult]) -> str:
    """Return a step's question with what other steps found; empty where one found nothing."""
    parts = question.parts if isinstance(question, Template) else (question,)
    found = [results.get(StepId(part.name)) if isinstance(part, Reference) else None for part in parts]
    if any(
        isinstance(part, Reference) and (each is None or each["status"] != "ok")
        for part, each in zip(parts, found, strict=True)
    ):
        return ""
    return "".join(str(part) if each is None else str(each["value"]) for part, each in zip(parts, found, strict=True))


def _shown(value: object, step: Step, question: str) -> str:
    """Print a computed value; the winner of a comparison answers a question for yes or no."""
    values = step.args.get("values")
    named = list(values) if isinstance(values, Mapping) else []
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int | float):
        return format_number(value)
    if isinstance(value, str) and (found := find_quantities(value)) and found[0].text == value:
        return format_quantity(found[0].magnitude, found[0].unit)
    if named and _asks_yes_or_no(in_order(normalise(question))):
        return "Yes" if value == named[0] else "No"
    return " and ".join(map(str, value)) if isinstance(value, list) else str(value)


def _read_twice(steps: Sequence[Step], results: Mapping[StepId, StepResult]) -> bool:
    """Say whether two questions were given one and the same value of one sentence: it can answer one of them only."""
    read = [results[step.id] for step in steps if step.tool == "read" and not is_given(results.get(step.id))]
    places = [
        (str(each["value"]), each["sources"][0]["passage_id"], each["sources"][0]["start"])
        for each in read
        if each["sources"]
    ]
    return len(set(places)) < len(places)


def _asks_yes_or_no(question: str) -> bool:
    """Say whether a question, or a clause of it, is for yes or no; `is it A or B` is for one of them."""
    alternatives = " or " in question and " than " not in question
    asks = _ASKS_YES_OR_NO.search(question)
    return asks is not None and not alternatives and (asks.start() == 0 or not _NAMES_ONE.search(question))


def _behind(step: Step, steps: Sequence[Step], results: Mapping[StepId, StepResult]) -> list[Step]:
    """Return the steps that a step's value goes back to, in the order of the plan; nothing is behind a given value."""
    by_id = {each.id: each for each in steps}
    behind, pending = set[StepId](), [step]
    while pending:
        each = pending.pop()
        inputs = () if is_given(results.get(each.id)) else each.depends_on
        new = {name for name in inputs if name in by_id} - behind
        behind |= new
        pending.extend(by_id[name] for name in new)
    return [each for each in steps if each.id in behind]


def _read_in(steps: Sequence[Step], results: Mapping[StepId, StepResult], working: str) -> list[Source]:
    """Return the sentences that steps read, each once, in order; of a table the rows that the working shows."""
    sources: list[Source] = []
    for step in steps:
        result = results.get(step.id)
        if result is not None and step.tool == "read":
            sources += result["sources"]
        elif result is not None and step.tool == "tabulate" and isinstance(result["value"], Mapping):
            rows = dict(zip(result["value"], result["sources"], strict=False))
            shown = {name: working.find(f"{name} {value}") for name, value in result["value"].items()}
            named = [rows[name] for name in sorted(rows, key=lambda name: shown[name]) if shown[name] >= 0]
            sources += named or list(rows.values())[:SHOWN_ROWS]
    return list({(source["passage_id"], source["start"]): source for source in sources}.values())


def _is_grounded(step: Step, question: str) -> bool:
    """Say whether every number written into a computation is the user's own or a plain factor, and the rest references.

    A model's plan may hold figures that the model remembers; what is computed from those is not what documents say.
    """
    if step.tool not in COMPUTING:
        return True
    expression, values = step.args.get("expression", ""), step.args.get("values", {})
    parts = expression.parts if isinstance(expression, Template) else (expression,)
    written = {found.magnitude for part in parts if isinstance(part, str) for found in find_quantities(part)}
    compared = values.values() if isinstance(values, Mapping) else [values]
    given = {found.magnitude for found in find_quantities(question)}
    return written <= given | FACTORS and all(isinstance(value, Reference) for value in compared)
