"""Plans in JSON, in the shapes that models and frameworks know.

A list of steps, bare or under a key as `steps`; a single step; and the shape
`{"plan": ..., "evidence": {"placeholder": "#E1", "tool": ..., "tool_input": ...}}`, also with lists and with whole
lines of the plan language as strings. Ids are optional; those of other forms (`1`, `"step_1"`) become `E1`. This
module does not know where in a reply the JSON stood.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from nodes.errors import PlanError, Problem
from nodes.language.brackets import JSON_DEPTH, CodeScanner
from nodes.language.interpolation import interpolate_exact
from nodes.language.literals import LocatedDict, read_json
from nodes.language.values import Step, Value
from nodes.state import StepId

_LISTS = ("steps", "plan", "evidence", "evidences", "tasks", "tool_calls")
_TOOLS = ("tool", "tool_name", "action", "function", "name")
_INPUTS = ("args", "arguments", "tool_input", "action_input", "parameters", "params", "kwargs", "inputs", "input")
_SPREAD = frozenset({"args", "arguments", "parameters", "params"})
"""Keys under which a list is one argument after the other and not one argument that is a list."""
_IDS = ("id", "placeholder", "step_id", "step", "evidence", "index")
_RATIONALES = ("plan", "rationale", "reasoning", "thought", "reason", "description")
_META = frozenset({*_TOOLS, *_INPUTS, *_IDS, *_RATIONALES, "type", "depends_on", "dependencies"})
_ID = re.compile(r"[#$]?(?:E|step|s|task|t)?[ _-]?(?P<number>[0-9]{1,9})", re.IGNORECASE | re.ASCII)
_TOOL_NAME = re.compile(r"[^\W\d][\w.-]*(?: [\w.-]+){0,3}")
_TEXT_STEP = re.compile(r"#E[0-9]+\s*[:=]")

ReadText = Callable[[str, int], list[Step]]
"""Reads lines of the plan language that begin on a line; raises PlanError."""


class NotAPlanError(Exception):
    """The JSON is something else. Never leaves the language package."""


def read_json_plan(source: str, line: int, already: int, read_text: ReadText) -> list[Step]:
    """Return the steps in JSON text that begins on `line`; `already` steps came before it and number those without ids.

    Raises:
        PlanError: listing everything that is wrong with it.
        NotAPlanError: it is well-formed and has nothing of a plan.
    """
    reader = _PlanReader(line, already, read_text)
    steps = list(reader.steps(read_json(source, line)))
    if reader.problems:
        raise PlanError(reader.problems)
    return steps


class _PlanReader:
    """Walks one JSON value. Nothing in it recurses deeper than the shapes above."""

    def __init__(self, line: int, already: int, read_text: ReadText) -> None:
        self._line = line
        self._count = already
        self._read_text = read_text
        self.problems: list[Problem] = []

    def steps(self, value: Value) -> Iterator[Step]:
        """Yield the steps of a whole plan; raises NotAPlanError."""
        if isinstance(value, list):
            if value and not any(map(_is_step, value)):
                raise NotAPlanError
            yield from self._items(value, [])
        elif isinstance(value, dict):
            yield from self._mapping(value)
        else:
            raise NotAPlanError

    def _mapping(self, value: dict[str, Value]) -> Iterator[Step]:
        evidence, plan = value.get("evidence"), value.get("plan")
        if _is_keyed(value):
            yield from self._items(_keyed(value), [])
        elif isinstance(evidence, list):
            yield from self._items(evidence, plan if isinstance(plan, list) else [plan])
        elif _is_step(value):
            yield from self._items([value], [])
        else:
            found = next((value[key] for key in _LISTS if key in value), None)
            if isinstance(found, str) and _TEXT_STEP.search(found):
                found = [found]
            if isinstance(found, dict):
                yield from self._mapping(found)
            elif isinstance(found, list):
                yield from self._items(found, [])
            else:
                raise NotAPlanError

    def _items(self, items: list[Value], rationales: list[Value]) -> Iterator[Step]:
        for index, item in enumerate(items):
            rationale = rationales[index] if index < len(rationales) else None
            try:
                yield from self._item(item, rationale)
            except PlanError as error:
                self.problems.extend(error.problems)

    def _item(self, item: Value, rationale: Value) -> Iterator[Step]:
        if isinstance(item, str) and _TEXT_STEP.search(item):
            yield from self._text(item)
        elif not isinstance(item, dict):
            raise self._problem(self._line, "an item of the list is not a step", 'write {"id", "tool", "args"}')
        else:
            yield from self._dict(item, rationale)

    def _dict(self, item: dict[str, Value], rationale: Value) -> Iterator[Step]:
        """Yield the step that a mapping is, or the steps of its evidence."""
        evidence = item.get("evidence")
        rationale = rationale or next((item[key] for key in _RATIONALES if isinstance(item.get(key), str)), None)
        if isinstance(evidence, dict):
            yield from self._items(_keyed(evidence) if _is_keyed(evidence) else [evidence], [rationale])
        elif isinstance(evidence, list):
            yield from self._items(evidence, [rationale])
        elif isinstance(evidence, str) and _TEXT_STEP.search(evidence):
            for step in self._text(evidence):
                yield replace(step, rationale=step.rationale or _text_or_none(rationale))
                rationale = None
        else:
            yield self._step(item, _text_or_none(rationale))

    def _text(self, text: str) -> Iterator[Step]:
        steps = self._read_text(text, self._line)
        self._count += len(steps)
        yield from steps

    def _step(self, item: dict[str, Value], rationale: str | None) -> Step:
        line = item.line if isinstance(item, LocatedDict) else self._line
        self._count += 1
        tool, source = _tool(item)
        if tool is None or not _TOOL_NAME.fullmatch(tool):
            raise self._problem(line, "a step does not name its tool", 'write "tool": "name"')
        args, positional = _arguments(source)
        return Step(self._id(item, line), tool, args, positional, rationale, line)

    def _id(self, item: dict[str, Value], line: int) -> StepId:
        given = [str(item[key]).strip() for key in _IDS if isinstance(item.get(key), str | int)]
        match = next(filter(None, map(_ID.fullmatch, given)), None)
        if match is not None:
            return StepId(f"E{int(match['number'])}")
        if "id" in item or "placeholder" in item:
            raise self._problem(line, f"`{given[0][:40] if given else ''}` is no id of a step", "write E1, E2, ...")
        return StepId(f"E{self._count}")

    def _problem(self, line: int, message: str, mend: str) -> PlanError:
        return PlanError([Problem(line, "syntax", message, mend)])


def _is_step(value: Value) -> bool:
    """Tell whether a value has a mark of a step."""
    if isinstance(value, str):
        return bool(_TEXT_STEP.search(value))
    return isinstance(value, dict) and (isinstance(value.get("evidence"), dict | list) or _tool(value)[0] is not None)


def _text_or_none(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _is_keyed(value: Mapping[str, Value]) -> bool:
    """Tell whether a mapping is `{"E1": {step}, ...}`."""
    return bool(value) and all(_ID.fullmatch(key) and isinstance(item, dict) for key, item in value.items())


def _keyed(value: Mapping[str, Value]) -> list[Value]:
    items: list[Value] = []
    for key, item in value.items():
        if isinstance(item, dict):
            item.setdefault("id", key)
            items.append(item)
    return items


def _tool(item: dict[str, Value]) -> tuple[str | None, dict[str, Value]]:
    """Return the tool's name and the mapping that holds its input: OpenAI nests both under `function`."""
    for key in _TOOLS:
        found = item.get(key)
        if isinstance(found, str) and found.strip():
            return found.strip(), item
        if isinstance(found, dict) and isinstance(name := found.get("name"), str):
            return name.strip(), found
    return None, item


