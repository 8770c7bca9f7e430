"""A task: a question, the calls that answer it, and the answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nodes.tools import Toolbox


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a tool.

    written   its arguments in a plan, with references to earlier steps
    spoken    its arguments for who has seen the earlier results; None for a `read` of passages, which a model that
              sees them does by itself
    seen      what of its result the answer needs: a sentence of a passage, or a value
    needs     the calls that come before it
    """

    id: str
    tool: str
    written: str
    spoken: Mapping[str, Any] | None
    seen: str
    needs: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The call as a line of PlanFirst's plan."""
        return f"#{self.id} = {self.tool}({self.written})"

    @property
    def words(self) -> str:
        """The call as a step of a plan in words."""
        return f"Use {self.tool} with {self.written.replace('#E', 'the result of step ')}"


@dataclass(frozen=True, slots=True)
class Task:
    """`gold` is what a right answer holds; `answer` says it in a sentence, with the marker `[]` behind it.

    `toolbox` holds what any system is given. `careless` makes the model answer wrongly, and not admit it, where it is
    not shown all that the answer needs.
    """

    question: str
    calls: tuple[Call, ...]
    gold: str
    answer: str
    toolbox: Toolbox
    careless: bool = False

    @property
    def plan(self) -> str:
        """The gold plan in PlanFirst's notation."""
        return "\n".join(call.line for call in self.calls)

    @property
    def spoken(self) -> tuple[Call, ...]:
        """The calls of a system whose model sees every result."""
        return tuple(call for call in self.calls if call.spoken is not None)
