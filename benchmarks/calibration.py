"""Calibrates when the embedded default refuses: `python -m benchmarks.calibration [--hotpotqa QUESTIONS CORPUS]`.

Asks the development questions of `data/eval` (never those held out), those of `calibration.jsonl` beside this file,
those of the sets in SETS, and HotpotQA's where its files are given. An example is a sentence that was ranked for a
question, and it is positive where it holds the gold answer; the sentences of questions that have no answer, and those
left when the gold documents are taken away, are negative. Over the questions that describe nothing by way of something
else, a logistic regression of the features of `nodes/symbolic/likelihood.py` is fitted, once with what the span reader
points at and once without. A question counts as answered where the likeliest of the sentences that would be quoted
reaches the threshold, of which there are two: a sentence holds a part only of what is described. The figures printed
are cross-validated by question, so none is judged by weights that it helped to fit. The constants go into that module
by hand.
"""

import argparse
import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from nodes.symbolic.evidence import CANDIDATES, Evidence
from nodes.symbolic.likelihood import Features, Pointed
from nodes.symbolic.quoting import SHORTEST, Quoting
from nodes.symbolic.ranking import ranked
from nodes.symbolic.solver import quotes_for
from nodes.symbolic.span_reading import SpanReading, margins
from nodes.symbolic.spelling import understood
from planfirst import Agent, KnowledgeBase
from planfirst.evaluation.hotpotqa import ingest_paragraphs
from planfirst.evaluation.hotpotqa_files import read_hotpotqa
from planfirst.evaluation.matching import gold_in_reply
from planfirst.evaluation.questions import read_questions
from retrieval import SpanReader

DATA = Path(__file__).resolve().parent.parent / "data"
OWN = Path(__file__).with_name("calibration.jsonl")
SETS = ("paper-mill", "landmarks")
"""Folders of `sets` with documents and questions of other hands; `lockers` is left out, to be asked at the end."""
KINDS = frozenset({"single-hop", "two-hop", "conjunction", "unanswerable"})
"""Kinds that are answered by quoting; the others are computed, or refused by the computation."""
SENTENCES = 12
"""Best-ranked sentences of a question that are examples."""
REFUSED, REFUSED_DESCRIBED = 0.9, 0.6
"""Shares of the questions without an answer that the thresholds named have to refuse."""
FOLDS = 10


@dataclass(frozen=True, slots=True)
class Asking:
    """A question of one of the sets, over one knowledge base; no gold where the documents do not say."""

    kind: str
    question: str
    gold: Sequence[Sequence[str]]
    stripped: frozenset[str] = frozenset()
    """Titles and file names of documents that are taken away from what the searches found."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its examples; `held` says that the gold answer is in what would be quoted.

    `quoted` are the examples that would be quoted, without those that are barred outright from answering.
    """

    asking: Asking
    described: bool
    features: Sequence[Pointed]
    labels: Sequence[bool]
    quoted: Sequence[int]
    held: bool


async def case_of(knowledge: KnowledgeBase, found: Sequence[Any], asking: Asking) -> Case | None:
    """Look at what was found for a question; None where nothing was."""
    passages = [passage for passage in found if not asking.stripped & {passage["title"], passage["document"]}]
    asked = understood(asking.question, passages)
    sentences = await ranked(knowledge, asking.question, passages, CANDIDATES)
    reading = SpanReading(SpanReader(knowledge.models) if knowledge.models else None)
    pointed = await reading.read(asked, sentences, passages)
    evidence = Evidence(asked, sentences, passages).with_margins(margins(pointed))
    quotation = await Quoting(knowledge).quote(evidence, quotes_for(asked))
    long_enough = [each for each in evidence.sentences if len(each.text.split()) >= SHORTEST][:SENTENCES]
    examples = list({(each.passage_id, each.start): each for each in (*long_enough, *quotation.sentences)}.values())
    if not examples:
        return None
    quoted = {(each.passage_id, each.start) for each in quotation.sentences} if quotation.likelihood else set()
    return Case(
        asking,
        asked.indirect or asked.coordinated,
        [evidence.judged(each).features for each in examples],  # type: ignore[misc] # there are margins
        [any(gold_in_reply("single-hop", [part], each.text) for part in asking.gold) for each in examples],
        [
            n
            for n, each in enumerate(examples)
            if (each.passage_id, each.start) in quoted and evidence.judged(each).likelihood
        ],
        gold_in_reply("single-hop", asking.gold, "\n".join(each.text for each in quotation.sentences)),
    )


async def cases_of(agent: Agent, askings: Sequence[Asking]) -> AsyncIterator[Case]:
    """Ask each question once and look at what its searches found, also without the gold documents."""
    found: dict[str, list[Any]] = {}
    for asking in askings:
        if asking.question not in found:
            result = await agent.aask(asking.question)
            searches = [each.value for each in result.evidence if each.status == "ok" and isinstance(each.value, list)]
            passages = [passage for search in searches for passage in search if isinstance(passage, dict)]
            found[asking.question] = list({each["passage_id"]: each for each in passages}.values())
        if agent.knowledge and (case := await case_of(agent.knowledge, found[asking.question], asking)):
            yield case


def own(over: str) -> Iterator[Asking]:
    """Yield the questions of `calibration.jsonl` over the sample corpus or over HotpotQA's paragraphs."""
    for line in OWN.read_text("utf-8").splitlines():
        entry = json.loads(line)
        if entry["over"] == over:
            kind = f"own, {over}" if entry["gold"] else f"own, {over}, unanswerable"
            yield Asking(kind, entry["question"], entry["gold"])


