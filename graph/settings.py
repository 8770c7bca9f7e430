"""Settings from the environment. Only composition roots read them; everything else is given what it needs."""

import os
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from nodes.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Settings:
    """`home` holds everything that PlanFirst keeps; `model` names the chat model, None for the embedded default."""

    home: Path
    model: str | None = None
    base_url: str | None = None

    @property
    def runs_path(self) -> Path:
        """The SQLite file of checkpoints and run records."""
        return self.home / "runs.sqlite3"

    @property
    def knowledge_path(self) -> Path:
        """The folder of the knowledge base."""
        return self.home / "knowledge"


def read_settings(home: Path | str | None = None) -> Settings:
    """Read PLANFIRST_HOME, PLANFIRST_MODEL and PLANFIRST_BASE_URL; an argument goes before the environment.

    A key in the environment alone chooses no model, so it spends nothing.

    Raises:
        ConfigurationError: the home is a file.
    """
    chosen = home or os.environ.get("PLANFIRST_HOME") or user_data_path("planfirst", appauthor=False)
    path = Path(chosen).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ConfigurationError(f"PLANFIRST_HOME is {path}, which is a file; name a folder")
    return Settings(
        home=path,
        model=os.environ.get("PLANFIRST_MODEL") or None,
        base_url=os.environ.get("PLANFIRST_BASE_URL") or None,
    )
