"""Plans written from a question's parts. The parts are marked by hand here, as in the tagger's training data."""

import pytest

from benchmarks.training.questions import read
from nodes.language import Plan, Template, render
from nodes.symbolic import SymbolicPlanner
from nodes.symbolic.drafting import Drafting
from nodes.symbolic.framed import write
from nodes.symbolic.frames import alternatives, framed, owning
from retrieval.trained.questions import Piece, Tagged

TOOLS = ("search", "read", "calculate", "compare", "tabulate", "aggregate", "elapsed")


def tagged(line: str, probability: float = 1.0) -> tuple[str, Tagged]:
    (marked,) = read([line])
    pieces = tuple(Piece(label, start, end) for start, end, label in marked.spans)
    return marked.text, Tagged(marked.operation, probability, pieces)


def plan_of(line: str) -> Plan | None:
    question, labels = tagged(line)
    draft = Drafting(question)
    return draft.plan if write(framed(question, labels), draft) else None


def reads(plan: Plan) -> list[str]:
    questions = [step.args["question"] for step in plan.steps if step.tool == "read"]
    return ["".join(map(str, each.parts)) if isinstance(each, Template) else str(each) for each in questions]


def withins(plan: Plan) -> list[str]:
    return [str(step.args.get("within", "")) for step in plan.steps if step.tool == "read"]


def last(plan: Plan) -> str:
    return render(Plan(plan.steps[-1:])).strip().partition(" = ")[2]


@pytest.mark.parametrize(
    ("line", "looked_up", "end"),
    [
        (
            "diff | By how much does the [1:Kettle Hut] [a:fee] beat [2:Ada Hut]",
            ["fee of Kettle Hut", "fee of Ada Hut"],
            'calculate(expression="abs(#E3 - #E5)")',
        ),
        (
            "diff_rev | How many fewer [a:beds] does [1:Kettle] have than [2:Ada] [c:in winter]",
            ["number of beds of Kettle in winter", "number of beds of Ada in winter"],
            'calculate(expression="abs(#E3 - #E5)")',
        ),
        (
            "diff_abs | [1:Prut] vs [2:Tisza], how far apart in [a:length]",
            ["length of Prut", "length of Tisza"],
            'calculate(expression="abs(#E3 - #E5)")',
        ),
        (
            "ratio_rev | Roughly how many times as long as [1:Ada] was [2:Bore]",
            ["length of Ada", "length of Bore"],
            'calculate(expression="#E5 / #E3")',
        ),
        (
            "percent_rev | Of the [1:budget], what share went on [2:fairs]",
            ["budget", "amount of fairs"],
            'calculate(expression="#E5 / #E3 in %")',
        ),
        (
            "change_pct | In percent, how did [a:turnover] develop from [1:2021] to [2:2023]",
            ["turnover of 2021", "turnover of 2023"],
            'calculate(expression="(#E5 - #E3) / #E3 in %")',
        ),
        (
            "mean | Average the [a:salaries] of [1:Ada], [2:Bo] and [3:Cy]",
            ["salary of Ada", "salary of Bo", "salary of Cy"],
            'calculate(expression="(#E3 + #E5 + #E7) / 3")',
        ),
        (
            "product | We are [n:four] and want the [1:tour]. What will that [a:cost]",
            ["cost of tour"],
            'calculate(expression="4 * #E3")',
        ),
        (
            "percent_n | What is [n:15 %] of the [a:price] of [1:Ada]",
            ["price of Ada"],
            'calculate(expression="15 / 100 * #E3")',
        ),
        (
            "elapsed | How long after [1:the Ada was launched] was [2:the Bore scrapped]",
            ["year when Ada was launched", "year when Bore scrapped"],
            'calculate(expression="abs(#E5 - #E3)")',
        ),
        (
            "duration | How old was [1:Liszt] when [a:Cosima was born]",
            ["When was Liszt born", "date when Liszt when Cosima was born"],
            'elapsed(start=#E3, end=#E5, unit="years")',
        ),
        (
            "compare_min | [1:Rosa] and [2:Hamid] argue. Which one [a:joined] first",
            ["date when Rosa joined", "date when Hamid joined"],
            'compare(values={"Rosa": #E3, "Hamid": #E5}, mode="smallest")',
        ),
        (
            "yes_max | A friend says [1:Ada] [a:sold] more [a:tickets] than [2:Bo]. Is he right",
            ["number of tickets of Ada sold", "number of tickets of Bo sold"],
            'compare(values={"Ada": #E3, "Bo": #E5}, mode="largest")',
        ),
        (
            "less_pct | [1:The shed] is dear. What does it leave to pay [a:after] [2:the county's part]",
            ["cost of shed after", "cost of part of county after"],
            'calculate(expression="#E3 - #E5")',
        ),
        (
            "duration | For how many years did [1:Mir] [a:circle the Earth]",
            ["Mir circle the Earth (start)", "Mir circle the Earth (end)"],
            'elapsed(start=#E3, end=#E5, unit="years")',
        ),
        (
            "extreme_max | Of [s:our papers], which is the least [a:narrow]",
            [],
            'compare(values=#E3, mode="largest")',
        ),
        (
            "total | Add up the [a:kilowatts] of all [s:stations]",
            [],
            'aggregate(values=#E3, how="sum")',
        ),
    ],
)  # fmt: skip
def test_an_operation_is_computed_from_what_its_items_are(line, looked_up, end):
    plan = plan_of(line)
    assert plan is not None
    assert (reads(plan), last(plan)) == (looked_up, end)


