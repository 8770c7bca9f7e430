"""`Agent`: the graph, its checkpoints, its run records and a knowledge base, composed and ready to be asked.

An agent needs no running event loop to be made; what it opens, it opens at first use, for each loop its own. The
asynchronous methods are the real ones; `ask`, `plan`, `resume` and `explain` are their synchronous faces for notebooks
and scripts.
"""

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from graph import sync
from graph.build import Graph, build_graph
from graph.checkpointers import open_checkpointer
from graph.chosen import DEFAULT, Default, knowledge_of, models_of, options_of
from graph.compose import compose, with_examples
from graph.database import open_database
from graph.driver import Driver
from graph.explanation import Explanation, explain
from graph.prices import read_prices
from graph.records import begin, check_tools
from graph.result import Result, result_of
from graph.retention import Keeper
from graph.roles import ModelChoice
from graph.runs import FINISHED, RunRecord, RunStore
from graph.saver import LoopedSaver
from graph.settings import read_settings
from graph.travel import TimeTravel, Traveller
from nodes.context import Approve
from nodes.errors import InputError
from nodes.events import Event
from nodes.limits import Limits
from nodes.metering import Meter, metered
from nodes.plan import read_question
from nodes.planning import Planned, make_plan, request_for
from nodes.tools import Policy
from retrieval import KnowledgeBase

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver


