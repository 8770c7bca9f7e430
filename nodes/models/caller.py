"""A model in a role: each call asked of its endpoint's breaker and of the budgets first, recorded, and tried again.

A `Caller` is one rung of a ladder, and never asks another model; a `Ladder` is several in order. This module knows
neither what is in a prompt nor where clients come from.
"""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type

from nodes.errors import LimitError, ModelError, PlanFirstError
from nodes.metering import current
from nodes.models.breakers import Breakers
from nodes.models.call import Asked, Reply, call, stream, usage_of
from nodes.models.prices import Price, cost_of
from nodes.models.retries import Retries
from nodes.state import Attempt, Role, Usage, no_usage

T = TypeVar("T")
Prompt = Callable[[int], Sequence[BaseMessage]]
"""Makes the messages. 0 is the full prompt; 1 is one with its evidence cut harder, or the same where nothing can be."""

_UNREAD = frozenset({"rate_limit", "quota", "bad_key", "denied", "not_found", "rejected", "context"})
"""Failures before the model has read anything: they used no tokens."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model that can be asked: its name, its endpoint, how its client for the running loop is had, what it costs."""

    name: str
    endpoint: str
    client: Callable[[], Awaitable[BaseChatModel]]
    price: Price | None = None
    key: str = "its key"
    """Where its key comes from, for people."""
    structured: bool = False
    """Whether its client passes on a `response_format`; whether its endpoint takes one is for the endpoint to say."""


@dataclass(frozen=True, slots=True)
class Calling:
    """What all callers of an agent share: seconds for one call, when to ask again, which endpoints to leave alone."""

    seconds: float = 120.0
    retries: Retries = field(default_factory=Retries)
    breakers: Breakers = field(default_factory=Breakers)


class Caller:
    """Asks one model in one role. Several calls may be under way at the same time, also on several event loops."""

    def __init__(self, role: Role, candidate: Candidate, calling: Calling) -> None:
        self.role, self.candidate = role, candidate
        self._calling = calling

    async def reply(self, prompt: Prompt, **options: Any) -> Reply:
        """Return the model's reply; `options` are arguments of the chat model's own call.

        Raises:
            ModelError: no usable reply could be had, however often the model was asked.
            LimitError: a budget of the run does not allow a call.
        """

        async def once(cut: int) -> Reply:
            async with self._recorded() as record:
                asked = await self._asked(prompt(cut), options)
                return record.take(asked, await call(asked))

        return await self._persistently(once, prompt)

    def asks_again(self, error: ModelError) -> bool:
        """Say whether a reply that broke off so is worth another call of the same model."""
        return self._calling.retries.again(error, 1)

    async def stream(self, prompt: Prompt, **options: Any) -> AsyncGenerator[str | Reply, None]:
        """Yield the reply's text as it comes, and last the whole reply; the call is recorded when all of it is out.

        Only what fails before its first text is asked again. Raises as `reply`; what was yielded before stands.
        """

        async def once(cut: int) -> tuple[str | Reply, AsyncGenerator[str | Reply, None]]:
            texts = self._texts(prompt(cut), options)
            return await anext(texts), texts  # a reply without any text is an error, so there is a first

        first, texts = await self._persistently(once, prompt)
        async with aclosing(texts):
            yield first
            async for text in texts:
                yield text

    async def _texts(
        self, messages: Sequence[BaseMessage], options: Mapping[str, Any]
    ) -> AsyncGenerator[str | Reply, None]:
        reply: Reply | None = None
        async with self._recorded() as record:
            asked = await self._asked(messages, options)
            async with aclosing(stream(asked)) as parts:
                async for part in parts:
                    if isinstance(part, Reply):
                        reply = record.take(asked, part)
                    else:
                        yield part
        if reply is not None:  # after the call is recorded: who has the reply may never come back for more
            yield reply

    async def _asked(self, messages: Sequence[BaseMessage], options: Mapping[str, Any]) -> Asked:
        seconds, left = self._calling.seconds, current().seconds_left()
        return Asked(
            await self.candidate.client(),
            messages,
            seconds if left is None else min(seconds, left),
            self.candidate.name,
            self.candidate.endpoint,
            self.candidate.key,
            options,
        )

    async def _persistently(self, once: Callable[[int], Awaitable[T]], prompt: Prompt) -> T:
        """Ask once, and again as often as the kind of the failure makes that worth while."""
        tries = _Tries(self._calling.retries, prompt)
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(ModelError),
            stop=tries.over,
            wait=tries.delay,
            before_sleep=tries.adapt,
            reraise=True,
        )

        async def ask() -> T:
            return await once(tries.cut)

        return await retrying(ask)

    @asynccontextmanager
    async def _recorded(self) -> AsyncIterator["_Record"]:
        """Let one call be made inside the block, and record how it ended."""
        meter, record = current(), _Record(self)
        try:
            with self._calling.breakers.through(self.candidate.endpoint, self.candidate.name):
                meter.begin_model_call()
                record.usage = usage_of(None)
                try:
                    yield record
                except ModelError as error:
                    if error.kind == "timeout":
                        meter.check_seconds()  # the run's time was up, and not the model's
                    raise
            record.outcome = "ok"
        except ModelError as error:
            record.failed(error.kind, error)
            raise
        except LimitError as error:
            record.failed("limit", error)
            raise
        finally:
            meter.record(record.attempt())


