from typing import Any

import pytest

from nodes.drafts import SolveRequest
from nodes.state import StepId, StepResult
from nodes.symbolic import ExtractiveReader, ExtractiveSolver
from nodes.symbolic.citing import cited
from nodes.symbolic.solver import DO_NOT_SAY, NOT_COMPUTED


def result(step: str, tool: str, value: Any, sources=(), working=None, status="ok") -> StepResult:
    return StepResult(
        id=StepId(step),
        tool=tool,
        status=status,
        value=value,
        error=None,
        attempts=1,
        seconds=0.0,
        sources=list(sources),
        working=working,
        fallback=None,
        fingerprint="",
    )


@pytest.fixture
def read(ranker, passages):
    async def read_step(step: str, question: str) -> StepResult:
        reading = await ExtractiveReader(ranker).read(question, passages, "")
        status = "failed" if reading["value"] is None else "ok"
        return result(step, "read", reading["value"], reading["sources"], status=status)

    return read_step


@pytest.fixture
def solve(ranker, passages):
    async def solve_question(question: str, plan: str = "", *results: StepResult):
        request = SolveRequest(question, plan, {each["id"]: each for each in results}, passages)
        return await ExtractiveSolver(ranker).solve(request)

    return solve_question


RATIO = """#E1 = search(query="x")
#E2 = read(question="diameter of Jupiter", source=#E1)
#E3 = read(question="diameter of Earth", source=#E1)
#E4 = calculate(expression="#E2 / #E3")
"""


async def test_a_computation_shows_its_working_and_cites_what_it_was_computed_from(solve, read):
    first, second = await read("E2", "diameter of Jupiter"), await read("E3", "diameter of Earth")
    computed = result("E4", "calculate", 11.2091564, working="142984 km / 12756 km = 11.21")
    draft = await solve("How many times larger is Jupiter than Earth?", RATIO, first, second, computed)
    assert draft.text.splitlines()[0] == "11.21 (142984 km / 12756 km = 11.21) [1] [2]"
    assert [source["title"] for source in draft.sources] == ["Jupiter", "Earth"]
    assert (draft.status, draft.mode) == ("answered", "extractive")


async def test_a_computation_without_a_value_says_what_is_missing(solve, read):
    plan = RATIO.replace("Earth", "Ceres")
    first, second = await read("E2", "diameter of Jupiter"), await read("E3", "diameter of Ceres")
    draft = await solve("How many times larger is Jupiter than Ceres?", plan, first, second)
    assert draft.text.splitlines() == [
        NOT_COMPUTED,
        "Diameter of Jupiter: 142984 km [1]",
        "Diameter of Ceres: the documents do not say.",
    ]
    assert draft.status == "insufficient"


async def test_a_figure_that_a_model_remembers_is_not_computed_with(solve, read):
    plan = '#E1 = search(query="x")\n#E2 = read(question="y", source=#E1)\n#E3 = calculate(expression="#E2 / 940")'
    first, computed = await read("E2", "diameter of Jupiter"), result("E3", "calculate", 152.1, working="w")
    draft = await solve("How many times larger is Jupiter than Ceres?", plan, first, computed)
    assert "152.1" not in draft.text


async def test_a_computation_from_numbers_nobody_gave_is_not_an_answer(solve):
    plan = '#E1 = calculate(expression="142984 / 12756")'
    computed = result("E1", "calculate", 11.2, working="142984 / 12756 = 11.2")
    draft = await solve("How many times larger is Ceres than Vesta?", plan, computed)
    assert (draft.text, draft.status, draft.sources) == (DO_NOT_SAY, "insufficient", ())


async def test_plain_arithmetic_cites_its_step(solve):
    plan = '#E1 = calculate(expression="15% of 80")'
    draft = await solve("What is 15% of 80?", plan, result("E1", "calculate", 12, working="15% of 80 = 12"))
    assert draft.text == "12 (15% of 80 = 12) [E1]"


@pytest.mark.parametrize(
    ("question", "value", "head"),
    [
        ("Is Jupiter larger than Earth?", "Jupiter", "Yes"),
        ("Is Jupiter larger than Earth?", "Earth", "No"),
        ("Which is larger, Jupiter or Earth?", "Jupiter", "Jupiter"),
        ("Which is larger, Jupiter or Earth?", ["Jupiter", "Earth"], "Jupiter and Earth"),
        ("Are Jupiter and Earth the same size?", False, "No"),
    ],
)
async def test_a_comparison_answers_by_name_or_yes_or_no(solve, read, question, value, head):
    plan = RATIO.replace('calculate(expression="#E2 / #E3")', 'compare(values={"Jupiter": #E2, "Earth": #E3})')
    first, second = await read("E2", "diameter of Jupiter"), await read("E3", "diameter of Earth")
    draft = await solve(question, plan, first, second, result("E4", "compare", value, working="w"))
    assert draft.text.splitlines()[0] == f"{head} (w) [1] [2]"


