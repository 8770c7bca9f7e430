"""The connection beneath a knowledge base: many that open one new file in the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from retrieval.database import Database


def test_many_connections_bring_a_new_file_into_wal_mode_at_once(tmp_path):
    together = Barrier(8)

    def open_in(round_: int) -> Database:
        together.wait(timeout=30)
        return Database(tmp_path / f"{round_}.sqlite3")

    with ThreadPoolExecutor(8) as pool:
        for round_ in range(25):
            databases = list(pool.map(open_in, [round_] * 8))
            assert {mode for database in databases for (mode,) in database.rows("PRAGMA journal_mode")} == {"wal"}
            for database in databases:
                database.close()
