"""Tokens of a task: PlanFirst against ReAct, with the same model, tools and tool descriptions; and what failures cost.

The model is the loopback server's, over HTTP, with one tokenizer for all; ratios are of one run. Beside each ratio
stands what the parts of PlanFirst's share are.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from statistics import mean
from typing import TYPE_CHECKING

from benchmarks.gold import GoldModel, Task, fan_out, fan_out_read, twelve_steps, two_hop, unreliable
from benchmarks.report import Figure
from graph.compose import compose
from nodes.tools import Toolbox
from planfirst.evaluation.baselines import System, Trial, plan_and_execute, planfirst, react
from planfirst.loopback import ChatRequest, LoopbackServer, count_tokens

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

HANG_SECONDS = 120.0
"""A run that takes longer hangs: its tools need none, and all waits before another attempt together a few seconds."""
AT_ONCE = 6
Build = Callable[["ChatOpenAI", Toolbox], System]


def ours_reading(model: "ChatOpenAI", box: Toolbox) -> System:
    """PlanFirst with its tool `read`, by which the model reads a value off passages for the steps that follow."""
    return planfirst(model, Toolbox([*box.values(), compose(model=model).planning.tools["read"]]))


def ours_shipped(model: "ChatOpenAI", box: Toolbox) -> System:
    """PlanFirst with all tools that an Agent has by itself, whether the task needs them or not."""
    built_in = compose(model=model).planning.tools
    return planfirst(model, Toolbox({**built_in, **box}.values()))


SINGLE: Build = partial(react, parallel=False)
PARALLEL: Build = partial(react, parallel=True)


@dataclass
class Run:
    """A system over a workload: a trial for each task, None for one that hung; and the tokens by role."""

    tasks: Sequence[Task]
    trials: Sequence[Trial | None]
    prompt: Counter[str] = field(default_factory=Counter)
    completion: Counter[str] = field(default_factory=Counter)
    schemas: float = 0.0
    """What JSON schemas cost a task beyond the same tools' one-line signatures, in tokens."""

    @property
    def right(self) -> int:
        """Trials that are answered with the gold."""
        return sum(t is not None and t.reply.status == "answered" and _gold(task, t) for task, t in self._pairs)

    @property
    def wrong(self) -> int:
        """Trials that are given as answered without the gold."""
        return sum(t is not None and t.reply.status == "answered" and not _gold(task, t) for task, t in self._pairs)

    @property
    def hung(self) -> int:
        """Trials that did not end."""
        return self.trials.count(None)

    @property
    def tokens(self) -> float:
        """Mean tokens of a task. Raises RuntimeError where a task was not answered right: such tokens buy nothing."""
        if self.right < len(self.tasks):
            raise RuntimeError(f"{self.right} of {len(self.tasks)} tasks are answered right; the figure would mislead")
        return (self.prompt.total() + self.completion.total()) / len(self.tasks)

    @property
    def calls(self) -> float:
        """Mean model calls of a task."""
        return mean(trial.model_calls for trial in self.trials if trial is not None)

    @property
    def parts(self) -> str:
        """What a task's tokens are, by role."""
        n = len(self.tasks)
        shown = (f"{role} {self.prompt[role] / n:.0f}+{self.completion[role] / n:.0f}" for role in self.prompt)
        return ", ".join(shown)

    @property
    def _pairs(self) -> list[tuple[Task, Trial | None]]:
        return list(zip(self.tasks, self.trials, strict=True))


def _gold(task: Task, trial: Trial) -> bool:
    return task.gold in trial.reply.text


@asynccontextmanager
async def _served(tasks: Sequence[Task]) -> AsyncIterator[tuple["ChatOpenAI", LoopbackServer, GoldModel]]:
    """Give a client whose model knows the tasks."""
    import openai
    from langchain_openai import ChatOpenAI

    gold = GoldModel(tasks)
    async with LoopbackServer({"gold": gold}) as server, openai.DefaultAsyncHttpxClient() as http:
        model = ChatOpenAI(
            model="gold", base_url=server.base_url, api_key="unused", http_async_client=http, stream_usage=True
        )
        yield model, server, gold


