"""Where settings come from: environment variables and `planfirst.toml`, checked alike, every problem named at once.

A setting is known by a section and a key, as `planner` and `base_url`; each source calls it by its own name. This
module knows neither roles nor models, only which settings there are and how they are written.
"""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from graph.database import is_postgres
from nodes.context import Approve, deadline
from nodes.errors import ConfigurationError

FILE = "planfirst.toml"
POSTGRES_MEND = "write one such as postgresql://USER:PASSWORD@HOST:5432/DATABASE"


def _address(value: str) -> str:
    try:
        parts = urlsplit(value)
        sound = parts.scheme in {"http", "https"} and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        sound = False
    if not sound:
        raise ValueError("is no address; write one such as http://127.0.0.1:11434/v1")
    return value


def _postgres(value: str) -> str:
    if not is_postgres(value):
        raise ValueError(f"is no Postgres address; {POSTGRES_MEND}, or leave it out for SQLite")
    return value


def _moment(value: str) -> str:
    try:
        deadline(value, 0.0)
    except ConfigurationError:
        raise ValueError("is no time; write seconds above 0, or a date such as 2030-01-31T18:00Z") from None
    return value


def _several(value: Any) -> Any:
    """Part the text of a variable at its commas."""
    return [part for each in value.split(",") if (part := each.strip())] if isinstance(value, str) else value


def _in_full(value: Any) -> Any:
    """A fallback may be written `name` or `name@address`."""
    if not isinstance(value, str):
        return value
    name, at, address = value.partition("@http")
    return {"name": name, "base_url": f"http{address}"} if at else {"name": name}


Address = Annotated[str, AfterValidator(_address)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)


class Single(_Strict):
    """One model; what is None is as the section above it has it."""

    name: Name | None = None
    base_url: Address | None = None
    api_key_env: Variable | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None


class Section(Single):
    """The model of one role, or of all, and what stands in for it."""

    fallbacks: Annotated[list[Annotated[Single, BeforeValidator(_in_full)]], BeforeValidator(_several)] | None = None


class Spending(_Strict):
    """What one question may take; the fields are those of `nodes.limits.Budgets`."""

    tokens: Annotated[int, Field(ge=1)] | None = None
    cost: Annotated[float, Field(gt=0)] | None = None
    seconds: Annotated[float, Field(gt=0)] | None = None
    model_calls: Annotated[int, Field(ge=1)] | None = None
    steps: Annotated[int, Field(ge=1)] | None = None
    tool_calls: Annotated[int, Field(ge=1)] | None = None


class Keeping(_Strict):
    """How long runs are kept; the fields are those of `graph.retention.Retention`."""

    days: Annotated[float, Field(gt=0)] | None = None
    runs: Annotated[int, Field(ge=0)] | None = None
    history: Annotated[int, Field(ge=0)] = 20


class Written(_Strict):
    """Everything that can be set, as it stands in a file."""

    plan_format: Literal["text", "json_schema", "auto"] | None = None
    prices: Path | None = None
    database_url: Annotated[str, AfterValidator(_postgres)] | None = None
    encryption_key_env: Variable | None = None
    approve: Approve | None = None
    expires: Annotated[str, BeforeValidator(str), AfterValidator(_moment)] | None = None
    model: Section = Section()
    planner: Section = Section()
    worker: Section = Section()
    solver: Section = Section()
    budgets: Spending = Spending()
    keep: Keeping = Keeping()


Place = tuple[str, ...]


