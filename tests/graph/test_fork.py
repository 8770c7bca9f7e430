"""A run made from another's checkpoint: what it takes over, what it runs anew, and that the other stays as it was."""

from dataclasses import asdict, replace

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from graph.database import is_postgres
from nodes.errors import InputError, PlanError, UnknownRunError
from planfirst import Agent, tool
from retrieval import HashEmbedder, KnowledgeBase

PLAN = """#E1 = note(text="one")
#E2 = note(text="two")
#E3 = join(a=#E1, b=#E2)
#E4 = join(a=#E3, b="!")"""


@pytest.fixture(autouse=True)
def stored(place, monkeypatch):
    """Keep the runs of a test in SQLite, and then in Postgres."""
    if is_postgres(place):
        monkeypatch.setenv("PLANFIRST_DATABASE_URL", place)


class Desk:
    """Tools that note every call of theirs; `note` writes, and is told by which key it may know a repetition."""

    def __init__(self) -> None:
        self.calls, self.keys = [], []

        @tool(effect="write", idempotent=True)
        def note(text: str, idempotency_key: str) -> str:
            """Note something."""
            self.calls.append(text)
            self.keys.append(idempotency_key)
            return text.upper()

        @tool(effect="read")
        def join(a: str, b: str) -> str:
            """Join two texts."""
            self.calls.append(f"{a}+{b}")
            return f"{a}{b}"

        self.tools = [note, join]

    def took(self) -> list[str]:
        """Return the calls since it was last asked."""
        calls, self.calls = sorted(self.calls), []
        return calls


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def agent(scripted, desk):
    return Agent(scripted(PLAN, *["It is so."] * 9), tools=desk.tools, knowledge=None)


async def number_before(agent, run_id: str, node: str) -> str:
    """Return the number of the checkpoint from which the node goes on."""
    return next(str(each.number) for each in await agent.ahistory(run_id) if node in each.next)


async def test_history_tells_the_checkpoints_in_order(agent):
    run = await agent.aask("q")
    history = await agent.ahistory(run.run_id[:6])
    assert [each.number for each in history] == list(range(1, len(history) + 1))
    assert [(each.after, each.next) for each in history] == [
        ("start", ("__start__",)),
        ("start", ("plan",)),
        ("plan", ("execute",)),
        ("execute", ("retrieve",)),
        ("retrieve", ("solve",)),
        ("solve", ()),
    ]
    assert history[1].holds == "the question"
    assert history[2].holds == "a plan of 4 steps, 4 done"
    assert history[2].plan == PLAN
    assert history[-1].holds == "a plan of 4 steps, 4 done, the answer “It is so.”"
    assert [each.created_at for each in history] == sorted(each.created_at for each in history)


async def test_a_fork_with_an_edited_plan_runs_what_changed_and_what_depends_on_it(agent, desk):
    run = await agent.aask("q")
    before = asdict((await agent.aruns())[0])
    checkpoints = await agent.ahistory(run.run_id)
    desk.took()
    at = await number_before(agent, run.run_id, "execute")
    fork = await agent.afork(run.run_id, at, plan=PLAN.replace('"two"', '"zwei"'))
    assert (fork.carried, fork.again, fork.edited) == (("E1",), ("E2", "E3", "E4"), True)
    assert desk.took() == []  # it is not run yet
    result = await agent.aresume(fork.run_id)
    assert desk.took() == ["ONE+ZWEI", "ONEZWEI+!", "zwei"]
    assert (result.status, result.evidence[-1].value) == ("done", "ONEZWEI!")
    assert [each.carried_from for each in result.evidence] == [run.run_id, None, None, None]
    assert [step.carried_from for step in (await agent.aexplain(fork.run_id)).steps] == [run.run_id, None, None, None]
    assert result.forked_from == run.run_id
    assert result.fork == {"checkpoint": fork.checkpoint, "edited": True, "set": []}
    assert asdict(next(record for record in await agent.aruns() if record.id == run.run_id)) == before
    after = await agent.ahistory(run.run_id)
    assert [replace(each, forks=()) for each in after] == checkpoints
    assert {each.id: each.forks for each in after if each.forks} == {fork.checkpoint: (fork.run_id,)}


