"""Runs a question set over a corpus folder and counts, by part and kind, what was right, refused, and answered wrong.

What is wrong but given as an answer has a column of its own: a reader can live with a refusal, not with a false answer.
This module knows neither the command line nor the stored baseline.
"""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from nodes.errors import InputError
from planfirst.evaluation.asking import Reply
from planfirst.evaluation.embedded import OnProgress, ask_embedded
from planfirst.evaluation.matching import gold_in_reply
from planfirst.evaluation.questions import KINDS, PARTS, Part, Question
from retrieval import Embedder, Fault, KnowledgeBase

Verdict = Literal["right", "refused", "wrong"]
ALL = "all"
"""The name of the row that counts every kind."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question went; `plan_seconds` is the planner alone, `reply.seconds` the whole run."""

    question: Question
    reply: Reply
    verdict: Verdict
    plan_seconds: float

    @property
    def fetched(self) -> list[str]:
        """The gold documents among those that the plan's searches fetched."""
        return [name for name in self.question.documents if name in self.reply.fetched()]

    @property
    def cited(self) -> list[str]:
        """The gold documents that the reply cites."""
        return [name for name in self.question.documents if name in self.reply.cited]


@dataclass(frozen=True, slots=True)
class Row:
    """Counts of questions, n = right + refused + wrong, and of gold documents: all, those fetched, those cited."""

    n: int
    right: int
    refused: int
    wrong: int
    documents: int
    fetched: int
    cited: int


Summary = dict[Part, dict[str, Row]]
"""For each part with questions, a row for each kind with questions, and last the row ALL."""


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run: every question's outcome, and the files of the corpus that could not be read."""

    outcomes: list[Outcome]
    faults: tuple[Fault, ...]

    @property
    def slowest(self) -> Outcome:
        """The outcome whose plan took longest to make."""
        return max(self.outcomes, key=lambda outcome: outcome.plan_seconds)


async def run_quick(
    questions: Sequence[Question],
    corpus: Path,
    *,
    home: Path | None = None,
    embedder: Embedder | None = None,
    on_progress: OnProgress,
) -> Report:
    """Ingest the corpus, ask every question of the embedded default, and judge the replies.

    The knowledge base is kept in `home`, so that a second run ingests what has changed only; None is a temporary one.
    `embedder` is the default one unless given.

    Raises:
        InputError: the corpus is no folder, or lacks a gold document.
        PlanFirstError: a run failed.
    """
    _check_documents(questions, corpus)
    with ExitStack() as stack:
        folder = home or Path(stack.enter_context(TemporaryDirectory(prefix="planfirst-eval-")))
        knowledge = stack.enter_context(KnowledgeBase(folder / "knowledge", embedder=embedder))
        ingested = await asyncio.to_thread(
            knowledge.ingest,
            [corpus],
            on_progress=lambda at: on_progress("ingesting", at.done, at.total),
        )
        asked = [(question.question, question.after) for question in questions]
        replies, taken = await ask_embedded(knowledge, asked, on_progress)
    outcomes = [
        Outcome(question, reply, judge(question, reply), seconds)
        for question, reply, seconds in zip(questions, replies, taken, strict=True)
    ]
    return Report(outcomes, ingested.faults)


def judge(question: Question, reply: Reply) -> Verdict:
    """Return what a reply is worth; a refusal is right where the documents do not say, and only there."""
    if question.kind == "unanswerable":
        return "right" if reply.refused else "wrong"
    if reply.refused:
        return "refused"
    return "right" if gold_in_reply(question.kind, question.gold, reply.text) else "wrong"


def summarise(outcomes: Sequence[Outcome]) -> Summary:
    """Count the outcomes by part and kind."""
    summary: Summary = {}
    for part in PARTS:
        of_part = [outcome for outcome in outcomes if outcome.question.part == part]
        groups: dict[str, list[Outcome]] = {
            kind: [outcome for outcome in of_part if outcome.question.kind == kind] for kind in KINDS
        }
        groups[ALL] = of_part
        if of_part:
            summary[part] = {name: row_of(group) for name, group in groups.items() if group}
    return summary


def row_of(outcomes: Sequence[Outcome]) -> Row:
    """Count the outcomes."""
    verdicts = [outcome.verdict for outcome in outcomes]
    return Row(
        n=len(outcomes),
        right=verdicts.count("right"),
        refused=verdicts.count("refused"),
        wrong=verdicts.count("wrong"),
        documents=sum(len(outcome.question.documents) for outcome in outcomes),
        fetched=sum(len(outcome.fetched) for outcome in outcomes),
        cited=sum(len(outcome.cited) for outcome in outcomes),
    )


def _check_documents(questions: Sequence[Question], corpus: Path) -> None:
    if not corpus.is_dir():
        raise InputError(f"{corpus} is no folder; name the folder of the documents")
    named = dict.fromkeys(name for question in questions for name in question.documents)
    missing = [name for name in named if not (corpus / name).is_file()]
    if missing:
        raise InputError(f"{corpus} lacks documents that questions name: {', '.join(missing[:10])}; mend the names")
