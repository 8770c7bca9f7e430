"""Values read in two hops: only where every word of the question is told by one sentence or the other."""

import pytest

from nodes.drafts import SolveRequest
from nodes.symbolic import ExtractiveSolver

DOCUMENTS = {
    "Staff": "Ada Moe is the captain of the Astrid. Ole Berg is the captain of the Bore.",
    "Fleet": "The Astrid has a length of 85 m. The Bore has a length of 92 m.",
    "Films": "Ann Vik made her debut in Nattseilas. Nattseilas was directed by Kari Nilsen.",
}


@pytest.fixture
def ask(ranker, a_passage):
    async def lines(question: str) -> list[str]:
        passages = [a_passage(title, text) for title, text in DOCUMENTS.items()]
        return (await ExtractiveSolver(ranker).solve(SolveRequest(question, "", {}, passages))).text.splitlines()

    return lines


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        (
            "How long is the ship of which Ada Moe is the captain?",
            ["85 m [1] [2]", "Ada Moe is the captain of the Astrid. [1]", "The Astrid has a length of 85 m. [2]"],
        ),
        (
            "Who directed the film in which Ann Vik made her debut?",
            [
                "Kari Nilsen [1] [2]",
                "Ann Vik made her debut in Nattseilas. [1]",
                "Nattseilas was directed by Kari Nilsen. [2]",
            ],
        ),
    ],
)
async def test_a_value_is_read_by_way_of_what_a_sentence_leads_to(ask, question, lines):
    assert await ask(question) == lines


@pytest.mark.parametrize(
    "question",
    [
        "How long is the ship of which Ada Moe is the owner?",
        "How wide is the ship of which Ada Moe is the captain?",
        "Who wrote the film in which Ann Vik made her debut?",
    ],
)
async def test_no_value_is_read_where_a_word_is_left_untold(ask, question):
    assert not any(line.endswith("[1] [2]") for line in await ask(question))
