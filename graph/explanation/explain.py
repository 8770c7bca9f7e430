"""Puts an explanation together from a run's record."""

from collections.abc import Mapping, Sequence
from typing import Any

from graph.explanation.setbacks import setbacks
from graph.explanation.steps import accounts
from graph.explanation.support import gathered, supported
from graph.explanation.values import Explanation
from graph.runs import FINISHED, RunRecord
from nodes.language import parse_canonical
from nodes.sentences import sentences_of


def explain(record: RunRecord, pending: Sequence[Mapping[str, Any]] = ()) -> Explanation:
    """Return why a run's answer says what it says, or how far a run without an answer is.

    `pending` are the requests that the run waits for a person to answer, as in `Result`. Records of older versions,
    which lack some of what newer ones keep, are explained as far as they go.

    Raises:
        PlanError: the stored plan cannot be read.
    """
    plan = parse_canonical(record.plan or "")
    results: Mapping[str, Mapping[str, Any]] = record.results or {}
    answer: Mapping[str, Any] = record.answer or {}
    steps = accounts(plan, results, [str(request["step"]) for request in pending if "step" in request])
    run = gathered(record.question, plan, results, answer)
    sentences = [supported(run, text) for text in sentences_of(str(answer.get("text") or ""))]
    return Explanation(
        run_id=record.id,
        question=record.question,
        status=record.status,
        mode=answer.get("mode", record.mode),
        seconds=round(sum(record.timings.values()), 3),
        sentences=tuple(sentences),
        steps=tuple(steps),
        setbacks=tuple(setbacks(steps, results, answer, sentences)),
        error=record.error["message"] if record.error else None,
        next=_next(record),
    )


def _next(record: RunRecord) -> tuple[str, ...]:
    """Return the commands that a run without an answer goes on with."""
    if record.status in FINISHED:
        return ()
    command = f"planfirst resume {record.id}"
    waits = record.status in {"awaiting_review", "awaiting_approval"}
    return (f"{command} --approve", f"{command} --reject") if waits else (command,)
