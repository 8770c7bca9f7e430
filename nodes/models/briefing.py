"""What the solver is told of a run: as little as the answer needs, each thing once, within a budget of tokens.

A step's value stands in for what it was made from: where a sentence was read, the sentence is shown and not the passage
around it, where a value was computed, its working. Whole passages are shown where a search is as far as the plan came.
Steps are shown as the plan wrote them, so that evidence is not repeated in the arguments that it was put into.

Everything shown begins on a line of its own with the marker it is cited by, and has no other line: no document can add
an entry of its own. This module does not know the prompt around it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nodes.drafts import SolveRequest
from nodes.evidence import BY_PERSON, is_given, part_of, passages_in, whole_source
from nodes.language import Plan, Step, parse_canonical, plan_to_json
from nodes.state import Passage, PassageId, Source, StepId, StepResult
from nodes.tokens import at_most
from retrieval.sentences import split

RESULT_TOKENS = 1_000
"""Most tokens of a step's value that nothing else was made from."""
CONSUMED_TOKENS = 100
"""Most tokens of a value that another step has taken in."""
ARGUMENT_CHARS = 120
"""Most characters of a step's arguments."""
_SOURCES, _STEPS = 0, 1
"""Where an entry stands among the lines, whatever its rank: numbered evidence first, then the steps."""
NOTHING = "found nothing"
_BY_PEOPLE = frozenset({"rejected", "expired"})
"""Kinds of errors whose message no document or tool has a word in: the answer is to say what was not done, and why."""
WHOLE = 3
"""Passages shown whole of a run's best, beside the first `WHOLE_EACH` of each search; the others are shown by their
best sentence. Measured on 59 sample questions, that holds the answer to 51, where all passages hold it to 52, in 36 %
fewer tokens."""
WHOLE_EACH = 2
PLACES = 3
"""Most places shown of those that one value was read from: the same words stand in many passages."""
_BEST = 2
"""Sentences shown for a value that was read without saying where: the best of as many passages."""
_CHARS_PER_TOKEN = 2
"""A cut text is shorter than it had to be, rather than longer."""


@dataclass(frozen=True, slots=True)
class Briefing:
    """The evidence as lines; the marker `[n]` in them, and in an answer to them, stands for `sources[n - 1]`."""

    lines: tuple[str, ...]
    sources: tuple[Source, ...]

    @property
    def says_something(self) -> bool:
        """Whether there is anything to answer from, or at least a failure to tell of."""
        return any(line.startswith("[") or not line.endswith(NOTHING) for line in self.lines)


def brief(request: SolveRequest, tokens: int) -> Briefing:
    """Return what the answer needs, most needed first, as far as `tokens` (counted by `at_most`) allow."""
    room, sources, kept, left_out = tokens, list[Source](), list[tuple[int, str]](), 0
    for place, source, text in _Run(request, parse_canonical(request.plan), tokens).entries():
        line = f"[{len(sources) + 1}] {text}" if source else text
        cost = at_most(line) + 1
        if cost > room:
            left_out += place == _STEPS
            continue
        room -= cost
        kept.append((place, line))
        if source:
            sources.append(source)
    lines = [line for _, line in sorted(kept, key=lambda entry: entry[0])]
    lines += [f"(the results of {left_out} more steps did not fit)"] if left_out else []
    return Briefing(tuple(lines), tuple(sources))