async def test_also_the_first_step_and_from_the_end_and_with_other_numbers(agent, desk):
    run = await agent.aask("q")
    desk.took()
    plan = '#E1 = note(text="new")\n#E2 = note(text="one")\n#E3 = note(text="two")\n#E4 = join(a=#E2, b=#E3)'
    fork = await agent.afork(run.run_id, plan=plan)
    assert (fork.carried, fork.again) == (("E2", "E3", "E4"), ("E1",))
    result = await agent.aresume(fork.run_id)
    assert desk.took() == ["new"]
    assert [each.value for each in result.evidence] == ["NEW", "ONE", "TWO", "ONETWO"]


async def test_a_value_that_a_person_set_stands_whatever_it_is_made_of_and_is_told_as_such(agent, desk, scripted):
    run = await agent.aask("q")
    desk.took()
    agent = Agent(scripted("It is X [E3]."), tools=desk.tools, knowledge=None)
    fork = await agent.afork(run.run_id, values={"E3": "X"})
    assert (fork.carried, fork.given, fork.again) == (("E1", "E2"), ("E3",), ("E4",))
    result = await agent.aresume(fork.run_id)
    assert desk.took() == ["X+!"]
    assert [each.set_by for each in result.evidence] == [None, None, "person", None]
    assert result.cited_steps[0].value == "X (set by a person)"
    (basis,) = (await agent.aexplain(fork.run_id)).sentences[0].bases
    assert [origin.step for origin in basis.origins] == ["E3"]
    assert basis.origins[0].value == "X (set by a person)"


async def test_a_fork_of_a_fork_keeps_what_a_person_set_and_who_ran_what(agent, desk):
    run = await agent.aask("q")
    first = await agent.afork(run.run_id, values={"#E3": "X"})
    await agent.aresume(first.run_id)
    desk.took()
    second = await agent.afork(first.run_id, plan=PLAN.replace('"!"', '"?"'))
    assert (second.carried, second.again) == (("E1", "E2", "E3"), ("E4",))
    result = await agent.aresume(second.run_id)
    assert desk.took() == ["X+?"]
    assert [each.carried_from for each in result.evidence] == [run.run_id, run.run_id, None, None]


async def test_an_equal_write_that_runs_anew_has_another_key(agent, desk):
    run = await agent.aask("q")
    fork = await agent.afork(run.run_id, plan=f'{PLAN}\n#E5 = note(text="one")')
    await agent.aresume(fork.run_id)
    assert len(desk.keys) == len(set(desk.keys)) == 3


async def test_what_failed_runs_again_and_nothing_else(scripted, desk):
    failing = True

    @tool(effect="read")
    def flaky() -> str:
        """Fail at first."""
        if failing:
            raise ValueError("no")
        return "now"

    plan = '#E1 = note(text="one")\n#E2 = flaky()\n#E3 = join(a=#E1, b=#E2)'
    agent = Agent(scripted(plan, "No.", "Yes."), tools=[*desk.tools, flaky], knowledge=None)
    run = await agent.aask("q")
    assert run.status == "partial"
    failing = False
    fork = await agent.afork(run.run_id, await number_before(agent, run.run_id, "execute"))
    assert (fork.carried, fork.again) == (("E1",), ("E2", "E3"))
    assert (await agent.aresume(fork.run_id)).evidence[-1].value == "ONEnow"
    assert desk.took() == ["ONE+now", "one"]


