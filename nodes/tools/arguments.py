"""Checking a call's arguments against the tool's JSON Schema, before anything is called.

Flat, well-typed arguments are recognised by their Python types alone; only the rest pays for jsonschema, which is
compiled once per tool. Messages name parameters and types, never values: those may be evidence.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from nodes.tools.boundary import contained
from nodes.tools.contract import ArgumentsError, Tool

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}
_HARMLESS = frozenset({"type", "description", "default", "title", "anyOf", "items", "additionalProperties", "examples"})


class _Validator(Protocol):
    def iter_errors(self, instance: Any) -> Any:
        """Yield jsonschema's errors."""


class ArgumentChecker:
    """Checks the arguments of one tool."""

    def __init__(self, tool: Tool) -> None:
        self._schema = tool.parameters
        self._known: Mapping[str, Any] = self._schema.get("properties", {})
        self._required = frozenset(self._schema.get("required", ()))
        self._plain = {name: _plain_types(schema) for name, schema in self._known.items()}
        self._validator: _Validator | None = None

    def check(self, args: Mapping[str, Any]) -> None:
        """Raise ArgumentsError, with everything that is wrong, where the arguments do not fit."""
        if self._required <= args.keys() and all(
            type(value) in self._plain.get(name, ()) for name, value in args.items()
        ):
            return
        checked = contained(lambda: [_explained(error) for error in self._compiled().iter_errors(dict(args))])
        if checked.value is None:
            raise ArgumentsError(
                f"the tool's schema cannot be used ({type(checked.error).__name__}); mend its parameters"
            )
        if problems := [*self._names(args), *checked.value]:
            raise ArgumentsError("; ".join(filter(None, dict.fromkeys(problems))))

    def _names(self, args: Mapping[str, Any]) -> list[str]:
        closed = self._schema.get("additionalProperties") is False and "patternProperties" not in self._schema
        unknown = [f"there is no parameter {name}" for name in args if closed and name not in self._known]
        return [f"{name} is missing" for name in sorted(self._required - args.keys())] + unknown

    def _compiled(self) -> _Validator:
        if self._validator is None:
            import jsonschema  # noqa: PLC0415 - most arguments are recognised without it
            from referencing import Registry  # noqa: PLC0415 - the same

            kind = jsonschema.validators.validator_for(self._schema, default=jsonschema.Draft202012Validator)
            # An empty registry: by default a `$ref` to another host would be fetched.
            self._validator = kind(self._schema, registry=Registry())
        return self._validator


def _plain_types(schema: Any) -> tuple[type, ...]:
    """Return the Python types that fit whatever their value, or nothing where the schema asks for more."""
    if not isinstance(schema, dict) or not schema.keys() <= _HARMLESS:
        return ()
    if "anyOf" in schema:
        return tuple(kind for each in schema["anyOf"] for kind in _plain_types(each))
    declared = schema.get("type")
    if declared is None:
        # No `type` allows every value, but only if nothing else is asked.
        return tuple({kind for kinds in _TYPES.values() for kind in kinds}) if not schema.get("items") else ()
    if not isinstance(declared, str) or schema.get("items") or isinstance(schema.get("additionalProperties"), dict):
        return ()
    if declared == "object" and schema.get("additionalProperties") is False:
        return ()
    return _TYPES.get(declared, ())


def _explained(error: Any) -> str:
    where = ".".join(str(part) for part in error.absolute_path)
    if error.validator in {"required", "additionalProperties"} and not where:
        return ""  # said by name already
    if error.validator == "type":
        return f"{where} must be of type {error.validator_value}, not {type(error.instance).__name__}"
    if error.validator in {"enum", "const"}:
        return f"{where} must be one of {error.validator_value}"
    return f"{where} does not fit the schema's {error.validator}: {str(error.validator_value)[:80]}"
