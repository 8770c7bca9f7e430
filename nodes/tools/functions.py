"""Making a tool of a typed Python function.

Parameters come from the annotations through pydantic, so whatever pydantic can validate can be a parameter. This module
does not know the decorator, nor LangChain.
"""

import functools
import inspect
import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, PydanticUserError, ValidationError, create_model
from pydantic.errors import PydanticInvalidForJsonSchema, PydanticSchemaGenerationError

from nodes.errors import ToolError
from nodes.tools.contract import ArgumentsError, Effect, Reliability, Tool

KEY = "idempotency_key"
_NATIVE = {str, int, float, bool, list, dict, Any, type(None)}
_NATIVE_ORIGINS = {list, dict, typing.Union, types.UnionType}
_KEYED_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def from_function(
    function: Callable[..., Any],
    *,
    effect: Effect,
    reliability: Reliability,
    name: str | None = None,
    description: str | None = None,
) -> Tool:
    """Return the tool that calls `function`.

    Raises ToolError where a name or an annotation is missing or cannot be used, or where `idempotent` is declared for a
    function without a parameter `idempotency_key: str`.
    """
    name = name or str(getattr(function, "__name__", ""))
    if not re.fullmatch(r"[A-Za-z_]\w{0,63}", name, re.ASCII):
        raise ToolError(f"{name!r} cannot be a tool's name; give it one with letters, digits and _: @tool(name=...)")
    hints = _hints(function, name)
    parameters = {each.name: each for each in _parameters(function, name)}
    takes_key = parameters.pop(KEY, None) is not None
    if reliability.idempotent and not takes_key:
        raise ToolError(f"tool {name} is declared idempotent but cannot be told its key; add a parameter {KEY}: str")
    model = _model(name, parameters, hints)
    return Tool(
        name=name,
        description=inspect.cleandoc(description or inspect.getdoc(function) or ""),
        parameters=_schema(name, model),
        effect=effect,
        function=function,
        reliability=reliability,
        blocking=not _is_async(function),
        takes_key=takes_key,
        prepare=None if _is_native(hints[each] for each in parameters if each in hints) else _preparer(model),
    )


def _is_async(function: Callable[..., Any]) -> bool:
    while isinstance(function, functools.partial):
        function = function.func
    call = function if inspect.isroutine(function) else type(function).__call__
    return inspect.iscoroutinefunction(call) or inspect.isasyncgenfunction(call)


def _hints(function: Callable[..., Any], name: str) -> dict[str, Any]:
    target = function.func if isinstance(function, functools.partial) else function
    target = target if inspect.isroutine(target) else type(target).__call__
    try:
        return typing.get_type_hints(target, include_extras=True)
    except (NameError, TypeError, AttributeError) as error:
        raise ToolError(
            f"the annotations of tool {name} cannot be resolved ({error}); import what they name"
        ) from error


def _parameters(function: Callable[..., Any], name: str) -> Iterator[inspect.Parameter]:
    try:
        declared = inspect.signature(function).parameters.values()
    except (TypeError, ValueError) as error:
        raise ToolError(f"tool {name} has no readable signature; wrap it in a typed function") from error
    for each in declared:
        if each.kind not in _KEYED_BY_NAME:
            raise ToolError(f"parameter {each.name} of tool {name} has no fixed name; tools take named parameters only")
        yield each


def _model(name: str, parameters: Mapping[str, inspect.Parameter], hints: Mapping[str, Any]) -> type[BaseModel]:
    # Fields are known by alias, since a parameter may be called `schema`, `copy` or `_x`, which a field may not.
    fields: dict[str, Any] = {
        f"field_{position}": (
            hints.get(each.name, Any),
            Field(... if each.default is inspect.Parameter.empty else each.default, alias=each.name),
        )
        for position, each in enumerate(parameters.values())
    }
    try:
        return create_model(name, __config__=ConfigDict(extra="forbid"), **fields)
    except (PydanticUserError, PydanticSchemaGenerationError, NameError) as error:
        raise _unfillable(name, error) from error


def _schema(name: str, model: type[BaseModel]) -> dict[str, Any]:
    try:
        schema = model.model_json_schema(by_alias=True)
    except (PydanticUserError, PydanticInvalidForJsonSchema) as error:
        raise _unfillable(name, error) from error
    untitled: dict[str, Any] = without_titles(schema)
    untitled.pop("description", None)
    return {"properties": {}, **untitled}


def _unfillable(name: str, error: Exception) -> ToolError:
    return ToolError(f"tool {name} has a parameter that JSON cannot fill: {str(error).splitlines()[0]}")


def without_titles(schema: Any, *, names: bool = False) -> Any:
    """Return a JSON schema without the titles pydantic adds: a planner pays for them and learns nothing."""
    if isinstance(schema, list):
        return [without_titles(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: value
        if key in {"default", "enum", "const"}
        else without_titles(value, names=key in {"properties", "$defs"})
        for key, value in schema.items()
        if names or key != "title"
    }


def _is_native(hints: Iterator[Any]) -> bool:
    """Say whether JSON values are already what the annotations ask for, so that nothing has to be converted."""
    for hint in hints:
        origin, inner = typing.get_origin(hint), typing.get_args(hint)
        if origin is typing.Literal:
            continue
        known = hint in _NATIVE if origin is None else origin in _NATIVE_ORIGINS and _is_native(iter(inner))
        if not known:
            return False
    return True


def _preparer(model: type[BaseModel]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def prepare(args: dict[str, Any]) -> dict[str, Any]:
        try:
            filled = model.model_validate(args)
        except ValidationError as error:
            problems = (
                f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors(include_input=False)
            )
            raise ArgumentsError("; ".join(problems)) from None
        return {
            field.alias: getattr(filled, key)
            for key, field in model.model_fields.items()
            if field.alias is not None and key in filled.model_fields_set
        }

    return prepare
