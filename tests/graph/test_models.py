"""Models in an agent, with the real client over HTTP: roles, the ladder, what is kept of it, keys, budgets, loops."""

import asyncio
import logging
import threading
from contextlib import asynccontextmanager
from typing import ClassVar

import pytest
from langchain_core.messages import HumanMessage

from graph.build import build_graph
from graph.compose import compose
from graph.ladders import Ladders
from graph.prices import read_prices
from graph.roles import ModelSettings
from nodes.errors import ConfigurationError, ModelError
from nodes.events import ModelCalled
from nodes.limits import Budgets, Limits
from planfirst import Agent, ModelSpec, tool
from planfirst.loopback import (
    BAD_KEY,
    CONTENT_FILTERED,
    HANG,
    NO_QUOTA,
    LoopbackServer,
    Reply,
    Scheduled,
    ThreadHost,
    model_not_found,
    refused_base_url,
)
from retrieval import HashEmbedder, KnowledgeBase

PLAN = '#E1 = look(place="here")\n#E2 = read(question="how wide", source=#E1)'
INVALID = '#E1 = stare(place="here")'


@tool(effect="read")
def look(place: str) -> str:
    """Look somewhere."""
    return f"The {place} is 3 m wide."


@asynccontextmanager
async def agent_on(tmp_path, models, *, limits=None, roles=None, faults=(), **options):
    """Serve models and give an agent that has each by name, and the server."""
    async with LoopbackServer(models, faults=faults) as server:

        def spec(name):
            return ModelSpec(name, server.base_url)

        chosen = roles or {"planner": ["p"], "worker": ["w"], "solver": ["s"]}
        chosen = {role: [spec(name) for name in names] for role, names in chosen.items()}
        limits = limits or Limits(retry_seconds=0.001)
        agent = Agent(None, models=chosen, tools=[look], knowledge=None, home=tmp_path, limits=limits, **options)
        yield agent, server
        await agent.aclose()


def told(result):
    return [(call.role, call.model, call.outcome) for call in result.attempts]


async def test_each_role_is_played_by_its_own_model(tmp_path):
    models = {"p": [PLAN], "w": ["3 m"], "s": ["It is 3 m wide [E2]."]}
    async with agent_on(tmp_path, models) as (agent, server):
        assert agent.models == "planner p, worker w, solver s"
        result = await agent.aask("How wide is it here?")
        sent = {exchange.request.model: exchange.usage for exchange in server.log.exchanges}
    assert (result.status, result.mode, result.answer) == ("done", "model", "It is 3 m wide [E2].")
    assert told(result) == [("planner", "p", "ok"), ("worker", "w", "ok"), ("solver", "s", "ok")]
    assert result.played == {"planner": "p", "worker": "w", "solver": "s"}
    assert result.usage.calls == 3
    assert result.usage.prompt_tokens == sum(usage["prompt_tokens"] for usage in sent.values())
    assert result.usage_by_role["worker"].prompt_tokens == sent["w"]["prompt_tokens"]
    assert result.usage.cost is None  # nobody has said what these models cost


async def test_reasoning_is_a_small_call_over_named_evidence(tmp_path):
    plan = '#E1 = look(place="here")\n#E2 = reason(task="Is that wide?", evidence=#E1)'
    async with agent_on(tmp_path, {"p": [plan], "w": ["Yes."], "s": ["Yes [E2]."]}) as (agent, server):
        result = await agent.aask("Is it wide here?")
        asked = server.log.exchanges[1].request
    assert asked.messages[-1].text == "Task: Is that wide?\n<data>\nThe here is 3 m wide.\n</data>"
    assert result.evidence[1].value == "Yes."


async def test_without_a_worker_nothing_reasons(tmp_path):
    async with agent_on(tmp_path, {"p": []}, roles={"planner": ["p"]}) as (agent, _):
        assert "reason" not in agent._toolbox
        assert agent.models == "planner p, worker and solver extractive"


