"""The price table: the one that comes with PlanFirst, and over it the user's own file."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nodes.errors import ConfigurationError

if TYPE_CHECKING:
    from nodes.models import Price

OWN = Path(__file__).with_name("prices.toml")


def read_prices(path: Path | None = None) -> "Mapping[str, Price]":
    """Return the prices by model name; those in the file `path` go before PlanFirst's own.

    Raises:
        ConfigurationError: the file cannot be read, or is no price table; it says everything that is wrong with it.
    """
    return {**_table(OWN), **(_table(path) if path else {})}


def _table(path: Path) -> "Mapping[str, Price]":
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - only where there is a model

    from nodes.models import Price  # noqa: PLC0415 - the same

    try:
        return TypeAdapter(dict[str, Price]).validate_python(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise ConfigurationError(f"the price table {path} cannot be read ({error.strerror}); name a file") from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise ConfigurationError(f"the price table {path} is wrong at {wrong}") from error
    except ValueError as error:  # TOML's, or the encoding's
        raise ConfigurationError(f"the price table {path} is no TOML: {error}") from error
