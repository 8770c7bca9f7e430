"""How many of the corpus' model outputs are read as their writers meant them, and how long one takes.

The corpus is `tests/nodes/language/corpus/`: one file for each kind of output, and in it entries of this form.

    === name of the entry
    what the model wrote, up to the next line; ⟦000D⟧ stands for the character of that number
    --- plan
    the plan that is meant, in canonical form, after validation against `TOOLS`; or, for the line `--- plan`:

    --- no steps
    --- rejected <kind>: <words of the message>
    steps that a stream has given before, as parsed

Expectations are written by hand from what the text means, and compared as text, so that no part of the parser decides
them. Where none of an entry's expected lines is a rationale, rationales are not compared: most dialects have none.
"""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.report import Figure
from nodes.errors import PlanError, Problem
from nodes.language import Plan, parse, render, validate

CORPUS = Path(__file__).resolve().parent.parent / "tests" / "nodes" / "language" / "corpus"
MAX_STEPS = 20
ROUNDS = 5

_ENTRY = re.compile(
    r"^=== (?P<name>.+)\n(?P<text>(?:.*\n)*?)--- (?P<verdict>.+)\n(?P<body>(?:(?!=== ).*\n)*)", re.MULTILINE
)
_CHARACTER = re.compile("⟦([0-9A-F]{4,6})⟧")
_VERDICT = re.compile(r"plan|no steps|rejected(?: (?P<kind>\w+))?(?:: (?P<words>.+))?")


@dataclass(frozen=True, slots=True)
class Entry:
    """A model's output and what it means: `plan` in canonical form, or None where it has to be rejected.

    A rejected output has a problem of `kind` whose message holds `words`; `before` are the steps that a stream gave.
    """

    kind_of_output: str
    name: str
    text: str
    plan: str | None
    kind: str = ""
    words: str = ""
    before: str = ""

    @property
    def is_unambiguous(self) -> bool:
        """Whether there is one right reading."""
        return self.plan is not None


@dataclass(frozen=True, slots=True)
class _Declared:
    name: str
    parameters: Mapping[str, Any]


def _tool(name: str, required: str, **optional: str) -> _Declared:
    properties: dict[str, Any] = {each: {} if each in _ANY else {"type": "string"} for each in required.split()}
    properties |= {each: {"type": kind} if kind != "any" else {} for each, kind in optional.items()}
    return _Declared(name, {"type": "object", "properties": properties, "required": required.split()})


_ANY = {"source", "values", "evidence"}
TOOLS = {
    tool.name: tool
    for tool in (
        _tool("search", "query", k="integer", collection="any"),
        _tool("read", "question source"),
        _tool("calculate", "expression"),
        _tool("compare", "values", mode="string"),
        _tool("now", "", timezone="string"),
        _tool("fetch", "url"),
        _tool("Google", "query"),
        _tool("Wikipedia", "query"),
        _tool("LLM", "prompt"),
        _tool("Calculator", "expression"),
    )
}
"""PlanFirst's own tools, or nearly, and the paper's."""


def entries() -> list[Entry]:
    """Return the corpus."""
    return [entry for path in sorted(CORPUS.glob("*.txt")) for entry in _entries(path)]


def _entries(path: Path) -> Iterator[Entry]:
    content = path.read_text(encoding="utf-8")
    done = 0
    for match in _ENTRY.finditer(content):
        verdict = _VERDICT.fullmatch(match["verdict"])
        if verdict is None or content[done : match.start()].strip():
            raise ValueError(f"{path.name} cannot be read at {match['name']!r}; write the entry as this module says")
        done = match.end()
        text = _CHARACTER.sub(lambda each: chr(int(each[1], 16)), match["text"].removesuffix("\n"))
        body = match["body"].strip()
        if verdict["kind"] is None and not verdict[0].startswith("rejected"):
            yield Entry(path.stem, match["name"], text, body)
        else:
            yield Entry(path.stem, match["name"], text, None, verdict["kind"] or "", verdict["words"] or "", body)
    if content[done:].strip():
        raise ValueError(f"{path.name} cannot be read at its end; write the entry as benchmarks/plans.py says")


def read(plan: Plan) -> Plan:
    """Return the plan as a run would carry it out.

    Raises:
        PlanError: it is not valid.
    """
    checked = validate(plan, TOOLS, answers=1, max_steps=MAX_STEPS, allowed=lambda _: None)
    if checked.problems:
        raise PlanError(checked.problems)
    return checked.plan


def shown(plan: Plan, expected: str) -> str:
    """Return the plan as text to compare with what is expected."""
    if not re.search(r"^Plan:", expected, re.MULTILINE):
        plan = Plan(tuple(replace(step, rationale=None) for step in plan.steps))
    return render(plan)


def is_right(entry: Entry) -> bool:
    """Tell whether an output is read, or rejected, as it should be."""
    try:
        plan = read(parse(entry.text))
    except PlanError as error:
        return entry.plan is None and has_clear_error(entry, error.problems)
    return entry.plan is not None and shown(plan, entry.plan) == entry.plan


def has_clear_error(entry: Entry, problems: tuple[Problem, ...]) -> bool:
    """Tell whether the problems say what is wrong, in the entry's words, and how to mend it."""
    return all(problem.message and problem.mend for problem in problems) and any(
        entry.kind in {"", problem.kind} and entry.words in str(problem) for problem in problems
    )


def measure() -> list[Figure]:
    """Return the share read right and the time a plan takes."""
    corpus = entries()
    meant, rejected = [e for e in corpus if e.is_unambiguous], [e for e in corpus if not e.is_unambiguous]
    right, clear = sum(map(is_right, meant)), sum(map(is_right, rejected))
    note = f"{right} of {len(meant)} in {len({entry.kind_of_output for entry in corpus})} kinds"
    spans = sorted(min(_seconds(entry.text) for _ in range(ROUNDS)) for entry in corpus)
    worst = f"median of {len(spans)} outputs, worst {spans[-1] * 1000:.2g} ms"
    return [
        Figure("unambiguous model outputs read as meant", 100 * right / len(meant), 99, "%", note, at_least=True),
        Figure(
            "other outputs rejected with a clear error",
            100 * clear / len(rejected),
            100,
            "%",
            f"{clear} of {len(rejected)}",
            at_least=True,
        ),
        Figure("reading one output", 1000 * spans[len(spans) // 2], 1, "ms CPU", worst),
    ]


def _seconds(text: str) -> float:
    start = time.process_time()
    with suppress(PlanError):
        parse(text)
    return time.process_time() - start
