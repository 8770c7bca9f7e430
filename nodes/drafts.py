"""What passes between the nodes and the planners and solvers they call: requests, proposals and drafts.

A proposal or a draft is unchecked: the plan node validates the one, the solve node checks the citations of the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from nodes.errors import Problem
from nodes.state import Mode, Passage, Source, StepId, StepResult, StepStatus


@dataclass(frozen=True, slots=True)
class ToolLine:
    """A tool as a planner sees it: its name, a compact typed signature, and the JSON schema of its parameters."""

    name: str
    signature: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CollectionLine:
    """A collection of the knowledge base as its operator described it."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Example:
    """A question with a plan that an operator vouches for."""

    question: str
    plan: str


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """What a planner may know of a step that ran: how it ended, and nothing that it returned."""

    id: StepId
    tool: str
    status: StepStatus
    error_kind: str | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """A plan that did not do: what was written, what is wrong with it, and how its steps ended if they ran."""

    plan: str
    problems: Sequence[Problem] = ()
    outcomes: Sequence[StepOutcome] = ()


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """Everything a planner may see: the user's own words and what an operator vouches for, never a document."""

    question: str
    turns: Sequence[str]
    """The user's earlier questions, oldest first; the n-th one's answer is `#A<n>`."""
    tools: Sequence[ToolLine]
    collections: Sequence[CollectionLine]
    max_steps: int
    earlier: Earlier | None = None
    """Set when this is a repair or a revision."""
    examples: Sequence[Example] = ()
    """The most similar first."""
    rationales: bool = False
    """Whether the plan should say what each step is for."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A planner's reply: a plan as text in any dialect of the plan language."""

    text: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class SolveRequest:
    """One question with everything the run has gathered. `plan` is canonical text; `results` are keyed by step id."""

    question: str
    plan: str
    results: Mapping[StepId, StepResult]
    passages: Sequence[Passage]
    """Ranked, best first."""
    edited: bool = False
    """Whether a person has written the plan, and so vouches for the figures in it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer whose marker `[n]` (from 1) stands for `sources[n - 1]`; nothing in it has been checked yet."""

    text: str
    sources: tuple[Source, ...] = ()
    status: Literal["answered", "insufficient"] = "answered"
    mode: Mode = "model"
