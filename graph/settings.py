"""Settings from the environment and from `planfirst.toml`. Only composition roots read them; others are given them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from platformdirs import user_data_path

from graph.database import is_postgres
from graph.encryption import Keys, read_keys
from graph.retention import Retention
from graph.roles import OPENAI, ModelSettings, ModelSpec, RoleSettings
from graph.sources import HOME, POSTGRES_MEND, Section, Single, Written, read_sources
from nodes.context import Approve
from nodes.errors import ConfigurationError
from nodes.limits import Budgets


@dataclass(frozen=True, slots=True)
class Settings:
    """`home` holds everything that PlanFirst keeps; `prices` names a price table, None for PlanFirst's own alone.

    `database_url` is the address of the Postgres server that keeps the runs; None keeps them in a file in `home`.
    `approve` says which steps wait for a person, and `expires` when what is asked then is taken for a no.
    """

    home: Path
    models: ModelSettings = field(default_factory=ModelSettings)
    budgets: Budgets = field(default_factory=Budgets)
    prices: Path | None = None
    database_url: str | None = field(default=None, repr=False)  # it may hold a password
    keys: Keys = field(default_factory=Keys)
    retention: Retention = field(default_factory=Retention)
    approve: Approve = "none"
    expires: str | None = None

    @property
    def runs(self) -> Path | str:
        """Where checkpoints and run records are kept: a path, or the address of a server."""
        return self.database_url or self.runs_path

    @property
    def runs_path(self) -> Path:
        """The SQLite file of checkpoints and run records."""
        return self.home / "runs.sqlite3"

    @property
    def examples_path(self) -> Path:
        """The SQLite file of the operator's example plans; nothing that is ingested gets there."""
        return self.home / "examples.sqlite3"

    @property
    def models_path(self) -> Path:
        """Where the knowledge base and the examples keep the model that they embed with."""
        return self.knowledge_path / "_models"

    @property
    def knowledge_path(self) -> Path:
        """The folder of the knowledge base."""
        return self.home / "knowledge"


def read_settings(home: Path | str | None = None, database: str | None = None) -> Settings:
    """Read the environment, and `planfirst.toml` in the working directory or else in the home (or PLANFIRST_CONFIG).

    What Python says goes before the environment, the environment before the file, the file before the defaults: for
    each setting by itself. A role takes what it does not say from the settings for every role. A key in the environment
    alone chooses no model, so it spends nothing.

    Raises:
        ConfigurationError: settings cannot be used, each named, or the home is a file.
    """
    chosen = home or os.environ.get(HOME) or user_data_path("planfirst", appauthor=False)
    path = Path(chosen).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ConfigurationError(f"PLANFIRST_HOME is {path}, which is a file; name a folder")
    written = read_sources(os.environ, (Path.cwd(), path))
    if database is not None and not is_postgres(database):
        raise ConfigurationError(f"database= is no Postgres address; {POSTGRES_MEND}, or leave it out for SQLite")
    budgets = Budgets(**written.budgets.model_dump())
    return Settings(
        path,
        _models(written, os.environ),
        budgets,
        written.prices,
        database or written.database_url,
        read_keys(written.encryption_key_env, os.environ),
        Retention(**written.keep.model_dump()),
        written.approve or "none",
        written.expires,
    )


def _models(written: Written, environment: Mapping[str, str]) -> ModelSettings:
    start = ModelSpec("", environment.get("OPENAI_BASE_URL") or OPENAI)
    template = _spec(written.model, start)
    roles = {role: _role(section, written.model, template) for role, section in _roles(written).items()}
    return ModelSettings(**roles, plan_format=written.plan_format or "text", template=template)


def _roles(written: Written) -> dict[str, Section]:
    return {"planner": written.planner, "worker": written.worker, "solver": written.solver}


def _role(section: Section, general: Section, template: ModelSpec) -> RoleSettings:
    first = _spec(section, template)
    if not first.name:
        return RoleSettings()
    fallbacks = section.fallbacks if section.fallbacks is not None else general.fallbacks or []
    return RoleSettings((first, *(_spec(each, first) for each in fallbacks)))


def _spec(single: Single, template: ModelSpec) -> ModelSpec:
    """Return the model that a section describes; what it leaves out is the template's."""
    said = single.model_dump(exclude={"fallbacks"}, exclude_none=True)
    return replace(template, **said)
