"""Shared: a small corpus as passages, and a ranker over it that needs no model: words in common, rarer ones more."""

import re
from dataclasses import dataclass

import pytest

from nodes.state import Passage, PassageId
from nodes.symbolic import Rankable
from nodes.symbolic.words import content_stems

DOCUMENTS = {
    "Jupiter": "Jupiter's equatorial diameter is 142,984 km, about 11.2 times that of Earth. Jupiter has a mass of "
    "1.898 × 10^27 kg, or 318 Earth masses. As of June 2025, Jupiter had 97 known moons.",
    "Earth": "The equatorial diameter of Earth is 12,756 km. Earth's mass is 5.972 × 10^24 kg.",
    "Saturn": "At the equator, Saturn is 120,536 km in diameter. Saturn had 274 known moons as of June 2025. "
    "William Lassell discovered four moons of Saturn in 1848.",
    "Saturn V": "Including the Apollo spacecraft, the Saturn V stood 110.6 m tall. "
    "Its first stage was 10.1 m in diameter.",
    "Titan": "The Dutch astronomer Christiaan Huygens discovered Titan on 25 March 1655. Huygens was born in The Hague "
    "on 14 April 1629. Titan's diameter is 5,150 km.",
    "Mars Rovers": "Perseverance carried the helicopter Ingenuity, which had a mass of 1.8 kg. The heaviest rover ever "
    "sent to Mars is Perseverance, with a mass of 1,025 kg.",
    "Voyager": "Voyager 2 was launched on 20 August 1977. Voyager 1 was launched on 5 September 1977 by a "
    "Titan IIIE rocket.",
}


@dataclass(frozen=True)
class Ranked:
    passage_id: str
    document: str
    title: str
    start: int
    end: int
    text: str
    score: float
    dense: float
    overlap: float


class WordRanker:
    """Ranks sentences by the share of the question's stems that they and their titles have."""

    def rank_sentences(self, question: str, hits: list[Rankable], k: int) -> list[Ranked]:
        asked = set(content_stems(question))
        found = []
        for hit in hits:
            for match in re.finditer(r"[^\s].*?[.](?=\s[A-Z]|$)", hit.text):
                overlap = len(asked & set(content_stems(f"{hit.title} {match[0]}"))) / max(1, len(asked))
                start = hit.start + match.start()
                end = start + len(match[0])
                found.append(
                    Ranked(hit.passage_id, hit.document, hit.title, start, end, match[0], overlap, overlap, overlap)
                )
        return sorted(found, key=lambda each: -each.score)[:k]

    def weigh_words(self, question: str) -> dict[str, float]:
        return {word.lower(): 1.0 for word in re.findall(r"\w+", question) if content_stems(word)}

    def similarities(self, text: str, others: list[str]) -> list[float]:
        asked = set(content_stems(text))
        return [len(asked & set(content_stems(other))) / max(1, len(asked)) for other in others]

    def match_words(self, words: list[str], texts: list[str]) -> list[list[bool]]:
        stems = [set(content_stems(text)) for text in texts]
        return [[set(content_stems(word)) <= there for there in stems] for word in words]


def passage_of(title: str, text: str) -> Passage:
    return Passage(
        passage_id=PassageId(f"p-{title}"),
        document=f"{title}.md",
        title=title,
        section="",
        text=text,
        start=100,
        end=100 + len(text),
        score=1.0,
        collection="default",
    )


@pytest.fixture
def a_passage():
    """Make a passage of a title and a text; it starts at character 100 of its document."""
    return passage_of


@pytest.fixture
def ranker() -> WordRanker:
    return WordRanker()


@pytest.fixture
def passages() -> list[Passage]:
    return [passage_of(title, text) for title, text in DOCUMENTS.items()]
