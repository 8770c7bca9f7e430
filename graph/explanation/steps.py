"""A step in a person's words: what it was for, what it gave, who used it. Reads plans and results, nothing else."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from graph.explanation.values import AccountStatus, StepAccount, account_status
from nodes.evidence import BY_PERSON, is_given, passages_in
from nodes.language import Plan, Reference, Step, plan_to_json, render_value

SHOWN_CHARS = 160
"""Longest text of a value or a query that an explanation repeats."""
_TITLES = 3
_WHOLE = re.compile(
    r"(?:who|whom|whose|what|when|where|which|why|how|the|a|an|if|whether|each|all|every)\b", re.IGNORECASE
)
_VERB_FIRST = re.compile(r"(?:is|are|was|were|do|does|did|has|have|can|could|will|would)\b", re.IGNORECASE)
_MODES = {"largest": "the largest of", "smallest": "the smallest of"}


def short(text: str, limit: int = SHOWN_CHARS) -> str:
    """Return text on one line, with a visible mark where it was cut."""
    line = " ".join(text[: 4 * limit].split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def shown(value: Any) -> str:
    """Return a step's value as short text."""
    if passages := list(passages_in(value)):
        titles = list(dict.fromkeys(passage["title"] or passage["document"] for passage in passages))
        rest = f" and {len(titles) - _TITLES} more" if len(titles) > _TITLES else ""
        count = f"{len(passages)} passage{'s' if len(passages) > 1 else ''}"
        return short(f"{count} from {', '.join(titles[:_TITLES])}{rest}")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and not value:
        return "nothing"
    return short(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))


def gave(result: Mapping[str, Any]) -> str:
    """Return what came of a step that has a value, as short text: its working or its value, and who set it."""
    text = short(result.get("working") or "") or shown(result.get("value"))
    return f"{text} ({BY_PERSON})" if is_given(result) else text


def users_of(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Return for each step the steps that take its value in, in the order of the plan."""
    users: dict[str, list[str]] = {step.id: [] for step in plan.steps}
    for step in plan.steps:
        for id_ in step.depends_on:
            users.setdefault(id_, []).append(step.id)
    return {id_: tuple(names) for id_, names in users.items()}


def accounts(plan: Plan, results: Mapping[str, Mapping[str, Any]], waiting: Sequence[str]) -> list[StepAccount]:
    """Return what each step of the plan was for and what came of it; `waiting` are the steps a person is asked about.

    Keys that a result of an older version lacks count as empty.
    """
    users = users_of(plan)
    written = {step["id"]: step["args"] for step in plan_to_json(plan)}
    return [_account(step, written[step.id], users[step.id], results.get(step.id), waiting) for step in plan.steps]


def _account(
    step: Step,
    args: dict[str, Any],
    used_by: tuple[str, ...],
    result: Mapping[str, Any] | None,
    waiting: Sequence[str],
) -> StepAccount:
    status: AccountStatus = "waiting" if step.id in waiting else account_status((result or {}).get("status"))
    found = result or {}
    error = found.get("error") or {}
    return StepAccount(
        id=step.id,
        tool=step.tool,
        args=args,
        purpose=purpose(step, args, status),
        used_by=used_by,
        status=status,
        gave=gave(found) if status == "ok" else None,
        error=str(error.get("message") or "") or None,
        attempts=int(found.get("attempts") or 0),
        seconds=found.get("seconds"),
        carried_from=found.get("carried_from"),
    )


def purpose(step: Step, args: Mapping[str, Any], status: AccountStatus) -> str:
    """Say what a step was for: the plan's own rationale, or else what its tool does with these arguments."""
    if step.rationale:
        return short(step.rationale)
    past, infinitive, rest = _phrase(step, args)
    if status == "ok":
        return f"{past} {rest}"
    tense = "is" if status in {"waiting", "unfinished"} else "was"
    return f"{tense} to {infinitive} {rest}"


def _phrase(step: Step, args: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return what a step does as a verb in the past tense, the same as an infinitive, and the rest of the sentence."""
    if step.tool == "search" and isinstance(query := args.get("query"), str):
        return "searched for", "search for", f"“{short(query)}”"
    if step.tool == "read" and isinstance(question := args.get("question"), str):
        return "looked up", "look up", f"{_object(question)}{_in(step)}"
    if step.tool == "calculate" and isinstance(expression := args.get("expression"), str):
        return "computed", "compute", short(expression)
    if step.tool == "compare" and isinstance(values := args.get("values"), Mapping):
        return _comparison(values, str(args.get("mode", "largest")))
    if step.tool == "now":
        return "asked for", "ask for", "the date and time"
    written = ", ".join(f"{name}={render_value(value)}" for name, value in step.args.items())
    return "called", "call", short(f"{step.tool}({written})")


def _object(question: str) -> str:
    """Return a small question as the object of `looked up`."""
    question = short(question).rstrip("?!. ")
    if _VERB_FIRST.match(question) or not question:
        return f"“{question}”"
    if _WHOLE.match(question):
        return question[0].lower() + question[1:]
    return f"the {question}" if question[0].islower() else question


def _in(step: Step) -> str:
    names = dict.fromkeys(str(reference) for reference in step.references)
    return f" in {listed(list(names))}" if names else ""


def _comparison(values: Mapping[str, Any], mode: str) -> tuple[str, str, str]:
    things = listed([short(f"{name} ({value})", 60) for name, value in values.items()])
    if mode == "equal":
        return "checked", "check", f"whether {things} are equal"
    return "found", "find", f"{_MODES.get(mode, mode)} {things}"


def listed(names: Sequence[str]) -> str:
    """Return names as a person lists them: `a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def inputs_of(step: Step) -> tuple[str, ...]:
    """Return the steps and earlier answers that a step takes in, each once, in the order they are written."""
    found: list[Reference] = list(step.references)
    return tuple(dict.fromkeys(reference.name for reference in found))
