"""Planner, worker and solver over the real client: what they ask, in which form, and what they make of the reply."""

import pytest

from nodes.drafts import CollectionLine, Earlier, Example, PlanRequest, Proposal, SolveRequest, StepOutcome, ToolLine
from nodes.errors import LimitError, ModelError, Problem
from nodes.language import parse
from nodes.limits import Budgets
from nodes.metering import Meter, metered
from nodes.models import ChatPlanner, ChatSolver, ChatWorker, Ladder
from nodes.models.schema import plan_schema
from nodes.planning import StreamingPlanner
from nodes.tokens import at_most
from nodes.tools import calculate, compare, read_tool, tabulate_tool
from planfirst.loopback import CONTEXT_TOO_LONG, NO_JSON_SCHEMA, LoopbackServer, Reply

PLAN = '#E1 = calculate(expression="6 * 7")\n'
TOOLS = [
    ToolLine(t.name, t.signature, t.parameters) for t in (calculate, compare, read_tool(None), tabulate_tool(None))
]


def request(**fields):
    given = {"question": "What is 6 times 7?", "turns": [], "tools": TOOLS, "collections": [], "max_steps": 9}
    return PlanRequest(**{**given, **fields})


REPAIR = Earlier('#E1 = sum("6, 7")', [Problem(1, "unknown_tool", "there is no tool sum", "use calculate")])


class TestPlanner:
    async def test_it_asks_for_text_with_the_tools_and_the_question(self, caller):
        async with LoopbackServer({"m": [PLAN]}) as server:
            proposal = await ChatPlanner(caller(server)).plan(request())
            asked = server.log.exchanges[0].request
        assert (proposal.text, proposal.mode) == (PLAN, "model")
        assert asked.response_format is None
        assert calculate.signature in asked.prompt
        assert asked.messages[-1].text == "Question: What is 6 times 7?"

    async def test_it_streams(self, caller):
        async with LoopbackServer({"m": [PLAN]}) as server:
            planner = ChatPlanner(caller(server))
            assert isinstance(planner, StreamingPlanner)
            with metered(Meter()) as meter:
                *chunks, last = [chunk async for chunk in planner.stream(request())]
        assert len(chunks) > 3
        assert "".join(chunks) == PLAN
        assert last == Proposal(PLAN, "model")
        assert meter.usage["completion_tokens"] > 3

    async def test_it_is_told_collections_examples_earlier_questions_and_what_went_wrong(self, caller):
        given = request(
            turns=["How old is she?"],
            collections=[CollectionLine("staff", "who works here"), CollectionLine("other", "")],
            examples=[Example("What is 2 + 2?", '#E1 = calculate(expression="2 + 2")')],
            earlier=REPAIR,
        )
        async with LoopbackServer({"m": [PLAN]}) as server:
            await ChatPlanner(caller(server)).plan(given)
            prompt = server.log.exchanges[0].request.prompt
        for part in (
            "1. How old is she?",
            "staff: who works here",
            "What is 2 + 2?",
            "there is no tool sum; use calculate",
        ):
            assert part in prompt
        assert "other" not in prompt

    async def test_a_revision_tells_how_steps_ended_and_nothing_they_returned(self, caller):
        outcome = StepOutcome("E1", "search", "failed", "timeout")
        async with LoopbackServer({"m": [PLAN]}) as server:
            await ChatPlanner(caller(server)).plan(request(earlier=Earlier(PLAN, outcomes=[outcome])))
            assert "#E1 search: failed (timeout)" in server.log.exchanges[0].request.prompt

    async def test_rationales_are_asked_for_only_on_demand(self, caller):
        async with LoopbackServer({"m": [PLAN, PLAN]}) as server:
            await ChatPlanner(caller(server)).plan(request())
            await ChatPlanner(caller(server)).plan(request(rationales=True))
            without, with_ = (exchange.request.prompt for exchange in server.log.exchanges)
        assert ("Plan: why" in without, "Plan: why" in with_) == (False, True)

    async def test_examples_go_where_the_prompt_is_too_long(self, caller):
        examples = [Example("Something long?", PLAN)]
        async with LoopbackServer({"m": [CONTEXT_TOO_LONG, PLAN]}) as server:
            await ChatPlanner(caller(server)).plan(request(examples=examples))
            prompts = [exchange.request.prompt for exchange in server.log.exchanges]
        assert ["Something long?" in prompt for prompt in prompts] == [True, False]


