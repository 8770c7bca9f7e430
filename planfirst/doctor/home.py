"""The folder of everything that is kept: whether it can be written, what room there is, and the runs in it."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from graph.database import open_database
from graph.migrations import MIGRATIONS
from graph.runs import FINISHED
from graph.settings import Settings
from graph.sqlite import explained
from graph.wholes import LOCAL
from planfirst.doctor.values import Case, Finding
from retrieval.database import connect_read_only

MEBIBYTE = 1 << 20
LITTLE, TIGHT = 50 * MEBIBYTE, 500 * MEBIBYTE
"""Free bytes below which writing is about to fail, and below which an ingestion may run out."""
ELSEWHERE = "export PLANFIRST_HOME=FOLDER"


def check_home(case: Case) -> Iterator[Finding]:
    """Find out whether the home is there, can be written, and has room."""
    if case.settings is None:
        yield Finding("problem", "home", case.trouble or "its setting cannot be read", ELSEWHERE)
        return
    home = case.settings.home
    if not home.exists():
        yield _to_be_made(home)
    else:
        yield _written(home)
    yield _room(home)


def _to_be_made(home: Path) -> Finding:
    above = _nearest(home)
    if above.is_dir() and os.access(above, os.W_OK | os.X_OK):
        return Finding("note", "home", f"{home} is not there yet; the first ingestion or question makes it")
    return Finding("problem", "home", f"{home} cannot be made, as {above} cannot be written", ELSEWHERE)


def _written(home: Path) -> Finding:
    """Write a file that goes at once."""
    try:
        with tempfile.NamedTemporaryFile(prefix=".planfirst-probe-", dir=home) as probe:
            probe.write(b"probe")
            probe.flush()
    except OSError as error:
        mend = f"allow writing to it, or {ELSEWHERE}"
        return Finding("problem", "home", f"{home} cannot be written ({error.strerror})", mend)
    return Finding("ok", "home", f"{home} can be written")


def _room(home: Path) -> Finding:
    free = shutil.disk_usage(_nearest(home)).free
    message = f"{free / MEBIBYTE:,.0f} MiB are free on its disk"
    if free >= TIGHT:
        return Finding("ok", "home", message)
    return Finding("problem" if free < LITTLE else "warning", "home", message, f"free some space, or {ELSEWHERE}")


def _nearest(path: Path) -> Path:
    """Return the path, or the nearest folder above it that is there."""
    while not path.exists():
        path = path.parent
    return path


def check_runs(case: Case) -> Iterator[Finding]:
    """Open the run database to look, and name what could be resumed.

    Raises:
        CheckpointError: it cannot be read.
    """
    if case.settings is None:
        return
    if case.settings.database_url is not None:
        yield from _on_server(case.settings)
        return
    path = case.settings.runs_path
    if not path.exists():
        yield Finding("note", "runs", "there are none yet", 'planfirst ask "..." makes one')
        return
    with explained(path), closing(connect_read_only(path)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "planfirst_schema" not in tables:
            yield Finding("note", "runs", f"{path} holds none yet", 'planfirst ask "..." makes one')
            return
        (version,) = connection.execute("SELECT coalesce(max(version), 0) FROM planfirst_schema").fetchone()
        yield _version(int(version))
        if version == len(MIGRATIONS):
            rows = connection.execute("SELECT id, status FROM runs WHERE tenant = ? ORDER BY created_at DESC", [LOCAL])
            yield from _runs(rows.fetchall())


def _on_server(settings: Settings) -> Iterator[Finding]:
    """Open the database on a server, which brings it to this version's schema."""

    async def read() -> list[tuple[str, str]]:
        database = open_database(settings.runs)
        try:
            sql = "SELECT id, status FROM runs WHERE tenant = ? ORDER BY created_at DESC"
            return [(row["id"], row["status"]) for row in await database.fetch(sql, [LOCAL])]
        finally:
            await database.aclose()

    rows = asyncio.run(read())
    yield _version(len(MIGRATIONS))
    yield from _runs(rows)


def _version(version: int) -> Finding:
    known = len(MIGRATIONS)
    if version > known:
        message = f"their database has schema {version}, and this PlanFirst knows up to {known}"
        return Finding("problem", "runs", message, f"upgrade PlanFirst, or {ELSEWHERE}")
    if version < known:
        return Finding("note", "runs", f"their database has schema {version}; its next use brings it to {known}")
    return Finding("ok", "runs", f"their database opens and has schema {version}")


def _runs(rows: list[tuple[str, str]]) -> Iterator[Finding]:
    """Count the runs, and name the newest that could be resumed; `rows` are id and status, newest first."""
    unfinished = [(id_, status) for id_, status in rows if status not in FINISHED]
    if not unfinished:
        yield Finding("ok", "runs", f"{len(rows)} kept, none unfinished")
        return
    id_, status = unfinished[0]
    message = f"{len(unfinished)} of {len(rows)} are unfinished, the newest is {id_} ({status.replace('_', ' ')})"
    yield Finding("note", "runs", message, f"planfirst resume {id_}")