def _variables() -> Iterator[tuple[str, Place]]:
    """Yield each environment variable with the place of its setting."""
    yield "PLANFIRST_PLAN_FORMAT", ("plan_format",)
    yield "PLANFIRST_PRICES", ("prices",)
    yield "PLANFIRST_DATABASE_URL", ("database_url",)
    yield "PLANFIRST_ENCRYPTION_KEY_ENV", ("encryption_key_env",)
    yield "PLANFIRST_APPROVE", ("approve",)
    yield "PLANFIRST_EXPIRES", ("expires",)
    for section in ("model", "planner", "worker", "solver"):
        prefix = "PLANFIRST" if section == "model" else f"PLANFIRST_{section.upper()}"
        for key in Section.model_fields:
            yield f"{prefix}_{'MODEL' if key == 'name' else key.upper()}", (section, key)
    for key in Spending.model_fields:
        yield f"PLANFIRST_BUDGET_{key.upper()}", ("budgets", key)
    for key in Keeping.model_fields:
        yield f"PLANFIRST_KEEP_{key.upper()}", ("keep", key)


VARIABLES: Mapping[str, Place] = dict(_variables())
"""Every environment variable that is a setting of models or budgets, with the place of its setting."""
HOME, CONFIG = "PLANFIRST_HOME", "PLANFIRST_CONFIG"
_KNOWN = (HOME, CONFIG, *VARIABLES)


def read_sources(environment: Mapping[str, str], folders: tuple[Path, ...]) -> Written:
    """Return the settings: a variable goes before the file.

    The file is the one that PLANFIRST_CONFIG names, else the `planfirst.toml` of the first folder that has one.

    Raises:
        ConfigurationError: settings cannot be used; it names each.
    """
    problems: list[str] = []
    named = environment.get(CONFIG)
    paths = [Path(named).expanduser()] if named else [folder / FILE for folder in folders if (folder / FILE).is_file()]
    from_file = _file(paths[0], problems) if paths else {}
    from_environment = _environment(environment, problems)
    if problems:
        raise ConfigurationError("; ".join(problems))
    return Written.model_validate(_merged(from_file, from_environment))


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for key, value in over.items():
        merged[key] = _merged(merged.get(key, {}), value) if isinstance(value, dict) else value
    return merged


def _environment(environment: Mapping[str, str], problems: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for variable, place in VARIABLES.items():
        if value := environment.get(variable):
            section = found if len(place) == 1 else found.setdefault(place[0], {})
            section[place[-1]] = value
    names = {place: variable for variable, place in VARIABLES.items()}
    problems.extend(_misspelt(environment))
    problems.extend(f"{names[place[:2]]} {said}" for place, said in _wrong(found))
    return found


def _misspelt(environment: Mapping[str, str]) -> Iterator[str]:
    """Yield what looks like one of the variables and is none; other programs may have names of their own."""
    for name in sorted(environment):
        foreign = not name.startswith("PLANFIRST_") or name in _KNOWN
        if not foreign and (near := difflib.get_close_matches(name, _KNOWN, n=1, cutoff=0.88)):
            yield f"{name} is no setting; write {near[0]}"


def _file(path: Path, problems: list[str]) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        problems.append(f"{path} cannot be read ({error.strerror}); see its permissions")
        return {}
    except ValueError as error:
        problems.append(f"{path} is no TOML ({error})")
        return {}
    problems.extend(f"in {path}, {'.'.join(place)} {said}" for place, said in _wrong(found))
    return found


def _wrong(found: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """Yield the place and what is wrong there, with the way out."""
    try:
        Written.model_validate(found)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            place = tuple(map(str, each["loc"]))
            yield place, _mend(each["type"], place) or _said(each["msg"])


def _said(message: str) -> str:
    """Return pydantic's message as the end of a sentence; our own validators' come with a prefix."""
    ours = message.removeprefix("Value error, ")
    return ours if ours != message else re.sub(r"^Input should ", "should ", message)


def _mend(kind: str, place: Place) -> str | None:
    if kind != "extra_forbidden":
        return None
    known: type[BaseModel] = Written
    if len(place) > 1:
        tables: dict[str, type[BaseModel]] = {"budgets": Spending, "keep": Keeping}
        known = tables.get(place[0], Single if "fallbacks" in place else Section)
    near = difflib.get_close_matches(place[-1], known.model_fields, n=1)
    return f"is no setting; write {near[0] if near else 'one of ' + ', '.join(known.model_fields)}"
