"""The loopback server: an OpenAI-compatible endpoint on 127.0.0.1 whose models are scripts and rules."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

from planfirst.loopback import bodies
from planfirst.loopback.conformance import breach
from planfirst.loopback.connection import Connection, HttpRequest
from planfirst.loopback.delivery import Delivery
from planfirst.loopback.faults import (
    CONTEXT_TOO_LONG,
    SERVER_ERROR,
    Break,
    Fault,
    Scheduled,
    Spoil,
    Status,
    model_not_found,
)
from planfirst.loopback.log import Exchange, Log
from planfirst.loopback.models import Answer, Answering, Model, Rule, ScriptError
from planfirst.loopback.rendering import render
from planfirst.loopback.replies import Pace, Reply
from planfirst.loopback.requests import ChatRequest, parse
from planfirst.loopback.spoils import spoil

HOST = "127.0.0.1"
_CHAT = "/v1/chat/completions"
_MODELS = "/v1/models"


class LoopbackServer:
    """Serves `models` (name → script, rule or `Model`) between `start` and `stop`, or inside `async with`.

    It lives on the loop that starts it; `ThreadHost` gives it one of its own. `log` holds what it has seen. An answer
    that a script could not give (it is at its end, a rule raised, an answer breaks what the request demands) is a 500
    to the client and a ScriptError from `stop`, so that a wrong script is not taken for a failing endpoint.
    """

    def __init__(
        self,
        models: Mapping[str, Model | Sequence[Answer] | Rule],
        *,
        pace: Pace | None = None,
        faults: Iterable[Scheduled] = (),
        port: int = 0,
    ) -> None:
        self.log = Log()
        self._models = {
            name: Answering(name, model if isinstance(model, Model) else Model(model)) for name, model in models.items()
        }
        self._pace = pace or Pace()
        self._schedule: list[tuple[Scheduled, Counter[str]]] = []
        self.set_faults(*faults)
        self._port = port
        self._listener: asyncio.Server | None = None
        self._connections: set[Connection] = set()
        self._problems: list[BaseException] = []

    def set_faults(self, *faults: Scheduled) -> None:
        """Replace the scheduled faults; their counts start anew."""
        self._schedule = [(fault, Counter()) for fault in faults]

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL, as `http://127.0.0.1:PORT/v1`."""
        if not self._port:
            raise RuntimeError("the loopback server has no address before it is started")
        return f"http://{HOST}:{self._port}/v1"

    async def start(self) -> None:
        """Listen; after a `stop` at the same address as before. Raises OSError: the port is in use."""
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(lambda: Connection(self._handle, self._register), HOST, self._port)
        self._port = self._listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close every connection and wait for the work on it to end.

        Raises:
            ScriptError: a script could not answer; the cause is the first such problem.
        """
        listener, self._listener = self._listener, None
        if listener is None:
            return
        listener.close()
        connections = list(self._connections)
        work = [connection.work for connection in connections if connection.work is not None]
        for connection in connections:
            connection.abort()
        await asyncio.gather(*(connection.closed for connection in connections))
        await asyncio.gather(*work, return_exceptions=True)
        await listener.wait_closed()
        if self._problems:
            first, self._problems = self._problems[0], []
            raise ScriptError(f"the loopback server's script could not answer: {first}") from first

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self.stop()
        except ScriptError as problem:
            problem.show(error)

    def _register(self, connection: Connection) -> None:
        self._connections.add(connection)
        connection.closed.add_done_callback(lambda _: self._connections.discard(connection))
        if self._listener is None:  # it was accepted while the server stopped
            connection.abort()

    async def _handle(self, http: HttpRequest, wire: Connection) -> None:
        self.log.paths[f"{http.method} {http.path}"] += 1
        name = http.path.removeprefix(f"{_MODELS}/")
        match http.method, http.path:
            case "POST", path if path == _CHAT:
                await self._chat(http, wire)
            case "GET", path if path == _MODELS:
                wire.reply(200, bodies.models(self._models))
            case "GET", path if path.startswith(f"{_MODELS}/") and name in self._models:
                wire.reply(200, bodies.model(name))
            case "GET", path if path.startswith(f"{_MODELS}/"):
                _refuse(wire, model_not_found(name))
            case method, path:
                _refuse(wire, Status(404, f"Invalid URL ({method} {path})"))

    async def _chat(self, http: HttpRequest, wire: Connection) -> None:
        clock = asyncio.get_running_loop().time
        exchange = self.log.open(http.headers, clock())
        try:
            await self._exchange(exchange, http.body, wire)
        except asyncio.CancelledError:
            exchange.disconnected = self._listener is not None
            raise
        except Exception as error:
            self._problems.append(error)
            exchange.status = 500
            _refuse(wire, replace(SERVER_ERROR, message=f"the loopback server's script could not answer: {error}"))
            raise
        finally:
            self.log.close(exchange, clock())

    async def _exchange(self, exchange: Exchange, body: bytes, wire: Connection) -> None:
        request = parse(body)
        outcome = request if isinstance(request, Status) else await self._outcome(exchange, request)
        if isinstance(outcome, Status):
            exchange.status = outcome.status
            _refuse(wire, outcome)
            return
        assert isinstance(request, ChatRequest)  # noqa: S101 - else the outcome is its Status
        reply, fault = outcome
        rendering = render(reply, request)
        if problem := breach(reply, rendering, request):
            raise ScriptError(f"the answer of model {request.model!r} is not possible: {problem}")
        pace = reply.pace or self._models[request.model].model.pace or self._pace
        await Delivery(wire, exchange, request, reply, rendering, pace, fault).run()

    async def _outcome(self, exchange: Exchange, request: ChatRequest) -> Status | tuple[Reply, Break | None]:
        """Return what becomes of a request: an error, or a reply with the break that its transfer suffers."""
        exchange.request = request
        answering = self._models.get(request.model)
        if answering is None:
            return model_not_found(request.model)
        window = answering.model.context_tokens
        if window is not None and request.prompt_tokens + (request.limit or 0) > window:
            return CONTEXT_TOO_LONG
        fault = self._scheduled(request.model)
        if not isinstance(fault, Status):
            keep = isinstance(fault, Break)
            reply = await answering.answer(request, keep=keep)
            fault = fault or reply.fault
        exchange.fault = fault
        match fault:
            case Status():
                return fault
            case Spoil():
                return spoil(reply, fault), None
            case Break():
                return replace(reply, unchecked=True), fault
        return reply, None

    def _scheduled(self, model: str) -> Fault | None:
        """Count the request, and return the first fault whose turn it is."""
        struck = None
        for scheduled, counted in self._schedule:
            if scheduled.model in {None, model}:
                counted["requests"] += 1
                if struck is None and scheduled.strikes(counted["requests"]):
                    struck = scheduled.fault
        return struck


def _refuse(wire: Connection, status: Status) -> None:
    wire.reply(status.status, bodies.error(status), bodies.error_headers(status))
