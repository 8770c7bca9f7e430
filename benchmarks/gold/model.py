"""A model that gives every system the gold: a plan to who asks for one, the next calls to who calls one by one.

It answers right only if everything that the answer needs stands in the prompt. It reads no system's prompt but for
what makes out the role: whether tools are on offer, or their signatures are in it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from benchmarks.gold.tasks import Call, Task
from nodes.tools import Toolbox
from planfirst.evaluation.baselines.direct import SYSTEM as DIRECT
from planfirst.evaluation.baselines.plan_and_execute import EXECUTOR, PLANNER, SOLVER
from planfirst.evaluation.baselines.trial import NOT_ENOUGH
from planfirst.loopback import ChatRequest, Reply, ToolCall

Role = Literal["planner", "reader", "solver", "react", "step planner", "executor", "step solver", "direct"]
TRIES = 2
"""How often the model makes a call that fails before it gives up."""
WRONG = "It is 4711, beyond doubt."


class GoldModel:
    """A rule for the loopback server over these tasks."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self._tasks = {task.question: task for task in tasks}
        self._pattern = re.compile("|".join(map(re.escape, self._tasks)))
        self._reads = [call for task in tasks for call in task.calls if call.tool == "read"]

    def __call__(self, request: ChatRequest) -> Reply:
        """Answer one request."""
        role, task = self.role(request), self._task(request)
        if task is None:
            return self._read(request)
        match role:
            case "planner":
                return Reply(task.plan)
            case "react":
                return self._act(task, request)
            case "step planner":
                return Reply("\n".join(f"{n}. {call.words}" for n, call in enumerate(task.spoken, 1)))
            case "executor":
                return _execute(task, request.messages[-1].text.rpartition("Now: ")[2])
        return _answer(task, request.prompt)

    def role(self, request: ChatRequest) -> Role:
        """Say who asks."""
        system, task = request.messages[0].text, self._task(request)
        if request.tools:
            return "executor" if system == EXECUTOR else "react"
        if system in {DIRECT, SOLVER}:
            return "direct" if system == DIRECT else "step solver"
        if system.startswith(PLANNER[:40]):
            return "step planner"
        if task is None:
            return "reader"
        return "planner" if all(f"{name}(" in system for name in task.toolbox) else "solver"

    def toolbox(self, request: ChatRequest) -> Toolbox:
        """Return the tools of the task that a request is about."""
        task = self._task(request)
        return task.toolbox if task else Toolbox()

    def _task(self, request: ChatRequest) -> Task | None:
        found = self._pattern.search(request.prompt)
        return self._tasks[found[0]] if found else None

    def _read(self, request: ChatRequest) -> Reply:
        """Answer a reader's small question; the text holds the value or it does not."""
        for call in self._reads:
            question = call.written.split('"')[1]
            if question in request.prompt and call.seen in request.prompt:
                return Reply(call.seen)
        return Reply("NO ANSWER")

    def _act(self, task: Task, request: ChatRequest) -> Reply:
        """Make the calls that can be made now, or answer."""
        returned = {message.tool_call_id or "": message.text for message in request.messages if message.role == "tool"}
        tries = Counter(call_id.partition("-")[0] for call_id in returned)
        calls = {call.id: call for call in task.calls}
        seen = {key.partition("-")[0] for key, text in returned.items() if _is_in(calls[key.partition("-")[0]], text)}

        def done(each: str) -> bool:
            call = calls[each]
            return each in seen if call.spoken is not None else all(map(done, call.needs))

        ready = [call for call in task.spoken if not done(call.id) and all(map(done, call.needs))]
        ready = [call for call in ready if tries[call.id] < TRIES]
        if not ready:
            return _answer(task, request.prompt)
        chosen = ready if request.parallel_tool_calls else ready[:1]
        return Reply(tool_calls=tuple(_tool_call(call, tries[call.id] + 1) for call in chosen))


def _is_in(call: Call, text: str) -> bool:
    """Say whether what is needed of a call is in a text; a number has to stand there as a whole."""
    return re.search(rf"(?<!\w){re.escape(call.seen)}(?!\d)", text) is not None


def _tool_call(call: Call, attempt: int) -> ToolCall:
    return ToolCall(call.tool, call.spoken or {}, f"{call.id}-{attempt}")


def _execute(task: Task, step: str) -> Reply:
    for call in task.spoken:
        if call.words == step.strip():
            return Reply(tool_calls=(_tool_call(call, 1),))
    raise LookupError(f"no call of the task is the step {step!r}")


def _answer(task: Task, prompt: str) -> Reply:
    """Give the gold answer with the markers of the passages it rests on, if all that it needs is there."""
    if not all(_is_in(call, prompt) for call in task.calls):
        return Reply(WRONG if task.careless else NOT_ENOUGH)
    sentences = [call.seen for call in task.calls if call.tool == "search"]
    lines = [line for line in prompt.splitlines() if any(sentence in line for sentence in sentences)]
    numbered = (re.match(r"\[\d+\]", line) for line in lines)
    markers = "".join(dict.fromkeys(found[0] for found in numbered if found))
    return Reply(task.answer.replace("[]", markers).strip())