class TestLadder:
    async def test_a_plan_is_repaired_once_then_the_next_model_is_asked_then_the_symbolic_planner(self, tmp_path):
        models = {"p": [INVALID, INVALID], "q": [INVALID, INVALID], "w": [], "s": ["It is 5 [E1]."]}
        roles = {"planner": ["p", "q"], "worker": ["w"], "solver": ["s"]}
        async with agent_on(tmp_path, models, roles=roles) as (agent, _):
            result = await agent.aask("What is 2 + 3?")
        once = [("planner", "p", "ok"), ("planner", "p", "invalid")]
        assert told(result)[:4] == once * 2
        assert [call for call in told(result) if call[1] == "q"][-1] == ("planner", "q", "invalid")
        assert result.plan[0].tool == "calculate"
        assert result.played == {"planner": "extractive", "solver": "s"}
        for part in ("p made no plan: the plan is not valid", "q made no plan", "The plan was made without a model"):
            assert part in result.error["message"]

    @pytest.mark.parametrize("fault", [NO_QUOTA, CONTENT_FILTERED, model_not_found("p")])
    async def test_the_next_planner_plans_where_one_fails(self, tmp_path, fault):
        models = {"p": [fault] * 2, "q": [PLAN], "w": ["3 m"], "s": ["3 m [E2]."]}
        roles = {"planner": ["p", "q"], "worker": ["w"], "solver": ["s"]}
        async with agent_on(tmp_path, models, roles=roles, speculate=False) as (agent, _):
            result = await agent.aask("How wide is it here?")
        assert result.played["planner"] == "q"
        assert "p made no plan: p at 127.0.0.1:" in result.error["message"]

    async def test_the_next_solver_solves_and_then_the_extractive_one(self, tmp_path):
        plan = '#E1 = calculate(expression="2 + 3")'
        models = {"p": [plan, plan], "w": [], "s": [NO_QUOTA, NO_QUOTA], "t": ["It is 5 [E1].", CONTENT_FILTERED]}
        roles = {"planner": ["p"], "worker": ["w"], "solver": ["s", "t"]}
        async with agent_on(tmp_path, models, roles=roles) as (agent, _):
            first, second = await agent.aask("What is 2 + 3?"), await agent.aask("What is 2 + 3?")
        assert (first.answer, first.played["solver"]) == ("It is 5 [E1].", "t")
        assert (second.mode, second.played["solver"]) == ("extractive", "extractive")
        assert "5" in second.answer
        assert "without a model" in second.error["message"]

    async def test_a_worker_that_fails_over_text_without_passages_fails_its_step(self, tmp_path):
        models = {"p": [PLAN], "w": [NO_QUOTA], "s": ["It is 3 m wide [E2]."]}
        async with agent_on(tmp_path, models) as (agent, _):
            result = await agent.aask("How wide is it here?")
            record = (await agent.aruns())[0]
        step = record.results["E2"]
        assert (step["status"], step["error"]["kind"]) == ("failed", "model")  # there were no passages to read it off
        assert "then its fallback read_extractively: the evidence does not say" in step["error"]["message"]
        assert ("worker", "w", "quota") in told(result)

    async def test_the_extractive_reader_reads_passages_where_the_worker_fails_and_the_step_says_so(self, tmp_path):
        knowledge = KnowledgeBase(tmp_path / "knowledge", embedder=HashEmbedder())
        (tmp_path / "jupiter.md").write_text("# Jupiter\n\nThe diameter of Jupiter is 142,984 km.", "utf-8")
        knowledge.ingest([tmp_path / "jupiter.md"])
        plan = '#E1 = search(query="diameter of Jupiter")\n#E2 = read(question="diameter of Jupiter in km", source=#E1)'
        async with LoopbackServer({"p": [plan], "w": [NO_QUOTA], "s": ["142,984 km [1]."]}) as server:
            roles = {role: ModelSpec(role[0], server.base_url) for role in ("planner", "worker", "solver")}
            agent = Agent(None, models=roles, knowledge=knowledge, home=tmp_path)
            result = await agent.aask("How wide is Jupiter?")
            record = (await agent.aruns())[0]
            await agent.aclose()
        step = record.results["E2"]
        assert (step["status"], step["value"], step["fallback"]) == ("ok", "142984 km", "read_extractively")
        assert [call["outcome"] for call in step["model_calls"]] == ["quota"]
        assert result.status == "done"

    async def test_a_dead_endpoint_leaves_everything_to_the_embedded_default(self, tmp_path):
        with refused_base_url() as dead:
            agent = Agent(ModelSpec("m", dead), knowledge=None, home=tmp_path, limits=Limits(retry_seconds=0.001))
            result = await agent.aask("What is 2 + 3?")
            again = await agent.aask("What is 2 + 3?")
            await agent.aclose()
        assert (result.mode, result.status) == ("extractive", "done")
        assert "5" in result.answer
        assert {call.outcome for call in result.attempts} == {"connection", "unavailable"}
        assert {call.outcome for call in again.attempts} == {"unavailable"}  # its circuit is open

    async def test_every_call_is_an_event_and_is_logged(self, tmp_path, caplog):
        models = {"p": [NO_QUOTA, NO_QUOTA], "w": [], "s": ["It is 5 [E1]."]}
        with caplog.at_level(logging.INFO, "planfirst"):
            async with agent_on(tmp_path, models, speculate=False) as (agent, _):
                events = [event async for event in agent.astream("What is 2 + 3?") if isinstance(event, ModelCalled)]
        assert [(event.role, event.outcome) for event in events] == [("planner", "quota"), ("solver", "ok")]
        levels = [(record.levelname, "p quota" in record.getMessage()) for record in caplog.records]
        assert levels == [("WARNING", True), ("INFO", False)]