async def test_several_values_are_listed(solve, read):
    plan = RATIO.rsplit("#E4", 1)[0]
    first, second = await read("E2", "diameter of Jupiter"), await read("E3", "diameter of Earth")
    draft = await solve("What are the diameters of Jupiter and Earth?", plan, first, second)
    assert draft.text == "Diameter of Jupiter: 142984 km [1]\nDiameter of Earth: 12756 km [2]"


async def test_a_value_is_given_short_and_quoted(solve):
    draft = await solve("How tall is the Saturn V?", '#E1 = search(query="How tall is the Saturn V")')
    assert draft.text.splitlines() == [
        "110.6 m [1]",
        "Including the Apollo spacecraft, the Saturn V stood 110.6 m tall. [1]",
    ]


async def test_a_name_is_given_short_and_quoted(solve):
    draft = await solve("Who discovered Titan?")
    assert draft.text.splitlines() == [
        "Christiaan Huygens [1]",
        "The Dutch astronomer Christiaan Huygens discovered Titan on 25 March 1655. [1]",
    ]


async def test_a_question_without_a_value_is_quoted(solve):
    draft = await solve("What did Perseverance carry?")
    assert draft.text == "Perseverance carried the helicopter Ingenuity, which had a mass of 1.8 kg. [1]"


async def test_a_described_thing_is_quoted_in_two_sentences(solve):
    draft = await solve("When was the discoverer of Titan born?")
    assert {source["quote"] for source in draft.sources} == {
        "The Dutch astronomer Christiaan Huygens discovered Titan on 25 March 1655.",
        "Huygens was born in The Hague on 14 April 1629.",
    }


async def test_things_joined_by_and_are_quoted_one_by_one(solve):
    draft = await solve("Were Voyager 1 and Voyager 2 both launched in space?")
    assert {source["quote"].split(" was")[0] for source in draft.sources} == {"Voyager 1", "Voyager 2"}


@pytest.mark.parametrize(
    "question",
    [
        "What is the population of Mars?",
        "What is the mass of Saturn?",
        "Who discovered Saturn?",
        "When was Sputnik 1 launched?",
        "Who invented the telephone?",
        "How tall is Saturn?",
        "x",
    ],
)
async def test_what_the_documents_do_not_say_is_said(solve, question):
    draft = await solve(question)
    assert (draft.text, draft.status, draft.sources) == (DO_NOT_SAY, "insufficient", ())


async def test_a_follow_up_is_answered_as_the_planner_completed_it(solve):
    draft = await solve("And Saturn?", '#E1 = search(query="What is the diameter of Saturn")')
    assert draft.text.splitlines()[0] == "120,536 km [1]"
    other = await solve("How wide is Saturn?", '#E1 = search(query="How wide is Jupiter")')
    assert other.text.splitlines()[0] == "120,536 km [1]"


async def test_nothing_gathered_is_nothing_said(ranker):
    draft = await ExtractiveSolver(ranker).solve(SolveRequest("Who discovered Titan?", "", {}, []))
    assert draft.status == "insufficient"


async def test_the_largest_of_a_table_cites_the_rows_that_its_working_shows(solve, a_passage):
    text = "Vessel: Astrid; Cabins: 84\nVessel: Bore; Cabins: 120\nVessel: Cato; Cabins: 4"
    table = await ExtractiveReader(None).tabulate("number of cabins", [a_passage("Fleet", text)], "vessel")
    plan = '#E1 = search(query="x")\n#E2 = tabulate(attribute="y", source=#E1)\n#E3 = compare(values=#E2)'
    read = {name: reading["value"] for name, reading in table.items()}
    sources = [source for reading in table.values() for source in reading["sources"]]
    tabulated = result("E2", "tabulate", read, sources)
    compared = result("E3", "compare", "Bore", working="Bore 120 > Astrid 84 > Cato 4")
    draft = await solve("Which vessel has the most cabins?", plan, tabulated, compared)
    assert draft.text.splitlines()[:2] == [
        "Bore (Bore 120 > Astrid 84 > Cato 4) [1] [2] [3]",
        "Vessel: Bore; Cabins: 120 [1]",
    ]


def test_markers_that_stand_in_a_document_do_not_become_ours():
    assert cited("Jupiter is large.[3] So is Saturn [1, 2].", 4) == "Jupiter is large. So is Saturn. [4]"
