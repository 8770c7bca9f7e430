"""The solver without a model: computed values with their working, values read, or sentences quoted, all with citations.

It takes what the plan's steps returned and never fills a gap: where a computation has no value, what the documents say
is quoted as that, and where they say nothing it says so.
"""

import asyncio
from collections.abc import Sequence

from nodes.drafts import Draft, SolveRequest
from nodes.evidence import is_given
from nodes.language import Step, parse_canonical
from nodes.quantities import find_quantities, format_quantity
from nodes.state import Passage, Source, StepResult
from nodes.symbolic.agreement import all_named, disagreeing
from nodes.symbolic.asked import Asked, understand
from nodes.symbolic.citing import cited, draft_of, draft_of_value, numbered
from nodes.symbolic.computed import (
    compares_all,
    computed,
    computes,
    counts_rows,
    lasts,
    leads_on,
    read_at_last,
    resolved,
)
from nodes.symbolic.evidence import CANDIDATES, Evidence, Told
from nodes.symbolic.followups import leans
from nodes.symbolic.hops import read_in_two_hops
from nodes.symbolic.place import Value
from nodes.symbolic.quoting import Quoting
from nodes.symbolic.ranking import SentenceRanker, ranked, source_of
from nodes.symbolic.records import read_record
from nodes.symbolic.sheet_reading import read_cell
from nodes.symbolic.span_reading import Pointed, SpanFinder, SpanReading, margins
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
WHOLE = 1_000.0
"""From here on a converted value is shown without decimals: the document's own figure has none of them."""
OUTRIGHT = 10
"""Best-ranked sentences among which an outright statement is looked for."""


