"""Converts documents in a child process that is bounded in time and memory, and that may die without harm.

The child starts with the first document that needs it, serves many, and is replaced when a document ended it. Small
text files are read in this process: what they cost is bounded by their size, and a child takes a moment to start.
"""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path, PurePath
from types import TracebackType
from typing import Any, Self

from retrieval.documents import worker
from retrieval.documents.extracted import Extracted, Section
from retrieval.documents.registry import FILE_READERS, extract
from retrieval.documents.worker import OUT_OF_MEMORY
from retrieval.errors import DocumentError

MEMORY_BYTES = 1 << 30
"""Address space of the child."""
SECONDS = 60
"""Processor time for one document."""
_PATIENCE = 5
"""How many times as long the parent waits: the machine may have other work, and a converter may sleep."""
_SMALL_BYTES = 64 << 10
"""Text files up to this size are read in this process."""


class Converter:
    """Reads files' bytes into documents; a context manager that ends its child. For one thread."""

    def __init__(self, *, seconds: int = SECONDS, memory_bytes: int = MEMORY_BYTES) -> None:
        """`seconds` is the processor time for one document, `memory_bytes` the address space of the child."""
        self._seconds = seconds
        self._memory = memory_bytes
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Use it and end its child afterwards."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End the child."""
        self.close()

    def close(self) -> None:
        """End the child, if there is one; the next document starts another."""
        child, self._child = self._child, None
        if child:
            child.kill()
            child.communicate()

    def extract(self, path: PurePath, data: bytes) -> Extracted:
        """Read a file's bytes into text. Raises DocumentError: they cannot be read, or not within the bounds."""
        if path.suffix.lower() not in FILE_READERS and len(data) <= _SMALL_BYTES:
            return extract(path, data)
        answer = self._ask(path, data)
        if "fault" in answer:
            raise DocumentError(str(answer["fault"]))
        document: Any = answer["document"]
        sections = tuple(Section(**section) for section in document["sections"])
        return Extracted(document["title"], document["text"], sections, document["metadata"])

    def _ask(self, path: PurePath, data: bytes) -> dict[str, object]:
        child = self._child = self._child or self._start()
        late = threading.Event()

        def end() -> None:
            late.set()
            child.kill()

        timer = threading.Timer(_PATIENCE * self._seconds, end)
        timer.daemon = True
        timer.start()
        try:
            answer = _exchange(child, path, data)
        except BaseException:
            self.close()  # the next document must not get this one's answer
            raise
        finally:
            timer.cancel()
        if answer is None:
            raise self._failed(child, late.is_set())
        return answer

    def _failed(self, child: "subprocess.Popen[bytes]", late: bool) -> DocumentError:
        code = child.wait()
        self.close()
        if late or code == -getattr(signal, "SIGPROF", 0):
            return DocumentError(f"converting the file takes more than {self._seconds} seconds; split or simplify it.")
        if code in OUT_OF_MEMORY:
            return DocumentError(f"converting the file takes more than {self._memory >> 20} MB of memory; split it.")
        return DocumentError("the file makes its converter crash; open it in its program and save it anew.")

    def _start(self) -> "subprocess.Popen[bytes]":
        # The child imports what this process would, wherever that was started; -P keeps the working folder out.
        paths = [str(Path(__file__).parents[2]), *filter(None, sys.path)]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(paths),
            "OPENBLAS_NUM_THREADS": "1",  # every thread of it would reserve memory
        }
        try:
            child = subprocess.Popen(  # noqa: S603 - this interpreter and constants
                [sys.executable, "-P", "-m", worker.__name__, str(self._memory), str(self._seconds)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,  # Ctrl-C is for the parent, which ends the child itself
            )
        except OSError as error:
            raise DocumentError(f"no process can be started to convert the file ({error.strerror}).") from error
        if child.stdout is None or worker.receive(child.stdout) != worker.READY:
            child.kill()
            child.communicate()
            raise DocumentError("the process that would convert the file does not start; reinstall PlanFirst.")
        return child


def _exchange(child: "subprocess.Popen[bytes]", path: PurePath, data: bytes) -> dict[str, object] | None:
    """Send a document and receive the answer; None if the child ended instead."""
    if child.stdin is None or child.stdout is None:
        return None
    try:
        worker.send(child.stdin, {"path": str(path), "size": len(data)})
        child.stdin.write(data)
        child.stdin.flush()
    except BrokenPipeError:
        return None
    return worker.receive(child.stdout)
