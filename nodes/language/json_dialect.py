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
from nodes.language.json_inputs import INPUTS, decoded, json_value, read_inputs
from nodes.language.literals import LocatedDict
from nodes.language.spelling import Known, Spelling
from nodes.language.values import Step, Value, references
from nodes.state import StepId

_LISTS = (
    "steps",
    "plan",
    "plan_steps",
    "evidence",
    "evidences",
    "tasks",
    "tool_calls",
    "tool_uses",
    "calls",
    "actions",
)
_TOOLS = ("tool", "tool_name", "action", "function", "function_call", "recipient_name", "name")
_IDS = ("id", "placeholder", "step_id", "step", "evidence", "index")
_RATIONALES = ("plan", "rationale", "reasoning", "thought", "reason", "description")
_NEEDS = ("depends_on", "dependencies")
_META = frozenset({*_TOOLS, *INPUTS, *_IDS, *_RATIONALES, *_NEEDS, "type"})
_KEYS = _META | {*_LISTS}
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ID = re.compile(r"[#$]?(?:E|step|s|task|t)?[ _-]?(?P<number>[0-9]{1,9})", re.IGNORECASE | re.ASCII)
_TOOL_NAME = re.compile(r"[^\W\d][\w.-]*(?: [\w.-]+){0,3}")
_TEXT_STEP = re.compile(r"#E[0-9]+\s*[:=]|\A\s*[A-Za-z_][\w.-]*\(")
_TALK = frozenset({"text", "thinking", "reasoning"})
"""Types of blocks beside calls in a list of content."""
ENDINGS = frozenset({"join", "finish", "final answer", "final_answer", "none", "print"})
"""What other notations write where the plan ends; it is not a step."""

ReadText = Callable[[str, int, Known], list[Step]]
"""Reads lines of the plan language that begin on a line, after known steps; raises PlanError."""


class NotAPlanError(Exception):
    """The JSON is something else. Never leaves the language package."""


def read_json_plan(source: str, line: int, known: Known, count: int, read_text: ReadText) -> list[Step]:
    """Return the steps in JSON text that begins on `line`; `count` steps came before it and number those without ids.

    Raises:
        PlanError: listing everything that is wrong with it.
        NotAPlanError: it is well-formed and has nothing of a plan.
    """
    reader = _PlanReader(line, known, count, read_text)
    steps = list(reader.steps(json_value(source, line)))
    if reader.problems:
        raise PlanError(reader.problems)
    return steps


class _PlanReader:
    """Walks one JSON value. Nothing in it recurses deeper than the shapes above."""

    def __init__(self, line: int, known: Known, count: int, read_text: ReadText) -> None:
        self._line = line
        self._known = known
        self._count = count
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
        value = _folded(value)
        evidence, plan = value.get("evidence"), value.get("plan")
        if _is_keyed(value):
            yield from self._items(_keyed(value), [])
        elif isinstance(evidence, list):
            yield from self._items(evidence, plan if isinstance(plan, list) else [plan])
        elif _is_step(value):
            yield from self._items([value], [])
        else:
            inside = (each for each in value.values() if isinstance(each, dict) and not each.keys().isdisjoint(_LISTS))
            yield from self._nested(next((value[key] for key in _LISTS if key in value), next(inside, None)))

    def _nested(self, found: Value) -> Iterator[Step]:
        """Yield the steps of what stands under a key for steps."""
        if isinstance(found, str) and found.lstrip().startswith("["):
            found = decoded(found, self._line)
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
        elif item.get("type") not in _TALK:
            yield from self._dict(_folded(item), rationale)

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
            yield from self._step(item, _text_or_none(rationale))

    def _text(self, text: str) -> Iterator[Step]:
        steps = self._read_text(text, self._line, self._known)
        self._count += len(steps)
        yield from steps

    def _step(self, item: dict[str, Value], rationale: str | None) -> Iterator[Step]:
        line = item.line if isinstance(item, LocatedDict) else self._line
        tool, source = _tool(item)
        if tool is None or not _TOOL_NAME.fullmatch(tool):
            raise self._problem(line, "a step does not name its tool", 'write "tool": "name"')
        if tool.casefold() in ENDINGS:
            return
        self._count += 1
        number, name = self._number(item)
        args, positional = read_inputs(source, self._spelling(item, source, number, name, line), _META)
        self._known.add(number, name)
        yield Step(StepId(f"E{number}"), tool, args, positional, rationale, line)

    def _spelling(
        self, item: dict[str, Value], source: dict[str, Value], number: int, name: str, line: int
    ) -> Spelling:
        """Return how references are spelt in a step: as steps are named, and only to those that it says it needs."""
        is_counted = name.isdigit() or not name
        needs = next((item[key] for key in _NEEDS if isinstance(item.get(key), list)), None)
        only = None
        if isinstance(needs, list):
            given = read_inputs(source, None, _META)
            proper = {ref.name for value in (given[0], *given[1]) for ref in references(value)}
            only = frozenset(n for n in map(self._needed, needs) if n is not None and f"E{n}" not in proper)
        return Spelling(self._known, number if is_counted else 0, json=True, only=only, line=line)

    def _needed(self, name: Value) -> int | None:
        match = _ID.fullmatch(str(name).strip())
        return int(match["number"]) if match else self._known.names.get(str(name))

    def _number(self, item: dict[str, Value]) -> tuple[int, str]:
        """Return a step's number and the name it was given, which is empty where it has none.

        A name without a number, as `call_x7Qp` or `find_river`, is numbered by its place.
        """
        given = [str(item[key]).strip() for key in _IDS if isinstance(item.get(key), str | int)]
        given = given[:-1] if len(given) > 1 and "index" in item else given
        match = next(filter(None, map(_ID.fullmatch, given)), None)
        if match is not None:
            return int(match["number"]), match[0]
        return self._count, given[0] if given else ""

    def _problem(self, line: int, message: str, mend: str) -> PlanError:
        return PlanError([Problem(line, "syntax", message, mend)])


