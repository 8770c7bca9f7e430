"""What answers for a model: a script of answers in order, or a rule."""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from planfirst.loopback.faults import STRICT, Break, Fault, Spoil, Status
from planfirst.loopback.replies import Pace, Reply
from planfirst.loopback.requests import ChatRequest
from retrieval.errors import PlanFirstError

Answer = str | Reply | Fault
"""A bare string is a reply's text; a bare fault is a reply of no text with that fault."""
Rule = Callable[[ChatRequest], Answer | Awaitable[Answer]]


class ScriptError(PlanFirstError):
    """A script or rule of the loopback server cannot answer what was asked; the script is wrong, not the client."""

    def show(self, error: BaseException | None) -> None:
        """Raise this at the end of a `with`; where an error is on its way out already, note it there instead."""
        if error is None:
            raise self
        error.add_note(str(self))


@dataclass(frozen=True, slots=True)
class Case:
    """An answer for every request whose messages contain `contains`."""

    contains: str
    answer: Answer

    __pydantic_config__: ClassVar = STRICT


def cases(*choices: Case) -> Rule:
    """Return a rule that gives the answer of the first case that fits."""

    def rule(request: ChatRequest) -> Answer:
        for case in choices:
            if case.contains in request.prompt:
                return case.answer
        raise ScriptError(f"no case fits the request: add one whose `contains` is in {request.prompt[-200:]!r}")

    return rule


@dataclass(frozen=True, slots=True)
class Model:
    """A model by its answers; `pace` overrides the server's, `context_tokens` bounds prompt and answer's limit."""

    answers: Sequence[Answer] | Rule
    pace: Pace | None = None
    context_tokens: int | None = None

    def __post_init__(self) -> None:
        if isinstance(self.answers, str):
            raise TypeError(f"a script is a list of answers: write [{self.answers!r}]")


class Answering:
    """Gives a model's answers, and knows how far its script has been used up."""

    def __init__(self, name: str, model: Model) -> None:
        self.model = model
        self._name = name
        self._used = 0

    async def answer(self, request: ChatRequest, *, keep: bool) -> Reply:
        """Return the next scripted answer, or the rule's. With `keep`, the scripted one stays the next.

        Raises:
            ScriptError: the script is at its end.
        """
        answers = self.model.answers
        if callable(answers):
            given = answers(request)
            return as_reply(await given if inspect.isawaitable(given) else given)
        if self._used >= len(answers):
            raise ScriptError(
                f"model {self._name!r} was asked {self._used + 1} times, and its script has {len(answers)} answers"
            )
        reply = as_reply(answers[self._used])
        if not keep:
            self._used += 1
        return reply


def as_reply(answer: Answer) -> Reply:
    """Return the answer in full form."""
    match answer:
        case str():
            return Reply(answer)
        case Status() | Break() | Spoil():
            return Reply(fault=answer)
    return answer
