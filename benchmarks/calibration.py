"""Calibrates when the embedded default refuses: `python -m benchmarks.calibration [--hotpotqa QUESTIONS CORPUS]`.

Asks the development questions of `data/eval` (never those held out), and those of HotpotQA files where they are given,
and looks at the sentences that would be quoted. An example counts as answered where the gold answer stands in them.
Counterexamples are the unanswerable questions, and the answerable ones with the gold documents taken away; what is
refused outright (a name or the noun asked for is met nowhere) takes no part in the fit. A logistic
regression over the measures of `nodes/symbolic/answerable.py` is fitted; the figures printed are cross-validated, so no
question is judged by weights that it helped to fit. The constants go into that module by hand.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from nodes.symbolic.answerable import Support
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from nodes.symbolic.asked import understand
from nodes.symbolic.evidence import Evidence
from nodes.symbolic.quoting import Quoting
from nodes.symbolic.ranking import ranked
from nodes.symbolic.solver import quotes_for
from planfirst import Agent, KnowledgeBase
from planfirst.evaluation.hotpotqa import ingest_paragraphs
from planfirst.evaluation.hotpotqa_files import read_hotpotqa
from planfirst.evaluation.matching import gold_in_reply
from planfirst.evaluation.questions import read_questions

DATA = Path(__file__).resolve().parent.parent / "data"
KINDS = frozenset({"single-hop", "two-hop", "conjunction", "unanswerable"})
"""Kinds that are answered by quoting; the others are computed, or refused by the computation."""
STRIPPED = 0.3
"""Weight of a counterexample made by taking the gold documents away: what is left may still tell the answer."""
UNANSWERABLE = 2.0
"""Weight of a question that has no answer in the documents, of which there are few."""
FOREIGN = 0.3
"""Weight of a question of another set: its documents and its way of asking are of one kind."""
FOLDS = 8


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what would be quoted for it, and whether the gold answer stands there."""

    kind: str
    question: str
    support: Support | None
    held: bool
    weight: float


async def cases_of(
    agent: Agent, kind: str, question: str, gold: Sequence[Sequence[str]], documents: Iterable[str], weight: float
) -> list[Case]:
    """Return the question as it is, and where it has an answer, without its gold documents."""
    result = await agent.aask(question)
    searches = [each.value for each in result.evidence if each.status == "ok" and isinstance(each.value, list)]
    passages = [passage for found in searches for passage in found if isinstance(passage, dict)]
    gone = set(documents)
    others = [passage for passage in passages if not any(_is(passage, name) for name in gone)]
    whole = await _case(agent.knowledge, kind, question, gold, passages, weight)
    stripped = (
        await _case(agent.knowledge, f"{kind}, stripped", question, (), others, weight * STRIPPED) if gone else []
    )
    return [*whole, *stripped]


def _is(passage: dict[str, Any], name: str) -> bool:
    return passage["title"] == name or Path(passage["document"]).name == name


async def _case(
    knowledge: Any, kind: str, question: str, gold: Sequence[Sequence[str]], passages: list[Any], weight: float
) -> list[Case]:
    asked = understand(question)
    sentences = await ranked(knowledge, question, passages, 60)
    quoted = await Quoting(knowledge).quote(Evidence(asked, sentences, passages), quotes_for(asked))
    text = "\n".join(sentence.text for sentence in quoted.sentences)
    held = bool(gold) and gold_in_reply("single-hop", gold, text)
    return [Case(kind, question, quoted.support, held, weight)]


async def gathered(home: Path, hotpotqa: Sequence[Path] | None) -> list[Case]:
    """Ask all questions."""
    cases: list[Case] = []
    knowledge = KnowledgeBase(home / "samples")
    await asyncio.to_thread(knowledge.ingest, [DATA / "corpus"])
    agent = Agent(knowledge=knowledge, home=home)
    for each in read_questions(DATA / "eval" / "questions.jsonl"):
        if each.kind in KINDS and not each.holdout and not each.after:
            weight = UNANSWERABLE if each.kind == "unanswerable" else 1.0
            cases += await cases_of(agent, each.kind, each.question, each.gold, each.documents, weight)
    if hotpotqa:
        found, paragraphs = read_hotpotqa(*hotpotqa)
        knowledge = KnowledgeBase(home / "hotpotqa")
        await asyncio.to_thread(ingest_paragraphs, knowledge, home / "paragraphs", paragraphs)
        agent = Agent(knowledge=knowledge, home=home)
        for other in found:
            cases += await cases_of(agent, "hotpotqa", other.question, [[other.answer]], other.gold, FOREIGN)
    return cases


def fitted(cases: Sequence[Case]) -> tuple[LogisticRegression, list[float]]:
    """Return the regression fitted to all cases that are measured, and each case's cross-validated probability."""
    measured = [case for case in cases if case.support is not None]
    measures = np.array([astuple(case.support) for case in measured if case.support is not None])
    held, weights = np.array([case.held for case in measured]), np.array([case.weight for case in measured])
    model = LogisticRegression(C=3.0, max_iter=3000)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=1)
    validated = cross_val_predict(
        model, measures, held, cv=folds, method="predict_proba", params={"sample_weight": weights}
    )
    known = iter(validated[:, 1])
    probabilities = [0.0 if case.support is None else float(next(known)) for case in cases]
    return model.fit(measures, held, sample_weight=weights), probabilities


def table(cases: Sequence[Case], probabilities: Sequence[float]) -> Iterator[str]:
    """Yield what each threshold answers rightly of each kind, and refuses of what cannot be answered."""
    kinds = sorted({case.kind for case in cases})
    yield "| threshold | " + " | ".join(f"{kind}: right, wrong, refused" for kind in kinds) + " |"
    yield "|---" * (len(kinds) + 1) + "|"
    for threshold in np.arange(0.05, 0.65, 0.05):
        cells = []
        for kind in kinds:
            of_kind = [(case, p) for case, p in zip(cases, probabilities, strict=True) if case.kind == kind]
            offered = [case for case, p in of_kind if p >= threshold]
            right = sum(case.held for case in offered)
            cells.append(f"{right}, {len(offered) - right}, {len(of_kind) - len(offered)}")
        yield f"| {threshold:.2f} | " + " | ".join(cells) + " |"


def main() -> None:
    """Print the trade-off and the constants."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hotpotqa", nargs=2, type=Path, metavar=("QUESTIONS", "CORPUS"))
    parser.add_argument("--home", type=Path, help="keep the ingested documents there for the next time")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cases = asyncio.run(gathered(arguments.home or Path(folder), arguments.hotpotqa))
    model, probabilities = fitted(cases)
    print("\n".join(table(cases, list(probabilities))))
    names = [field.name for field in fields(Support)]
    print("\nWEIGHTS:", {name: round(float(w), 2) for name, w in zip(names, model.coef_[0], strict=True)})
    print("BIAS:", round(float(model.intercept_[0]), 2))


if __name__ == "__main__":
    main()
