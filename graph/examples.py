"""Example plans that an operator vouches for: kept apart from every document, and shown to planners by similarity.

This is retrieval for the planner, whose prompt may hold nothing that a document or a tool could have written. So the
examples have a file of their own that no ingestion knows of; only `add` writes to it, and only plans that are valid.
Methods block; the graph calls them in a thread.
"""

import asyncio
import hashlib
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nodes.drafts import Example
from nodes.errors import InputError, PlanError, StorageError
from nodes.language import Plan, render
from nodes.tokens import at_most

if TYPE_CHECKING:
    from retrieval.embedders.protocol import Embedder

MOST = 3
"""Most examples in a planner's prompt."""
LEAST_SIMILAR = 0.4
"""Cosine below which an example is of no use: with all-MiniLM-L6-v2, questions of one form about other things have 0.45
to 0.6, questions of other forms below 0.35."""
TOKENS = 400
"""Most tokens of examples in a planner's prompt, counted by `at_most`."""
SECONDS = 20.0
"""Longest time to look for examples."""
QUESTION_CHARS = 2_000
_BUSY_SECONDS = 10.0
_NO_STEPS = "Plan: none"
_TABLE = """
CREATE TABLE IF NOT EXISTS examples (
    id TEXT PRIMARY KEY,
    question TEXT NOT NULL,
    plan TEXT NOT NULL,
    added_at REAL NOT NULL,
    fingerprint TEXT NOT NULL,
    vector BLOB NOT NULL
) STRICT
"""


@dataclass(frozen=True, slots=True)
class StoredExample:
    """An example as it is kept; `added_at` is in seconds since 1970, UTC."""

    id: str
    question: str
    plan: str
    added_at: float


class ExampleStore:
    """The examples in one SQLite file. `check` returns a plan's text as a valid plan or raises PlanError.

    Errors of the file surface as StorageError. Where there is no file there are no examples, and nothing is embedded.
    """

    def __init__(self, path: Path, embedder: "Embedder", check: Callable[[str], Plan]) -> None:
        self.path = path
        self._embedder, self._check = embedder, check

    def add(self, question: str, plan: str) -> StoredExample:
        """Keep a question with its plan, in place of an earlier plan for the same question.

        Raises:
            InputError: the question is empty or too long.
            PlanError: the plan is not valid for the tools there are.
        """
        question = " ".join(question.split())
        if not 0 < len(question) <= QUESTION_CHARS:
            raise InputError(
                f"an example's question has 1 to {QUESTION_CHARS} characters; this one has {len(question)}"
            )
        canonical = render(self._check(plan)).strip() or _NO_STEPS
        identity = hashlib.sha256(question.casefold().encode()).hexdigest()[:12]
        stored = StoredExample(identity, question, canonical, time.time())
        vector = self._embedder.embed_sentences([question])[0].tobytes()
        with self._opened(create=True) as connection:
            values = (*_fields(stored), self._embedder.fingerprint, vector)
            connection.execute("INSERT OR REPLACE INTO examples VALUES (?, ?, ?, ?, ?, ?)", values)
        return stored

    def all(self) -> list[StoredExample]:
        """Return every example, the oldest first."""
        if not self.path.exists():
            return []
        with self._opened() as connection:
            rows = connection.execute(
                "SELECT id, question, plan, added_at FROM examples ORDER BY added_at, id"
            ).fetchall()
        return [StoredExample(*row) for row in rows]

    def remove(self, identity: str) -> StoredExample:
        """Remove the example whose id is, or uniquely begins with, `identity`, and return it.

        Raises:
            InputError: there is none, or more than one.
        """
        found = [example for example in self.all() if identity and example.id.startswith(identity)]
        if len(found) != 1:
            there = "no example" if not found else "more than one example"
            raise InputError(
                f"there is {there} whose id begins with {identity!r}; `planfirst examples list` lists them"
            )
        with self._opened() as connection:
            connection.execute("DELETE FROM examples WHERE id = ?", (found[0].id,))
        return found[0]

    def similar(self, question: str, k: int = MOST, least: float = LEAST_SIMILAR) -> list[StoredExample]:
        """Return at most `k` examples whose questions are at least so similar, the most similar first."""
        examples = self.all()
        if not examples:
            return []
        import numpy as np  # noqa: PLC0415 - only where there are examples

        vectors = np.frombuffer(b"".join(self._vectors(examples)), dtype=np.float32).reshape(len(examples), -1)
        cosines = vectors @ self._embedder.embed_query(question[:QUESTION_CHARS])
        ranked = sorted(zip(cosines.tolist(), examples, strict=True), key=lambda pair: (-pair[0], pair[1].id))
        return [example for cosine, example in ranked[:k] if cosine >= least]

    def usable(self, question: str) -> list[Example]:
        """Return the examples to show for a question: similar ones, valid for today's tools, within the token bound."""
        shown, room = list[Example](), TOKENS
        for example in self.similar(question):
            cost = at_most(f"{example.question}\n{example.plan}")
            if cost <= room and self._is_valid(example.plan):
                shown.append(Example(example.question, example.plan))
                room -= cost
        return shown

    def _is_valid(self, plan: str) -> bool:
        try:
            self._check(plan)
        except PlanError:
            return False  # a tool that it needs is not there, or not allowed, in this agent
        return True

    def _vectors(self, examples: Sequence[StoredExample]) -> list[bytes]:
        """Return the vectors of the examples' questions; those of another embedding model are made anew and kept."""
        with self._opened() as connection:
            found = "SELECT id, vector FROM examples WHERE fingerprint = ?"
            known = dict(connection.execute(found, (self._embedder.fingerprint,)).fetchall())
        if stale := [example for example in examples if example.id not in known]:
            made = self._embedder.embed_sentences([example.question for example in stale])
            fresh = {example.id: vector.tobytes() for example, vector in zip(stale, made, strict=True)}
            with self._opened() as connection:
                changes = [(self._embedder.fingerprint, vector, identity) for identity, vector in fresh.items()]
                connection.executemany("UPDATE examples SET fingerprint = ?, vector = ? WHERE id = ?", changes)
            known |= fresh
        return [known[example.id] for example in examples]

    @contextmanager
    def _opened(self, *, create: bool = False) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction."""
        try:
            if create:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=_BUSY_SECONDS)) as connection, connection:
                connection.execute(_TABLE)
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise StorageError(
                f"the examples in {self.path} cannot be used ({error}); see that the file can be read and written, "
                "or move it away and add them again"
            ) from error


def _fields(example: StoredExample) -> tuple[str, str, str, float]:
    return example.id, example.question, example.plan, example.added_at


Recall = Callable[[str], Awaitable[Sequence[Example]]]


def recalled(store: ExampleStore | None) -> Recall:
    """Return a function from a question to the examples that its planner should see."""

    async def examples(question: str) -> Sequence[Example]:
        if store is None:
            return []
        async with asyncio.timeout(SECONDS):
            return await asyncio.to_thread(store.usable, question)

    return examples
