"""Plans and values as text: the canonical form, which `parse` reads back to an equal plan, and JSON for programs."""

import json
import re
from collections.abc import Set
from typing import Any

from nodes.language.interpolation import escape, template_text
from nodes.language.marks import escape_rationale
from nodes.language.spelling import looks_foreign
from nodes.language.values import Plan, Reference, Step, Template, Value

_UNWRITABLE = re.compile("[\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\u2060\ufeff\ud800-\udfff]")
_ARGUMENT_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def render(plan: Plan) -> str:
    """Return the plan in the canonical form: one line a step, after a line of rationale where it has one.

    `parse(render(plan)) == plan` for every plan that `parse` or `validate` returns, and for every other whose ids, tool
    names and nesting the grammar allows. A plan of no steps is the empty text.
    """
    earlier: set[int] = set()
    lines = []
    for step in plan.steps:
        lines.append(_step(step, earlier))
        earlier.add(int(step.id[1:]))
    return "\n".join(lines)


def _step(step: Step, earlier: Set[int]) -> str:
    rationale = f"Plan: {escape_rationale(step.rationale)}\n" if step.rationale else ""
    arguments = [render_value(value, earlier) for value in step.positional]
    arguments += [f"{name}={render_value(value, earlier)}" for name, value in step.args.items() if _is_plain(name)]
    if odd := {name: value for name, value in step.args.items() if not _is_plain(name)}:
        arguments.append(f"**{render_value(odd, earlier)}")
    return f"{rationale}#{step.id} = {step.tool}({', '.join(arguments)})"


def _is_plain(name: str) -> bool:
    """Tell whether a name can stand before an equals sign; the parser reads keywords there too."""
    return bool(_ARGUMENT_NAME.fullmatch(name))


def render_value(value: Value, earlier: Set[int] = frozenset()) -> str:
    """Return a value as the argument of a call, a literal or a reference; `earlier` are the steps that stand before."""
    match value:
        case str():
            return _text(escape(value), earlier)
        case Reference():
            return str(value)
        case Template():
            return _text(template_text(value), earlier)
        case list():
            return f"[{', '.join(render_value(item, earlier) for item in value)}]"
        case dict():
            # A key is not interpolated, so it is not escaped either.
            items = (f"{_quoted(key)}: {render_value(item, earlier)}" for key, item in value.items())
            return f"{{{', '.join(items)}}}"
        case _:
            return repr(value)


def _text(text: str, earlier: Set[int]) -> str:
    """Return a string literal; the letter u says that what looks like another notation's reference is none."""
    return f"u{_quoted(text)}" if looks_foreign(text, earlier) else _quoted(text)


def _quoted(text: str) -> str:
    """Return a string literal that Python and JSON read alike."""
    literal = json.dumps(text, ensure_ascii=False)
    return literal if literal.isascii() and "\x7f" not in literal else _UNWRITABLE.sub(_escaped, literal)


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def plan_to_json(plan: Plan) -> list[dict[str, Any]]:
    """Return `[{"id", "tool", "args", "depends_on"}]` with references as text, `"#E1.rows[0]"`.

    Positional arguments, which a validated plan has none of, are left out.
    """
    return [
        {"id": step.id, "tool": step.tool, "args": _json(step.args), "depends_on": list(step.depends_on)}
        for step in plan.steps
    ]


def _json(value: Value) -> Any:
    match value:
        case str():
            return escape(value)
        case Reference():
            return str(value)
        case Template():
            return template_text(value)
        case list():
            return [_json(item) for item in value]
        case dict():
            return {key: _json(item) for key, item in value.items()}
        case _:
            return value
