"""Builds a plan step by step, so that a rule reads as what it does. Knows the built-in tools' arguments, no rules."""

from collections.abc import Mapping

from nodes.language import Plan, Reference, Step, Template, Value
from nodes.state import StepId
from nodes.symbolic.phrases import Measure

ALL_K = 50
"""Passages in which all things of a kind are looked for."""
NAME_OF = "name of "
"""Begins a small question for what a description stands for: the answer is a name, not a sentence."""
ORIGINAL_K = 10
"""Passages that the search with the whole question returns; a rule's narrower ones return the tool's default."""


class Drafting:
    """One plan in the making. The original question is its first search as soon as anything is looked up."""

    def __init__(self, question: str) -> None:
        self.question = question
        self._steps: list[Step] = []
        self._searches: dict[str, Reference] = {}
        self._names: dict[str, Reference] = {}

    @property
    def plan(self) -> Plan:
        """The plan so far."""
        return Plan(tuple(self._steps))

    @property
    def needs(self) -> frozenset[str]:
        """The tools that the plan so far uses."""
        return frozenset(step.tool for step in self._steps)

    @property
    def original(self) -> Reference:
        """What searching with the whole question finds."""
        return self._searches.get(self.question) or self._search(self.question, self.question, ORIGINAL_K)

    def search(self, query: str | Template, k: int | None = None) -> Reference:
        """Search for a query, once, after the original question."""
        original, key = self.original, str(query)
        return self._searches.get(key) or self._search(key, query, k) if query != self.question else original

    def search_twice(self, query: str | Template) -> list[Reference]:
        """Search for a query, then for what the passages found lead to."""
        first = self._step("search", {"query": query})
        if query == self.question:
            self._searches[self.question] = first
        return [first, self._step("search", {"query": query, "after": first})]

    def name(self, description: str) -> Reference:
        """Find what a description stands for, once."""
        if description not in self._names:
            self._names[description] = self.read(f"{NAME_OF}{description}")
        return self._names[description]

    def read(self, question: str | Template, within: str | Template = "") -> Reference:
        """Look up one value: a search of its own, read together with what the original question found.

        `within` is the whole question with a mark at what is looked up.
        """
        found = [self.search(question), self.original]
        source: Value = list(dict.fromkeys(found)) if found[0] != found[1] else found[0]
        args: dict[str, Value] = {"question": question, "source": source}
        return self._step("read", args | {"within": within} if within else args)

    def read_from(self, question: str, *sources: Reference) -> Reference:
        """Look up one value in what several searches found."""
        return self._step("read", {"question": question, "source": list(dict.fromkeys(sources))})

    def calculate(self, *parts: str | Reference) -> Reference:
        """Compute an expression in which the values of other steps stand."""
        has_reference = any(isinstance(part, Reference) for part in parts)
        expression: Value = Template(parts) if has_reference else "".join(map(str, parts))
        return self._step("calculate", {"expression": expression})

    def compare(self, measures: Mapping[str, Measure], mode: str) -> Reference:
        """Look up and compare several named values; `mode` is `largest`, `smallest` or `equal`."""
        return self.compare_values({name: self.read(measure.question) for name, measure in measures.items()}, mode)

    def tabulate(self, attribute: str, kind: str) -> Reference:
        """Look up an attribute of all things of a kind: a wide search of its own, and the original question's."""
        wide = self._search(f"{attribute} {kind}", f"{attribute} of each {kind}", ALL_K)
        source: Value = [wide, self.original]
        return self._step("tabulate", {"attribute": attribute, "source": source, "of": kind})

    def compare_values(self, values: Reference | Mapping[str, Reference], mode: str) -> Reference:
        """Compare the values of a table, or several by name."""
        return self._step("compare", {"values": values if isinstance(values, Reference) else {**values}, "mode": mode})

    def aggregate(self, table: Reference, how: str) -> Reference:
        """Compute the `sum` or `mean` of a table's values."""
        return self._step("aggregate", {"values": table, "how": how})

    def elapsed(self, start: str | Reference, end: str | Reference, unit: str) -> Reference:
        """Compute the time from one date to another in `years`, `months`, `weeks` or `days`."""
        return self._step("elapsed", {"start": start, "end": end, "unit": unit})

    def _search(self, key: str, query: Value, k: int | None = None) -> Reference:
        args = {"query": query} if k is None else {"query": query, "k": k}
        self._searches[key] = reference = self._step("search", args)
        return reference

    def _step(self, tool: str, args: dict[str, Value]) -> Reference:
        step = Step(StepId(f"E{len(self._steps) + 1}"), tool, args)
        self._steps.append(step)
        return Reference(step.id)
