"""Steps that are written field by field, over several lines or in the row of a table.

    Action: search                     - tool: search                | Step | Tool   | Input        |
    Action Input: rings of Saturn        query: rings of Saturn      |------|--------|--------------|
                                                                     | 1    | search | rings of ... |

A line that names a tool begins a record; its input follows under a key for the whole of it, or key by key. This module
does not read values, and does not know what comes between records.
"""

from dataclasses import dataclass, field

from nodes.language.brackets import JSON_DEPTH, CodeScanner
from nodes.language.fields import IDS, TOOLS, Table, find_id, find_label, tool_name, unquoted
from nodes.language.json_inputs import INPUTS

_COLUMNS = frozenset({"step", "#", "no", "no.", "evidence", "purpose", "why", "depends", "status"})
_REMARKS = frozenset(
    {
        "thought",
        "thoughts",
        "reason",
        "reasoning",
        "rationale",
        "description",
        "purpose",
        "goal",
        "why",
        "note",
        "notes",
    }
    | {"expected", "expected_output", "expected_result", "output", "result", "results", "observation", "observations"}
    | {"depends_on", "dependencies", "depends", "type", "status"}
)
_ENDS = frozenset({"plan", "final_answer", "answer", "step", "question_to_answer"})


@dataclass(slots=True)
class Record:
    """A step as far as its fields have been read; `inputs` are arguments by name, `input` is all of them as text."""

    tool: str
    line: int
    id: str = ""
    inputs: dict[str, str] = field(default_factory=dict)
    input: str | None = None

    @property
    def has_input(self) -> bool:
        """Whether anything was said about what to call the tool with."""
        return self.input is not None or bool(self.inputs)


class RecordReader:
    """Gathers records line by line; complete ones are in `complete`, to be taken out."""

    def __init__(self) -> None:
        self.complete: list[Record] = []
        self.open: Record | None = None
        self._id = ""
        self._is_apart = False
        """Whether a blank line has come: then only the input as a whole can follow."""
        self._table = Table()
        self._json: CodeScanner | None = None

    @property
    def is_inside(self) -> bool:
        """Whether something is open that has to go on."""
        return self._json is not None or (self.open is not None and not self.open.has_input)

    def take(self, line: str, number: int) -> bool:
        """Take in a line if it is part of a record; tell whether it is."""
        if self._json is not None:
            self._go_on(line)
            return True
        row = self._table.row(line)
        if row is not None:
            return self._take_row(row, number)
        found_id = find_id(line)
        if found_id is not None:
            self.finish()
            self._id = found_id
            return True
        label = find_label(line)
        if label is not None:
            return self._take_field(*label, number)
        self._is_apart = not line.strip()
        if not self._is_apart:
            self.finish()
        return False

    def finish(self) -> None:
        """Say that the record that is open has no more fields."""
        if self.open is not None:
            self.complete.append(self.open)
        self.open, self._id, self._json = None, "", None

    def _take_field(self, key: str, value: str, number: int) -> bool:
        tool = tool_name(value) if key in TOOLS else None
        if tool is not None:
            found_id = self._id
            self.finish()
            self.open, self._is_apart = Record(tool, number, found_id), False
        elif key in IDS and value:
            self._take_id(unquoted(value.strip("*_` ")))
        elif self.open is None:
            return False
        elif key in _ENDS or key in TOOLS or (self._is_apart and key not in INPUTS | _REMARKS):
            self.finish()
            return False
        elif key in INPUTS:
            self._take_input(value)
        elif key not in _REMARKS and value:
            self.open.inputs[key] = unquoted(value)
        return True

    def _take_id(self, found_id: str) -> None:
        if self.open is not None and not self.open.id and not self.open.has_input:
            self.open.id = found_id
        else:
            self.finish()
            self._id = found_id

    def _take_input(self, value: str) -> None:
        """Take in the whole input; an empty value announces fields."""
        if self.open is None or not value:
            return
        self.open.input = value.strip("`")
        if value.startswith("{"):
            self._json, self.open.input = CodeScanner(JSON_DEPTH), ""
            self._go_on(value)
        else:
            self.finish()

    def _go_on(self, line: str) -> None:
        """Take in a line of an input in JSON."""
        if self.open is None or self._json is None:
            return
        end = self._json.scan(line, 0)
        self.open.input = f"{self.open.input or ''}{line[:end]}\n"
        if end is not None:
            self.finish()

    def _take_row(self, row: dict[str, str], number: int) -> bool:
        tool = next((tool_name(row[key]) for key in row if key in TOOLS), None)
        if tool is None:
            return False
        record = Record(tool, number)
        for key, cell in row.items():
            value = cell.strip("`")
            if key in INPUTS:
                record.input = value
            elif key in _COLUMNS or key in IDS:
                record.id = record.id or (
                    value.strip("*_` ") if key in {"step", "#", "id", "no", "no.", "evidence"} else ""
                )
            elif key not in TOOLS | _REMARKS:
                record.inputs[key] = unquoted(value)
        self.complete.append(record)
        return True