async def test_a_fork_before_the_answer_only_answers_again(scripted, desk):
    agent = Agent(scripted(PLAN, "First.", "Second."), tools=desk.tools, knowledge=None)
    run = await agent.aask("q")
    desk.took()
    at = await agent.acheckpoint(run.run_id, await number_before(agent, run.run_id, "solve"))
    fork = await agent.afork(run.run_id, at.id[:-2])
    result = await agent.aresume(fork.run_id)
    assert (result.answer, desk.took(), len(result.attempts)) == ("Second.", [], 1)


async def test_a_fork_before_the_plan_plans_anew(scripted, desk):
    agent = Agent(scripted(PLAN, "First.", '#E1 = join(a="x", b="y")', "Second."), tools=desk.tools, knowledge=None)
    run = await agent.aask("q")
    desk.took()
    fork = await agent.afork(run.run_id, await number_before(agent, run.run_id, "plan"))
    result = await agent.aresume(fork.run_id)
    assert (result.answer, desk.took(), result.question) == ("Second.", ["x+y"], "q")
    with pytest.raises(InputError, match="no plan yet"):
        await agent.afork(run.run_id, "1", values={"E1": 1})


async def test_a_fork_continues_its_conversation_without_the_turn_it_replaces(scripted):
    plan = '#E1 = calculate(expression="6 * 7")'
    last = '#E1 = read(question="how much", source=#A1)'
    replies = [plan, "It is 42.", last, "42", "Again 42.", "Anew 42.", plan, "Third."]
    agent = Agent(scripted(*replies), knowledge=None)
    first = await agent.aask("6 * 7?")
    second = await agent.aask("Again?", follow=first.run_id)
    fork = await agent.afork(second.run_id, values={"E1": "forty-two"})
    assert (await agent.aresume(fork.run_id)).answer == "Anew 42."
    third = await agent.aask("And?", follow=fork.run_id)
    state = await agent.graph.aget_state({"configurable": {"thread_id": fork.run_id}})
    assert [turn["question"] for turn in state.values["turns"]] == ["6 * 7?", "Again?", "And?"]
    assert [turn["answer"] for turn in state.values["turns"]] == ["It is 42.", "Anew 42.", "Third."]
    assert third.status == "done"
    assert len(state.values["messages"]) == 6


async def test_a_second_question_planned_anew_still_knows_the_first(scripted):
    plan = '#E1 = calculate(expression="6 * 7")'
    agent = Agent(scripted(plan, "42.", plan, "Again.", plan, "Anew."), knowledge=None)
    first = await agent.aask("6 * 7?")
    second = await agent.aask("Again?", follow=first.run_id)
    fork = await agent.afork(second.run_id, await number_before(agent, second.run_id, "plan"))
    assert (await agent.aresume(fork.run_id)).answer == "Anew."
    state = await agent.graph.aget_state({"configurable": {"thread_id": fork.run_id}})
    assert [turn["answer"] for turn in state.values["turns"]] == ["42.", "Anew."]


async def test_a_fork_of_a_plan_under_review_waits_for_review_unless_the_person_wrote_it(scripted, desk):
    agent = Agent(scripted(PLAN, "So."), tools=desk.tools, knowledge=None, review=True)
    run = await agent.aask("q")
    assert (await agent.ahistory(run.run_id))[-1].holds == "a plan of 4 steps; waits for review"
    waiting = await agent.aresume((await agent.afork(run.run_id)).run_id)
    assert waiting.status == "awaiting_review"
    edited = await agent.afork(run.run_id, plan='#E1 = join(a="x", b="y")')
    assert (await agent.aresume(edited.run_id)).status == "done"
    assert desk.took() == ["x+y"]


async def test_a_paused_run_gives_what_it_has_done_so_far(scripted, desk):
    agent = Agent(scripted(PLAN, "So."), tools=desk.tools, knowledge=None, approve="write")
    run = await agent.aask("q")
    await agent.aresume(run.run_id, {"E1": "approve"})
    fork = await agent.afork(run.run_id, plan='#E1 = note(text="one")\n#E2 = join(a=#E1, b="?")')
    assert (fork.carried, fork.again) == (("E1",), ("E2",))
    assert (await agent.aresume(fork.run_id)).evidence[1].value == "ONE?"
    assert desk.took() == ["ONE+?", "one"]  # what was approved is not asked for again
    assert (await agent.aresult(run.run_id)).status == "awaiting_approval"


