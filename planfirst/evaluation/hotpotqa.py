"""Measures the embedded default on HotpotQA: whether the plans' searches fetch both gold paragraphs, and the answers.

Paragraphs are ingested one document each, into a knowledge base of their own that is named by their content, so that a
second run over the same corpus embeds nothing. This module knows neither the files' variants nor the command line.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

from graph.settings import read_settings
from planfirst.evaluation.asking import Reply
from planfirst.evaluation.embedded import OnProgress, ask_embedded
from planfirst.evaluation.hotpotqa_files import HotpotQuestion, Paragraph
from planfirst.evaluation.matching import answer_proper, gold_in_reply
from planfirst.evaluation.scores import token_f1
from retrieval import Embedder, KnowledgeBase, Progress

_KINDS: Final = {"comparison": "comparison"}
"""HotpotQA's types in this package's kinds, which say where in a reply the answer must stand."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question went. `both` and `any` are about gold paragraphs fetched; `f1` is of the answer proper."""

    question: HotpotQuestion
    reply: Reply
    both: bool
    any: bool
    right: bool
    f1: float
    plan_seconds: float


@dataclass(frozen=True, slots=True)
class Summary:
    """Shares of `n` questions, 0..1; `wrong` are answered but without the gold answer; `f1` is a mean."""

    n: int
    both: float
    any: float
    right: float
    refused: float
    wrong: float
    f1: float


async def run_hotpotqa(
    questions: Sequence[HotpotQuestion],
    paragraphs: Sequence[Paragraph],
    k: int,
    *,
    embedder: Embedder | None = None,
    on_progress: OnProgress,
) -> list[Outcome]:
    """Return the outcome of every question; of every search the first `k` passages count.

    The paragraphs' knowledge base stays in PLANFIRST_HOME for the next time; `embedder` is the default one unless
    given.

    Raises:
        PlanFirstError: the paragraphs cannot be stored, or a run failed.
    """
    folder = read_settings().home / "evaluation" / corpus_name(paragraphs)
    with KnowledgeBase(folder, embedder=embedder) as knowledge:
        titles = await asyncio.to_thread(
            ingest_paragraphs,
            knowledge,
            folder / "paragraphs",
            paragraphs,
            lambda at: on_progress("ingesting", at.done, at.total),
        )
        asked = [(question.question, ()) for question in questions]
        replies, taken = await ask_embedded(knowledge, asked, on_progress)
    return [
        judge(question, reply, titles, seconds, k)
        for question, reply, seconds in zip(questions, replies, taken, strict=True)
    ]


def ingest_paragraphs(
    knowledge: KnowledgeBase,
    folder: Path,
    paragraphs: Sequence[Paragraph],
    on_progress: Callable[[Progress], None] | None = None,
) -> dict[str, str]:
    """Write every paragraph to a file of its own in `folder`, ingest them, and return the title of each document.

    Raises:
        KnowledgeError: they cannot be stored.
    """
    folder.mkdir(parents=True, exist_ok=True)
    titles = {}
    for number, paragraph in enumerate(paragraphs):
        name = f"{number:06}.html"  # HTML, because any title and any text can be written in it unchanged
        page = f"<meta charset='utf-8'><h1>{escape(paragraph.title)}</h1><p>{escape(paragraph.text)}</p>"
        (folder / name).write_text(page, encoding="utf-8")
        titles[name] = paragraph.title
    knowledge.ingest([folder], collection="hotpotqa", describe="paragraphs of Wikipedia", on_progress=on_progress)
    return titles


def corpus_name(paragraphs: Sequence[Paragraph]) -> str:
    """Return a folder name that is the same for the same paragraphs in the same order."""
    content = json.dumps([(paragraph.title, paragraph.text) for paragraph in paragraphs])
    return "hotpotqa-" + hashlib.sha256(content.encode()).hexdigest()[:16]


def judge(question: HotpotQuestion, reply: Reply, titles: Mapping[str, str], plan_seconds: float, k: int) -> Outcome:
    """Judge one reply: it is right if it holds the gold answer, or if the answer proper is the same words."""
    fetched = {titles[document] for document in reply.fetched(k) if document in titles}
    kind = _KINDS.get(question.type, "two-hop")
    f1 = token_f1(answer_proper(reply.text), question.answer)
    held = f1 == 1 or gold_in_reply(kind, [[question.answer]], reply.text)
    return Outcome(
        question,
        reply,
        both=question.gold <= fetched,
        any=bool(question.gold & fetched),
        right=held and not reply.refused,
        f1=f1,
        plan_seconds=plan_seconds,
    )


def summarise(outcomes: Sequence[Outcome]) -> dict[str, Summary]:
    """Return the figures of all questions under `all`, and of each type where the file names types."""
    types = sorted({outcome.question.type for outcome in outcomes} - {""})
    groups = {"all": outcomes} | {
        type_: [outcome for outcome in outcomes if outcome.question.type == type_] for type_ in types
    }
    return {name: _summary(group) for name, group in groups.items()}


def _summary(outcomes: Sequence[Outcome]) -> Summary:
    n = len(outcomes)
    right, refused = sum(each.right for each in outcomes), sum(each.reply.refused for each in outcomes)
    return Summary(
        n=n,
        both=sum(each.both for each in outcomes) / n,
        any=sum(each.any for each in outcomes) / n,
        right=right / n,
        refused=refused / n,
        wrong=(n - right - refused) / n,
        f1=sum(each.f1 for each in outcomes) / n,
    )