STRUCTURED = {
    "steps": [
        {"id": "E1", "tool": "tabulate", "args": {"attribute": "diameter", "source": "moons", "of": None}},
        {"id": "E2", "tool": "compare", "args": {"values": "#E1", "mode": "smallest"}},
    ]
}


class TestPlanFormats:
    async def test_structured_output_is_asked_for_in_the_request_and_checked_by_the_endpoint(self, caller):
        async with LoopbackServer({"m": [Reply.of_json(STRUCTURED)]}) as server:
            proposal = await ChatPlanner(caller(server), "json_schema").plan(request())
            asked = server.log.exchanges[0].request
        assert asked.response_format.json_schema.strict
        first, second = parse(proposal.text).steps
        assert (first.tool, first.args) == ("tabulate", {"attribute": "diameter", "source": "moons"})
        assert (second.args["mode"], [reference.name for reference in second.references]) == ("smallest", ["E1"])

    @pytest.mark.parametrize("form", ["text", "auto"])
    async def test_a_first_plan_is_text_and_a_repair_may_be_structured(self, caller, form):
        async with LoopbackServer({"m": lambda r: Reply.of_json(STRUCTURED) if r.response_format else PLAN}) as server:
            planner = ChatPlanner(caller(server), form)
            await planner.plan(request())
            await planner.plan(request(earlier=Earlier(PLAN, outcomes=[])))
            await planner.plan(request(earlier=REPAIR))
            structured = [exchange.request.response_format is not None for exchange in server.log.exchanges]
        assert structured == [False, False, form == "auto"]

    @pytest.mark.filterwarnings("ignore:This model does not support OpenAI's structured output")  # the client's advice
    async def test_an_endpoint_without_it_is_asked_for_text_and_not_bothered_again(self, caller):
        answers = lambda r: NO_JSON_SCHEMA if r.response_format else PLAN  # noqa: E731
        async with LoopbackServer({"m": answers}) as server:
            planner = ChatPlanner(caller(server), "json_schema")
            with metered(Meter()) as meter:
                assert (await planner.plan(request())).text == PLAN
                assert (await planner.plan(request())).text == PLAN
        assert [attempt["outcome"] for attempt in meter.attempts] == ["rejected", "ok", "ok"]

    async def test_other_failures_are_not_taken_for_that(self, caller):
        async with LoopbackServer({"m": [CONTEXT_TOO_LONG]}) as server:
            with pytest.raises(ModelError, match="takes less"):
                await ChatPlanner(caller(server), "json_schema").plan(request())

    def test_the_schema_is_strict_all_the_way_down(self):
        def check(schema):
            if schema.get("type") == "object":
                assert schema["required"] == list(schema["properties"])
                assert schema["additionalProperties"] is False
                for each in schema["properties"].values():
                    check(each)
            for each in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else [])):
                check(each)

        schema = plan_schema(TOOLS)
        check(schema)
        steps = schema["properties"]["steps"]["items"]["anyOf"]
        assert [step["properties"]["tool"]["enum"] for step in steps] == [[tool.name] for tool in TOOLS]
        mode = steps[1]["properties"]["args"]["properties"]["mode"]["anyOf"]
        assert {"type": "string", "enum": ["largest", "smallest", "equal"]} in mode
        assert {"type": "null"} in mode

    def test_without_tools_there_are_no_steps(self):
        assert plan_schema([])["properties"]["steps"]["maxItems"] == 0