async def test_results_of_a_tool_that_has_changed_are_not_taken_over(agent, desk, scripted):
    run = await agent.aask("q")

    @tool(effect="read", name="join")
    def other(a: str, b: str, by: str = "-") -> str:
        """Join two texts otherwise."""
        return f"{a}{by}{b}"

    changed = Agent(scripted("So."), tools=[desk.tools[0], other], knowledge=None)
    fork = await changed.afork(run.run_id, await number_before(agent, run.run_id, "execute"))
    assert (fork.carried, fork.again) == (("E1", "E2"), ("E3", "E4"))


async def test_any_checkpointer_can_be_forked_from(scripted, desk):
    agent = Agent(scripted(PLAN, "A.", "B."), tools=desk.tools, knowledge=None, checkpointer=InMemorySaver())
    run = await agent.aask("q")
    desk.took()
    fork = await agent.afork(run.run_id, plan=PLAN.replace('"!"', '"?"'))
    assert (await agent.aresume(fork.run_id)).evidence[-1].value == "ONETWO?"
    assert desk.took() == ["ONETWO+?"]


async def test_what_cannot_be_done_is_said(agent):
    run = await agent.aask("q")
    with pytest.raises(InputError, match="nothing would be done anew"):
        await agent.afork(run.run_id)
    with pytest.raises(InputError, match=r"no checkpoint '99'; .*--history"):
        await agent.afork(run.run_id, "99")
    with pytest.raises(InputError, match="more than one checkpoint that begins with"):
        await agent.afork(run.run_id, (await agent.acheckpoint(run.run_id)).id[:8])
    with pytest.raises(InputError, match="no step E9; it has E1, E2, E3, E4"):
        await agent.afork(run.run_id, values={"E9": 1})
    with pytest.raises(InputError, match="JSON value"):
        await agent.afork(run.run_id, values={"E1": object()})
    with pytest.raises(InputError, match="at most 20000"):
        await agent.afork(run.run_id, values={"E1": "x" * 20_000})
    passage = {"passage_id": "p", "document": "d", "title": "t", "text": "made up", "start": 0, "end": 7}
    with pytest.raises(InputError, match="passages"):
        await agent.afork(run.run_id, values={"E1": [passage]})
    with pytest.raises(PlanError) as refused:
        await agent.afork(run.run_id, plan="#E1 = nothing()\n#E2 = join(a=#E7)")
    assert {problem.kind for problem in refused.value.problems} == {"unknown_tool", "argument", "dangling"}
    with pytest.raises(UnknownRunError):
        await agent.afork("nope")
    assert len(await agent.aruns()) == 1


async def test_two_runs_are_told_apart(agent):
    run = await agent.aask("q")
    fork = await agent.afork(run.run_id, plan=f'{PLAN.replace("#E1, b=#E2", "#E2, b=#E1")}\n#E5 = note(text="new")')
    await agent.aresume(fork.run_id)
    diff = await agent.adiff(run.run_id, fork.run_id)
    assert [(step.way, step.b.id) for step in diff.steps] == [
        ("same", "E1"), ("same", "E2"), ("plan", "E3"), ("value", "E4"), ("added", "E5"),
    ]  # fmt: skip
    assert diff.steps[2].a.value == "ONETWO"
    assert diff.steps[2].b.value == "TWOONE"
    assert diff.same_answer
    assert (diff.a.tokens, diff.a.model_calls, diff.b.model_calls) == (None, 2, 1)
    assert diff.to_json()["b"]["forked_from"] == run.run_id
    back = await agent.adiff(fork.run_id, run.run_id)
    assert [step.way for step in back.steps] == ["same", "same", "plan", "value", "removed"]


