"""Plans for questions over described rows, whole phrases set side by side, changes, and several times a value."""

import pytest

from nodes.language import Plan, render
from nodes.symbolic import SymbolicPlanner
from nodes.symbolic.contrast import two_sides

TOOLS = ("search", "read", "calculate", "compare", "tabulate", "aggregate", "elapsed")


def plan(question: str) -> Plan:
    return SymbolicPlanner().plan_for(question, (), TOOLS)


def reads(made: Plan) -> list[str]:
    return [str(step.args["question"]) for step in made.steps if step.tool == "read"]


def last(made: Plan) -> str:
    return render(Plan(made.steps[-1:])).strip().partition(" = ")[2]


LARGEST, SMALLEST = 'compare(values=#E3, mode="largest")', 'compare(values=#E3, mode="smallest")'
SUM, MEAN, COUNT = (f'aggregate(values=#E3, how="{how}")' for how in ("sum", "mean", "count"))


@pytest.mark.parametrize(
    ("question", "attribute", "of", "end"),
    [
        ("What is the highest mountain in the Kettle Hills?", "height", "mountain in the Kettle Hills", LARGEST),
        ("What was the lightest of the Mars rovers?", "mass", "Mars rover", SMALLEST),
        ("Which laptop weighs the least?", "mass", "laptop", SMALLEST),
        ("Which service takes the least time?", "length", "service", SMALLEST),
        ("Which team lost the fewest games?", "number of games", "team lost", SMALLEST),
        ("Which doctor joined most recently?", "date joined", "doctor", LARGEST),
        ("In which year was Bright's net income highest?", "net income of Bright", "year", LARGEST),
        ("Which team has the largest stadium?", "diameter", "team stadium", LARGEST),
        ("How many beds are there in all the huts?", "number of beds", "hut", SUM),
        ("How many people live in the cities of Norland together?", "number of inhabitants", "city of Norland", SUM),
        ("What's the total number of metro lines in all the cities?", "number of metro line", "city", SUM),
        ("What is the average price of the sleeping bags?", "price", "sleeping bag", MEAN),
        ("How many of the sites make scales?", "name", "site make scales", COUNT),
    ],
)
def test_rows_that_are_described_are_tabulated(question, attribute, of, end):
    made = plan(question)
    table = made.steps[-2]
    assert (table.tool, table.args["attribute"], table.args["of"]) == ("tabulate", attribute, of)
    assert last(made) == end


@pytest.mark.parametrize(
    ("question", "looked_up", "end"),
    [
        (
            "Was the line more punctual in 2019 than in 2018?",
            ["amount of punctual of line in 2019", "amount of punctual of line in 2018"],
            "largest",
        ),
        (
            "In high season, does an adult pay less from Moss to Tau than from Moss to Oye?",
            ["cost of an adult from Moss to Tau in high season", "cost of an adult from Moss to Oye in high season"],
            "smallest",
        ),
        (
            "How many more visitors came to the museum in 2025 than in 2024?",
            ["number of visitors of museum in 2025", "number of visitors of museum in 2024"],
            "#E3 - #E5",
        ),
        (
            "By how many percent did Bright's revenue rise from 2024 to 2025?",
            ["revenue of Bright in 2024", "revenue of Bright in 2025"],
            "(#E5 - #E3) / #E3 in %",
        ),
        ("Did revenue fall between 2022 and 2023?", ["revenue in 2023", "revenue in 2022"], "smallest"),
        ("What do two adults and a child pay to Tau?", ["cost of adult to Tau", "cost of child to Tau"], "2 * #E3 + 1"),
        ("How much do five nights in a single room cost?", ["cost of night in a single room"], "5 * #E3"),
        (
            "What share of revenue did Bright spend on research in 2025?",
            ["amount of research of Bright in 2025", "revenue of Bright in 2025"],
            "#E3 / #E5 in %",
        ),
        ("How many times as many beds does Ash have as Elm?", ["number of beds of Ash", "number of beds of Elm"], "/"),
        (
            "How many years did Anton Reinholt live?",
            ["When was Anton Reinholt born", "When did Anton Reinholt die"],
            "",
        ),
        ("Which costs more per slice: Plum tart or Pie?", ["cost of Plum tart per slice", "cost of Pie per slice"], ""),
    ],
)
def test_phrases_are_set_side_by_side_and_computed(question, looked_up, end):
    made = plan(question)
    assert reads(made) == looked_up
    assert made.steps[-1].tool in {"compare", "calculate", "elapsed"}
    assert end in last(made)


def test_two_hops_are_two_searches_and_one_reading():
    made = plan("How long is the ship that Ada Moe commands?")
    searched = [step.args["query"] for step in made.steps if step.tool == "search" and "after" not in step.args]
    assert searched == [
        "How long is the ship that Ada Moe commands",
        "How long is the ship",
        "ship that Ada Moe commands",
    ]
    assert made.steps[-1].tool == "read"


@pytest.mark.parametrize(
    "question",
    [
        "What is the mean diameter of the asteroid Vesta?",
        "Who is the head chef on the largest ship?",
        "How many employees are there in total?",
        "What is the total number of employees?",
    ],
)
def test_what_is_of_one_thing_is_not_tabulated(question):
    assert all(step.tool != "tabulate" for step in plan(question).steps)


@pytest.mark.parametrize(
    ("left", "right", "sides"),
    [
        ("MS Ada burn in 2024", "MS Bore", ("MS Ada burn in 2024", "MS Bore burn in 2024")),
        ("MS Ada burn", "MS Bore in 2024", ("MS Ada burn in 2024", "MS Bore burn in 2024")),
        ("the loaf weigh", "the roll", ("the loaf weigh", "the roll weigh")),
        ("sales in May", "on Monday", None),
    ],
)
def test_the_second_side_is_completed_from_the_first(left, right, sides):
    assert two_sides(left, right) == sides