class TestKeys:
    async def test_a_wrong_key_fails_the_run_at_once_and_the_run_goes_on_when_it_is_right(self, tmp_path):
        models = {"p": [PLAN], "w": ["3 m"], "s": [BAD_KEY, "It is 3 m wide [E2]."], "t": []}
        roles = {"planner": ["p"], "worker": ["w"], "solver": ["s", "t"]}
        async with agent_on(tmp_path, models, roles=roles) as (agent, _):
            with pytest.raises(ModelError, match=r"s at .* refuses the key .*set OPENAI_API_KEY"):
                await agent.aask("How wide is it here?")
            (record,) = await agent.aruns()
            assert (record.status, record.error["kind"]) == ("failed", "ModelError")
            assert record.attempts[-1]["outcome"] == "bad_key"
            result = await agent.aresume(record.id)
        assert result.answer == "It is 3 m wide [E2]."
        assert [call.outcome for call in result.attempts] == ["ok", "ok", "bad_key", "ok"]

    async def test_a_wrong_key_of_the_worker_fails_its_step(self, tmp_path):
        models = {"p": [PLAN], "w": [BAD_KEY], "s": ["It is 3 m wide [E1]."]}
        async with agent_on(tmp_path, models) as (agent, _):
            result = await agent.aask("How wide is it here?")
        assert result.evidence[1].error["kind"] == "bad_key"
        assert result.status == "partial"

    def test_a_model_without_a_key_is_refused_before_anything_is_asked(self, tmp_path):
        with pytest.raises(ConfigurationError, match="the model m has no key; set MY_KEY"):
            Agent(ModelSpec("m", "https://models.example.org/v1", "MY_KEY"), home=tmp_path)


class TestBudgets:
    MODELS: ClassVar = {"p": [PLAN], "w": ["3 m"], "s": ["It is 3 m wide [E2]."]}

    @pytest.mark.parametrize(
        ("budgets", "kind", "calls"),
        [
            (Budgets(model_calls=1), "model_calls", 1),
            (Budgets(tokens=50), "tokens", 1),
            (Budgets(steps=1), "steps", 2),
            (Budgets(tool_calls=1), "tool_calls", 2),
        ],
    )
    async def test_where_one_is_used_up_the_answer_is_partial_and_says_why(self, tmp_path, budgets, kind, calls):
        limits = Limits(budgets=budgets, retry_seconds=0.001)
        async with agent_on(tmp_path, self.MODELS, limits=limits, speculate=False) as (agent, server):
            result = await agent.aask("How wide is it here?")
            assert len(server.log.exchanges) == calls
        assert (result.status, result.answer_status) == ("partial", "partial")
        assert f"the limit on {kind} is" in result.error["message"]

    async def test_the_time_of_a_run_bounds_its_tools_and_its_models(self, tmp_path):
        @tool(effect="read")
        async def wait() -> str:
            """Never end."""
            await asyncio.Event().wait()

        limits = Limits(budgets=Budgets(seconds=1.0))
        async with LoopbackServer({"m": ["#E1 = wait()"]}, faults=[]) as server:
            agent = Agent(ModelSpec("m", server.base_url), tools=[wait], knowledge=None, home=tmp_path, limits=limits)
            async with asyncio.timeout(20):
                result = await agent.aask("How long?")
            await agent.aclose()
            assert len(server.log.exchanges) == 1
        assert result.evidence[0].error["kind"] == "limit"
        assert "the limit on seconds is 1" in result.error["message"]

    async def test_a_planner_that_hangs_leaves_time_for_nothing_but_the_embedded_default(self, tmp_path):
        limits = Limits(budgets=Budgets(seconds=0.8))
        async with LoopbackServer({"m": [HANG]}) as server:
            agent = Agent(ModelSpec("m", server.base_url), knowledge=None, home=tmp_path, limits=limits)
            result = await agent.aask("What is 2 + 3?")
            await agent.aclose()
        assert [call.outcome for call in result.attempts] == ["limit", "limit"]
        assert "the limit on seconds is 0.8" in result.error["message"]

    async def test_money_is_counted_by_the_price_table(self, tmp_path):
        prices = tmp_path / "prices.toml"
        prices.write_text("".join(f"[{name}]\ninput = 1000000\noutput = 0\n" for name in "pws"), "utf-8")
        async with LoopbackServer(self.MODELS) as server:
            settings = ModelSettings().overridden(
                {r: ModelSpec(n, server.base_url) for r, n in (("planner", "p"), ("worker", "w"), ("solver", "s"))}
            )
            deps = compose(
                model=settings, tools=[look], prices=read_prices(prices), limits=Limits(budgets=Budgets(cost=2.0))
            )
            state = await build_graph(deps).ainvoke({"question": "How wide is it here?"})
            await deps.ladders.aclose()
        planning = state["attempts"][0]["usage"]
        assert planning["cost"] == planning["prompt_tokens"]
        assert state["answer"]["status"] != "answered"
        assert "the limit on cost is 2" in state["answer"]["reason"]

    def test_money_cannot_be_budgeted_for_a_model_without_a_price(self):
        with pytest.raises(ConfigurationError, match="without a price: m"):
            compose(model=ModelSpec("m", "http://127.0.0.1:1/v1"), limits=Limits(budgets=Budgets(cost=1)))


