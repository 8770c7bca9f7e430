"""The answer's contract: what becomes of a draft before anybody sees it, whoever wrote it.

Markers that point at nothing are removed and counted; what would be rendered as an image, HTML or a link that nobody
named is removed and counted; sentences without support are listed. An answer without a plan rests on nothing that was
gathered, so nothing in it is cited and nothing marked. This module is pure: it knows no models and no graph.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from nodes.citations import Checked, check
from nodes.drafts import Draft
from nodes.gate import Gated, gate
from nodes.links import Named, named_by
from nodes.markup import Kind, harmless
from nodes.sentences import marked
from nodes.state import Answer, AnswerStatus, Citation, Passage, StepCitation, StepId, StepResult
from nodes.support import Ground, unsupported

SHOWN = 5
"""Most failed steps that an answer's reason lists."""
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Run:
    """A turn as the contract reads it: what was asked in the conversation, the plan, and all that was gathered."""

    questions: Sequence[str]
    """The user's own words, oldest first; the last is the question of the turn."""
    plan: str
    results: Mapping[StepId, StepResult]
    passages: Iterable[Passage]
    notes: Sequence[str] = ()
    """Why the turn went otherwise than it should, one sentence each."""
    exhausted: str | None = None
    """Which budget ran out, so that the answer is made of less than was planned."""


def unmet(results: Mapping[StepId, StepResult]) -> str | None:
    """Say which steps did not do what the plan asked; evidence that turned out to say nothing is not among them."""
    lines = [
        f"#{result['id']} ({result['tool']}) {result['status']}: {result['error']['message']}"
        for result in results.values()
        if result["error"] and result["error"]["kind"] != "no_answer"
    ]
    if len(lines) > SHOWN:
        lines[SHOWN:] = [f"and {len(lines) - SHOWN} more"]
    return "; ".join(lines) or None


@dataclass(frozen=True, slots=True)
class Settled:
    """An answer, and the same as a chat shows it."""

    answer: Answer
    message: str


def settle(draft: Draft, run: Run) -> Settled:
    """Return the answer that a draft comes to, and say how far it can be relied on."""
    passages = list({passage["passage_id"]: passage for passage in run.passages}.values())
    checked, gated, count = _checked_and_gated(draft, run, passages)
    short = _short_of(run)
    # Where a budget ran out, that nothing was found does not say that there is nothing.
    partial = run.exhausted or (short and draft.status == "answered")
    status: AnswerStatus = "partial" if partial else draft.status
    named = _named(run, checked.citations, passages)
    answer = Answer(
        text=checked.text,
        status=status,
        mode=draft.mode,
        citations=list(checked.citations),
        removed_citations=count,
        reason=" ".join(gate(each, named).text for each in [*run.notes, gated.said, *short] if each) or None,
        cited_steps=[StepCitation(**{**step, "value": gate(step["value"], named).text}) for step in checked.steps],
        unsupported=_unsupported(run, checked) if status in {"answered", "partial"} else [],
        removed_markup={str(kind): number for kind, number in gated.removed.items()},
    )
    return Settled(answer, gate(as_message(answer), named).text)


def _short_of(run: Run) -> list[str]:
    """Say why the answer is less than was asked for; what failed stands last."""
    exhausted = run.exhausted if not any(run.exhausted in note for note in run.notes if run.exhausted) else None
    return [*([f"The run ended early: {exhausted}."] if exhausted else []), *filter(None, [unmet(run.results)])]


def _unsupported(run: Run, checked: Checked) -> list[str]:
    if not run.plan.strip():
        return []
    return unsupported(checked.text, Ground(run.questions[-1], run.plan, run.results, checked.citations))


def _checked_and_gated(draft: Draft, run: Run, passages: Sequence[Passage]) -> tuple[Checked, Gated, int]:
    """Check and gate until the one leaves nothing for the other; what each removed is added up.

    A marker may stand in what the gate removes, and what the check removes may have held a link apart.
    """
    count, removed = 0, dict[Kind, int]()
    for _ in range(_ROUNDS):
        checked = check(draft, passages, run.results)
        gated = gate(checked.text, _named(run, checked.citations, passages))
        count += checked.removed
        removed = {kind: removed.get(kind, 0) + gated.removed.get(kind, 0) for kind in (*removed, *gated.removed)}
        if gated.text == checked.text:
            return checked, Gated(gated.text, removed), count
        draft = replace(draft, text=gated.text, sources=tuple(checked.citations))
    # Text made to come back in another form each time is shown without any marker, so that nothing holds together.
    plain = gate(harmless(draft.text), Named())
    return Checked(plain.text, (), 0), Gated(plain.text, removed), count


def _named(run: Run, citations: Iterable[Citation], passages: Iterable[Passage]) -> Named:
    """Return where the answer may link: places in the user's own words, and in the metadata of what it cites."""
    cited = {citation["passage_id"] for citation in citations}
    links = (link for passage in passages if passage["passage_id"] in cited for link in passage.get("links", ()))
    return named_by(run.questions, links)


def as_message(answer: Answer) -> str:
    """Return the answer as a chat shows it: its text, the places it cites, and why it is less than was asked for.

    Quotes stay in `citations`: a document's own words are no part of what a chat window renders as Markdown. Titles and
    names of documents are such words too, so `settle` lets the whole through the gate once more.
    """
    places = [
        f"- [{citation['n']}] {' '.join(citation['title'].split())} "
        f"({citation['document']}, characters {citation['start']}-{citation['end']})"
        for citation in answer["citations"]
    ]
    places += [f"- [{step['id']}] {step['tool']}: {step['value']}" for step in answer.get("cited_steps", ())]
    text = marked(answer["text"], answer.get("unsupported", ()))
    return "\n\n".join(filter(None, [text, "\n".join(places), answer["reason"]]))
