"""What one system made of one question, and the meter that counts its model calls, the same one for every system."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.outputs import ChatGeneration, LLMResult

from nodes.errors import ModelError
from nodes.models.failures import failure_of, foreign_errors
from nodes.state import AnswerStatus
from planfirst.evaluation.asking import Reply

NOT_ENOUGH = "NOT ENOUGH EVIDENCE"
"""What every baseline is told to write where it finds no answer."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A reply and what it took. Tokens are those that the provider reported; None is unknown, which is not zero."""

    reply: Reply
    prompt_tokens: int | None
    completion_tokens: int | None
    model_calls: int
    tool_calls: int

    @property
    def tokens(self) -> int | None:
        """All tokens of the trial."""
        if self.prompt_tokens is None or self.completion_tokens is None:
            return None
        return self.prompt_tokens + self.completion_tokens


class System(Protocol):
    """Answers a question, each time from nothing."""

    async def __call__(self, question: str) -> Trial:
        """Return what came of it. Raises ModelError: the model's endpoint failed."""
        ...


@dataclass
class Meter(BaseCallbackHandler):
    """Counts the model calls of one trial, wherever in it they are made, and adds up what the provider reported."""

    calls: int = 0
    prompt_tokens: int | None = 0
    completion_tokens: int | None = 0
    began: float = field(default_factory=time.perf_counter)

    def on_chat_model_start(self, serialized: Mapping[str, Any], messages: Sequence[Any], **kwargs: Any) -> None:
        """Count the call, also one that fails later."""
        del serialized, messages, kwargs
        self.calls += 1

    def on_llm_end(self, response: LLMResult, **kwargs: Any) -> None:
        """Add what the call used; one report that is missing makes the sum unknown."""
        del kwargs
        for generation in response.generations[0]:
            message = generation.message if isinstance(generation, ChatGeneration) else None
            reported = message.usage_metadata if isinstance(message, AIMessage) else None
            if reported is None or self.prompt_tokens is None or self.completion_tokens is None:
                self.prompt_tokens = self.completion_tokens = None
            else:
                self.prompt_tokens += reported["input_tokens"]
                self.completion_tokens += reported["output_tokens"]

    def trial(
        self,
        text: str,
        tool_calls: int,
        *,
        status: AnswerStatus | None = None,
        cited: tuple[str, ...] = (),
        searches: tuple[tuple[str, ...], ...] = (),
    ) -> Trial:
        """Return the trial that ends now; without a status, the text says whether there is an answer."""
        reply = Reply(text, status or status_of(text), cited, searches, time.perf_counter() - self.began)
        return Trial(reply, self.prompt_tokens, self.completion_tokens, self.calls, tool_calls)


def status_of(text: str) -> AnswerStatus:
    """Return whether a model's text is an answer."""
    return "insufficient" if not text.strip() or text.strip().upper().startswith(NOT_ENOUGH) else "answered"


def messages_of(system: str, user: str) -> list[BaseMessage]:
    """Return a conversation of one turn."""
    return [SystemMessage(system), HumanMessage(user)]


@contextmanager
def endpoint_errors() -> Iterator[None]:
    """Turn what a model's client raises into ModelError, with the kind of error in its message."""
    try:
        yield
    except foreign_errors() as error:
        failure = failure_of(error)
        message = f"{type(error).__name__}: {str(error)[:300]}"
        raise ModelError(message, kind=failure.kind, status=failure.status) from error
