"""Runs a tool and returns what came of it as a value: nothing a tool does is raised here.

The order is fixed: arguments against the schema, the policy, a slot, the call with its timeout, another attempt with
exponential backoff and jitter where that is safe and may help, the fallback. Three things leave as exceptions: the
cancellation of the run, after the tool's task has ended, LangGraph's interrupt, by which a tool asks a person, and the
CheckpointError of a database that cannot keep a long value. This module does not know plans.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from langgraph.errors import GraphInterrupt
from tenacity import AsyncRetrying, RetryCallState, retry_if_result, stop_after_attempt, wait_exponential_jitter

from nodes.errors import LimitError
from nodes.metering import current
from nodes.state import Source, StepError, StepStatus, Whole
from nodes.tools.admission import Admission, AdmissionPerLoop
from nodes.tools.arguments import ArgumentChecker
from nodes.tools.boundary import Finished, contained
from nodes.tools.calling import GRACE_SECONDS, Call, Shaped, attempt
from nodes.tools.contract import ArgumentsError, Tool
from nodes.tools.failures import FINAL_KINDS, BusyError, step_error, worth_retrying
from nodes.tools.policy import Allowed, Denied, Policy
from nodes.tools.threads import DaemonThreads
from nodes.tools.toolbox import Toolbox

Keep = Callable[[str, Any], Awaitable[Whole]]
"""Keeps a JSON value for a run, by its id, and says where; raises CheckpointError."""
OnRetry = Callable[[int, str, float], None]
"""Called before another attempt: the number of the one that failed, from 1, its error's kind, the seconds to wait."""
_BACKOFF = wait_exponential_jitter(multiplier=0.2, max=5.0, jitter=0.2)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call. `value` is JSON-able; `seconds` is the time in the tool, all attempts together."""

    status: StepStatus
    value: Any = None
    error: StepError | None = None
    attempts: int = 0
    seconds: float = 0.0
    sources: tuple[Source, ...] = ()
    working: str | None = None
    fallback: str | None = None
    """The tool that gave the value, if that was not the one that was asked for."""
    whole: Whole | None = None
    """Where all of the value is kept, if `value` was cut."""


class ToolRunner:
    """Runs the tools of one toolbox within limits; may be used from several event loops at once.

    `default_timeout`, in seconds, and `default_max_chars`, in characters, hold for tools that declare none of their
    own. `concurrency` bounds the calls at the same time on one event loop. `keep` is given each value that had to be
    cut, whole; without it what was cut is gone.
    """

    def __init__(
        self,
        toolbox: Toolbox,
        *,
        policy: Policy,
        default_timeout: float = 60.0,
        default_max_chars: int = 20_000,
        concurrency: int = 64,
        keep: Keep | None = None,
    ) -> None:
        self.toolbox = toolbox
        self._keep = keep
        self._policy = policy
        self._default_timeout = default_timeout
        self._default_max_chars = default_max_chars
        self._threads = DaemonThreads("planfirst-tool")
        self._checkers: dict[Tool, ArgumentChecker] = {}
        self._admission = AdmissionPerLoop(lambda: Admission(concurrency, self._patience))

    async def run(
        self, name: str, args: Mapping[str, Any], *, key: str, on_retry: OnRetry | None = None, run_id: str = ""
    ) -> Outcome:
        """Call a tool, or its fallbacks where it fails.

        `args` are JSON values. `run_id` is the run for which a long value is kept. `key` is the idempotency key, the
        same at every attempt. Kinds of errors are `unknown_tool`, `arguments`, `denied`, `no_answer`, `timeout`,
        `exception`, `exit`, `cancelled`, `output`, `busy`, `model`, `bad_key` and `limit`.
        """
        tool = self.toolbox.get(name)
        if tool is None:
            return _failed(StepError(kind="unknown_tool", message=f"there is no tool {name}"))
        keep = None if self._keep is None else partial(self._keep, run_id)
        outcome = await self._call(tool, args, key, on_retry, keep)
        while _mendable(outcome) and (substitute := self.toolbox.fallback(tool)) is not None:
            tool = substitute
            second = await self._call(tool, _known_to(tool, args), key, on_retry, keep)
            outcome = _combined(outcome, second, tool.name)
        return outcome

    async def _call(
        self,
        tool: Tool,
        args: Mapping[str, Any],
        key: str,
        on_retry: OnRetry | None,
        keep: Callable[[Any], Awaitable[Whole]] | None,
    ) -> Outcome:
        try:
            self._checker(tool).check(args)
        except ArgumentsError as error:
            return _failed(step_error(error))
        decision = self._decide(tool, args)
        if isinstance(decision, Denied):
            return Outcome("denied", error=StepError(kind="denied", message=decision.reason))
        limits = tool.reliability
        call = Call(
            tool, args, key, limits.timeout or self._default_timeout, limits.max_chars or self._default_max_chars
        )
        attempts = _Attempts(call, self._admission.current(), self._threads)
        finished = await attempts.make(on_retry)
        outcome = attempts.outcome(finished)
        whole = finished.value.whole if finished.value is not None else None
        return outcome if whole is None or keep is None else replace(outcome, whole=await keep(whole))

    def _checker(self, tool: Tool) -> ArgumentChecker:
        checker = self._checkers.get(tool)
        if checker is None:
            checker = self._checkers[tool] = ArgumentChecker(tool)
        return checker

    def _decide(self, tool: Tool, args: Mapping[str, Any]) -> Allowed | Denied:
        decided = contained(lambda: self._policy.decide(tool, args))
        if isinstance(decided.value, Allowed | Denied):
            return decided.value
        return Denied(f"the policy gave no decision ({type(decided.error).__name__}); nothing was called")

    def _patience(self, tool: Tool | None) -> float:
        """Return the seconds in which each healthy holder of a slot gives it back."""
        holders = self.toolbox.values() if tool is None else [tool]
        timeouts = (each.reliability.timeout or self._default_timeout for each in holders)
        return max(timeouts, default=self._default_timeout) + 3 * GRACE_SECONDS


class _Attempts:
    """The attempts of one call, with the count and the time of all."""

    def __init__(self, call: Call, admission: Admission, threads: DaemonThreads) -> None:
        self._call, self._admission, self._threads = call, admission, threads
        self._count = 0
        self._seconds = 0.0

    async def make(self, on_retry: OnRetry | None) -> Finished[Shaped]:
        tool = self._call.tool
        if tool.reliability.attempts == 1 or not tool.repeatable:
            return await self._once()

        def report(state: RetryCallState) -> None:
            if on_retry is not None and state.outcome is not None and state.next_action is not None:
                on_retry(
                    state.attempt_number, step_error(state.outcome.result().error)["kind"], state.next_action.sleep
                )

        retrying = AsyncRetrying(
            stop=stop_after_attempt(tool.reliability.attempts),
            wait=_BACKOFF,
            retry=retry_if_result(lambda ended: ended.error is not None and worth_retrying(tool, ended.error)),
            before_sleep=report,
            retry_error_callback=lambda state: state.outcome and state.outcome.result(),
        )
        finished: Finished[Shaped] = await retrying(self._once)
        return finished

    async def _once(self) -> Finished[Shaped]:
        try:
            current().begin_tool_call()
        except LimitError as error:
            return Finished(error=error)
        self._count += 1
        try:
            ticket = await self._admission.enter(self._call.tool)
        except BusyError as error:
            return Finished(error=error)
        started = time.perf_counter()
        try:
            finished = await attempt(self._call, self._threads, ticket)
        finally:
            self._seconds += time.perf_counter() - started
            ticket.leave_shared()
            ticket.leave_own()
        if isinstance(finished.error, GraphInterrupt):
            raise finished.error
        return finished

    def outcome(self, finished: Finished[Shaped]) -> Outcome:
        if finished.error is not None or finished.value is None:
            error = step_error(finished.error or RuntimeError("no value"))
            return Outcome("failed", error=error, attempts=self._count, seconds=self._seconds)
        given = finished.value
        return Outcome(
            "ok",
            value=given.value,
            attempts=self._count,
            seconds=self._seconds,
            sources=given.sources,
            working=given.working,
        )


def _failed(error: StepError) -> Outcome:
    return Outcome("failed", error=error)


def _mendable(outcome: Outcome) -> bool:
    return outcome.status == "failed" and outcome.error is not None and outcome.error["kind"] not in FINAL_KINDS


def _known_to(tool: Tool, args: Mapping[str, Any]) -> Mapping[str, Any]:
    if tool.parameters.get("additionalProperties") is not False:
        return args
    return {name: value for name, value in args.items() if name in tool.parameters.get("properties", {})}


def _combined(first: Outcome, second: Outcome, name: str) -> Outcome:
    """Return the fallback's outcome, with the attempts and the time of both; where both failed, both errors."""
    total = replace(
        second,
        attempts=first.attempts + second.attempts,
        seconds=first.seconds + second.seconds,
        fallback=(second.fallback or name) if second.status == "ok" else None,
    )
    if second.status == "ok" or first.error is None or second.error is None:
        return total
    message = f"{first.error['message']}; then its fallback {name}: {second.error['message']}"
    return replace(total, status="failed", error=StepError(kind=first.error["kind"], message=message))
