"""What our checkpoint savers have in common: usable from any event loop, long texts kept once, private texts sealed.

It stands between LangGraph and a saver of LangGraph's; it does not know which database that one writes to.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    get_checkpoint_metadata,
)
from langgraph.checkpoint.sqlite import SqliteSaver

from graph import sync
from graph.wholes import Wholes

T = TypeVar("T")
Saver = BaseCheckpointSaver[str]
_PACKED = "\x02text"
"""The one key of a channel's short value that is packed, so that it goes through the serializer."""
_OPEN = frozenset({"source", "run_id", "planfirst_run"})
"""Metadata that LangGraph and we ask for, and that are no words of anybody."""


class LoopedSaver(BaseCheckpointSaver[str]):
    """A saver over one of LangGraph's; subclasses say how that one is come by.

    Its synchronous methods read, so that `graph.get_state` works from a script; a run writes asynchronously. Where
    there is a key, metadata can be filtered by `source`, `step` and the run only.
    """

    packs = False
    """Whether the saver below keeps short values of channels elsewhere than what it serializes."""

    def __init__(self, wholes: Wholes) -> None:
        super().__init__(serde=wholes.keys.serializer())
        self._wholes = wholes

    async def _send(self, work: Callable[[Saver], Awaitable[T]]) -> T:
        """Have the running loop's saver do work that may be repeated; errors of the database are explained."""
        raise NotImplementedError

    async def _keep_latest(self, saver: Saver, thread_ids: Sequence[str]) -> None:
        raise NotImplementedError

    def _reading(self) -> AbstractContextManager[Saver]:
        """Return a saver with synchronous methods; errors of the database are explained."""
        raise NotImplementedError

    async def aclose(self) -> None:
        """Close what the running loop has open."""
        await self._wholes.database.aclose()

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return the newest checkpoint of a thread, or the one that is named."""
        found = await self._send(lambda saver: saver.aget_tuple(config))
        return None if found is None else await self._restored(found)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002 - LangGraph's own name
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Yield checkpoints, newest first."""

        async def listed(saver: Saver) -> Sequence[CheckpointTuple]:
            return [found async for found in saver.alist(config, filter=filter, before=before, limit=limit)]

        for found in await self._send(listed):
            yield await self._restored(found)

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Store a checkpoint."""
        place = config["configurable"]
        values = await self._wholes.outlined(place["thread_id"], checkpoint["channel_values"])
        if self.packs:
            versions = checkpoint["channel_versions"]
            values = {
                name: {_PACKED: value} if isinstance(value, str) and name in versions else value
                for name, value in values.items()
            }
        names: dict[str, Any] = {
            key: place[key] for key in ("thread_id", "checkpoint_ns", "checkpoint_id") if key in place
        }
        stored = Checkpoint(**{**checkpoint, "channel_values": values})
        sealed = self._changed(get_checkpoint_metadata(config, metadata), self._wholes.keys.seal)
        return await self._send(lambda saver: saver.aput({"configurable": names}, stored, sealed, new_versions))

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Store what a task wrote."""
        given = {number: value for number, (_, value) in enumerate(writes)}
        values = await self._wholes.outlined(config["configurable"]["thread_id"], given)
        stored = [(name, values[number]) for number, (name, _) in enumerate(writes)]
        await self._send(lambda saver: saver.aput_writes(config, stored, task_id, task_path))

    async def adelete_thread(self, thread_id: str) -> None:
        """Delete all checkpoints of a thread."""
        await self._send(lambda saver: saver.adelete_thread(thread_id))

    async def aprune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Delete all checkpoints of threads, or all but the newest of each namespace."""
        if strategy == "delete":
            for thread in thread_ids:
                await self.adelete_thread(thread)
            return
        await self._send(lambda saver: self._keep_latest(saver, thread_ids))

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Do what `aget_tuple` does."""
        with self._reading() as saver:
            found = saver.get_tuple(config)
        return None if found is None else sync.run(self._restored(found))

    def list(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002 - LangGraph's own name
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        """Do what `alist` does."""
        with self._reading() as saver:
            found = [*saver.list(config, filter=filter, before=before, limit=limit)]
        yield from (sync.run(self._restored(each)) for each in found)

    def get_next_version(self, current: str | None, channel: None) -> str:
        """Return a channel's version after `current`."""
        return SqliteSaver.get_next_version(self, current, channel)  # type: ignore[arg-type]  # it uses nothing of self

    async def _restored(self, found: CheckpointTuple) -> CheckpointTuple:
        """Return what was stored as LangGraph gave it."""
        values = found.checkpoint["channel_values"]
        unpacked = {
            name: value[_PACKED] if isinstance(value, dict) and value.keys() == {_PACKED} else value
            for name, value in values.items()
        }
        writes = found.pending_writes or []
        unpacked, written = await self._wholes.restored([unpacked, [value for _, _, value in writes]])
        return found._replace(
            checkpoint=Checkpoint(**{**found.checkpoint, "channel_values": unpacked}),
            metadata=self._changed(found.metadata, self._wholes.keys.unseal),
            pending_writes=[(task, name, value) for (task, name, _), value in zip(writes, written, strict=True)],
        )

    def _changed(self, metadata: Mapping[str, Any], change: Callable[[str], str]) -> CheckpointMetadata:
        changed = {
            key: change(value) if isinstance(value, str) and key not in _OPEN else value
            for key, value in metadata.items()
        }
        return cast("CheckpointMetadata", changed)  # callers' own keys may stand beside LangGraph's
