"""The solver without a model: computed values with their working, values read, or sentences quoted, all with citations.

It takes what the plan's steps returned and never fills a gap: where a computation has no value, what the documents say
is quoted as that, and where they say nothing it says so.
"""

import re
from collections.abc import Mapping, Sequence

from nodes.drafts import Draft, SolveRequest
from nodes.evidence import is_given
from nodes.language import Reference, Step, Template, parse_canonical
from nodes.markers import MARKER
from nodes.quantities import find_quantities, format_number, format_quantity
from nodes.state import Passage, Source, StepId, StepResult
from nodes.symbolic.agreement import all_named, disagreeing
from nodes.symbolic.asked import Asked, understand
from nodes.symbolic.evidence import CANDIDATES, Evidence, Told
from nodes.symbolic.followups import leans
from nodes.symbolic.place import Value
from nodes.symbolic.quoting import Quoting
from nodes.symbolic.ranking import SentenceRanker, ranked, source_of
from nodes.symbolic.records import read_record
from nodes.symbolic.spelling import understood
from nodes.symbolic.words import content_stems

DO_NOT_SAY = "The documents do not say."
NOT_COMPUTED = "This could not be computed from the documents. They say:"
DISAGREE = "The documents disagree:"
NAMED_APART = "The documents give different answers:"
QUOTES = 3
"""Most sentences quoted for a question that has no short answer."""
QUOTES_EACH = 1
"""The same for each of several questions in one."""
QUOTES_INDIRECT = 5
"""The same where something is described by way of something else, so that one sentence need not tell it all."""
FACTORS = frozenset({0.25, 0.5, 100.0, *map(float, range(1, 13))})
"""Numbers that a planner may add by itself: shares, percent, and how many values are averaged."""
WHOLE = 1_000.0
"""From here on a converted value is shown without decimals: the document's own figure has none of them."""
OUTRIGHT = 10
"""Best-ranked sentences among which an outright statement is looked for."""
COMPUTING = frozenset({"calculate", "compare", "aggregate", "elapsed"})
_ASKS_YES_OR_NO = re.compile(
    r"(?:is|are|was|were|do|does|did|will|would|can|could|has|have|had|should|may|might|must)\s", re.IGNORECASE
)


class ExtractiveSolver:
    """Answers by computing, reading and quoting. `ranker` is usually the knowledge base."""

    def __init__(self, ranker: SentenceRanker) -> None:
        self._ranker = ranker
        self._quoting = Quoting(ranker)

    async def solve(self, request: SolveRequest) -> Draft:
        """Return an answer every part of which is computed from, or is, a cited sentence."""
        steps = parse_canonical(request.plan).steps
        given = any(map(is_given, request.results.values()))  # what documents say is no answer then
        outright = None if given else await self._said_outright(request, steps)
        computed = outright or _computed(request, steps)
        return computed or await self._listed(request, steps) or await self._looked_up(request, steps)

    async def _listed(self, request: SolveRequest, steps: Sequence[Step]) -> Draft | None:
        """Return a line for each value the plan reads: for its own sake, or for a computation that came to nothing.

        Where no value is sure, what the documents say of it is quoted.
        """
        reads = [step for step in steps if step.tool == "read"]
        if len(reads) < 2:
            return None
        lines, sources = [], list[Source]()
        for step in reads:
            asked = str(step.args.get("question", step.id)).strip()
            read = _read_out(request.results.get(step.id), len(sources)) or await self._quoted(
                asked, request.passages, len(sources)
            )
            said, found = read or (DO_NOT_SAY[:1].lower() + DO_NOT_SAY[1:], [])
            sources += found
            lines.append(f"{asked[:1].upper()}{asked[1:]}: {said}")
        if not sources and not any(is_given(request.results.get(step.id)) for step in reads):
            return None
        return _short_of(lines, sources) if _computes(steps) else _draft(lines, sources)

    async def _quoted(self, question: str, passages: Sequence[Passage], before: int) -> tuple[str, list[Source]] | None:
        """Return what the documents say to one of several questions, with markers, or None where they do not."""
        asked = understood(question, passages)
        sentences = await ranked(self._ranker, question, passages, CANDIDATES)
        evidence = Evidence(asked, sentences, passages)
        quotation = await self._quoting.quote(evidence, QUOTES_EACH)
        sources = evidence.cited_together(quotation.sentences)
        return (_quoted_out(sources, before), sources) if quotation.answers else None

    async def _said_outright(self, request: SolveRequest, steps: Sequence[Step]) -> Draft | None:
        """Return the sentence that says which of all things is the largest, where one does: better than reckoning."""
        if not _compares_all(steps):
            return None
        asked = understand(_question(request, steps))
        for sentence in await ranked(self._ranker, asked.text, request.passages, OUTRIGHT):
            told = f"{sentence.title}: {sentence.text}"
            named = all(name.lower() in told.lower() for name in asked.names)
            if named and asked.words <= set(content_stems(told)) and read_record(sentence.text) is None:
                return _draft([_cited(sentence.text, 1)], [source_of(sentence)])
        return None

    async def _looked_up(self, request: SolveRequest, steps: Sequence[Step]) -> Draft:
        question = _question(request, steps)
        asked = understood(question, request.passages)
        sentences = await ranked(self._ranker, question, request.passages, CANDIDATES)
        evidence = Evidence(asked, sentences, request.passages)
        if not _computes(steps) and (told := evidence.value()):
            return _told(evidence, disagreeing(asked, evidence.values()) or [told])
        quotation = await self._quoting.quote(evidence, quotes_for(asked))
        if not quotation.answers:
            return Draft(DO_NOT_SAY, status="insufficient", mode="extractive")
        quoted = evidence.cited_together(quotation.sentences)
        lines = [_cited(source["quote"], n) for n, source in enumerate(quoted, start=1)]
        return _short_of(lines, quoted) if _computes(steps) else _draft(lines, quoted)