def _arguments(item: dict[str, Value]) -> tuple[dict[str, Value], tuple[Value, ...]]:
    """Return named and positional arguments; without a key for them, all other keys are arguments."""
    key = next((key for key in _INPUTS if key in item), None)
    if key is None:
        return {name: _value(value) for name, value in item.items() if name not in _META}, ()
    given = item[key]
    if isinstance(given, str) and given.lstrip().startswith("{"):
        given = _decoded(given)
    if isinstance(given, dict):
        return {name: _value(value) for name, value in given.items()}, ()
    if isinstance(given, list) and key in _SPREAD:
        return {}, tuple(map(_value, given))
    return {}, () if given is None or given == "" else (_value(given),)


def _decoded(text: str) -> Value:
    """Return the mapping that a string holds as JSON, as OpenAI writes arguments, or the string."""
    stripped, scanner = text.strip(), CodeScanner(JSON_DEPTH)
    if scanner.scan(stripped, 0) != len(stripped) or scanner.fault:
        return text
    try:
        value = read_json(stripped, 0)
    except PlanError:
        return text
    return value if isinstance(value, dict) else text


def _value(value: Value) -> Value:
    """Read the references in strings, and make mappings plain."""
    if isinstance(value, str):
        return interpolate_exact(value)
    if isinstance(value, list):
        return [_value(item) for item in value]
    if isinstance(value, dict):
        return {key: _value(item) for key, item in value.items()}
    return value