class TestWorker:
    async def test_it_reads_and_quotes_where_the_answer_stands(self, caller, passage):
        p = passage(text="Jupiter is 139,820 km wide.")
        async with LoopbackServer({"m": ["139,820 km", "NO ANSWER", "about 140,000 km"]}) as server:
            worker = ChatWorker(Ladder([caller(server, role="worker")]))
            found, none, said = [await worker.read("diameter", [p], "a note") for _ in range(3)]
            prompt = server.log.exchanges[0].request.prompt
        assert found["value"] == "139,820 km"
        assert (found["sources"][0]["quote"], found["sources"][0]["start"]) == ("139,820 km", 111)
        assert (none["value"], said["sources"]) == (None, [])
        assert "Jupiter is 139,820 km wide." in prompt
        assert "a note" in prompt

    async def test_it_reasons_over_evidence_or_says_that_it_is_not_enough(self, caller, passage):
        async with LoopbackServer({"m": ["Jupiter", "no answer."]}) as server:
            worker = ChatWorker(Ladder([caller(server, role="worker")]))
            assert await worker.reason("Which is wider?", [passage()], "") == "Jupiter"
            assert await worker.reason("Which is wider?", [], "") is None
            first, second = (exchange.request for exchange in server.log.exchanges)
        assert "Jupiter is large." in first.prompt
        assert second.messages[-1].text == "Task: Which is wider?"

    async def test_evidence_is_cut_harder_where_the_model_takes_less(self, caller):
        async with LoopbackServer({"m": [CONTEXT_TOO_LONG, "42"]}) as server:
            worker = ChatWorker(Ladder([caller(server, role="worker")]))
            assert await worker.reason("Sum up", [], "x" * 50_000) == "42"
            long, short = (len(exchange.request.prompt) for exchange in server.log.exchanges)
            assert "… [cut]" in server.log.exchanges[1].request.prompt
        assert short < long / 3


def solver_of(caller, tokens=8_000):
    return ChatSolver(Ladder([caller]), tokens=tokens)


class TestSolver:
    async def test_it_answers_from_numbered_evidence_and_results(self, caller, passage, step_result):
        p, result = passage(), step_result("E1", 42, tool="calculate", working="6 * 7 = 42")
        async with LoopbackServer({"m": ["Jupiter is larger [1].", "not enough evidence"]}) as server:
            solver = solver_of(caller(server))
            asked = SolveRequest("Which is larger?", PLAN, {"E1": result}, [p])
            draft, none = await solver.solve(asked), await solver.solve(asked)
            prompt = server.log.exchanges[0].request.prompt
        assert (draft.text, draft.mode, draft.sources[0]["quote"]) == ("Jupiter is larger [1].", "model", p["text"])
        assert none.status == "insufficient"
        assert "[1] Planets: Jupiter is large." in prompt
        assert "[E1] 6 * 7 = 42" in prompt

    async def test_without_a_plan_it_answers_directly(self, caller):
        async with LoopbackServer({"m": ["Paris."]}) as server:
            draft = await solver_of(caller(server)).solve(SolveRequest("Capital of France?", "", {}, []))
            assert "evidence alone" not in server.log.exchanges[0].request.prompt
        assert draft.text == "Paris."

    async def test_evidence_is_cut_harder_where_the_model_takes_less(self, caller, passage):
        passages = [passage(f"p{n}", f"Passage {n} " + "x" * 200) for n in range(8)]
        tokens = 8 * (at_most(f"[1] Planets: {passages[0]['text']}") + 1)
        async with LoopbackServer({"m": [CONTEXT_TOO_LONG, "Done [2]."]}) as server:
            draft = await solver_of(caller(server), tokens).solve(SolveRequest("q", PLAN, {}, passages))
            shown = [exchange.request.prompt.count("Passage") for exchange in server.log.exchanges]
        assert shown == [8, 2]
        assert [source["quote"] for source in draft.sources] == [each["text"] for each in passages[:2]]

    async def test_a_run_that_gathered_nothing_asks_no_model(self, caller):
        async with LoopbackServer({"m": ["never"]}) as server:
            assert (await solver_of(caller(server)).solve(SolveRequest("q", PLAN, {}, []))).status == "insufficient"
            assert server.log.exchanges == []

    async def test_a_budget_is_a_typed_error(self, caller, passage):
        async with LoopbackServer({"m": ["never"]}) as server:
            with metered(Meter(Budgets(model_calls=0))), pytest.raises(LimitError) as caught:
                await solver_of(caller(server)).solve(SolveRequest("q", PLAN, {}, [passage()]))
            assert server.log.exchanges == []
        assert (caught.value.kind, caught.value.limit) == ("model_calls", 0)