def _folded(value: dict[str, Value]) -> dict[str, Value]:
    """Return a mapping in which the keys that have a meaning here are spelt as they are here."""
    if value.keys() <= _KEYS:
        return value
    folded = LocatedDict()
    folded.line = value.line if isinstance(value, LocatedDict) else 0
    for key, item in value.items():
        name = _CAMEL.sub("_", key).lower().replace(" ", "_")
        folded[name if name in _KEYS and name not in value else key] = item
    return folded


def _is_step(value: Value) -> bool:
    """Tell whether a value has a mark of a step."""
    if isinstance(value, str):
        return bool(_TEXT_STEP.search(value))
    if not isinstance(value, dict):
        return False
    value = _folded(value)
    if isinstance(value.get("evidence"), dict | list):
        return True
    tool, source = _tool(value)
    return tool is not None and not (source is value and _is_name_only(value))


def _is_name_only(value: dict[str, Value]) -> bool:
    """Tell whether nothing but a `name` could make a mapping a step, which has nothing to call it with."""
    return not any(key in value for key in _TOOLS[:-1]) and not any(key in value for key in INPUTS)


def _text_or_none(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _is_keyed(value: Mapping[str, Value]) -> bool:
    """Tell whether a mapping is `{"E1": {step}, ...}`, where a step can be a line of text."""
    return bool(value) and all(
        _ID.fullmatch(key) and (isinstance(item, dict) or (isinstance(item, str) and _TEXT_STEP.search(item)))
        for key, item in value.items()
    )


def _keyed(value: Mapping[str, Value]) -> list[Value]:
    items: list[Value] = []
    for key, item in value.items():
        if isinstance(item, dict):
            item.setdefault("id", key)
            items.append(item)
        elif (number := _ID.fullmatch(key)) is not None:
            items.append(f"#E{number['number']} = {item}")
    return items


def _tool(item: dict[str, Value]) -> tuple[str | None, dict[str, Value]]:
    """Return the tool's name and the mapping that holds its input: OpenAI nests both under `function`.

    The description of a tool, with a schema for its parameters, is no call of it.
    """
    for key in _TOOLS:
        found = item.get(key)
        if isinstance(found, str) and found.strip():
            return (None if _is_described(item) else found.strip().removeprefix("functions.")), item
        if isinstance(found, dict) and isinstance(name := found.get("name"), str):
            return (None if _is_described(found) else name.strip()), found
    return None, item


def _is_described(item: dict[str, Value]) -> bool:
    schema = item.get("parameters")
    return isinstance(schema, dict) and isinstance(schema.get("properties"), dict)
