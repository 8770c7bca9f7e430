"""One step as a piece of work: by what it is known, what its tool is called with, the call, and the result.

Shared by the step's task (`nodes/dataflow.py`) and by what is started before it (`nodes/prefetch.py`), so that both
do the same. This module does not know when a step may run.
"""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nodes.errors import LimitError
from nodes.events import Emit, StepRetried, StepStarted
from nodes.language import Reference, Step, Template, Value, substitute
from nodes.metering import Meter, metered
from nodes.state import StepError, StepId, StepResult, StepStatus, no_usage
from nodes.tools import Outcome, ToolRunner


def digest(*parts: object) -> str:
    """Return a digest of JSON values."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class Names:
    """Names steps by tool, arguments and the names of their inputs, so that renumbering changes nothing.

    Equal steps get an occurrence number in the order in which they are named.
    """

    def __init__(self) -> None:
        self._names: dict[StepId, str] = {}
        self._seen: Counter[str] = Counter()

    def name(self, step: Step) -> str:
        """Return the name of a step whose inputs have been named."""
        base = digest(step.tool, _shape(dict(step.args), self._names))
        self._seen[base] += 1
        name = self._names[step.id] = f"{base}.{self._seen[base]}"
        return name


def structure_of(steps: Sequence[Step]) -> dict[StepId, str]:
    """Name all steps, which are in topological order."""
    names = Names()
    return {step.id: names.name(step) for step in steps}


def _shape(value: Value, names: Mapping[StepId, str]) -> object:
    """Return the value as JSON in which a reference is the name of what it refers to, not its number."""
    match value:
        case Reference(name, path):
            return {"reference": names.get(StepId(name), name), "path": list(path)}
        case Template(parts):
            return {"template": [_shape(part, names) for part in parts]}
        case list():
            return [_shape(item, names) for item in value]
        case dict():
            return {"items": {key: _shape(item, names) for key, item in value.items()}}
        case _:
            return value


def resolve(step: Step, answers: Sequence[str], results: Mapping[StepId, StepResult]) -> dict[str, Any]:
    """Return the arguments with every reference replaced by its value.

    Raises:
        ReferencePathError: a path does not fit the value.
    """

    def lookup(name: str) -> object:
        return answers[int(name[1:]) - 1] if name.startswith("A") else results[StepId(name)]["value"]

    return substitute(step.args, lookup)


def result_of(step: Step, status: StepStatus, fingerprint: str = "", **fields: Any) -> StepResult:
    """Return a step's result; fields that are not given are empty."""
    empty = StepResult(
        id=step.id,
        tool=step.tool,
        status=status,
        value=None,
        error=None,
        attempts=0,
        seconds=0.0,
        sources=[],
        working=None,
        fallback=None,
        usage=no_usage(),
        fingerprint=fingerprint,
    )
    return StepResult(**{**empty, **fields})  # type: ignore[typeddict-item]  # the fields are StepResult's own


@dataclass(frozen=True, slots=True)
class Call:
    """What a call needs beside its step: who runs it, where it is reported, and what it is counted on."""

    runner: ToolRunner
    emit: Emit
    meter: Meter
    run_id: str


async def call(by: Call, step: Step, args: dict[str, Any], fingerprint: str) -> StepResult:
    """Run the tool within the run's budgets and return what came of it; raises as the runner does."""
    try:
        by.meter.begin_step()
        by.emit(StepStarted(step.id, step.tool))
        with metered(by.meter):
            outcome = await _bounded(by, step, args, fingerprint)
    except LimitError as error:
        failure = StepError(kind="limit", message=str(error))
        return result_of(
            step, "failed", fingerprint, error=failure, usage=by.meter.usage, model_calls=by.meter.attempts
        )
    return result_of(
        step,
        outcome.status,
        fingerprint,
        value=outcome.value,
        error=outcome.error,
        attempts=outcome.attempts,
        seconds=outcome.seconds,
        sources=list(outcome.sources),
        working=outcome.working,
        fallback=outcome.fallback,
        usage=by.meter.usage,
        model_calls=by.meter.attempts,
        **({"whole": outcome.whole} if outcome.whole else {}),
    )


async def _bounded(by: Call, step: Step, args: dict[str, Any], fingerprint: str) -> Outcome:
    """Run the tool; raises LimitError where the run's time is up before it ends."""
    try:
        async with asyncio.timeout(by.meter.seconds_left()):
            return await by.runner.run(
                step.tool,
                args,
                key=fingerprint,
                run_id=by.run_id,
                on_retry=lambda attempt, kind, delay: by.emit(StepRetried(step.id, attempt, kind, delay)),
            )
    except TimeoutError:
        by.meter.check_seconds()
        raise
