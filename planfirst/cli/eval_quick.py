"""`eval quick`: the question set by kind, compared with the stored baseline; a drop is named and fails."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from nodes.errors import InputError
from planfirst.cli.ask import Json
from planfirst.cli.exits import Exit
from planfirst.cli.output import err, out, print_json
from planfirst.cli.progress import progress_bar

if TYPE_CHECKING:
    from planfirst.evaluation.baseline import Comparison
    from planfirst.evaluation.questions import Question
    from planfirst.evaluation.quick import Outcome, Report, Row

_DATA = Path(__file__).resolve().parents[2] / "data"
"""The data of the repository; a package that was installed from a wheel has none."""

QuestionsOption = Annotated[
    Path | None, typer.Option("--questions", metavar="FILE", help="The question set [default: the repository's].")
]
CorpusOption = Annotated[
    Path | None, typer.Option("--corpus", metavar="DIR", help="Its documents [default: the repository's].")
]
BaselineOption = Annotated[
    Path | None, typer.Option("--baseline", metavar="FILE", help="Default: baseline.json beside the questions.")
]


def quick(
    questions: QuestionsOption = None,
    corpus: CorpusOption = None,
    holdout: Annotated[bool, typer.Option("--holdout", help="Ask the holdout too: not while tuning.")] = False,
    failures: Annotated[
        bool, typer.Option("--failures", help="List what went wrong, of the holdout the counts only.")
    ] = False,
    home: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep the ingested corpus there for the next time.")
    ] = None,
    baseline: BaselineOption = None,
    write: Annotated[bool, typer.Option("--write-baseline", help="Store the counts as the new baseline.")] = False,
    as_json: Json = False,
) -> None:
    """Ask a question set of the embedded default and count what is right; exit code 1 below the stored baseline."""
    from planfirst.evaluation.questions import read_questions  # noqa: PLC0415 - `--help` needs no evaluation
    from planfirst.evaluation.quick import run_quick  # noqa: PLC0415 - the same

    questions = questions or _shipped("eval/questions.jsonl")
    corpus = corpus or _shipped("corpus")
    asked = _chosen(read_questions(questions), holdout=holdout)
    with progress_bar("ingesting", quiet=as_json) as advance:
        report = asyncio.run(run_quick(asked, corpus, home=home, on_progress=advance))
    for fault in report.faults:
        err.print(Text.assemble(("skipped ", "yellow"), f"{fault.path}: {fault.message}"))
    comparison = _compared(report, baseline, questions.with_name("baseline.json"), write=write)
    if as_json:
        print_json(_as_json(report, comparison))
    else:
        _print(report, comparison, failures=failures)
    raise typer.Exit(Exit.FAILED if comparison and comparison.drops else Exit.OK)


def _shipped(name: str) -> Path:
    path = _DATA / name
    if not path.exists():
        raise InputError(
            f"{path} is not there: the question set and its documents come with the repository, not with the installed "
            "package; run this in a checkout, or name your own with --questions and --corpus"
        )
    return path


def _chosen(questions: "list[Question]", *, holdout: bool) -> "list[Question]":
    chosen = [question for question in questions if holdout or not question.holdout]
    if not chosen:
        raise InputError("every question is of the holdout; ask them with --holdout")
    return chosen


def _compared(report: "Report", given: Path | None, beside: Path, *, write: bool) -> "Comparison | None":
    """Compare with the stored baseline, or store a new one; None where there is nothing to compare with.

    A part that was not asked keeps the figures it has in the stored one.
    """
    from planfirst.evaluation import baseline as stored  # noqa: PLC0415 - `--help` needs no evaluation
    from planfirst.evaluation.quick import summarise  # noqa: PLC0415 - the same

    now, path = stored.baseline_of(summarise(report.outcomes)), given or beside
    if write:
        before = stored.read_baseline(path) if path.exists() else {}
        stored.write_baseline(path, {**before, **now})
        err.print(f"the baseline is stored in {path}", markup=False)
        return None
    return stored.compare(stored.read_baseline(path), now) if given or path.exists() else None


def _print(report: "Report", comparison: "Comparison | None", *, failures: bool) -> None:
    from planfirst.evaluation.quick import row_of, summarise  # noqa: PLC0415 - `--help` needs no evaluation

    for part, rows in summarise(report.outcomes).items():
        out.print(_table(part, rows))
        out.print()
    slowest, overall = report.slowest, row_of(report.outcomes)
    counts = f"{overall.right} right, {overall.refused} refused, {overall.wrong} answered wrong"
    out.print(f"overall: {overall.n} questions, {counts}", markup=False)
    shown = "a holdout question" if slowest.question.holdout else slowest.question.id
    out.print(f"slowest plan: {slowest.plan_seconds * 1000:.1f} ms ({shown})", markup=False)
    if failures:
        _print_failures(report.outcomes)
    if comparison is None:
        return
    for drop in comparison.drops:
        out.print(Text.assemble(("worse ", "bold red"), drop))
    for rise in comparison.rises:
        out.print(Text.assemble(("better ", "green"), rise))
    if comparison.rises and not comparison.drops:
        out.print("store this as the new baseline with `planfirst eval quick --write-baseline`", markup=False)
    if not (comparison.drops or comparison.rises):
        out.print("as good as the stored baseline")


def _table(part: str, rows: "dict[str, Row]") -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(part)
    for heading in ("n", "right", "", "refused", "wrong", "fetched", "cited"):
        table.add_column(heading, justify="right")
    for kind, row in rows.items():
        counts = (row.n, row.right, f"{row.right / row.n:.0%}", row.refused, row.wrong)
        documents = (f"{row.fetched}/{row.documents}", f"{row.cited}/{row.documents}")
        table.add_row(kind, *map(str, counts), *documents, style="bold" if kind == "all" else "")
    return table


def _print_failures(outcomes: "list[Outcome]") -> None:
    """List the questions that went wrong. Those of the holdout stay unseen: what is seen gets tuned to."""
    failed = [outcome for outcome in outcomes if outcome.verdict != "right"]
    for outcome in failed:
        question = outcome.question
        if question.holdout:
            continue
        out.print()
        out.print(Text.assemble((f"{question.id} {question.kind}, {outcome.verdict}: ", "bold"), question.question))
        out.print(Text(f"  expected: {_expected(question)}"))
        out.print(Text("  reply:    " + outcome.reply.text.replace("\n", "\n            ")))
    if unseen := sum(outcome.question.holdout for outcome in failed):
        out.print()
        out.print(f"{unseen} more of the holdout are not shown, so that nothing is tuned to them", markup=False)
    out.print()


def _expected(question: "Question") -> str:
    parts = " and ".join(" or ".join(spellings) for spellings in question.gold)
    return parts or "that the documents do not say"


def _as_json(report: "Report", comparison: "Comparison | None") -> dict[str, Any]:
    from planfirst.evaluation.quick import summarise  # noqa: PLC0415 - `--help` needs no evaluation

    return {
        "summary": {
            part: {kind: asdict(row) for kind, row in rows.items()} for part, rows in summarise(report.outcomes).items()
        },
        "slowest_plan_seconds": report.slowest.plan_seconds,
        "worse": comparison.drops if comparison else [],
        "better": comparison.rises if comparison else [],
        "questions": [_question_json(outcome) for outcome in report.outcomes if not outcome.question.holdout],
    }


def _question_json(outcome: "Outcome") -> dict[str, Any]:
    question, reply = outcome.question, outcome.reply
    return {
        **question.model_dump(),
        "verdict": outcome.verdict,
        "reply": reply.text,
        "status": reply.status,
        "fetched": outcome.fetched,
        "cited": outcome.cited,
        "plan_seconds": outcome.plan_seconds,
        "run_seconds": reply.seconds,
    }
