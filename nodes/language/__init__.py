"""The plan language: plans read from any dialect, checked, put in order, written, and their references resolved.

Grammar: optional lines `Plan: why`, then `#E<n> = tool(name=value, ...)`, one a line. A value is a literal, a reference
(`#E1`, `#A1` for an earlier answer, `#E1.rows[0]` for a part), or text with references in it; `u"..."` is text in which
what looks like another notation's reference, as `{{E1}}`, is none. The package does not know
what tools do, nor how a plan is run.
"""

from nodes.language.binding import Signature
from nodes.language.order import topological
from nodes.language.render import plan_to_json, render, render_value
from nodes.language.stream import MAX_CHARS, PlanParser, parse, parse_canonical
from nodes.language.substitute import resolve_path, substitute
from nodes.language.validate import Checked, validate
from nodes.language.values import Plan, Reference, Step, Template, Value, references

__all__ = [
    "MAX_CHARS",
    "Checked",
    "Plan",
    "PlanParser",
    "Reference",
    "Signature",
    "Step",
    "Template",
    "Value",
    "parse",
    "parse_canonical",
    "plan_to_json",
    "references",
    "render",
    "render_value",
    "resolve_path",
    "substitute",
    "topological",
    "validate",
]
