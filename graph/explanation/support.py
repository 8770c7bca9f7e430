"""What a sentence of the answer rests on: the passages it cites and the steps whose values it states, traced back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.explanation.steps import gave, inputs_of, purpose, short
from graph.explanation.values import Basis, Cited, Match, Origin, Place, Sentence, Support, account_status
from nodes.evidence import is_given, passages_in
from nodes.language import Plan, Step, Template, plan_to_json
from nodes.quantities import find_quantities
from nodes.sentences import cited_steps, markers, without_markers
from nodes.stated import is_in, repeats, states
from nodes.support import claims
from nodes.symbolic.solver import DO_NOT_SAY

_QUOTED_WORDS = 4
"""Least words of a sentence that is looked for in quotes; shorter ones stand in many."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """A run as this module reads it: the question, the steps of the plan that stands, and their results by step id."""

    question: str
    steps: Mapping[str, Step]
    args: Mapping[str, dict[str, Any]]
    results: Mapping[str, Mapping[str, Any]]
    citations: Mapping[int, Mapping[str, Any]]
    open: bool
    """Whether the answer says that there is none, so that its sentences claim nothing."""

    @property
    def valued(self) -> Iterator[tuple[Step, Mapping[str, Any]]]:
        """The steps that have a value, in the order of the plan."""
        for id_, step in self.steps.items():
            if (result := self.results.get(id_)) and result.get("status") == "ok":
                yield step, result


def gathered(
    question: str, plan: Plan, results: Mapping[str, Mapping[str, Any]], answer: Mapping[str, Any]
) -> Gathered:
    """Return what the functions below read of a run."""
    return Gathered(
        question=question,
        steps={step.id: step for step in plan.steps},
        args={step["id"]: step["args"] for step in plan_to_json(plan)},
        results=results,
        citations={int(citation["n"]): citation for citation in answer.get("citations") or ()},
        open=answer.get("status") in {"insufficient", "failed"},
    )


def place_of(source: Mapping[str, Any]) -> Place:
    """Return where a stored source stands."""
    return Place(source["document"], source["title"], source["start"], source["end"], source["quote"])


def supported(run: Gathered, text: str) -> Sentence:
    """Return a sentence of the answer with everything it rests on."""
    said = without_markers(text)
    numbers = markers(text) or _quoting(run, said)
    citations = tuple(_cited(run, n) for n in numbers if n in run.citations)
    bases = tuple(_bases(run, said, citations, cited_steps(text)))
    return Sentence(text.strip(), _support(run, said, citations, bases), citations, bases)


def _quoting(run: Gathered, said: str) -> list[int]:
    """Return the citations that have an unmarked sentence in them: a quote of several sentences has one marker."""
    if len(said.split()) < _QUOTED_WORDS:
        return []
    return [n for n, source in run.citations.items() if is_in(said, source["quote"])]


def _support(run: Gathered, said: str, citations: Sequence[Cited], bases: Sequence[Basis]) -> Support:
    if citations:
        return "cited"
    if bases:
        return "derived"
    silent = said.casefold().rstrip(".").endswith(DO_NOT_SAY.casefold().rstrip("."))
    return "no_claim" if run.open or silent or not claims(said) else "none"


def _cited(run: Gathered, n: int) -> Cited:
    source = run.citations[n]
    id_ = source["passage_id"]
    found = [
        step.id
        for step, result in run.valued
        if any(passage["passage_id"] == id_ for passage in passages_in(result.get("value")))
    ]
    read = [step.id for step, result in run.valued if step.id not in found and _reads(result, [source])]
    return Cited(n, id_, place_of(source), tuple(found), tuple(read))


def _reads(result: Mapping[str, Any], cited: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether a step's value was read from characters that are cited."""
    return any(
        own["passage_id"] == source["passage_id"] and own["start"] < source["end"] and source["start"] < own["end"]
        for own in result.get("sources") or ()
        for source in cited
    )


def _bases(run: Gathered, said: str, citations: Sequence[Cited], steps: Sequence[str]) -> Iterator[Basis]:
    """Yield the steps that a sentence cites or whose values it states.

    Those that only lead to another of them are part of its trace.
    """
    matches: dict[str, Match] = {step.id: "marker" for step, _ in run.valued if step.id in steps}
    if said and not any(repeats(said, cited.place.quote) for cited in citations):
        cited = [run.citations[citation.n] for citation in citations]
        matches |= {
            step.id: match
            for step, result in run.valued
            if step.id not in matches and (match := _match(run, said, step, result, cited))
        }
    behind = {id_ for name in matches for id_ in ancestry(run, name)[1:]}
    for id_, match in matches.items():
        if id_ not in behind:
            yield Basis(id_, match, tuple(_origin(run, name) for name in ancestry(run, id_)))


def _match(
    run: Gathered, said: str, step: Step, result: Mapping[str, Any], cited: Sequence[Mapping[str, Any]]
) -> Match | None:
    value, working = result.get("value"), result.get("working")
    if any(passages_in(value)):
        return None
    if working and is_in(working, said):
        return "working"
    if not working and _reads(result, cited):
        return None  # the citation says it better
    known = f"{run.question} {run.args[step.id]}"
    return "value" if states(said, value, known) else None


def ancestry(run: Gathered, id_: str) -> list[str]:
    """Return a step and everything its value goes back to, each once, depth first in the order they are written.

    Where a value was read from a place in a document, or set by a person, that is its origin and nothing behind counts.
    """
    found: dict[str, None] = {}
    pending = [id_]
    while pending:
        name = pending.pop()
        if name not in found:
            found[name] = None
            if name in run.steps and not _ends(run, name):
                pending.extend(reversed(inputs_of(run.steps[name])))
    return list(found)


def _ends(run: Gathered, name: str) -> bool:
    result = run.results.get(name) or {}
    return bool(result.get("sources")) or is_given(result)


def _origin(run: Gathered, name: str) -> Origin:
    step = run.steps.get(name)
    if step is None:  # an earlier answer of the conversation
        said = f"the answer to question {name[1:]} of the conversation"
        return Origin(name, "", said, "", None, (), (), ())
    result = run.results.get(name) or {}
    value = result.get("value")
    # What a search found are its passages; the sentences it ranked best in them say nothing of the value used.
    sources = () if any(passages_in(value)) else result.get("sources") or ()
    return Origin(
        step=name,
        tool=step.tool,
        purpose=purpose(step, run.args[name], account_status(result.get("status"))),
        value=gave({**result, "working": None}),
        working=short(result.get("working") or "") or None,
        places=tuple(map(place_of, sources)),
        inputs=() if _ends(run, name) else inputs_of(step),
        own_figures=_own_figures(run.question, step) if result.get("working") else (),
    )


def _own_figures(question: str, step: Step) -> tuple[str, ...]:
    """Return the numbers that a computation was given by the plan and not by the question or by a step."""
    asked = {quantity.magnitude for quantity in find_quantities(question)}
    written = (quantity for text in _texts(step) for quantity in find_quantities(text))
    return tuple(dict.fromkeys(quantity.text for quantity in written if quantity.magnitude not in asked))


def _texts(step: Step) -> Iterator[str]:
    """Yield the text that a plan wrote into a step's arguments, without what references put there."""
    pending: list[Any] = list(step.args.values())
    while pending:
        value = pending.pop(0)
        match value:
            case str():
                yield value
            case Template(parts):
                yield from (part for part in parts if isinstance(part, str))
            case list():
                pending.extend(value)
            case dict():
                pending.extend(value.values())
            case int() | float() if not isinstance(value, bool):
                yield str(value)
            case _:
                pass
