"""The JSON schema of a plan, from the tools there are, in the strict subset that providers take as structured output.

There every property is required and no other is allowed, so an argument that may be left out may be null instead, and
the nulls are taken out of the reply again. A value may always be a reference, as text.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from nodes.drafts import ToolLine

_PLAIN = frozenset({"string", "integer", "number", "boolean"})
_TEXT: Mapping[str, Any] = {"type": "string"}
_ANY: Sequence[Mapping[str, Any]] = (
    _TEXT,
    {"type": "number"},
    {"type": "boolean"},
    {"type": "array", "items": _TEXT},
)
"""What stands in for a value of any type: mappings have no strict form, and are mostly references in plans."""


def plan_schema(tools: Sequence[ToolLine]) -> dict[str, Any]:
    """Return the schema of `{"steps": [{"id", "tool", "args"}, ...]}`."""
    kinds = [
        _object({"id": _TEXT, "tool": {"type": "string", "enum": [tool.name]}, "args": _args(tool)}) for tool in tools
    ]
    steps = {"type": "array", "items": {"anyOf": kinds}} if kinds else {"type": "array", "items": _TEXT, "maxItems": 0}
    return _object({"steps": steps})


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _args(tool: ToolLine) -> dict[str, Any]:
    required = tool.parameters.get("required", ())
    properties = tool.parameters.get("properties", {})
    return _object({name: _value(schema, optional=name not in required) for name, schema in properties.items()})


def _value(schema: Any, *, optional: bool) -> dict[str, Any]:
    kinds = [*_kinds(schema), _TEXT]
    if optional:
        kinds.append({"type": "null"})
    unique = [kind for at, kind in enumerate(kinds) if kind not in kinds[:at]]
    return dict(unique[0]) if len(unique) == 1 else {"anyOf": unique}


def _kinds(schema: Any) -> list[Mapping[str, Any]]:
    """Return the strict forms of a parameter's schema."""
    if not isinstance(schema, Mapping):
        return list(_ANY)
    if "enum" in schema:
        return [{"type": "string", "enum": list(schema["enum"])}] if _are_texts(schema["enum"]) else list(_ANY)
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return [kind for option in options for kind in _kinds(option)]
    kind = schema.get("type")
    if kind in _PLAIN or kind == "null":
        return [{"type": kind}]
    if kind == "array":
        items = _value(schema.get("items", True), optional=False)
        return [{"type": "array", "items": items}]
    return list(_ANY)


def _are_texts(values: Sequence[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def without_nulls(text: str) -> str:
    """Return a plan in JSON without the arguments that are null; what is no such plan stays as it is."""
    try:
        plan = json.loads(text)
    except ValueError:
        return text
    steps = plan.get("steps") if isinstance(plan, dict) else None
    for step in steps if isinstance(steps, list) else []:
        if isinstance(step, dict) and isinstance(args := step.get("args"), dict):
            step["args"] = {name: value for name, value in args.items() if value is not None}
    return json.dumps(plan, ensure_ascii=False)
