"""A reply as a model would emit it: token by token, cut at stop words and at the request's limit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from planfirst.loopback.replies import Reply, ToolCall
from planfirst.loopback.requests import ChatRequest
from planfirst.loopback.tokens import count, pieces


class Delta(NamedTuple):
    """A part of an answer that cannot be cut further: `tokens` of them, for one field of the message.

    `field` is `content`, `refusal` or `tool_calls`; `call` is the index of the tool call, and `opens` the call that
    starts here.
    """

    field: str
    text: str
    tokens: int = 1
    call: int = 0
    opens: ToolCall | None = None


@dataclass(frozen=True, slots=True)
class Rendering:
    """An answer ready to be sent; `completion_tokens` holds those of reasoning too."""

    deltas: tuple[Delta, ...]
    finish_reason: str
    completion_tokens: int


def render(reply: Reply, request: ChatRequest) -> Rendering:
    """Cut the reply into deltas, no more than the request allows."""
    kept: list[Delta] = []
    used, cut = reply.reasoning_tokens, False
    limit = request.limit
    if limit is not None and used > limit:
        return Rendering((), reply.finish_reason or "length", limit)
    for delta in _deltas(reply, request.stop):
        if limit is not None and used + delta.tokens > limit:
            cut = True
            break
        kept.append(delta)
        used += delta.tokens
    natural = "tool_calls" if reply.tool_calls else "stop"
    return Rendering(tuple(kept), "length" if cut else reply.finish_reason or natural, used)


def _deltas(reply: Reply, stop: str | tuple[str, ...] | None) -> Iterator[Delta]:
    words = (stop,) if isinstance(stop, str) else stop or ()
    text = reply.text[: min((at for word in words if (at := reply.text.find(word)) >= 0), default=len(reply.text))]
    yield from (Delta("content", piece) for piece in pieces(text))
    yield from (Delta("refusal", piece) for piece in pieces(reply.refusal or ""))
    for index, call in enumerate(reply.tool_calls):
        yield Delta("tool_calls", "", max(1, count(call.name)), index, call)
        yield from (Delta("tool_calls", piece, 1, index) for piece in pieces(call.text))


def chunks(deltas: Iterable[Delta], size: int) -> Iterator[tuple[Delta, ...]]:
    """Group deltas into chunks of at least `size` tokens (the last may have fewer), each of one field and call."""
    group: list[Delta] = []
    for delta in deltas:
        if group and (
            sum(d.tokens for d in group) >= size or (delta.field, delta.call) != (group[0].field, group[0].call)
        ):
            yield tuple(group)
            group = []
        group.append(delta)
    if group:
        yield tuple(group)


def message_part(group: Iterable[Delta], number: int, *, indexed: bool) -> dict[str, Any]:
    """Return the deltas as (part of) a message; `number` makes the ids of tool calls unique to the answer.

    Where `indexed`, tool calls carry their index, as streams have it.
    """
    part: dict[str, Any] = {}
    calls: dict[int, dict[str, Any]] = {}
    for delta in group:
        if delta.field != "tool_calls":
            part[delta.field] = part.get(delta.field, "") + delta.text
            continue
        call = calls.setdefault(delta.call, {"index": delta.call} if indexed else {})
        function = call.setdefault("function", {"arguments": ""})
        if delta.opens is not None:
            call.update(id=delta.opens.id or f"call_{number}_{delta.call}", type="function")
            function["name"] = delta.opens.name
        function["arguments"] += delta.text
    if calls:
        part["tool_calls"] = list(calls.values())
    return part
