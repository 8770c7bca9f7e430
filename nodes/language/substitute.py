"""References replaced by what they refer to, in one pass: what comes out of a value is never read as a reference."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from nodes.errors import ReferencePathError
from nodes.language.values import Reference, Template, Value, path_text

Lookup = Callable[[str], object]
"""Returns the whole value of a step or an answer by its name, `E1` or `A1`."""


def substitute(args: Mapping[str, Value], lookup: Lookup) -> dict[str, Any]:
    """Return arguments ready for a tool.

    A bare reference becomes the typed value that it refers to. In text, a string goes in as it is, None, booleans and
    numbers as Python writes them, lists and mappings as JSON.

    Raises:
        ReferencePathError: a path does not fit the value.
    """
    return {name: _resolved(value, lookup) for name, value in args.items()}


def _resolved(value: Value, lookup: Lookup) -> Any:
    match value:
        case Reference(name, path):
            return resolve_path(lookup(name), path, name)
        case Template(parts):
            return "".join(part if isinstance(part, str) else _text(part, lookup) for part in parts)
        case list():
            return [_resolved(item, lookup) for item in value]
        case dict():
            return {key: _resolved(item, lookup) for key, item in value.items()}
        case _:
            return value


def _text(reference: Reference, lookup: Lookup) -> str:
    value = resolve_path(lookup(reference.name), reference.path, reference.name)
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool | int | float):
        return str(value)
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        raise ReferencePathError(
            f"{reference} cannot be written as text; refer to a part of it, or use it outside quotes"
        ) from None


def resolve_path(value: object, path: tuple[str | int, ...], name: str = "value") -> object:
    """Follow a path into a value; `name` is for messages, which never contain anything of the value itself.

    Raises:
        ReferencePathError: a key or an index is not there.
    """
    for depth, segment in enumerate(path):
        try:
            value = _part(value, segment)
        except LookupError:
            raise ReferencePathError(
                f"#{name}{path_text(path[:depth])} is {_described(value)} and has no {path_text((segment,))}; "
                f"refer to #{name} as a whole, or to a part it has"
            ) from None
    return value


def _part(value: object, segment: str | int) -> object:
    if isinstance(segment, str) and isinstance(value, Mapping):
        return value[segment]
    if isinstance(segment, int) and isinstance(value, list | tuple):
        return value[segment]
    raise LookupError


def _described(value: object) -> str:
    match value:
        case str():
            return "text"
        case list() | tuple():
            return f"a list of {len(value)}"
        case Mapping():
            return "a mapping"
        case None:
            return "empty"
        case _:
            return f"of type {type(value).__name__}"
