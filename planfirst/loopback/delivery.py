"""Sends a rendered answer at its pace, whole or as a stream, and carries out the breaks of a transfer."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from planfirst.loopback import bodies
from planfirst.loopback.connection import Connection
from planfirst.loopback.faults import SERVER_ERROR, Break
from planfirst.loopback.log import Exchange
from planfirst.loopback.rendering import Rendering, chunks, message_part
from planfirst.loopback.replies import Pace, Reply
from planfirst.loopback.requests import ChatRequest

_BROKEN_JSON = '{"id": "chatcmpl-0", "choices": [{"index": 0, "delta": {"content": "trunc'
_PAGE = b"<!doctype html><title>Sign in</title><p>Sign in to go on.</p>"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One answer on its way to one client."""

    wire: Connection
    exchange: Exchange
    request: ChatRequest
    reply: Reply
    rendering: Rendering
    pace: Pace
    fault: Break | None

    async def run(self) -> None:
        """Send the answer, as far as the fault lets it."""
        if self.fault is not None and self.fault.how == "html":
            await self._wait(0)
            self._start("text/html")
            self.wire.send(_PAGE)
            self.wire.end()
        elif self.fault is not None and self.fault.after is None and self.fault.how in {"hang", "reset", "close"}:
            await self._break(self.fault)
        elif self.request.stream:
            await self._stream()
        else:
            await self._whole()

    async def _whole(self) -> None:
        deltas, number = self.rendering.deltas, self.exchange.number
        message = {"role": "assistant", "content": None, "refusal": None, **message_part(deltas, number, indexed=False)}
        if message["content"] is None and not message.get("tool_calls") and message["refusal"] is None:
            message["content"] = ""
        choice = {"message": message, "finish_reason": self.rendering.finish_reason} if self.reply.has_choices else None
        used = bodies.usage(self.reply, self.rendering, self.request.prompt_tokens)
        body = bodies.completion(number, self.request.model, choice, used)
        await self._wait(self.rendering.completion_tokens)
        if self.fault is None:
            self._mark_start()
            self.exchange.sent, self.exchange.usage = message["content"] or "", used
            self.wire.reply(200, body)
            return
        self._start("application/json")
        if self.fault.how != "error":
            data = json.dumps(body).encode()
            self.wire.send(data[: len(data) // 2])
        await self._break(self.fault)

    async def _stream(self) -> None:
        sent = min(self.reply.reasoning_tokens, self.rendering.completion_tokens)
        left = None if self.fault is None else self.fault.after or 0
        await self._wait(sent + 1)
        self._start("text/event-stream")
        self._choice({"role": "assistant", "content": ""})
        for group in chunks(self.rendering.deltas, self.pace.chunk_tokens):
            tokens = sum(delta.tokens for delta in group)
            if left is not None and (left := left - tokens) < 0:
                break
            sent += tokens
            await self._wait(sent)
            self._choice(message_part(group, self.exchange.number, indexed=True))
            self.exchange.sent += "".join(delta.text for delta in group if delta.field == "content")
            self.exchange.changed.set()
        if self.fault is not None:
            await self._break(self.fault)
            return
        self._finish()

    def _finish(self) -> None:
        number, model = self.exchange.number, self.request.model
        self._choice({}, self.rendering.finish_reason)
        if self.request.reports_usage and self.reply.usage != "missing":
            self.exchange.usage = bodies.usage(self.reply, self.rendering, self.request.prompt_tokens)
            self._event(json.dumps(bodies.usage_chunk(number, model, self.exchange.usage)))
        self._event("[DONE]")
        self.wire.end()

    async def _break(self, fault: Break) -> None:
        match fault.how:
            case "hang":
                await asyncio.Event().wait()
            case "reset":
                self.wire.reset()
            case "close":
                self.wire.close()
            case "garbage" if self.request.stream:
                self._event(_BROKEN_JSON)
            case "error" if self.request.stream:
                self._event(json.dumps(bodies.error(SERVER_ERROR)))
            case "error":
                self.wire.send(json.dumps(bodies.error(SERVER_ERROR)).encode())
        if fault.how in {"end", "garbage", "error"}:
            self.wire.end()

    def _choice(self, delta: dict[str, Any], finish_reason: str | None = None) -> None:
        number, model = self.exchange.number, self.request.model
        if self.reply.has_choices:
            body = bodies.chunk(number, model, delta, finish_reason)
        else:
            body = bodies.usage_chunk(number, model, None)
        self._event(json.dumps(body))

    def _event(self, data: str) -> None:
        self.wire.send(f"data: {data}\n\n".encode())

    def _start(self, content_type: str) -> None:
        self._mark_start()
        self.wire.start(content_type)

    def _mark_start(self) -> None:
        self.exchange.status = 200
        self.exchange.first_token = asyncio.get_running_loop().time()
        self.exchange.changed.set()

    async def _wait(self, tokens: int) -> None:
        """Wait for the moment of the `tokens`-th token."""
        delay = self.exchange.received + self.pace.due(tokens) - asyncio.get_running_loop().time()
        if delay > 0:
            await asyncio.sleep(delay)
