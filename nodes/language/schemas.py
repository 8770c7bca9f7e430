"""Literal arguments against a tool's JSON schema.

`jsonschema` is slow to import and to build a validator with, and most parameters are of one plain type: it is loaded
only for a literal that a look at the type cannot decide. This module does not know about references; callers keep
those away.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

_SHOWN = 160
"""Most characters of a message: jsonschema repeats the value in it."""
_ANNOTATIONS = frozenset({"type", "title", "description", "default", "examples"})
"""Keywords that, but for `type`, do not restrict a value."""
_KNOWN: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}


class _Identity:
    """A mapping as a key of a cache: equal only to itself, which the cache keeps alive."""

    __slots__ = ("mapping",)

    def __init__(self, mapping: Mapping[str, Any]) -> None:
        self.mapping = mapping

    def __hash__(self) -> int:
        return id(self.mapping)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and self.mapping is other.mapping


def misfit(value: Any, parameters: Mapping[str, Any], name: str) -> str | None:
    """Say why a literal does not fit the parameter `name` of a tool's schema, in a few words; None where it does.

    A schema that jsonschema cannot use decides nothing here: the tool runner checks again when the step runs, and
    reports it there.
    """
    schema = parameters["properties"][name]
    if schema is True or (isinstance(schema, Mapping) and _plainly_fits(value, schema)):
        return None
    return _problem(value, _Identity(parameters), name)


def _plainly_fits(value: object, schema: Mapping[str, Any]) -> bool:
    """Tell whether a look at the type is enough to accept the value."""
    options = schema.get("anyOf")
    if isinstance(options, list) and schema.keys() - {"anyOf"} <= _ANNOTATIONS - {"type"}:
        return any(isinstance(option, Mapping) and _plainly_fits(value, option) for option in options)
    kind = schema.get("type")
    if not isinstance(kind, str | None) or not schema.keys() <= _ANNOTATIONS:
        return False
    if kind is None:
        return True
    return isinstance(value, _KNOWN.get(kind, ())) and (kind == "boolean" or not isinstance(value, bool))


def _problem(value: Any, parameters: _Identity, name: str) -> str | None:
    import re  # noqa: PLC0415  # with jsonschema: only for values that need it

    from jsonschema.exceptions import UndefinedTypeCheck, UnknownType, best_match  # noqa: PLC0415  # takes 0.1 s
    from referencing.exceptions import Unresolvable  # noqa: PLC0415  # comes with jsonschema

    try:
        error = best_match(_validator(parameters, name).iter_errors(value))
    except (UnknownType, UndefinedTypeCheck, Unresolvable, re.error, TypeError, RecursionError):
        return None
    return None if error is None else error.message[:_SHOWN]


@lru_cache(maxsize=512)
def _validator(parameters: _Identity, name: str) -> "Validator":
    """Return the validator of one parameter; definitions of the whole schema stay reachable."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415  # takes 0.1 s
    from referencing import Registry  # noqa: PLC0415  # comes with jsonschema

    whole = parameters.mapping
    kept = {key: whole[key] for key in ("$defs", "definitions") if key in whole}
    # An empty registry: the default one would fetch remote references from the network.
    return Draft202012Validator({**kept, "allOf": [whole["properties"][name]]}, registry=Registry())


def wanted(schema: object) -> str:
    """Return what a parameter wants, for a mend: its type or types, its choices, or "a value"."""
    if not isinstance(schema, Mapping):
        return "a value"
    if isinstance(choices := schema.get("enum"), list):
        return " or ".join(repr(choice) for choice in choices[:8])
    kinds = schema.get(
        "type", [option.get("type") for option in schema.get("anyOf", []) if isinstance(option, Mapping)]
    )
    names = [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]
    return " or ".join(names) or "a value that fits its schema"