async def test_steps_are_compared_by_what_they_do_and_not_by_number(agent):
    run = await agent.aask("q")
    plan = '#E1 = note(text="two")\n#E2 = note(text="one")'
    fork = await agent.afork(run.run_id, plan=plan)
    diff = await agent.adiff(run.run_id, fork.run_id)
    assert [(step.way, step.a.id if step.a else None) for step in diff.steps[:2]] == [("same", "E2"), ("same", "E1")]
    values = await agent.adiff(run.run_id, (await agent.afork(run.run_id, values={"E1": "Z"})).run_id)
    assert [step.way for step in values.steps] == ["value", "same", "status", "status"]


async def test_a_revised_plan_takes_over_what_it_has_in_common_with_the_first(scripted, desk):
    revised = '#E1 = note(text="new")\n#E2 = note(text="one")\n#E3 = join(a=#E2, b=#E1)'
    agent = Agent(scripted(PLAN, "NOT ENOUGH EVIDENCE", revised, "So."), tools=desk.tools, knowledge=None)
    result = await agent.aask("q")
    assert desk.took() == ["ONE+NEW", "ONE+TWO", "ONETWO+!", "new", "one", "two"]
    assert [each.value for each in result.evidence][-3:] == ["NEW", "ONE", "ONENEW"]


async def test_a_revised_plan_that_is_edited_in_review_takes_over_results_too(scripted, desk):
    replies = [PLAN, "NOT ENOUGH EVIDENCE", '#E1 = join(a="x", b="y")', "So."]
    agent = Agent(scripted(*replies), tools=desk.tools, knowledge=None, review=True)
    waiting = await agent.aresume((await agent.aask("q")).run_id, "approve")
    desk.took()
    assert waiting.status == "awaiting_review"
    edited = {"action": "edit", "plan": PLAN.replace('"!"', '"?"')}
    assert (await agent.aresume(waiting.run_id, edited)).status == "done"
    assert desk.took() == ["ONETWO+?"]


@pytest.fixture
def planets(tmp_path):
    """An agent without a model, over two short documents."""
    for name, kilometres in (("Jupiter", "142,984"), ("Earth", "12,756")):
        (tmp_path / f"{name}.md").write_text(f"# {name}\n\nThe diameter of {name} is {kilometres} km.\n")
    with KnowledgeBase(tmp_path / "knowledge", embedder=HashEmbedder()) as knowledge:
        knowledge.ingest(sorted(tmp_path.glob("*.md")))
        yield Agent(knowledge=knowledge)


async def test_without_a_model_an_answer_computed_from_a_persons_value_cites_it_beside_the_documents(planets):
    run = await planets.aask("How many times larger is Jupiter's diameter than Earth's?")
    jupiter = next(each for each in run.evidence if each.value == "142984 km")
    fork = await planets.afork(run.run_id, values={jupiter.id: "25512 km"})
    result = await planets.aresume(fork.run_id)
    assert result.answer.splitlines()[0] == f"2 (25512 km / 12756 km = 2) [1] [{jupiter.id}]"
    assert [citation.document for citation in result.citations] == ["Earth.md"]
    assert result.cited_steps[0].value == "25512 km (set by a person)"
    assert result.unsupported == []


async def test_without_a_model_a_persons_value_goes_before_what_documents_say(planets):
    run = await planets.aask("What is the diameter of Jupiter?")
    last = run.plan[-1].id
    fork = await planets.afork(
        run.run_id, plan=f'#E1 = search(query="Jupiter")\n#{last}9 = read(question="x", source=#E1)'
    )
    result = await planets.aresume((await planets.afork(fork.run_id, values={f"{last}9": "seven"})).run_id)
    assert (result.answer, result.citations) == (f"seven [{last}9]", [])
