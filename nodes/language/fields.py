"""Lines that say one thing about a step each, `Tool: search`, or all about one, as the row of a table.

This module only recognises the forms; which fields make a step is for `records.py` to say.
"""

import re
from dataclasses import dataclass, field

from nodes.language.marks import BULLET

TOOLS = frozenset({"tool", "tool_name", "action", "function", "function_name", "name_of_tool"})
IDS = frozenset({"id", "step_id", "placeholder"})

_LABEL = re.compile(
    rf"{BULLET}(?:[0-9]{{1,3}}[.)]\s)?{BULLET}[\"']?(?P<key>[A-Za-z][A-Za-z_ ]{{0,24}}?)"
    r"(?:\s[0-9]{1,3})?[*_`\"']{0,3}\s{0,3}[:=](?!=)[*_`]{0,3}(?:\s+(?P<value>.*))?\Z"
)
_ID_LABEL = re.compile(rf"{BULLET}\#?(?P<id>E[0-9]{{1,9}})[*_`]{{0,3}}:\s*\Z")
_QUOTED = re.compile(r"""(?P<quote>["'`]{1})(?P<text>[^"'`]*)(?P=quote)""")
_NAME = re.compile(r"[A-Za-z_][\w.-]{0,80}")


def find_label(line: str) -> tuple[str, str] | None:
    """Return key and value of a line `Key: value`; the key in lower case with underscores."""
    mark = _LABEL.match(line)
    if mark is None:
        return None
    return mark["key"].strip().lower().replace(" ", "_"), (mark["value"] or "").strip()


def find_id(line: str) -> str | None:
    """Return the id on a line that holds nothing else, `E1:`."""
    mark = _ID_LABEL.match(line)
    return mark["id"] if mark else None


def tool_name(value: str) -> str | None:
    """Return the name of a tool that a value is, without quotes and emphasis."""
    name = value.strip("*_`\"' ")
    return name if _NAME.fullmatch(name) else None


def unquoted(value: str) -> str:
    """Return a value without the quotes around it."""
    quoted = _QUOTED.fullmatch(value)
    return quoted["text"] if quoted else value


@dataclass(slots=True)
class Table:
    """A table's columns while its rows are read."""

    columns: list[str] = field(default_factory=list)
    is_open: bool = False

    def row(self, line: str) -> dict[str, str] | None:
        """Take in a line; return a row by its columns, or None where it is none."""
        stripped = line.strip()
        if not stripped.startswith("|") or stripped.count("|") < 3:
            self.columns, self.is_open = [], False
            return None
        cells = [cell.strip() for cell in stripped.strip("|").split("|")]
        if not self.columns:
            self.columns = [cell.strip("*_` ").lower().replace(" ", "_") for cell in cells]
        elif set("".join(cells)) <= set("-: "):
            self.is_open = True
        elif self.is_open and len(cells) == len(self.columns):
            return dict(zip(self.columns, cells, strict=True))
        return None
