"""What is pointed at where no rule reads a value: of the kind asked for, of the thing asked about, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from nodes.drafts import SolveRequest
from nodes.state import Source, StepId, StepResult
from nodes.symbolic import ExtractiveReader, ExtractiveSolver
from nodes.symbolic.likely_tables import nearest_column
from nodes.symbolic.place import Value
from nodes.symbolic.solver import DO_NOT_SAY
from nodes.symbolic.span_reading import Pointed, agreed


@dataclass(frozen=True)
class Span:
    text: int
    start: int
    end: int
    margin: float


class Finger:
    """Points at given words, wherever they stand, with a given margin."""

    def __init__(self, **margins: float) -> None:
        self.margins = {words.replace("_", " "): margin for words, margin in margins.items()}
        self.asked: list[str] = []

    def find(self, question: str, texts: Sequence[str]) -> list[Span]:
        self.asked.append(question)
        found = [
            Span(at, text.index(words), text.index(words) + len(words), margin)
            for words, margin in self.margins.items()
            for at, text in enumerate(texts)
            if words in text
        ]
        return sorted(found, key=lambda span: -span.margin)


HUT = "The Kettle Hut sleeps forty-two. A night comes to 31 euros, in winter 38 euros. Old Ada keeps it since 1998."


@pytest.fixture
def hut(a_passage):
    return [a_passage("Kettle Hut", HUT), a_passage("Bore Hut", "Another hut sleeps twelve for 25 euros.")]


@pytest.mark.parametrize(
    ("question", "words", "value"),
    [
        ("amount of overnight fee of Kettle Hut", "31_euros", "31 EUR"),
        ("date when Kettle Hut changed hands", "1998", "1998"),
        ("number of places of Kettle Hut", "forty-two", "42"),
        ("name of person who looks after Kettle Hut", "Old_Ada", "Old Ada"),
    ],
)
async def test_a_value_is_what_was_pointed_at_as_the_kind_asked_for(ranker, hut, question, words, value):
    finger = Finger(**{words: 5.0})
    reading = await ExtractiveReader(ranker, finger).read(question, hut, "")
    assert reading["value"] == value
    (source,) = reading["sources"]
    assert HUT[source["start"] - 100 : source["end"] - 100] == source["quote"]
    assert finger.asked == [question]


@pytest.mark.parametrize(
    ("question", "margins"),
    [
        ("amount of overnight fee of Kettle Hut", {"31_euros": 0.5}),  # not likely enough
        ("amount of overnight fee of Kettle Hut", {"25_euros": 5.0}),  # of another hut
        ("date when Kettle Hut changed hands", {"Old_Ada": 5.0}),  # no date
        ("name of person who looks after Bore Hut", {"Old_Ada": 5.0}),
        ("name of person who looks after Kettle Hut", {}),
    ],
)
async def test_what_is_unlikely_or_of_another_kind_or_thing_is_no_value(ranker, hut, question, margins):
    reading = await ExtractiveReader(ranker, Finger(**margins)).read(question, hut, "")
    assert reading["value"] is None


@pytest.mark.parametrize(
    ("words", "value"), [("31_euros", "31 EUR"), ("1998", "1998"), ("forty-two", "42"), ("Old_Ada", None)]
)
async def test_of_a_marked_question_any_kind_of_value_is_taken(ranker, hut, words, value):
    finger, within = Finger(**{words: 5.0}), "more: What sets the [Kettle Hut] apart from the Bore Hut"
    reading = await ExtractiveReader(ranker, finger).read("Kettle Hut apart (more)", hut, "", within)
    assert reading["value"] == value
    assert finger.asked[-1] == within


async def test_a_rule_that_is_sure_is_not_asked_twice(ranker, passages):
    finger = Finger(Earth=9.0)
    reading = await ExtractiveReader(ranker, finger).read("diameter of Jupiter", passages, "")
    assert reading["value"] == "142984 km"
    assert finger.asked == []


def result(step: str, value: object, sources=(), status="ok") -> StepResult:
    return StepResult(
        id=StepId(step), tool="read", status=status, value=value, error=None, attempts=1, seconds=0.0,
        sources=list(sources), working=None, fallback=None, usage={}, fingerprint="",
    )  # fmt: skip


async def test_an_answer_that_was_pointed_at_shows_its_sentence(ranker, hut):
    solver = ExtractiveSolver(ranker, Finger(**{"31 euros": 6.0}))
    draft = await solver.solve(SolveRequest("What does a night at the Kettle Hut come to?", "", {}, hut))
    head, first, *_ = draft.text.splitlines()
    assert head == "31 euros [1]"
    assert first == "A night comes to 31 euros, in winter 38 euros. [1]"


LED = """#E1 = search(query="x")
#E2 = read(question="name of hut that Old Ada keeps", source=#E1)
#E3 = read(question="How many does #{E2} sleep", source=#E1)
"""


async def test_a_question_is_completed_by_the_name_that_was_found(ranker, hut):
    finger = Finger(**{"forty-two": 6.0})
    reader = ExtractiveReader(ranker, Finger(**{"Kettle Hut": 5.0}))
    named = await reader.read("name of hut that Old Ada keeps", hut, "")
    assert named["value"] == "Kettle Hut"
    results = {"E2": result("E2", "Kettle Hut", named["sources"]), "E3": result("E3", None, status="failed")}
    draft = await ExtractiveSolver(ranker, finger).solve(
        SolveRequest("How many does the hut that Old Ada keeps sleep?", LED, results, hut)
    )
    assert draft.text.splitlines()[0] == "forty-two [1]"
    assert finger.asked[0] == "How many does Kettle Hut sleep"


async def test_without_the_name_the_question_is_answered_as_it_stands(ranker, hut):
    results = {"E2": result("E2", None, status="failed"), "E3": result("E3", None, status="skipped")}
    request = SolveRequest("How many flowers does the hut that Zoe painted have?", LED, results, hut)
    draft = await ExtractiveSolver(ranker, Finger()).solve(request)
    assert (draft.text, draft.status) == (DO_NOT_SAY, "insufficient")


SHIFTS = (
    "Shift: Late; Begins: 13:30; Allowance (%): 12; Crew: 9\n"
    "Shift: Night; Begins: 21:30; Allowance (%): 22; Crew: 7\n"
    "Shift: Sunday; Begins: 06:00; Allowance (%): 45; Crew: 5"
)


def test_the_column_nearest_in_meaning_is_read(a_passage):
    def similar(text: str, others: Sequence[str]) -> list[float]:
        assert text == "extra pay of shift"
        return [0.6 if other.startswith("Allowance") else 0.2 for other in others]

    cells = nearest_column("extra pay", "shift", False, [a_passage("Pay", SHIFTS)], similar)
    assert [(name, value.text) for name, value, _ in cells] == [("Late", "12%"), ("Night", "22%"), ("Sunday", "45%")]
    assert nearest_column("extra pay", "shift", False, [], similar) == []
    far = nearest_column("colour", "shift", False, [a_passage("Pay", SHIFTS)], lambda _, others: [0.1] * len(others))
    assert far == []
    assert (
        nearest_column("extra pay", "ship", False, [a_passage("Pay", SHIFTS)], lambda _, others: [0.9] * len(others))
        == []
    )


def pointed(words: str, margin: float) -> Pointed:
    source = Source(passage_id="p", document="d", title="t", start=len(words), end=9, quote=words)
    return Pointed(Value(words, words), source, margin)


def test_what_two_wordings_point_at_goes_before_what_one_does():
    found = agreed([pointed("31 euros", 2.0), pointed("12 m", 1.0)], [pointed("38 euros", 2.5), pointed("12 m", 2.0)])
    assert [(each.value.text, each.margin) for each in found] == [("12 m", 1.5), ("31 euros", 1.5), ("38 euros", 1.25)]
    assert [each.value.text for each in agreed([], [pointed("12 m", 0.0)])] == ["12 m"]