def of_file(path: Path) -> Iterator[Asking]:
    """Yield a file's development questions of the kinds that are quoted, also without their documents."""
    for each in read_questions(path):
        if each.kind in KINDS and not each.holdout and not each.after:
            yield Asking(each.kind, each.question, each.gold)
            if each.documents:
                yield Asking("stripped", each.question, (), frozenset(each.documents))


async def gathered(home: Path, hotpotqa: Sequence[Path] | None) -> list[Case]:
    """Ask all questions of all sets."""
    places = [(DATA / "corpus", [*of_file(DATA / "eval" / "questions.jsonl"), *own("corpus")])]
    places += [
        (found / "corpus", [*of_file(found / "questions.jsonl")]) for found in map(OWN.with_name("sets").joinpath, SETS)
    ]
    cases: list[Case] = []
    for corpus, askings in places:
        knowledge = KnowledgeBase(home / corpus.parent.name)
        await asyncio.to_thread(knowledge.ingest, [corpus])
        cases += [case async for case in cases_of(Agent(knowledge=knowledge, home=home), askings)]
    if hotpotqa:
        questions, paragraphs = read_hotpotqa(*hotpotqa)
        knowledge = KnowledgeBase(home / "hotpotqa")
        await asyncio.to_thread(ingest_paragraphs, knowledge, home / "paragraphs", paragraphs)
        askings = [Asking("hotpotqa", each.question, [[each.answer]]) for each in questions]
        askings += [Asking("hotpotqa, stripped", each.question, (), each.gold) for each in questions]
        agent = Agent(knowledge=knowledge, home=home)
        cases += [case async for case in cases_of(agent, [*askings, *own("hotpotqa")])]
    return cases


def row(features: Pointed, columns: int) -> tuple[float, ...]:
    """Return the first features, of which the last is the span reader's."""
    return astuple(features)[:columns]


def fitted(cases: Sequence[Case], columns: int) -> LogisticRegression:
    """Return the regression over the sentences of the cases that describe nothing."""
    direct = [case for case in cases if not case.described]
    features = np.array([row(each, columns) for case in direct for each in case.features])
    return LogisticRegression(C=3.0, max_iter=3000).fit(features, [label for case in direct for label in case.labels])


def validated(cases: Sequence[Case], columns: int) -> list[float]:
    """Return for each case the likelihood of its likeliest quoted sentence, by weights that it had no part in."""
    likeliest = [0.0] * len(cases)
    groups = [case.asking.question for case in cases]
    for others, held_out in GroupKFold(FOLDS).split(groups, groups=groups):
        model = fitted([cases[n] for n in others], columns)
        for n in held_out:
            if cases[n].quoted:
                rows = np.array([row(cases[n].features[at], columns) for at in cases[n].quoted])
                likeliest[n] = float(model.predict_proba(rows)[:, 1].max())
    return likeliest


def kind_of(case: Case) -> str:
    """Return a case's kind, which says where it describes something."""
    return f"{case.asking.kind}{' (described)' if case.described else ''}"


def table(cases: Sequence[Case], likeliest: Sequence[float]) -> Iterator[str]:
    """Yield what each threshold answers rightly, answers wrongly and refuses of each kind."""
    kinds = sorted({kind_of(case) for case in cases})
    yield "| threshold | " + " | ".join(f"{kind}: right, wrong, refused" for kind in kinds) + " |"
    yield "|---" * (len(kinds) + 1) + "|"
    for threshold in (0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.11, 0.12, 0.13, 0.15, 0.2, 0.3):
        cells = []
        for kind in kinds:
            of_kind = [(case, p) for case, p in zip(cases, likeliest, strict=True) if kind_of(case) == kind]
            offered = [case for case, p in of_kind if p >= threshold]
            right = sum(case.held for case in offered)
            cells.append(f"{right}, {len(offered) - right}, {len(of_kind) - len(offered)}")
        yield f"| {threshold:.2f} | " + " | ".join(cells) + " |"


def threshold(cases: Sequence[Case], likeliest: Sequence[float], share: float, *, described: bool) -> float:
    """Return the least threshold that refuses this share of the questions without an answer."""
    pairs = zip(cases, likeliest, strict=True)
    of_kind = [p for case, p in pairs if not case.asking.gold and case.described == described]
    return float(np.quantile(of_kind, share)) if of_kind else 0.0


def main() -> None:
    """Print the trade-off and the constants."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hotpotqa", nargs=2, type=Path, metavar=("QUESTIONS", "CORPUS"))
    parser.add_argument("--home", type=Path, help="keep the ingested documents there for the next time")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cases = asyncio.run(gathered(arguments.home or Path(folder), arguments.hotpotqa))
    for kind in (Pointed, Features):
        names = [field.name for field in fields(kind)]
        model, likeliest = fitted(cases, len(names)), validated(cases, len(names))
        print(f"\n{kind.__name__}\n")
        print("\n".join(table(cases, likeliest)))
        print("\nWEIGHTS:", {name: round(float(w), 2) for name, w in zip(names, model.coef_[0], strict=True)})
        print("BIAS:", round(float(model.intercept_[0]), 2))
        print("LIKELY:", round(threshold(cases, likeliest, REFUSED, described=False), 3))
        print("LIKELY_DESCRIBED:", round(threshold(cases, likeliest, REFUSED_DESCRIBED, described=True), 3))


if __name__ == "__main__":
    main()
