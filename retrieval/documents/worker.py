"""The child process in which documents are converted: reads requests from its standard input until that ends.

A process entry point: whatever a converter's library raises on a hostile file is caught here and becomes one sentence.
`isolation.py` starts it and knows the other end. A message is a length in eight bytes and as many bytes of JSON; after
a request come the file's bytes.
"""

import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import PurePath
from typing import IO

from retrieval.documents.registry import extract
from retrieval.errors import DocumentError

OUT_OF_MEMORY = (1, 120)
"""Exit codes of an interpreter that an exception ended, here lack of memory alone, or that could not tidy up then."""
_NO_MEMORY = (MemoryError, SystemError)
"""The second is what the interpreter comes to. The pair is made here: making it wants memory."""
READY = {"ready": True}
"""The first message, before any request."""
_BROKEN = "the file is damaged or made in an unusual way ({name}); open it in its program and save it anew."


def send(stream: IO[bytes], message: object) -> None:
    """Write a message."""
    body = json.dumps(message).encode()
    stream.write(len(body).to_bytes(8, "big") + body)
    stream.flush()


def receive(stream: IO[bytes]) -> dict[str, object] | None:
    """Read a message; None where the stream ends."""
    size = int.from_bytes(stream.read(8), "big")
    body = stream.read(size)
    return json.loads(body) if body and len(body) == size else None


def main() -> None:
    """Convert until there is nothing more to convert."""
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    _limit_memory(memory)
    # What a library prints must not come between the messages.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests = sys.stdin.buffer
    send(answers, READY)
    while request := receive(requests):
        data = requests.read(int(str(request["size"])))
        _limit_time(seconds)
        send(answers, _answer(PurePath(str(request["path"])), data))
        _limit_time(0)


def _answer(path: PurePath, data: bytes) -> dict[str, object]:
    try:
        return {"document": asdict(extract(path, data))}
    except DocumentError as error:
        return {"fault": str(error)}
    except _NO_MEMORY:
        raise
    except Exception as error:  # noqa: BLE001 - a process entry point: a hostile file can make a library raise anything
        return {"fault": _BROKEN.format(name=type(error).__name__)}


def _limit_time(seconds: int) -> None:
    """End this process after so many seconds of its own processor time, whatever it does then; never, for 0."""
    if hasattr(signal, "setitimer"):  # Windows has none; there the parent's patience alone holds
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _limit_memory(size: int) -> None:
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