class ExtractiveSolver:
    """Answers by computing, reading and quoting.

    `ranker` is usually the knowledge base; `finder` points at a short answer where no rule is sure of one.
    """

    def __init__(self, ranker: SentenceRanker, finder: SpanFinder | None = None) -> None:
        self._ranker = ranker
        self._quoting = Quoting(ranker)
        self._spans = SpanReading(finder)

    async def solve(self, request: SolveRequest) -> Draft:
        """Return an answer every part of which is computed from, or is, a cited sentence."""
        steps = parse_canonical(request.plan).steps
        given = any(map(is_given, request.results.values()))  # what documents say is no answer then
        if not given and (stated := await self._before_steps(request, steps)):
            return stated
        found = computed(request, steps) or read_at_last(request, steps)
        if not found and lasts(steps):
            return await self._looked_up(request, ())
        if found or not leads_on(steps):
            return found or await self._listed(request, steps) or await self._looked_up(request, steps)
        led = await self._looked_up(request, steps)
        if led.status == "answered" or _question(request, steps) == _question(request, ()):
            return led
        return await self._looked_up(request, ())

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
        return _short_of(lines, sources) if computes(steps) else draft_of(lines, sources)

    async def _quoted(self, question: str, passages: Sequence[Passage], before: int) -> tuple[str, list[Source]] | None:
        """Return what the documents say to one of several questions, with markers, or None where they do not."""
        asked = understood(question, passages)
        sentences = await ranked(self._ranker, question, passages, CANDIDATES)
        evidence = Evidence(asked, sentences, passages)
        quotation = await self._quoting.quote(evidence, QUOTES_EACH)
        sources = evidence.cited_together(quotation.sentences)
        return (_quoted_out(sources, before), sources) if quotation.answers else None

    async def _before_steps(self, request: SolveRequest, steps: Sequence[Step]) -> Draft | None:
        """Return what a document says outright of that which the plan counts or compares: better than reckoning."""
        if counts_rows(steps) or lasts(steps):
            return await self._stated(await self._evidence(request, steps), request)
        return await self._said_outright(request, steps)

    async def _said_outright(self, request: SolveRequest, steps: Sequence[Step]) -> Draft | None:
        """Return the sentence that says which of all things is the largest, where one does: better than reckoning."""
        if not compares_all(steps):
            return None
        asked = understand(_question(request, steps))
        for sentence in await ranked(self._ranker, asked.text, request.passages, OUTRIGHT):
            told = f"{sentence.title}: {sentence.text}"
            named = all(name.lower() in told.lower() for name in asked.names)
            if named and asked.words <= set(content_stems(told)) and read_record(sentence.text) is None:
                return draft_of([cited(sentence.text, 1)], [source_of(sentence)])
        return None

    async def _evidence(self, request: SolveRequest, steps: Sequence[Step]) -> Evidence:
        question = _question(request, steps)
        sentences = await ranked(self._ranker, question, request.passages, CANDIDATES)
        return Evidence(understood(question, request.passages), sentences, request.passages)

    async def _stated(self, evidence: Evidence, request: SolveRequest) -> Draft | None:
        """Return the value that a sentence or a row tells, be it in two hops; None where none surely does."""
        if told := evidence.value():
            return _told(evidence, disagreeing(evidence.asked, evidence.values()) or [told])
        if cell := await asyncio.to_thread(read_cell, evidence.asked, request.passages):
            return draft_of_value(_head(cell[0]), cell[1])
        if led := await read_in_two_hops(self._ranker, evidence, request.passages):
            return draft_of_value(_head(led[1].value), [evidence.cited(led[0]), source_of(led[1].sentence)])
        return None

    async def _looked_up(self, request: SolveRequest, steps: Sequence[Step]) -> Draft:
        evidence, reckons = await self._evidence(request, steps), computes(steps) and not counts_rows(steps)
        if not reckons and (stated := await self._stated(evidence, request)):
            return stated
        pointed = await self._spans.read(evidence.asked, evidence.sentences, request.passages)
        evidence = evidence.with_margins(margins(pointed))
        quotation = await self._quoting.quote(evidence, quotes_for(evidence.asked))
        if not quotation.answers:
            return Draft(DO_NOT_SAY, status="insufficient", mode="extractive")
        quoted = evidence.cited_together(quotation.sentences)
        described = evidence.asked.indirect and evidence.asked.kind == "text"
        about = [each for each in pointed or () if described or evidence.is_about(*each.key)]
        if about and not reckons and about[0].margin > 0:
            return _pointed_out(about[0], quoted)
        lines = numbered(quoted)
        return _short_of(lines, quoted) if reckons else draft_of(lines, quoted)


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
    return draft_of([shown, *numbered(sources)], sources)


def _pointed_out(pointed: Pointed, quoted: Sequence[Source]) -> Draft:
    """Return a likely answer with the sentence it stands in, and what else is likely to answer."""
    others = [
        each for each in quoted if pointed.value.shown not in each["quote"] or each["start"] != pointed.source["start"]
    ]
    return draft_of([f"{_head(pointed.value)} [1]", *numbered([pointed.source, *others])], [pointed.source, *others])


def quotes_for(asked: Asked) -> int:
    """Return how many sentences are quoted at most for a question that has no short answer."""
    return QUOTES_INDIRECT if asked.indirect else QUOTES


def _short_of(lines: Sequence[str], sources: Sequence[Source]) -> Draft:
    """Return what the documents say in place of a computed value: something to go on, but no answer."""
    return Draft("\n".join([NOT_COMPUTED, *lines]), tuple(sources), status="insufficient", mode="extractive")


def _question(request: SolveRequest, steps: Sequence[Step]) -> str:
    """Return the question; for one that leans on an earlier turn, the planner's first query, which stands by itself."""
    if leads_on(steps) and (asked := resolved(steps[-1].args["question"], request.results)):
        return asked
    first = steps[0].args.get("query") if steps else None
    return first if isinstance(first, str) and leans(request.question) else request.question


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


def _quoted_out(sources: Sequence[Source], before: int) -> str:
    return " ".join(cited(source["quote"], before + n) for n, source in enumerate(sources, start=1))
