"""Signatures for validation, without tools behind them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True)
class Declared:
    name: str
    parameters: Mapping[str, Any]


@pytest.fixture
def signature() -> Callable[..., Declared]:
    """Return `make(name, required=(...), **properties)`; without `required` all properties are required."""

    def make(name, required=None, extra=None, **properties):
        schema = {
            "type": "object",
            "properties": properties,
            "required": list(properties if required is None else required),
        }
        return Declared(name, {**schema, **(extra or {})})

    return make