def test_an_item_is_also_asked_for_by_a_mark_in_the_whole_question():
    plan = plan_of("diff_rev | How many fewer [a:beds] does [1:Kettle] have than [2:Ada]")
    assert plan is not None
    assert withins(plan) == [
        "less: How many fewer beds does [Kettle] have than Ada",
        "more: How many fewer beds does Kettle have than [Ada]",
    ]


def test_items_that_are_not_named_are_asked_for_by_their_role():
    plan = plan_of("change_pct | The [c:main dish] got [a:dearer] [c:in June]. A rise of how many per cent")
    assert plan is not None
    assert reads(plan) == ["main dish dearer in June (before)", "main dish dearer in June (after)"]
    assert withins(plan)[0] == "before: The main dish got dearer in June. A rise of how many per cent"
    assert last(plan) == 'calculate(expression="(#E5 - #E3) / #E3 in %")'


def test_a_description_is_found_first_and_stands_in_for_the_thing():
    plan = plan_of("lookup | How [a:tall] is the [1:[h:rocket that put Skylab into orbit]]")
    assert plan is not None
    assert reads(plan) == ["name of rocket that put Skylab into orbit", "How tall is #E4"]


def test_of_nested_descriptions_the_inner_one_is_found_first():
    plan = plan_of("lookup | How [a:deep] is the [1:[h:water in the port where Ada lies]]")
    assert plan is not None
    assert reads(plan) == ["name of port where Ada lies", "How deep is the water in #E4"]


@pytest.mark.parametrize(
    "line",
    [
        "lookup | When was the [1:bridge] [a:finished]",
        "product | What do [1:two cabins] [a:cost]",
        "elapsed | How many minutes after [1:the alarm] did [2:the boat leave]",
        "same | Do [1:Ada] and [2:Ada] [a:weigh] the same",
    ],
)
def test_parts_that_do_not_go_together_give_no_plan(line):
    assert plan_of(line) is None


def test_an_unsure_tagger_is_not_believed():
    question, labels = tagged("diff | How much [a:taller] is [1:A] than [2:B]", probability=0.4)
    assert not write(framed(question, labels), Drafting(question))


def test_what_is_not_set_side_by_side_is_context():
    frame = framed(*tagged("yes_max | For [1:a ream], is [2:Greyling] dearer than, say, [3:Weir]"))
    assert [item.text for item in alternatives(frame).items] == ["a ream", "Greyling", "Weir"]
    frame = framed(*tagged("compare_max | At [1:the museum], which [a:costs] more, [2:a tour] or [3:a talk]"))
    found = alternatives(frame)
    assert [item.text for item in found.items] == ["a tour", "a talk"]
    assert found.context == " the museum"


def test_what_an_item_owns_is_its_attribute():
    frame = owning(framed(*tagged("diff | By how much does the [1:Humber]'s [2:span] beat [3:Golden Gate]'s")))
    assert [item.text for item in frame.items] == ["Humber", "Golden Gate"]
    assert frame.attribute == "span"


class OneLine:
    """A tagger that knows one question."""

    def __init__(self, line: str) -> None:
        self.question, self._tagged = tagged(line)

    def tag(self, question: str) -> Tagged:
        assert question == f"{self.question}?"
        return self._tagged


def test_rules_come_before_the_tagger_and_the_search_behind_it():
    tagger = OneLine("diff | the [1:Ada] and the [2:Bo]: by how much is the first one [a:longer]")
    plan = SymbolicPlanner(tagger).plan_for(tagger.question, (), TOOLS)
    assert last(plan) == 'calculate(expression="abs(#E3 - #E5)")'
    assert [step.tool for step in SymbolicPlanner(tagger).plan_for(tagger.question, (), ("search",)).steps] == [
        "search"
    ] * 2
    plain = SymbolicPlanner(OneLine("lookup | none")).plan_for("Is Titan larger than Mercury?", (), TOOLS)
    assert last(plain).startswith("compare")
