"""Long texts and values, kept once by their content; checkpoints and records hold their names instead.

LangGraph writes the state anew at each checkpoint, and the same passages stand in many steps and runs. Who uses a
content is noted, so that it goes with the last of them. This module does not know what the texts are.
"""

import base64
import json
import math
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from graph.database import Database, Statement
from graph.encryption import Keys
from nodes.errors import CheckpointError
from nodes.state import Whole

LOCAL = "local"
"""The tenant of the command line and of an embedded agent."""
LONG, MANY = 200, 800
"""Characters from which a text, and the JSON of a list of dictionaries, is kept by its content; a name takes 50."""
_NAMED = "\x02whole:"
"""Begins the name of a content. A text that begins so itself is kept by its content too, so none can pose as a name."""
_DEFLATED = "~"
_BATCH = 500
"""Most contents that one query asks for."""


class Wholes:
    """One tenant's contents. Errors of the database surface as CheckpointError."""

    def __init__(self, database: Database, keys: Keys | None = None, *, tenant: str = LOCAL) -> None:
        self.database, self.keys, self.tenant = database, keys or Keys(), tenant
        self._kept: set[tuple[str, str]] = set()

    async def keep(self, owner: str, value: Any) -> Whole:
        """Keep a JSON value for a run; checkpoints and records refer to it by its digest."""
        body = json.dumps(value, ensure_ascii=False)
        digest = self._digest(body)
        await self._store(owner, {digest: body})
        return Whole(digest=digest, chars=len(body))

    async def whole(self, digest: str) -> Any:
        """Return the value that was kept under a digest.

        Raises:
            CheckpointError: it is not there.
        """
        return (await self._fetch({digest}))[digest]

    async def outlined(self, owner: str, value: Any) -> Any:
        """Return JSON-able data with names in place of its long texts, which are kept for a run or a thread."""
        bodies: dict[str, str] = {}

        def named(body: str) -> str:
            bodies[digest := self._digest(body)] = body
            return _NAMED + digest

        def text(value: str) -> str:
            short = len(value) < LONG and not value.startswith(_NAMED)
            return value if short else named(json.dumps(value, ensure_ascii=False))

        def items(value: list[Any]) -> Any:
            """Keep passages as a whole too: the texts in them are names by now, the same list stands in many places."""
            if not (value and isinstance(value[0], dict) and _is_plain(value)):
                return value
            body = json.dumps(value, ensure_ascii=False)
            return value if len(body) < MANY else named(body)

        outlined = _mapped(value, text, items)
        await self._store(owner, bodies)
        return outlined

    async def restored(self, value: Any) -> Any:
        """Return the data that was outlined.

        Raises:
            CheckpointError: a content is not there.
        """
        wanted = {text.removeprefix(_NAMED) for text in _texts(value) if text.startswith(_NAMED)}
        if not wanted:
            return value
        found = await self._fetch(wanted)
        lists = {digest: whole for digest, whole in found.items() if isinstance(whole, list)}
        found.update(zip(lists, await self.restored(list(lists.values())), strict=True))  # they name texts in turn
        return _mapped(value, lambda text: found[text.removeprefix(_NAMED)] if text.startswith(_NAMED) else text)

    async def share(self, owner: str, digests: Iterable[str]) -> None:
        """Note that a run uses values that were kept for another."""
        use = "INSERT INTO whole_uses (tenant, owner, digest) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        if statements := [(use, [self.tenant, owner, digest]) for digest in digests]:
            await self.database.write(*statements)

    def forget(self, owners: Iterable[str]) -> list[Statement]:
        """Return the statements that delete what these alone use."""
        gone = list(owners)
        self._kept = {(owner, digest) for owner, digest in self._kept if owner not in gone}
        marks = ", ".join("?" for _ in gone)
        return [
            (f"DELETE FROM whole_uses WHERE tenant = ? AND owner IN ({marks})", [self.tenant, *gone]),
            (
                "DELETE FROM wholes WHERE tenant = ? AND NOT EXISTS (SELECT 1 FROM whole_uses u "
                "WHERE u.tenant = wholes.tenant AND u.digest = wholes.digest)",
                [self.tenant],
            ),
        ]

    def _digest(self, body: str) -> str:
        return self.keys.digest(body.encode("utf-8", "surrogatepass"))

    async def _store(self, owner: str, bodies: dict[str, str]) -> None:
        new = [digest for digest in bodies if (owner, digest) not in self._kept]
        if not new:
            return
        whole = "INSERT INTO wholes (tenant, digest, body, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
        use = "INSERT INTO whole_uses (tenant, owner, digest) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        now = time.time()
        statements: list[Statement] = []
        for digest in new:
            statements.append((whole, [self.tenant, digest, self.keys.seal(_packed(bodies[digest])), now]))
            statements.append((use, [self.tenant, owner, digest]))
        await self.database.write(*statements)
        if len(self._kept) > 10_000:  # it only saves writes
            self._kept.clear()
        self._kept.update((owner, digest) for digest in new)

    async def _fetch(self, digests: set[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for some in _batches(sorted(digests)):
            marks = ", ".join("?" for _ in some)
            sql = f"SELECT digest, body FROM wholes WHERE tenant = ? AND digest IN ({marks})"
            rows = await self.database.fetch(sql, [self.tenant, *some])
            found.update((row["digest"], json.loads(_unpacked(self.keys.unseal(row["body"])))) for row in rows)
        if lost := digests - found.keys():
            raise CheckpointError(
                f"the run database {self.database.name} has lost the value {min(lost)[:12]}; run the step again"
            )
        return found


def _packed(body: str) -> str:
    """Return a JSON text deflated where that is shorter; the sign in front of it begins no JSON."""
    deflated = base64.b85encode(zlib.compress(body.encode("utf-8", "surrogatepass"))).decode()
    return _DEFLATED + deflated if len(deflated) < len(body) else body


def _unpacked(stored: str) -> str:
    if not stored.startswith(_DEFLATED):
        return stored
    return zlib.decompress(base64.b85decode(stored.removeprefix(_DEFLATED))).decode("utf-8", "surrogatepass")


def _batches(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]


def _mapped(value: Any, change: Callable[[str], str], fold: Callable[[list[Any]], Any] = lambda items: items) -> Any:
    """Return dictionaries and lists with their texts changed and their lists folded; everything else as it is."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return fold([_mapped(item, change, fold) for item in value])
    if type(value) is dict:
        return {key: _mapped(item, change, fold) for key, item in value.items()}
    return value


def _is_plain(value: Any) -> bool:
    """Whether JSON gives a value back as it is."""
    if isinstance(value, list):
        return all(map(_is_plain, value))
    if type(value) is dict:
        return all(isinstance(key, str) and _is_plain(item) for key, item in value.items())
    return value is None or type(value) in {str, int, bool} or (type(value) is float and math.isfinite(value))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif type(value) is dict:
        for item in value.values():
            yield from _texts(item)
