"""Asks many questions, several at once, of anything that answers: an agent, or another system to compare it with.

This module knows no question sets and no gold answers; it returns what was said, cited and found.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from nodes.state import AnswerStatus

if TYPE_CHECKING:
    from graph.agent import Agent
    from graph.result import Result

_Answer = TypeVar("_Answer")
AT_ONCE = 4
"""Questions in flight: enough for two cores while some wait for the disk or for a model."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back for a question. Documents are named as in a citation; `seconds` is the run's own time."""

    text: str
    status: AnswerStatus
    cited: tuple[str, ...]
    searches: tuple[tuple[str, ...], ...]
    """For each search of the plan, the documents of its passages, best first."""
    seconds: float

    @property
    def refused(self) -> bool:
        """Whether the reply says that there is no answer."""
        return self.status == "insufficient"

    def fetched(self, k: int | None = None) -> frozenset[str]:
        """The documents of the first `k` passages of every search; of all its passages where `k` is None."""
        return frozenset(chain.from_iterable(search[:k] for search in self.searches))


class Ask(Protocol):
    """Answers one question; `after` are the user's earlier turns of the same conversation, oldest first."""

    async def __call__(self, question: str, after: Sequence[str]) -> Reply:
        """Return the reply. Raises PlanFirstError where there is none."""
        ...


def agent_ask(agent: "Agent") -> Ask:
    """Return an Ask that puts every question, after its earlier turns, to an agent, each in a new conversation."""

    async def ask(question: str, after: Sequence[str]) -> Reply:
        follow = None
        for earlier in after:
            follow = (await agent.aask(earlier, follow=follow)).run_id
        return reply_of(await agent.aask(question, follow=follow))

    return ask


def reply_of(result: "Result") -> Reply:
    """Return what an agent's result says, cites and found."""
    values = {evidence.id: evidence.value for evidence in result.evidence if evidence.status == "ok"}
    searches = [values.get(step.id) for step in result.plan if step.tool == "search"]
    return Reply(
        text=result.answer or "",
        status=result.answer_status or "failed",
        cited=tuple(dict.fromkeys(citation.document for citation in result.citations)),
        searches=tuple(_documents(found) for found in searches),
        seconds=result.seconds,
    )


def _documents(found: Any) -> tuple[str, ...]:
    """Return the documents of a search's passages, without the mark that a long value was cut at; none if it failed."""
    passages = found if isinstance(found, list) else []
    return tuple(passage["document"] for passage in passages if isinstance(passage, dict))


async def ask_all(
    ask: Callable[[str, Sequence[str]], Awaitable[_Answer]],
    questions: Sequence[tuple[str, Sequence[str]]],
    *,
    at_once: int = AT_ONCE,
    on_reply: Callable[[], None] = lambda: None,
) -> list[_Answer]:
    """Ask every question with its earlier turns and return the replies in the questions' order.

    The first error ends it: a figure over some of the questions would be a figure of something else.
    """
    free = asyncio.Semaphore(at_once)

    async def one(question: str, after: Sequence[str]) -> _Answer:
        async with free:
            reply = await ask(question, after)
        on_reply()
        return reply

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(question, after)) for question, after in questions]
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from errors
    return [task.result() for task in tasks]
