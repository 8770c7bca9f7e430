"""What did not work in a run, and how it was worked around: one sentence each, taken from its record."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graph.explanation.steps import listed
from graph.explanation.values import Sentence, Setback, StepAccount
from nodes.contract import unmet


def setbacks(
    steps: Sequence[StepAccount],
    results: Mapping[str, Mapping[str, Any]],
    answer: Mapping[str, Any],
    sentences: Sequence[Sentence],
) -> Iterator[Setback]:
    """Yield the setbacks in the order in which a run meets them: planning, steps, answer."""
    ids = {step.id for step in steps}
    current = {id_: result for id_, result in results.items() if id_ in ids}
    if note := _notes(answer, current):
        yield Setback("note", note)
    if dropped := [id_ for id_ in results if id_ not in ids]:
        yield Setback(
            "revised",
            f"An earlier plan did not answer the question and was replaced; its {_named(dropped)} no longer counts.",
            tuple(dropped),
        )
    for step in steps:
        yield from _of_step(step, current.get(step.id) or {})
    if skipped := [step.id for step in steps if step.status == "skipped"]:
        why = "was skipped, as what it needs" if len(skipped) == 1 else "were skipped, as what they need"
        yield Setback("skipped", f"{_named(skipped)} {why} has no value.", tuple(skipped))
    yield from _of_answer(answer, sentences)


def _notes(answer: Mapping[str, Any], current: Mapping[str, Any]) -> str:
    """Return why a fallback was taken: the answer's reason without the failed steps, which are told one by one."""
    reason = str(answer.get("reason") or "")
    failures = unmet(current) or ""  # type: ignore[arg-type]  # as stored; it reads keys that every version has
    return reason.removesuffix(failures).strip()


def _of_step(step: StepAccount, result: Mapping[str, Any]) -> Iterator[Setback]:
    who = f"#{step.id} ({step.tool})"
    kind = (result.get("error") or {}).get("kind")
    after = f" after {step.attempts} attempts" if step.attempts > 1 else ""
    said = (step.error or "no reason was recorded").rstrip(".")
    if step.status == "ok" and (fallback := result.get("fallback")):
        yield Setback("fallback", f"{who} did not work{after}; `{fallback}` gave its value instead.", (step.id,))
    elif step.status == "ok" and step.attempts > 1:
        yield Setback("retried", f"{who} worked at attempt {step.attempts}.", (step.id,))
    elif step.status == "failed" and kind == "no_answer":
        yield Setback("no_answer", f"{who} found nothing: {said}.", (step.id,))
    elif step.status == "failed":
        yield Setback("failed", f"{who} failed{after}: {said}.", (step.id,))
    elif step.status == "denied":
        yield Setback("denied", f"{who} was not allowed: {said}.", (step.id,))


def _of_answer(answer: Mapping[str, Any], sentences: Sequence[Sentence]) -> Iterator[Setback]:
    added = sorted(
        {cited.n for each in sentences for cited in each.citations if not cited.found_by and not cited.read_by}
    )
    if added:
        numbers = listed([f"[{n}]" for n in added])
        yield Setback("added", f"The plan found too little; {numbers} came from a search for the question itself.")
    if removed := int(answer.get("removed_citations") or 0):
        what = "citation marker pointed" if removed == 1 else "citation markers pointed"
        verb = "was" if removed == 1 else "were"
        yield Setback("citations", f"{removed} {what} at nothing that the run gathered and {verb} removed.")


def _named(ids: Sequence[str]) -> str:
    return listed([f"#{id_}" for id_ in ids])
