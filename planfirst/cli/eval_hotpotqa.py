"""`eval hotpotqa`: what plans fetch and what is answered, over questions in the HotpotQA format."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from planfirst.cli.ask import Json
from planfirst.cli.output import err, out, print_json
from planfirst.cli.progress import progress_bar

if TYPE_CHECKING:
    from planfirst.evaluation.hotpotqa import Outcome, Summary


def hotpotqa(
    questions: Annotated[Path, typer.Argument(metavar="QUESTIONS", help="Questions in the HotpotQA format.")],
    corpus: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Paragraphs by title; left out, the questions' own contexts.")
    ] = None,
    k: Annotated[int, typer.Option(min=1, help="Passages of each search that count.")] = 5,
    as_json: Json = False,
) -> None:
    """Measure, over multi-hop questions about Wikipedia, what the plans' searches fetch and what is answered."""
    from planfirst.evaluation.hotpotqa import run_hotpotqa, summarise  # noqa: PLC0415 - `--help` needs no evaluation
    from planfirst.evaluation.hotpotqa_files import read_hotpotqa  # noqa: PLC0415 - the same

    asked, paragraphs = read_hotpotqa(questions, corpus)
    absent = {title for question in asked for title in question.gold} - {each.title for each in paragraphs}
    with progress_bar("ingesting", quiet=as_json) as advance:
        outcomes = asyncio.run(run_hotpotqa(asked, paragraphs, k, on_progress=advance))
    summary, slowest = summarise(outcomes), max(outcomes, key=lambda outcome: outcome.plan_seconds)
    if as_json:
        print_json(_as_json(summary, outcomes, k, sorted(absent)))
        return
    out.print(_table(summary, k))
    out.print(f"slowest plan: {slowest.plan_seconds * 1000:.1f} ms ({slowest.question.question[:80]})", markup=False)
    if absent:
        err.print(f"{len(absent)} gold titles are not in the corpus and cannot be fetched", markup=False)


def _table(summary: "dict[str, Summary]", k: int) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("type")
    for heading in ("n", f"both fetched at {k}", "one or both", "right", "refused", "wrong", "F1"):
        table.add_column(heading, justify="right")
    for name, row in summary.items():
        shares = (row.both, row.any, row.right, row.refused, row.wrong)
        table.add_row(name, str(row.n), *(f"{share:.1%}" for share in shares), f"{row.f1:.3f}")
    return table


def _as_json(summary: "dict[str, Summary]", outcomes: "list[Outcome]", k: int, absent: list[str]) -> dict[str, Any]:
    return {
        "k": k,
        "summary": {name: asdict(row) for name, row in summary.items()},
        "slowest_plan_seconds": max(outcome.plan_seconds for outcome in outcomes),
        "titles_not_in_corpus": absent,
        "questions": [_question_json(outcome) for outcome in outcomes],
    }


def _question_json(outcome: "Outcome") -> dict[str, Any]:
    question, reply = outcome.question, outcome.reply
    return {
        "question": question.question,
        "type": question.type,
        "gold": question.answer,
        "gold_titles": sorted(question.gold),
        "both": outcome.both,
        "right": outcome.right,
        "refused": reply.refused,
        "f1": outcome.f1,
        "plan_seconds": outcome.plan_seconds,
        "run_seconds": reply.seconds,
        "reply": reply.text,
    }
