"""A step's arguments against its tool's parameters: bound to names, checked by name, literals checked by schema."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Protocol

from nodes.errors import Problem
from nodes.language.schemas import misfit, wanted
from nodes.language.values import Step, Value, references

LITERAL_CHARS = 1_000
"""Longest unnamed text that is tried as a literal; it also bounds the nesting that is tried."""


class Signature(Protocol):
    """What validation needs to know of a tool."""

    @property
    def name(self) -> str:
        """The name that plans call it by."""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """JSON schema of type object. The same object for the life of the tool: validators are cached by it."""


def bind(step: Step, signature: Signature, problems: list[Problem]) -> Step:
    """Return the step with every argument under its name; adds to `problems` what does not fit.

    Positional arguments take the tool's required parameters first, then the optional ones, each in the schema's order.
    """
    schema = signature.parameters
    properties: Mapping[str, Any] = schema.get("properties", {})
    step = _spread(step, schema, properties)
    required = [name for name in schema.get("required", ()) if name in properties]
    order = [name for name in properties if name in required] + [name for name in properties if name not in required]
    placed = zip(order, step.positional, strict=False)
    args: dict[str, Value] = {name: _literal(value, schema, name) for name, value in placed}
    problems.extend(_misplaced(step, signature.name, order, args))
    args.update(step.args)
    bound = replace(step, tool=signature.name, args=args, positional=())
    problems.extend(_misnamed(bound, schema, order))
    problems.extend(_missing(bound, required, properties))
    problems.extend(_mistyped(bound, schema, properties))
    return bound


def _spread(step: Step, schema: Mapping[str, Any], properties: Mapping[str, Any]) -> Step:
    """Take a mapping that is the only argument, or one in JSON, for all of them where its keys are the tool's own."""
    if step.args or len(step.positional) != 1:
        return step
    (only,) = step.positional
    if isinstance(only, str) and only.lstrip().startswith("{"):
        only = _decoded(only)
    if not isinstance(only, dict) or not only:
        return step
    fits = only.keys() <= properties.keys() and set(schema.get("required", ())) <= only.keys()
    return replace(step, args=only, positional=()) if fits else step


def _decoded(text: str) -> Value:
    try:
        value: Value = json.loads(text[:LITERAL_CHARS], parse_constant=_refuse)
    except ValueError:
        return text
    return value


def _refuse(constant: str) -> None:
    """Keep out what is no number, as NaN, and what JSON does not have either."""
    raise ValueError(constant)


def _literal(value: Value, schema: Mapping[str, Any], name: str) -> Value:
    """Read the paper's `Tool[4]`, whose input is always text, as the literal that the parameter wants."""
    if not isinstance(value, str) or not misfit(value, schema, name):
        return value
    literal = _decoded(value)
    return value if misfit(literal, schema, name) else literal


def _misplaced(step: Step, tool: str, order: list[str], placed: Mapping[str, Value]) -> Iterator[Problem]:
    """Yield what is wrong with positional arguments."""
    if len(step.positional) > len(order):
        count = f"{len(order)} argument{'' if len(order) == 1 else 's'}"
        yield _problem(step, f"{tool} takes {count} and #{step.id} gives {len(step.positional)}", _call(tool, order))
    for name in placed.keys() & step.args.keys():
        yield _problem(step, f"#{step.id} gives {name} twice", f"keep {name}=... and take out the unnamed one")


def _misnamed(step: Step, schema: Mapping[str, Any], order: list[str]) -> Iterator[Problem]:
    """Yield arguments that the tool does not have, unless its schema says that it takes any."""
    if schema.get("additionalProperties") or schema.get("patternProperties"):
        return
    for name in step.args:
        if name not in order:
            yield _problem(step, f"{step.tool} has no argument `{name[:60]}`", _call(step.tool, order))


def _missing(step: Step, required: list[str], properties: Mapping[str, Any]) -> Iterator[Problem]:
    for name in required:
        if name not in step.args:
            mend = f"add {name}=<{wanted(properties[name])}>"
            yield _problem(step, f"#{step.id} calls {step.tool} without `{name}`", mend)


def _mistyped(step: Step, schema: Mapping[str, Any], properties: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield literals that do not fit; what a reference will bring is known only when the step runs."""
    for name, value in step.args.items():
        if name in properties and next(references(value), None) is None and (reason := misfit(value, schema, name)):
            yield _problem(step, f"`{name}` of #{step.id}: {reason}", f"write {name}=<{wanted(properties[name])}>")


def _call(tool: str, order: list[str]) -> str:
    return f"write {tool}({', '.join(f'{name}=...' for name in order)})"


def _problem(step: Step, message: str, mend: str) -> Problem:
    return Problem(step.line, "argument", message, mend)
