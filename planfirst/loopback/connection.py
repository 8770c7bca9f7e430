"""One HTTP/1.1 connection: h11 speaks the protocol, asyncio owns the socket. Knows nothing of models.

A server of our own around h11, and not one on uvicorn, because the faults need the socket: a reset in mid-stream, a
body that ends early, silence before the headers. h11 comes with every OpenAI client (httpx is built on it).
"""

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from email.utils import formatdate
from typing import Any, NamedTuple

import h11

_ABORTIVE = struct.pack("ii", 1, 0)
"""SO_LINGER on, zero seconds: closing sends a reset in place of an orderly end."""


class HttpRequest(NamedTuple):
    """A request with its whole body; header names are in lower case, the path is without its query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


Handler = Callable[[HttpRequest, "Connection"], Awaitable[None]]


class Connection(asyncio.Protocol):
    """Reads requests and hands each to `handle`, one after the other.

    A request in work is cancelled when the client goes. `register` is called with every connection that opens; `closed`
    is done when its socket is.
    """

    def __init__(self, handle: Handler, register: Callable[["Connection"], None]) -> None:
        self._handle, self._register = handle, register
        self._http = h11.Connection(h11.SERVER)
        self._head: h11.Request | None = None
        self._body = bytearray()
        self.work: asyncio.Task[None] | None = None
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the socket over."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - asyncio's own contract for stream protocols
        self._transport = transport
        self._register(self)

    def data_received(self, data: bytes) -> None:
        """Feed the parser."""
        self._http.receive_data(data)
        self._advance()

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the work that nobody waits for any more."""
        del exc
        if self.work is not None:
            self.work.cancel()
        if not self.closed.done():
            self.closed.set_result(None)

    # What a handler uses. None of these waits: what is written is small, and lies in the socket's buffer.

    def reply(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        """Send a whole response of JSON."""
        data = json.dumps(body, ensure_ascii=False).encode()
        self._send_head(
            status, {"Content-Type": "application/json", "Content-Length": str(len(data)), **(headers or {})}
        )
        self.send(data)
        self.end()

    def start(self, content_type: str) -> None:
        """Send the head of a successful response whose length is not known yet."""
        self._send_head(200, {"Content-Type": content_type, "Transfer-Encoding": "chunked"})

    def send(self, data: bytes) -> None:
        """Send a part of the body."""
        self._write(h11.Data(data))

    def end(self) -> None:
        """End the body."""
        self._write(h11.EndOfMessage())

    def reset(self) -> None:
        """Reset the connection; what the client has not read yet may be lost."""
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORTIVE)
        self._transport.abort()

    def close(self) -> None:
        """Close the connection after what was sent."""
        self._transport.close()

    def abort(self) -> None:
        """Close the connection at once."""
        self._transport.abort()

    # The protocol.

    def _send_head(self, status: int, headers: Mapping[str, str]) -> None:
        dated = [("Date", formatdate(usegmt=True)), *headers.items()]
        self._write(h11.Response(status_code=status, headers=dated))

    def _write(self, event: h11.Event) -> None:
        if (data := self._http.send(event)) and not self._transport.is_closing():
            self._transport.write(data)

    def _advance(self) -> None:
        while True:
            try:
                event = self._http.next_event()
            except h11.RemoteProtocolError:
                self.abort()
                return
            match event:
                case h11.Request():
                    self._head, self._body = event, bytearray()
                    if self._http.they_are_waiting_for_100_continue:
                        self._write(h11.InformationalResponse(status_code=100, headers=[]))
                case h11.Data():
                    self._body += event.data
                case h11.EndOfMessage():
                    self.work = asyncio.get_running_loop().create_task(self._serve())
                    self.work.add_done_callback(self._served)
                case _:  # more data is needed, a second request has to wait, or the client has finished
                    return

    async def _serve(self) -> None:
        head = self._head
        assert head is not None  # noqa: S101 - h11 gives no end of a message without its head
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in head.headers}
        path = head.target.decode("ascii").partition("?")[0]
        await self._handle(HttpRequest(head.method.decode("ascii"), path, headers, bytes(self._body)), self)

    def _served(self, task: asyncio.Task[None]) -> None:
        """Go on with the next request, or close where the response did not come to its end."""
        self.work = None
        failed = task.cancelled() or task.exception() is not None  # the handler has reported it; here it is only seen
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE and not failed:
            self._http.start_next_cycle()
            self._advance()
        else:
            self._transport.close()
