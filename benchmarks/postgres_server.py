"""A Postgres server of its own for benchmarks and tests: on a free loopback port, gone when it is closed."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg

PASSWORD = "pass-word-of-the-server"
_OPTIONS = "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=200"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PostgresServer:
    """Use it as a context. Postgres refuses to run as root, so root runs it as `nobody`."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="planfirst-postgres-"))
        self.data, self.port = self.folder / "data", _free_port()
        self._as: dict[str, Any] = {"user": "nobody", "extra_groups": []} if os.geteuid() == 0 else {}

    def __enter__(self) -> Self:
        """Make and start it."""
        if self._as:
            shutil.chown(self.folder, "nobody")
        secret = self.folder / "secret"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        options = ["--auth=scram-sha-256", "--username=planfirst", f"--pwfile={secret}", "--no-sync", "--no-locale"]
        self._run("initdb", "--encoding=UTF8", *options)
        self._run("pg_ctl", "start", "-o", f"-p {self.port} {_OPTIONS}", "-l", str(self.folder / "log"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it and remove all of it."""
        self._run("pg_ctl", "stop", "-m", "immediate")
        shutil.rmtree(self.folder)

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [program, "-D", str(self.data), *words],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # the server would keep a pipe open
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            timeout=120,
            **self._as,
        )
        if done.returncode:
            log = self.folder / "log"
            raise RuntimeError(f"{program} failed: {log.read_text() if log.exists() else 'it left no log'}")

    def restart(self) -> None:
        """Stop it as a crash would, and start it again."""
        self._run(
            "pg_ctl", "restart", "-m", "immediate", "-o", f"-p {self.port} {_OPTIONS}", "-l", str(self.folder / "log")
        )

    def url(self, database: str = "postgres") -> str:
        """Return the address of a database."""
        return f"postgresql://planfirst:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def new_url(self) -> str:
        """Make an empty database and return its address."""
        name = f"runs_{secrets.token_hex(6)}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def execute(self, sql: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Execute a statement by a connection of its own and return its rows."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []
