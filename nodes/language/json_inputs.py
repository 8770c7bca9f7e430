"""The input of a step in JSON: its arguments under one of several keys, or beside the tool's name, or as a string.

This module does not know where in a plan the step stands.
"""

from nodes.errors import PlanError
from nodes.language.brackets import JSON_DEPTH, CodeScanner
from nodes.language.interpolation import interpolate_exact
from nodes.language.json_mend import mended
from nodes.language.literals import read_json
from nodes.language.spelling import Spelling
from nodes.language.values import Value

INPUT_KEYS = ("args", "arguments", "tool_input", "action_input", "parameters", "params", "kwargs", "inputs", "input")
INPUTS = frozenset(INPUT_KEYS)
"""Keys that hold a step's input."""
_SPREAD = frozenset({"args", "arguments", "parameters", "params"})
"""Keys under which a list is one argument after the other and not one argument that is a list."""
_NAMING = frozenset({"from_step", "step_ref", "ref", "$ref", "reference"})


def json_value(source: str, line: int) -> Value:
    """Read JSON, mended where it must be; raises PlanError."""
    try:
        return read_json(source, line)
    except PlanError:
        again = mended(source)
        if again is None:
            raise
        try:
            return read_json(again, line)
        except PlanError:
            pass  # then what was wrong at first is what there is to say
        raise


def read_json_input(text: str, line: int, spelling: Spelling) -> dict[str, Value] | None:
    """Return the arguments that text holds as a JSON mapping, or None."""
    value = decoded(text, line)
    if not isinstance(value, dict):
        return None
    return {name: _read(each, spelling) for name, each in value.items()}


def read_inputs(
    item: dict[str, Value], spelling: Spelling | None, meta: frozenset[str]
) -> tuple[dict[str, Value], tuple[Value, ...]]:
    """Return named and positional arguments; without a key for them, all keys but `meta` are arguments."""
    key = next((key for key in INPUT_KEYS if key in item), None)
    if key is None:
        return {name: _read(value, spelling) for name, value in item.items() if name not in meta}, ()
    given = item[key]
    if isinstance(given, str) and given.lstrip().startswith("{"):
        given = decoded(given, 0)
    if isinstance(given, dict):
        return {name: _read(value, spelling) for name, value in given.items()}, ()
    if isinstance(given, list) and key in _SPREAD:
        return {}, tuple(_read(value, spelling) for value in given)
    return {}, () if given is None or given == "" else (_read(given, spelling),)


def decoded(text: str, line: int) -> Value:
    """Return the mapping or the list that a string holds as JSON, as OpenAI writes arguments, or the string."""
    stripped, scanner = text.strip(), CodeScanner(JSON_DEPTH)
    if scanner.scan(stripped.replace("\n", " "), 0) != len(stripped) or scanner.fault:
        return text
    try:
        value = json_value(stripped, line)
    except PlanError:
        return text
    return value if isinstance(value, dict | list) else text


def _read(value: Value, spelling: Spelling | None) -> Value:
    """Read the references in strings, and make mappings plain; without a spelling only the plan language's own."""
    if isinstance(value, str):
        return _text(value, spelling) if spelling else interpolate_exact(value)
    if isinstance(value, list):
        return [_read(item, spelling) for item in value]
    if isinstance(value, dict):
        found = _named_step(value, spelling) if spelling and len(value) == 1 else None
        return found or {key: _read(item, spelling) for key, item in value.items()}
    return value


def _text(text: str, spelling: Spelling) -> Value:
    if doubt := spelling.doubt(text):
        raise PlanError([doubt])
    return spelling.exact(text)


def _named_step(value: dict[str, Value], spelling: Spelling) -> Value:
    """Return the reference that a mapping is which does nothing but name a step, as `{"from_step": 1}`."""
    ((key, name),) = value.items()
    return spelling.meant(str(name)) if key in _NAMING and isinstance(name, str | int) else None