def _head(value: Value) -> str:
    """Return a value as the sentence has it; in the unit that was asked for, where that is another."""
    units = [{found.unit for found in find_quantities(text)} for text in (value.text, value.shown)]
    if units[0] == units[1]:
        return value.shown
    (converted, *_) = find_quantities(value.text)
    rounded = float(round(converted.magnitude)) if abs(converted.magnitude) >= WHOLE else converted.magnitude
    return f"{format_quantity(rounded, converted.unit)} ({value.shown})"


def _told(evidence: Evidence, told: Sequence[Told]) -> Draft:
    """Return a value with the sentence it stands in, or each of the different values that documents tell."""
    shown = "; ".join(f"{_head(each.value)} [{n}]" for n, each in enumerate(told, start=1))
    if len(told) > 1:
        shown = f"{NAMED_APART if all_named(told) else DISAGREE} {shown}"
    sources = [evidence.cited(each.sentence) for each in told]
    return _draft([shown, *(_cited(source["quote"], n) for n, source in enumerate(sources, start=1))], sources)


def quotes_for(asked: Asked) -> int:
    """Return how many sentences are quoted at most for a question that has no short answer."""
    return QUOTES_INDIRECT if asked.indirect else QUOTES


def _compares_all(steps: Sequence[Step]) -> bool:
    return bool(steps) and steps[-1].tool == "compare" and isinstance(steps[-1].args.get("values"), Reference)


def _computes(steps: Sequence[Step]) -> bool:
    return bool(steps) and steps[-1].tool in COMPUTING


def _draft(lines: Sequence[str], sources: Sequence[Source]) -> Draft:
    return Draft("\n".join(lines), tuple(sources), mode="extractive")


def _short_of(lines: Sequence[str], sources: Sequence[Source]) -> Draft:
    """Return what the documents say in place of a computed value: something to go on, but no answer."""
    return Draft("\n".join([NOT_COMPUTED, *lines]), tuple(sources), status="insufficient", mode="extractive")


def _question(request: SolveRequest, steps: Sequence[Step]) -> str:
    """Return the question; for one that leans on an earlier turn, the planner's first query, which stands by itself."""
    first = steps[0].args.get("query") if steps else None
    return first if isinstance(first, str) and leans(request.question) else request.question


def _computed(request: SolveRequest, steps: Sequence[Step]) -> Draft | None:
    """Return the value of the last step if it computes, with its working and the sentences it was computed from."""
    last = steps[-1] if steps else None
    result = request.results.get(last.id) if last else None
    if last is None or result is None or result["status"] != "ok":
        return None
    if last.tool not in COMPUTING and not is_given(result):
        return None
    behind = _behind(last, steps, request.results)
    given = [step for step in (*behind, last) if is_given(request.results.get(step.id))]
    worked = [step for step in (*behind, last) if step not in given]
    sources = _read_in([step for step in behind if step in worked], request.results, result["working"] or "")
    grounded = all(_is_grounded(step, request.question) for step in worked) and (sources or given or not behind)
    if not grounded and not request.edited:
        return None
    cited = given if grounded else [last]  # what a person's plan computes is cited as what that step gave
    markers = "".join(f" [{n}]" for n in [*range(1, len(sources) + 1), *(step.id for step in cited)])
    value, working = _shown(result["value"], last, request.question), result["working"]
    head = f"{value} ({working}){markers}" if working else f"{value}{markers}"
    return _draft([head, *(_cited(source["quote"], n) for n, source in enumerate(sources, start=1))], sources)


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
    if named and _ASKS_YES_OR_NO.match(question):
        return "Yes" if value == named[0] else "No"
    return " and ".join(map(str, value)) if isinstance(value, list) else str(value)


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
            sources += [rows[name] for name in sorted(rows, key=lambda name: shown[name]) if shown[name] >= 0]
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


def _read_out(result: StepResult | None, before: int) -> tuple[str, list[Source]] | None:
    """Return what a step read, with the markers of its sources, of which the first has the number after `before`."""
    if result is None or result["status"] != "ok":
        return None
    if is_given(result):
        return f"{result['value']} [{result['id']}]", []
    if not result["sources"]:
        return None
    if len(result["sources"]) == 1:
        return f"{result['value']} [{before + 1}]", result["sources"]
    return _quoted_out(result["sources"], before), result["sources"]


def _cited(quote: str, n: int) -> str:
    """Return a quote with its marker; those that stand in the document itself, as in an encyclopedia, are not ours."""
    return f"{MARKER.sub('', quote)} [{n}]"


def _quoted_out(sources: Sequence[Source], before: int) -> str:
    return " ".join(_cited(source["quote"], before + n) for n, source in enumerate(sources, start=1))