def test_an_agent_serves_threads_and_loops_each_with_its_own_connections(tmp_path):
    answer = Reply("It is 42.")
    models = {"m": lambda request: "Plan: none" if "Tools:" in request.prompt else answer}
    with ThreadHost(LoopbackServer(models)) as server:
        agent = Agent(ModelSpec("m", server.base_url), knowledge=None, home=tmp_path)
        answers = [agent.ask("one?").answer, asyncio.run(agent.aask("two?")).answer]
        thread = threading.Thread(target=lambda: answers.append(asyncio.run(agent.aask("three?")).answer))
        thread.start()
        thread.join(60)
        answers.append(agent.ask("four?").answer)
    assert answers == ["It is 42."] * 4


def test_models_by_name_take_the_rest_from_the_settings(monkeypatch, tmp_path):
    monkeypatch.setenv("PLANFIRST_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("PLANFIRST_PLANNER_MODEL", "configured")
    assert Agent(knowledge=None, home=tmp_path).models == "planner configured, worker and solver extractive"
    assert Agent(None, knowledge=None, home=tmp_path).models == "extractive"
    assert Agent("a", knowledge=None, home=tmp_path).models == "a"
    both = Agent(["a", "b"], models={"solver": None}, knowledge=None, home=tmp_path)
    assert both.models == "planner and worker a (then b), solver extractive"


def test_a_key_alone_chooses_no_model(monkeypatch, tmp_path):
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    assert Agent(knowledge=None, home=tmp_path).models == "extractive"


async def test_a_chat_model_of_langchain_plays_as_it_is(scripted, tmp_path):
    agent = Agent(scripted("Plan: none", "It is 42."), knowledge=None, home=tmp_path)
    result = await agent.aask("What is it?")
    assert told(result) == [("planner", "GenericFakeChatModel", "ok"), ("solver", "GenericFakeChatModel", "ok")]


async def test_explanations_ask_the_planner_for_rationales(tmp_path):
    async with agent_on(tmp_path, {"p": ["Plan: none"] * 2, "w": [], "s": ["Hm."] * 2}, explain=True) as (
        agent,
        server,
    ):
        await agent.aask("What is it?")
        assert "Plan: why" in server.log.exchanges[0].request.prompt


class TestPrices:
    def test_the_shipped_table_is_sound_and_a_users_file_goes_before_it(self, tmp_path):
        own = read_prices()
        assert own["gpt-5-mini"].cached < own["gpt-5-mini"].input < own["gpt-5-mini"].output
        path = tmp_path / "prices.toml"
        path.write_text('["gpt-5-mini"]\ninput = 9\noutput = 9\n', "utf-8")
        assert read_prices(path)["gpt-5-mini"].input == 9
        assert read_prices(path)["gpt-5"] == own["gpt-5"]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[m]\ninput = -1\noutput = 1\nextra = 2", "m.input"),
            ("[m]\ninput = 1", "m.output"),
            ("m = ", "is no TOML"),
            (None, "cannot be read"),
        ],
    )
    def test_a_table_that_is_wrong_is_named(self, tmp_path, text, said):
        path = tmp_path / "prices.toml"
        if text is not None:
            path.write_text(text, "utf-8")
        with pytest.raises(ConfigurationError, match=said):
            read_prices(path)


async def test_circuits_are_shared_by_all_roles_of_an_endpoint(tmp_path):
    async with LoopbackServer({"m": lambda _: "x"}, faults=[Scheduled(HANG)]) as server:
        settings = ModelSettings().playing(ModelSpec("m", server.base_url))
        ladders = Ladders(settings, {}, Limits(model_seconds=0.3))
        for role in ("planner", "worker", "solver"):
            with pytest.raises(ModelError):
                await ladders.of(role)[0].reply(lambda _: [HumanMessage("Hi")])
        assert ladders.circuits()[server.base_url].condition == "open"
        await ladders.aclose()
