"""What a run uses, counted as it happens and held against its budgets, without anybody passing it along.

A context variable holds the meter in force; asyncio tasks and copied threads inherit it. Whoever calls a model or a
tool asks it first and tells it afterwards. This module does not know what a model or a tool is.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal

from nodes.errors import LimitError
from nodes.limits import Budgets
from nodes.state import Attempt, Spent, State, Usage, add_usage, no_usage, nothing_spent

OnAttempt = Callable[[Attempt], None]
_TOKENS: tuple[Literal["prompt_tokens", "completion_tokens"], ...] = ("prompt_tokens", "completion_tokens")


def total(*usages: Usage) -> Usage:
    """Return the sum; an unknown part stays unknown."""
    result = no_usage()
    for usage in usages:
        result = add_usage(result, usage)
    return result


_CLOCK_SECONDS = 0.001


class Meter:
    """Counts one stretch of a turn, going on from what the turn has used before.

    `attempts` are the calls of models made under this meter. A meter with a `parent` counts a part: what it takes in
    goes to the parent too, and the budgets are those of the outermost.
    """

    def __init__(
        self,
        budgets: Budgets | None = None,
        *,
        earlier: Sequence[Attempt] = (),
        spent: Spent | None = None,
        on_attempt: OnAttempt | None = None,
        parent: "Meter | None" = None,
    ) -> None:
        self.attempts: list[Attempt] = []
        self.exhausted: LimitError | None = None
        self._budgets = budgets or Budgets()
        self._earlier, self._spent = earlier, spent or nothing_spent()
        self._calls, self._steps, self._tool_calls = 0, 0, 0
        self._since = time.monotonic()
        self._on_attempt, self._parent = on_attempt, parent
        self._whole: Meter = self if parent is None else parent._whole
        self._asides: list[Meter] = []

    @classmethod
    def of(cls, state: State, budgets: Budgets, on_attempt: OnAttempt | None = None) -> "Meter":
        """Return a meter that goes on from what the state says."""
        return cls(budgets, earlier=state.get("attempts", []), spent=state.get("spent"), on_attempt=on_attempt)

    def child(self) -> "Meter":
        """Return a meter for a part of this stretch."""
        return Meter(parent=self)

    def aside(self) -> "Meter":
        """Return a meter for work of which nobody knows yet who will have it: held against the same budgets.

        What it takes in counts here for the budgets alone, and elsewhere once a meter has adopted it.
        """
        part = Meter()
        part._whole = self._whole
        self._whole._asides.append(part)
        return part

    def adopt(self, part: "Meter") -> None:
        """Make a part that was aside one of this meter's own, with what it has taken in and will take in."""
        part._whole._asides.remove(part)
        part._parent, part._whole = self, self._whole
        root = part._root
        root._calls += part._calls
        root._steps += part._steps
        root._tool_calls += part._tool_calls
        for attempt in part.attempts:
            self.record(attempt)

    def recall(self, attempts: Sequence[Attempt]) -> None:
        """Take in calls that were made, and told, before a crash."""
        self.attempts += attempts
        self._root._calls += sum(attempt["usage"]["calls"] for attempt in attempts)

    @property
    def _root(self) -> "Meter":
        """The meter that counts what begins under this one."""
        return self if self._parent is None else self._parent._root

    @property
    def usage(self) -> Usage:
        """What the models used under this meter alone."""
        return total(*(attempt["usage"] for attempt in self.attempts))

    @property
    def spent(self) -> Spent:
        """What the turn has taken so far, with what came before this meter."""
        return Spent(
            seconds=round(self._spent["seconds"] + time.monotonic() - self._since, 4),
            steps=self._spent["steps"] + self._steps,
            tool_calls=self._spent["tool_calls"] + self._tool_calls,
        )

    def onto(self, state: State, attempts: Sequence[Attempt] | None = None) -> dict[str, Any]:
        """Return the state's keys that meters keep, brought up to date.

        `attempts` are given where some of them were made before a crash, and not under this meter.
        """
        made = self.attempts if attempts is None else attempts
        return {
            "usage": total(state.get("usage", no_usage()), *(attempt["usage"] for attempt in made)),
            "attempts": [*state.get("attempts", []), *made],
            "spent": self.spent,
            "exhausted": state.get("exhausted") or (str(self.exhausted) if self.exhausted else None),
        }

    def seconds_left(self) -> float | None:
        """Return the seconds that the budget leaves, 0 where it is used up, None where there is none."""
        allowed = self._whole._budgets.seconds
        return None if allowed is None else max(allowed - self._whole.spent["seconds"], 0.0)

    def begin_model_call(self) -> None:
        """Count a call of a model that is about to be made; raises LimitError where a budget does not allow it."""
        whole = self._whole
        made = [attempt for part in (whole, *whole._asides) for attempt in part.attempts]
        budgets, used = whole._budgets, [attempt["usage"] for attempt in (*whole._earlier, *made)]
        self.check_seconds()
        self._check("tokens", sum((each[key] or 0) for each in used for key in _TOKENS), budgets.tokens)
        self._check("cost", sum(each["cost"] or 0.0 for each in used), budgets.cost)
        calls = sum(each["usage"]["calls"] for each in whole._earlier) + whole._calls
        calls += sum(part._calls for part in whole._asides)
        self._check("model_calls", calls, budgets.model_calls)
        self._root._calls += 1

    def begin_step(self) -> None:
        """Count a step that is about to be run; raises LimitError where a budget does not allow it."""
        self.check_seconds()
        whole = self._whole
        steps = whole.spent["steps"] + sum(part._steps for part in whole._asides)
        self._check("steps", steps, whole._budgets.steps)
        self._root._steps += 1

    def begin_tool_call(self) -> None:
        """Count an attempt of a tool that is about to be made; raises LimitError where a budget does not allow it."""
        whole = self._whole
        calls = whole.spent["tool_calls"] + sum(part._tool_calls for part in whole._asides)
        self._check("tool_calls", calls, whole._budgets.tool_calls)
        self._root._tool_calls += 1

    def check_seconds(self) -> None:
        """Raise LimitError where the time is used up, or so nearly that no clock could tell."""
        allowed = self._whole._budgets.seconds
        self._check("seconds", self._whole.spent["seconds"] + _CLOCK_SECONDS, allowed)

    def _check(self, kind: str, value: float, limit: float | None) -> None:
        if limit is None or value < limit:
            return
        error, root = LimitError(kind, value, limit), self._root
        root.exhausted = root.exhausted or error
        raise error

    def record(self, attempt: Attempt) -> None:
        """Take in how a call of a model ended."""
        self.attempts.append(attempt)
        if self._on_attempt is not None:
            self._on_attempt(attempt)
        if self._parent is not None:
            self._parent.record(attempt)

    def condemn(self, outcome: str, error: str) -> None:
        """Say of the last call that its reply turned out to be of no use: an entry of its own, that used nothing."""
        if self.attempts and self.attempts[-1]["outcome"] == "ok":
            after = {"outcome": outcome, "error": error, "seconds": 0.0, "usage": no_usage()}
            self.record(Attempt(**{**self.attempts[-1], **after}))  # type: ignore[typeddict-item]  # its own keys


_meter: ContextVar[Meter | None] = ContextVar("planfirst_meter", default=None)


@contextmanager
def metered(meter: Meter) -> Iterator[Meter]:
    """Put a meter in force inside the block."""
    token = _meter.set(meter)
    try:
        yield meter
    finally:
        _meter.reset(token)


def current() -> Meter:
    """Return the meter in force; where there is none, a new one without budgets that nobody reads."""
    return _meter.get() or Meter()


def by_role(attempts: Sequence[Attempt]) -> dict[str, Usage]:
    """Return what each role used."""
    used: dict[str, Usage] = {}
    for attempt in attempts:
        used[attempt["role"]] = total(used.get(attempt["role"], no_usage()), attempt["usage"])
    return used