class _Run:
    """A run's steps, and what has been made of each."""

    def __init__(self, request: SolveRequest, plan: Plan, tokens: int) -> None:
        self._passages, self._results = request.passages, request.results
        self._steps = {step.id: step for step in plan.steps}
        self._calls = {StepId(step["id"]): _call(step) for step in plan_to_json(plan)}
        values = (result["value"] for result in self._results.values())
        self._found = {passage["passage_id"]: passage for value in values for passage in passages_in(value)}
        valued = [step for step in plan.steps if self._value(step) is not None]
        self._consumed = {name for step in valued for name in step.depends_on}

        self._ends = [step for step in plan.steps if step.id not in self._consumed]
        self._share = min(RESULT_TOKENS, tokens // (2 * len(self._ends) or 1))
        self._workings = "\n".join(result["working"] or "" for result in self._results.values())

    def entries(self) -> Iterator[tuple[int, Source | None, str]]:
        """Yield what to show, most needed first: place among the lines, source if it is one, and text."""
        whole, parts = self._open_passages()
        shown = {passage["passage_id"] for passage in (*whole, *parts)}
        sentences = [source for source in self._sentences() if source["passage_id"] not in shown]
        read = {(source["passage_id"], source["start"]) for source in sentences}
        yield from ((_STEPS, None, line) for step in self._ends if (line := self._line(step, self._share)))
        yield from ((_SOURCES, source, _shown(source["title"], "", source["quote"])) for source in sentences)
        for step in self._steps.values():
            hidden = step.id not in self._consumed or self._is_said(step, read)
            if not hidden and (line := self._line(step, CONSUMED_TOKENS)):
                yield _STEPS, None, line
        for passage in whole:
            yield _SOURCES, whole_source(passage), _shown(passage["title"], passage["section"], passage["text"])
        for source in filter(None, map(_best_of, parts)):
            yield _SOURCES, source, _shown(source["title"], "", source["quote"])

    def _value(self, step: Step) -> StepResult | None:
        """Return the result of a step that has a value other than passages."""
        result = self._results.get(step.id)
        if result is None or result["status"] != "ok" or _is_search(result):
            return None
        return result

    def _open_passages(self) -> tuple[list[Passage], list[Passage]]:
        """Return the passages that nothing was made from, by rank: those to be shown whole, and the rest.

        Of the rest the best sentence says enough, where a search has named one.
        """
        ends = [result for step in self._ends if (result := self._results.get(step.id))]
        rankings = [[passage["passage_id"] for passage in passages_in(result["value"])] for result in ends]
        open_ = {passage_id for ranking in rankings for passage_id in ranking}
        first = {passage_id for ranking in rankings for passage_id in ranking[:WHOLE_EACH]}
        whole, parts = list[Passage](), list[Passage]()
        for passage in self._passages:
            identity = passage["passage_id"]
            if identity in open_ or identity not in self._found:
                is_whole = len(whole) < WHOLE or identity in first or _best_of(passage) is None
                (whole if is_whole else parts).append(passage)
        return whole, parts

    def _sentences(self) -> Iterator[Source]:
        """Yield the sentences that values were read from, each once, in the order of the plan."""
        seen: set[tuple[str, int, int]] = set()
        for step in self._steps.values():
            if result := self._value(step):
                for source in self._read_in(result) or self._best(step, result):
                    key = (source["passage_id"], source["start"], source["end"])
                    if key not in seen:
                        seen.add(key)
                        yield source

    def _read_in(self, result: StepResult) -> Sequence[Source]:
        """Return the places that a value was read from; of a table the rows that a computation shows."""
        value, sources = result["value"], result["sources"]
        if isinstance(value, Mapping) and len(value) == len(sources) and self._workings:
            rows = zip(value.items(), sources, strict=True)
            return [source for (name, number), source in rows if f"{name} {number}" in self._workings]
        return [_sentence_around(source, self._found.get(source["passage_id"])) for source in sources[:PLACES]]

    def _best(self, step: Step, result: StepResult) -> Iterator[Source]:
        """Yield the best sentences of what a step took in, where it does not say itself what its value rests on."""
        if result["working"] or is_given(result):
            return
        found = 0
        for name in step.depends_on:
            taken = self._results.get(name)
            for passage in passages_in(taken["value"]) if taken else ():
                if found < _BEST and (source := _best_of(passage)):
                    found += 1
                    yield source

    def _is_said(self, step: Step, read: set[tuple[PassageId, int]]) -> bool:
        """Whether the value of a step that another has taken in stands in a sentence that is shown."""
        result = self._value(step)
        if result is None:
            return True  # passages, of which something was made
        places = self._read_in(result)
        return bool(places) and all((place["passage_id"], place["start"]) in read for place in places)

    def _line(self, step: Step, tokens: int) -> str | None:
        """Return a step as one line: its working, or its call and value, or why it has none."""
        result = self._results.get(step.id)
        if result is None or result["status"] == "skipped":
            return None  # what it waited for says why
        call = self._calls[step.id]
        if result["error"]:
            kind = result["error"]["kind"]
            why = f": {' '.join(result['error']['message'].split())}" if kind in _BY_PEOPLE else ""
            return f"{step.id} {call}: {result['status']} ({kind}){why}"
        if _is_search(result):
            return None if any(passages_in(result["value"])) else f"{step.id} {call}: {NOTHING}"
        value = result["value"] if isinstance(result["value"], str) else json.dumps(result["value"], ensure_ascii=False)
        if result["working"]:
            said = value in result["working"] or isinstance(result["value"], int | float)
            return f"[{step.id}] {_cut(result['working'], tokens)}{'' if said else f' → {_cut(value, tokens)}'}"
        by = f" ({BY_PERSON})" if is_given(result) else ""
        return f"[{step.id}] {call} = {_cut(value, tokens)}{by}"


def _is_search(result: StepResult) -> bool:
    return any(passages_in(result["value"])) or (result["tool"] == "search" and result["value"] == [])


def _call(step: Mapping[str, object]) -> str:
    arguments = step["args"]
    assert isinstance(arguments, dict)  # noqa: S101 - as `plan_to_json` says
    written = ", ".join(f"{name}={_literal(value)}" for name, value in arguments.items())
    return f"{step['tool']}({written[:ARGUMENT_CHARS]}{'…' if len(written) > ARGUMENT_CHARS else ''})"


def _literal(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text[1:-1] if isinstance(value, str) and value.startswith("#") and " " not in value else text


def _sentence_around(source: Source, passage: Passage | None) -> Source:
    """Return the sentence that a place stands in: a bare number says little to who answers and to who looks it up."""
    if passage is None:
        return source
    start, end = source["start"] - passage["start"], source["end"] - passage["start"]
    around = [span for span in split(passage["text"]) if span[0] <= start and end <= span[1]]
    return part_of(passage, *around[0]) if around else source


def _best_of(passage: Passage) -> Source | None:
    best = passage.get("best") or ""
    at = passage["text"].find(best) if best else -1
    return part_of(passage, at, at + len(best)) if at >= 0 else None


def _shown(title: str, section: str, text: str) -> str:
    """Return evidence on one line, under what its own words do not say of title and section; rows stay apart."""
    said = text.casefold()
    heading = " > ".join(part for part in (title, section) if part and part.casefold() not in said)
    return f"{_line_of(heading)}: {_line_of(text)}" if heading else _line_of(text)


def _line_of(text: str) -> str:
    return " / ".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


def _cut(text: str, tokens: int) -> str:
    """Return text on one line, cut with a mark where it may have more than so many tokens."""
    text = _line_of(text)
    if at_most(text) <= tokens:
        return text
    kept = tokens * _CHARS_PER_TOKEN
    return f"{text[:kept]} … [cut: {kept} of {len(text)} characters]"
