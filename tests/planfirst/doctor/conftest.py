"""Cases to examine, and a real HTTP endpoint on loopback that does what a test says."""

import hashlib
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from graph.roles import OPENAI, ModelSettings, ModelSpec
from graph.settings import Settings
from planfirst.doctor import Case

REPLY = {
    "id": "c", "object": "chat.completion", "created": 1, "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "ok"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4},
}  # fmt: skip


class Endpoint:
    """Answers every request with `status` and `body`, or not at all where `status` is None; keeps what was asked."""

    def __init__(self) -> None:
        self.status: int | None = 200
        self.body: bytes = json.dumps(REPLY).encode()
        self.asked: list[tuple[str, str]] = []
        self.closing = threading.Event()
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                endpoint.asked.append((self.command, self.path))
                if endpoint.status is None:
                    endpoint.closing.wait()
                    return
                self.send_response(endpoint.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(endpoint.body)))
                self.end_headers()
                self.wfile.write(endpoint.body)

            do_GET = do_POST = answer  # noqa: N815 - the standard library's names

            def log_message(self, *args) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def says(self, status: int | None, body: object = None) -> "Endpoint":
        self.status, self.body = status, body if isinstance(body, bytes) else json.dumps(body).encode()
        return self

    def close(self) -> None:
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)


@pytest.fixture
def endpoint():
    """A server on loopback; it answers as OpenAI would until told otherwise."""
    endpoint = Endpoint()
    yield endpoint
    endpoint.close()


@pytest.fixture
def closed_port() -> int:
    """A port on loopback where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def case(own_home):
    """Make a case with the test's home and nothing else set."""

    def make(*, home: Path = own_home, model: str | None = None, base_url: str | None = None, **fields) -> Case:
        given = {"environment": {}, **fields}
        spec = model and ModelSpec(model, base_url or OPENAI)
        return Case(Settings(home, ModelSettings().playing(spec)), **given)

    return make


@pytest.fixture
def snapshot():
    """Take every file below a folder with the digest of its content."""

    def take(folder: Path) -> dict[str, str]:
        files = (path for path in folder.rglob("*") if path.is_file())
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    return take
