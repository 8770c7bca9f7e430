"""SQLite's part of the run database: many connections that open one new file in the same moment."""

import asyncio

from graph.sqlite import connect


async def test_many_connections_bring_a_new_file_into_wal_mode_at_once(tmp_path):
    for round_ in range(25):
        connections = await asyncio.gather(*(connect(tmp_path / f"{round_}.sqlite3") for _ in range(12)))
        modes = [await connection.execute_fetchall("PRAGMA journal_mode") for connection in connections]
        assert {mode for rows in modes for (mode,) in rows} == {"wal"}
        for connection in connections:
            await connection.close()
