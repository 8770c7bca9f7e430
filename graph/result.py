"""What a caller gets back from a run: a typed result whose JSON form is the command line's `--json`."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from graph.picture import Box, PlanPicture
from graph.roles import ROLES
from graph.runs import RunRecord, Status
from nodes.language import parse_canonical, plan_to_json
from nodes.metering import by_role
from nodes.sentences import marked
from nodes.state import AnswerStatus, Attempt, Mode, no_usage


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement marked `[n]` stands: characters `[start:end]` of the document's stored text are the quote."""

    n: int
    passage_id: str
    document: str
    title: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class CitedStep:
    """A step whose own result the answer cites as `[E3]`; `value` is its working or its value, as short text."""

    id: str
    tool: str
    value: str


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step of the plan; references in `args` are shown as `#E1`."""

    id: str
    tool: str
    args: dict[str, Any]
    depends_on: list[str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a step returned, or why it did not: `error` is `{"kind", "message"}`; `seconds` were spent in the tool.

    `cut_from` is the length of the value's JSON where `value` is only its beginning; `Agent.avalue` has all of it.
    `set_by` is `person` where a person gave the value; `carried_from` is the run whose call gave it, if another.
    """

    id: str
    status: str
    value: Any
    error: dict[str, str] | None
    attempts: int
    seconds: float
    cut_from: int | None = None
    set_by: str | None = None
    carried_from: str | None = None


@dataclass(frozen=True, slots=True)
class RunUsage:
    """What the model providers reported; None is unknown, which is not zero. `cost` is in US dollars."""

    prompt_tokens: int | None
    completion_tokens: int | None
    calls: int
    cost: float | None
    cached_tokens: int | None = None
    reasoning_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One call of a model: its outcome is `ok` or says what went wrong, `error` says it in a sentence."""

    role: str
    model: str
    endpoint: str
    outcome: str
    seconds: float
    usage: RunUsage
    error: str | None


@dataclass(frozen=True, slots=True)
class Result:
    """A run as its caller sees it. `answer` is None until there is one; `error` says why, or why it is partial.

    `answer_status` tells an answer from the statement that there is none: `insufficient` where the documents do not
    say. `unsupported` are the sentences of the answer that claim something which nothing gathered supports, and
    `removed` counts what was taken out of it: `citations` that pointed at nothing, and each `image`, piece of `html`
    and `link` that may not stand in an answer. `pending` lists what a paused run waits for: the payloads of its
    interrupts, each with its `interrupt_id`. `attempts` are the calls of models in order, those of a killed process'
    last phase excepted. `forked_from` is the run that this one was made from, and `fork` tells at which
    `checkpoint`, whether a person has `edited` the plan, and the steps whose values were `set`.
    """

    run_id: str
    status: Status
    question: str
    answer: str | None
    answer_status: AnswerStatus | None
    mode: Mode
    citations: list[Citation]
    plan: list[PlannedStep]
    evidence: list[Evidence]
    usage: RunUsage
    seconds: float
    error: dict[str, str] | None = None
    pending: list[dict[str, Any]] = field(default_factory=list)
    attempts: list[ModelCall] = field(default_factory=list)
    cited_steps: list[CitedStep] = field(default_factory=list)
    unsupported: list[str] = field(default_factory=list)
    removed: dict[str, int] = field(default_factory=dict)
    forked_from: str | None = None
    fork: dict[str, Any] | None = None

    @property
    def usage_by_role(self) -> dict[str, RunUsage]:
        """What each role's models used."""
        used = by_role([Attempt(**asdict(attempt)) for attempt in self.attempts])  # type: ignore[typeddict-item]  # the same fields
        return {role: RunUsage(**usage) for role, usage in used.items()}

    @property
    def played(self) -> dict[str, str]:
        """The model whose reply was used in each role, `extractive` where the embedded default stood in for it."""
        last = {attempt.role: attempt for attempt in self.attempts}
        return {
            role: last[role].model if last[role].outcome == "ok" else "extractive" for role in ROLES if role in last
        }

    @property
    def shown(self) -> str | None:
        """The answer as people are shown it: each sentence without support says so."""
        return None if self.answer is None else marked(self.answer, self.unsupported)

    def to_json(self) -> dict[str, Any]:
        """Return the result as JSON-able values."""
        return asdict(self)

    @property
    def picture(self) -> PlanPicture:
        """The plan as a picture, each step coloured by what came of it; a notebook shows it."""
        status = {evidence.id: evidence.status for evidence in self.evidence}
        boxes = [Box(step.id, step.tool, step.args, step.depends_on, status.get(step.id)) for step in self.plan]
        return PlanPicture(boxes)

    def _repr_markdown_(self) -> str:
        """How a notebook shows it: the answer and its numbered citations."""
        lines = [_literally(self.shown).replace("\n", "  \n") if self.shown else f"*{self.status}*", ""]
        lines += [
            f"{c.n}. “{_literally(c.quote)}” — *{_literally(c.title)}* "
            f"({_literally(c.document)}, characters {c.start}-{c.end})"
            for c in self.citations
        ]
        lines += [f"- {step.id}: {_literally(step.value)} — *{_literally(step.tool)}*" for step in self.cited_steps]
        if self.mode == "extractive":
            lines += ["", "*Extractive mode: no language model took part.*"]
        return "\n".join(lines)


_MARKDOWN = re.compile(r"[\\`*_{}\[\]()#+!|<>~]")


def _literally(text: str) -> str:
    """Return text that Markdown shows as it is: a document's image or link is not to be fetched by a notebook."""
    return _MARKDOWN.sub(lambda found: f"\\{found[0]}", text)


def _evidence(results: Mapping[str, Any] | None) -> list[Evidence]:
    keys = ("id", "status", "value", "error", "attempts", "seconds")
    return [
        Evidence(
            **{key: result[key] for key in keys},
            cut_from=(result.get("whole") or {}).get("chars"),
            set_by=result.get("set_by"),
            carried_from=result.get("carried_from"),
        )
        for result in (results or {}).values()
    ]


def _removed(answer: Mapping[str, Any]) -> dict[str, int]:
    counts = {"citations": answer.get("removed_citations", 0), **answer.get("removed_markup", {})}
    return {what: count for what, count in counts.items() if count}


def result_of(record: RunRecord, pending: list[dict[str, Any]] | None = None) -> Result:
    """Return a run's record as its caller sees it."""
    answer = record.answer or {}
    reason = answer.get("reason")
    return Result(
        run_id=record.id,
        status=record.status,
        question=record.question,
        answer=answer.get("text"),
        answer_status=answer.get("status"),
        mode=answer.get("mode", record.mode),
        citations=[Citation(**citation) for citation in answer.get("citations", [])],
        plan=[PlannedStep(**step) for step in plan_to_json(parse_canonical(record.plan or ""))],
        evidence=_evidence(record.results),
        usage=RunUsage(**(record.usage or no_usage())),
        attempts=[ModelCall(**{**attempt, "usage": RunUsage(**attempt["usage"])}) for attempt in record.attempts],
        seconds=round(sum(record.timings.values()), 3),
        error=record.error or ({"kind": record.status, "message": reason} if reason else None),
        pending=pending or [],
        cited_steps=[CitedStep(**step) for step in answer.get("cited_steps", [])],
        unsupported=list(answer.get("unsupported", [])),
        removed=_removed(answer),
        forked_from=record.forked_from,
        fork=record.fork,
    )