async def run(build: Build, tasks: Sequence[Task], fail: Callable[[Toolbox], Toolbox] = lambda box: box) -> Run:
    """Run a system over a workload, each task with a toolbox of its own that `fail` makes of the task's."""
    free = asyncio.Semaphore(AT_ONCE)
    async with _served(tasks) as (model, server, gold):

        async def one(task: Task) -> Trial | None:
            try:
                async with free, asyncio.timeout(HANG_SECONDS):
                    return await build(model, fail(task.toolbox))(task.question)
            except TimeoutError:
                return None

        done = Run(tasks, await asyncio.gather(*map(one, tasks)))
        for exchange in server.log.exchanges:
            if exchange.request is not None and exchange.usage is not None:
                role = gold.role(exchange.request)
                done.prompt[role] += exchange.usage["prompt_tokens"]
                done.completion[role] += exchange.usage["completion_tokens"]
                done.schemas += _beyond_signatures(exchange.request, gold.toolbox(exchange.request)) / len(tasks)
    return done


def _beyond_signatures(request: ChatRequest, box: Toolbox) -> int:
    """Return how many tokens less a request had if its tools were told as PlanFirst tells them."""
    schemas = (count_tokens(tool.model_dump_json(by_alias=True, exclude_none=True)) for tool in request.tools)
    return sum(schemas) - sum(count_tokens(box[tool.function.name].signature) for tool in request.tools)


async def _ratios(
    name: str, tasks: Sequence[Task], targets: tuple[float, float], build: Build = planfirst
) -> list[Figure]:
    ours, stepwise = await run(build, tasks), await run(plan_and_execute, tasks)
    single, parallel, shipped = await run(SINGLE, tasks), await run(PARALLEL, tasks), await run(ours_shipped, tasks)
    return [
        Figure(
            f"tokens, {name}, ReAct with one call a turn",
            ours.tokens / single.tokens,
            targets[0],
            "×",
            f"{_beside(ours, shipped, single)}; ours, prompt+reply: {ours.parts}; "
            f"plan-and-execute {stepwise.tokens:.0f}",
        ),
        Figure(
            f"tokens, {name}, ReAct with parallel calls",
            ours.tokens / parallel.tokens,
            targets[1],
            "×",
            _beside(ours, shipped, parallel),
        ),
    ]


def _beside(ours: Run, shipped: Run, react_: Run) -> str:
    """Say what the ratio is made of, and what it would be where the comparison is made harder for PlanFirst."""
    return (
        f"{ours.tokens:.0f} in {ours.calls:.1f} calls, ReAct {react_.tokens:.0f} in {react_.calls:.1f}; "
        f"{ours.tokens / (react_.tokens - react_.schemas):.2g} × were ReAct's tools told in PlanFirst's words, "
        f"{shipped.tokens / react_.tokens:.2g} × with every built-in tool told to PlanFirst alone"
    )


async def _failures() -> list[Figure]:
    tasks = [*two_hop(), *fan_out(), *twelve_steps()]
    figures = []
    for p in (0.1, 0.3):
        done = await run(planfirst, tasks, lambda box, p=p: unreliable(box, p, "failing"))
        loop = await run(PARALLEL, tasks, lambda box, p=p: unreliable(box, p, "failing"))
        note = f"of {len(tasks)}; {done.wrong} wrong, {done.hung} hung; ReAct over the same tools {loop.right}"
        figures.append(Figure(f"right, each try of a tool raising with p = {p}", done.right, 29, "tasks", note, True))
        figures.append(Figure(f"hung at p = {p}", done.hung, 0, "tasks"))
    done = await run(planfirst, tasks, lambda box: unreliable(box, 1.0, "failing"))
    said = Counter(trial.reply.status for trial in done.trials if trial is not None)
    note = f"of {len(tasks)}: {', '.join(f'{count} {status}' for status, count in said.items())}"
    figures.append(Figure("wrong answers given as right at p = 1", done.wrong, 0, "tasks", note))
    figures.append(Figure("hung at p = 1", done.hung, 0, "tasks"))
    return figures


async def _measure() -> list[Figure]:
    return [
        *await _ratios("two-hop", two_hop(), (0.48, 0.48)),
        *await _ratios("fan-out of 2-6", fan_out(), (0.28, 0.55)),
        *await _ratios("fan-out of 2-6, read off passages", fan_out_read(), (0.28, 0.55), ours_reading),
        *await _ratios("12-step DAG", twelve_steps(), (0.18, 0.29)),
        *await _failures(),
    ]


def measure() -> list[Figure]:
    """Return the figures."""
    return asyncio.run(_measure())