class Agent(TimeTravel):
    """Answers questions by a plan, with evidence.

    `model` plays every role: a name, a ModelSpec, any LangChain chat model, or a sequence of them, whose first is the
    choice and the others its fallbacks. None is the embedded default, which needs no key and no network; left out, it
    is what the environment and `planfirst.toml` say. `models` says the same for single roles (`planner`, `worker`,
    `solver`). `tools` are LangChain tools, typed functions or `@planfirst.tool`s, beside the built-in ones. `knowledge`
    is a KnowledgeBase, the path of one, or None for no knowledge base and no `search` tool; left out it is the one in
    `home`. `checkpointer` is any LangGraph saver; left out, checkpoints are kept in SQLite in `home`. `home` is the
    folder of everything that is kept (default: PLANFIRST_HOME, else the platform's user data folder). `review` pauses
    after planning, `approve` names the steps that pause for a person; what a person is asked expires after `expires`
    seconds, or at that date, and is a no then. `explain` has a model say what each step is for.
    `speculate` starts steps that only read while the model is still writing the plan; with `review` nothing is.

    `examples` are the operator's question-and-plan pairs in `home`, which a model that plans is shown by similarity;
    its methods `add`, `all` and `remove` block.

    Raises:
        ConfigurationError: a setting cannot be used.
        ToolError: a tool cannot be used, or two have the same name.
    """

    def __init__(  # noqa: PLR0913 - all but one are keywords, and an agent is made in one call
        self,
        model: ModelChoice | Default | None = DEFAULT,
        *,
        models: Mapping[str, ModelChoice | None] | None = None,
        tools: Iterable[Any] = (),
        knowledge: KnowledgeBase | Path | str | Default | None = DEFAULT,
        checkpointer: "BaseCheckpointSaver[Any] | None" = None,
        limits: Limits | None = None,
        policy: Policy | None = None,
        home: Path | str | None = None,
        database: str | None = None,
        review: bool = False,
        approve: Approve | None = None,
        expires: float | str | None = None,
        explain: bool = False,
        speculate: bool = True,
    ) -> None:
        settings = read_settings(home, database)
        self.limits = limits or Limits(budgets=settings.budgets)
        self.knowledge = knowledge_of(knowledge, settings)
        self._options = options_of(settings, approve, expires, review=review, explain=explain, speculate=speculate)
        self._store = RunStore(open_database(settings.runs), settings.keys)
        deps = compose(
            model=models_of(model, models, settings),
            tools=tools,
            knowledge=self.knowledge,
            policy=policy,
            limits=self.limits,
            prices=read_prices(settings.prices) if settings.prices else None,
            keep=self._store.wholes.keep,
        )
        informed, self.examples = with_examples(deps, settings)
        self._deps = deps if deps.ladders is None else informed  # the symbolic planner has no use for examples
        self._toolbox = self._deps.planning.tools
        self._saver = checkpointer or open_checkpointer(settings.runs, self._store.wholes)
        self.graph: Graph = build_graph(self._deps, checkpointer=self._saver)
        self.keeper: Final = Keeper(self._store, self._saver, settings.retention)
        self._driver = Driver(self.graph, self._store, self._deps.execution.runner, self.keeper.follow)
        self._traveller = Traveller(self.graph, self._store, self._deps.planning)

    @property
    def models(self) -> str:
        """Who plays which role, in one line."""
        return "extractive" if self._deps.ladders is None else self._deps.ladders.describe()

    async def astream(self, question: str, *, follow: str | None = None) -> AsyncGenerator[Event, None]:
        """Ask, and yield typed events while the run goes on; the first is RunStarted.

        `follow` is the id of an earlier run whose conversation this question continues. Closing the iterator pauses
        the run, and `aresume` finishes it.

        Raises:
            InputError: the question is empty.
            LimitError: the question is too long.
            UnknownRunError: there is no run `follow`.
            PlanError, ModelError, ConfigurationError, CheckpointError, KnowledgeError: the run failed.
        """
        record = await self._record(question, follow)
        async with aclosing(self._driver.start(record)) as events:
            async for event in events:
                yield event

    async def aask(self, question: str, *, follow: str | None = None) -> Result:
        """Ask, and return the result; see `astream` for the arguments and errors."""
        record = await self._record(question, follow)
        async for _ in self._driver.start(record):
            pass
        return await self.aresult(record.id)

    def ask(self, question: str, *, follow: str | None = None) -> Result:
        """`aask` for synchronous code, also inside a notebook's running loop."""
        return sync.run(self.aask(question, follow=follow))

    async def astream_resume(self, run_id: str, decision: Any = None) -> AsyncGenerator[Event, None]:
        """Go on with a run that was killed, paused, or waits for a person; nothing happens to a finished one.

        `decision` answers what the run waits for. For a plan: `"approve"`, `"reject"` or
        `{"action": "edit", "plan": ...}`. For steps: `"approve"`, `"reject"`, `{"action": "reject", "reason": ...}`, or
        a mapping to these from ids as `E2`, or `E2@f00d` for the call of that fingerprint and no other.

        Raises:
            InputError: the decision does not fit what the run waits for.
            UnknownRunError: there is no such run.
            ToolsChangedError: a tool that the plan needs is missing or has changed since it was planned.
            RunStateError: a newer question was asked in its conversation, or its state is of another version.
        """
        record = await self._store.get(run_id)
        if record.status in FINISHED:
            return
        check_tools(record, self._toolbox)
        async with aclosing(self._driver.resume(record, decision)) as events:
            async for event in events:
                yield event

    async def aresume(self, run_id: str, decision: Any = None) -> Result:
        """Go on with a run and return its result; see `astream_resume`."""
        async for _ in self.astream_resume(run_id, decision):
            pass
        return await self.aresult(run_id)

    def resume(self, run_id: str, decision: Any = None) -> Result:
        """`aresume` for synchronous code."""
        return sync.run(self.aresume(run_id, decision))

    async def apause(self, run_id: str, *, wait: float = 10.0) -> Result:
        """Have a run begin nothing new, wherever it is driven, and return what is known of it.

        Its status is `paused` once the steps under way have ended, or after `wait` seconds still another; `aresume`
        goes on. A run that nobody drives is paused here; one that waits for a person, or is finished, stays as it is.

        Raises:
            UnknownRunError: there is no such run.
        """
        return await self.aresult((await self._driver.stop(run_id, "pause", wait)).id)

    async def acancel(self, run_id: str, *, wait: float = 10.0) -> Result:
        """End a run for good, wherever it is driven, and return what was done until then; see `apause`.

        What is under way is ended; a call of a synchronous tool cannot be, so it is abandoned and the result says so.
        """
        return await self.aresult((await self._driver.stop(run_id, "cancel", wait)).id)

    async def aplan(self, question: str) -> Planned:
        """Return the plan for a question without carrying it out; its errors are `astream`'s."""
        question, _ = read_question({"question": question}, self.limits)
        rationales = self._options["explain"]
        request = await request_for(self._deps.planning, question, {}, rationales=rationales)
        with metered(Meter(self.limits.budgets)):
            return await make_plan(self._deps.planning, request, 0)

    def plan(self, question: str) -> Planned:
        """`aplan` for synchronous code."""
        return sync.run(self.aplan(question))

    async def aresult(self, run_id: str) -> Result:
        """Return what is known of a run, finished or not.

        Raises:
            UnknownRunError: there is no such run.
        """
        return result_of(*await self._known(run_id))

    async def avalue(self, run_id: str, step: str) -> Any:
        """Return what a step of a run returned, whole also where checkpoints and results hold it cut.

        Raises:
            UnknownRunError: there is no such run.
            InputError: it has no such step with a value.
        """
        record = await self._store.get(run_id)
        result = (record.results or {}).get(step.lstrip("#"))
        if result is None or result["status"] != "ok":
            raise InputError(
                f"run {record.id} has no step {step} with a value; `planfirst show {record.id}` lists them"
            )
        return await self._store.wholes.whole(result["whole"]["digest"]) if "whole" in result else result["value"]

    async def aexplain(self, run_id: str) -> Explanation:
        """Return which sentence of a run's answer rests on what, and what each step was for; finished or not.

        Raises:
            UnknownRunError: there is no such run.
        """
        return explain(*await self._known(run_id))

    def explain(self, run_id: str) -> Explanation:
        """`aexplain` for synchronous code."""
        return sync.run(self.aexplain(run_id))

    async def aruns(self, limit: int = 20) -> list[RunRecord]:
        """Return the newest runs' records, newest first."""
        return await self._store.recent(limit)

    async def adelete(self, run_id: str, *, conversation: bool = False) -> list[str]:
        """Delete every trace of a run, or of all of its conversation and all made from them, and return the ids.

        Raises:
            UnknownRunError: there is no such run.
            RunStateError: other runs of its conversation, or made from it, hold its question.
        """
        return await self.keeper.delete(await self._store.get(run_id), conversation=conversation)

    async def aclose(self) -> None:
        """Close what the running loop has open. Loops that end in the orderly way close theirs by themselves."""
        await self._store.aclose()
        if self._deps.ladders is not None:
            await self._deps.ladders.aclose()
        if isinstance(self._saver, LoopedSaver):
            await self._saver.aclose()

    async def _known(self, run_id: str) -> tuple[RunRecord, list[dict[str, Any]]]:
        """Return a run's record and the requests that it waits for a person to answer."""
        record = await self._store.get(run_id)
        waits = record.status in {"awaiting_review", "awaiting_approval", "paused"}
        return record, await self._driver.pending(record) if waits else []

    async def _record(self, question: str, follow: str | None) -> RunRecord:
        """Check the question and store a new run for it."""
        question, _ = read_question({"question": question}, self.limits)
        tenure = self._driver.tenure
        return await begin(
            self._store,
            question,
            follow,
            mode="extractive" if self._deps.ladders is None else "model",
            options=self._options,
            tools=self._toolbox,
            held=(tenure.name, tenure.lease()),
        )