class _Record:
    """One call as it becomes known. Until it has ended otherwise it was cancelled."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._started = time.perf_counter()
        self.outcome = "cancelled"
        self.error: str | None = None
        self.usage = no_usage()

    def take(self, asked: Asked, reply: Reply) -> Reply:
        """Take in the reply and return it; raises ModelError where it is of no use."""
        self.usage = Usage(**{**reply.usage, "cost": cost_of(reply.usage, self._caller.candidate.price)})
        if reply.flaw is not None:
            raise asked.failed(reply.flaw)
        return reply

    def failed(self, outcome: str, error: PlanFirstError) -> None:
        self.outcome, self.error = outcome, str(error)
        if outcome in _UNREAD:
            self.usage = Usage(**{**no_usage(), "calls": 1})

    def attempt(self) -> Attempt:
        return Attempt(
            role=self._caller.role,
            model=self._caller.candidate.name,
            endpoint=self._caller.candidate.endpoint,
            outcome=self.outcome,
            seconds=round(time.perf_counter() - self._started, 4),
            usage=self.usage,
            error=self.error,
        )


class _Tries:
    """What is known between the calls for one purpose."""

    def __init__(self, retries: Retries, prompt: Prompt) -> None:
        self._retries, self._prompt = retries, prompt
        self.cut = 0

    def over(self, state: RetryCallState) -> bool:
        error, left = _error(state), current().seconds_left()
        if error.kind == "context":
            return self.cut > 0 or self._prompt(1) == self._prompt(0)
        again = self._retries.again(error, state.attempt_number)
        return not again or (left is not None and state.upcoming_sleep >= left)

    def delay(self, state: RetryCallState) -> float:
        error = _error(state)
        return 0.0 if error.kind == "context" else self._retries.delay(error, state)

    def adapt(self, state: RetryCallState) -> None:
        if _error(state).kind == "context":
            self.cut = 1


def _error(state: RetryCallState) -> ModelError:
    error = state.outcome.exception() if state.outcome is not None else None
    assert isinstance(error, ModelError)  # noqa: S101 - nothing else is asked again
    return error


class Ladder:
    """Asks several models in order, each until it is of no more use. Knows how a role's models follow each other."""

    def __init__(self, callers: Sequence[Caller]) -> None:
        self._callers = tuple(callers)

    async def reply(self, prompt: Prompt) -> Reply:
        """Return the first usable reply.

        Raises:
            ModelError: no model gave one, or a key is wrong; the last model's error.
            LimitError: a budget of the run does not allow a call.
        """
        for caller in self._callers[:-1]:
            try:
                return await caller.reply(prompt)
            except ModelError as error:
                if error.fatal:
                    raise
        return await self._callers[-1].reply(prompt)
