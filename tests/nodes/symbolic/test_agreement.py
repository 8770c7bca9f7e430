"""Documents that tell different values: which differences are contradictions, and how an answer shows them."""

import pytest

from nodes.drafts import SolveRequest
from nodes.symbolic import ExtractiveSolver


@pytest.fixture
def heads(ranker, a_passage):
    """Ask over documents of these titles and texts; return the reply's lines."""

    async def ask(question: str, **texts: str) -> list[str]:
        passages = [a_passage(title, text) for title, text in texts.items()]
        draft = await ExtractiveSolver(ranker).solve(SolveRequest(question, "", {}, passages))
        return draft.text.splitlines()

    return ask


@pytest.mark.parametrize(
    ("question", "one", "other", "head"),
    [
        (
            "How long is the Astrid?",
            "The Astrid has a length of 85 m.",
            "The Astrid has a length of 92 m.",
            "The documents disagree: 85 m [1]; 92 m [2]",
        ),
        (
            "When was the Astrid launched?",
            "The Astrid was launched on 3 May 1957.",
            "The Astrid was launched in 1961.",
            "The documents disagree: 3 May 1957 [1]; 1961 [2]",
        ),
        (
            "Who designed the Astrid?",
            "The Astrid was designed by Ada Moe.",
            "The Astrid was designed by Ole Berg.",
            "The documents give different answers: Ada Moe [1]; Ole Berg [2]",
        ),
    ],
)
async def test_contradictions_are_all_shown_and_cited(heads, question, one, other, head):
    assert await heads(question, Review=one, Register=other) == [head, f"{one} [1]", f"{other} [2]"]


@pytest.mark.parametrize(
    ("one", "other"), [("85 m", "8,500 cm"), ("85.3 m", "85 m"), ("85 m", "about 83 m"), ("85 m", "279 feet")]
)
async def test_rounding_and_other_units_are_no_contradiction(heads, one, other):
    texts = [f"The length of the Astrid is {length}." for length in (one, other)]
    lines = await heads("How long is the Astrid?", Review=texts[0], Register=texts[1])
    assert lines == [f"{one} [1]", f"{texts[0]} [1]"]


@pytest.mark.parametrize(
    ("question", "told", "one", "other"),
    [
        ("When was the Astrid launched?", "The Astrid was launched {}.", "on 3 May 1957", "in 1957"),
        ("Who designed the Astrid?", "The Astrid was designed {}.", "by Ada Moe", "by Moe"),
    ],
)
async def test_a_fuller_form_is_no_contradiction(heads, question, told, one, other):
    lines = await heads(question, Review=told.format(one), Register=told.format(other))
    assert lines[0] == f"{one.partition(' ')[2]} [1]"


async def test_values_of_different_years_are_no_contradiction(heads):
    earlier, later = "In 2020 the Astrid had 12 cabins.", "In 2024 the Astrid had 14 cabins."
    assert (await heads("How many cabins did the Astrid have?", A=earlier, B=later))[0] == "12 cabins [1]"


async def test_one_document_does_not_contradict_itself(heads):
    text = "The Astrid has a length of 85 m. The Astrid has a length of 92 m."
    assert (await heads("How long is the Astrid?", Review=text))[0] == "85 m [1]"
