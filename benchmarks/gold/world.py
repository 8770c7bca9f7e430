"""A coast that does not exist: its towns, bridges and people, and passages about them as a search would return them.

A passage has about 400 characters. Everything is drawn from one seed, so it is the same on every run.
"""

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

_STARTS: Final = ("Al", "Bren", "Cor", "Dag", "El", "Fos", "Gran", "Hol", "Ing", "Jor", "Kal", "Lun", "Mor", "Nor")
_ENDS: Final = ("vik", "stad", "havn", "nes", "by", "dal", "mark", "und")
_FIRST: Final = ("Ada", "Birk", "Clara", "Edvin", "Frida", "Gustav", "Hedda", "Ivar", "Jonna", "Karl", "Liv", "Magnus")
_LAST: Final = ("Aasen", "Berg", "Dahl", "Ek", "Falk", "Grahn", "Holm", "Lindqvist", "Moe", "Nygaard", "Ohlin", "Rask")
_FILLERS: Final = (
    "In the summer months a small steamer calls twice a day and takes visitors to the islands of the archipelago.",
    "Fishing was the main trade until the railway came, and the old warehouses on the quay have been flats since 1994.",
    "A museum in the former customs house keeps drawings, letters and a model at the scale of one to two hundred.",
    "The winter storms of 1907 and 1953 did great damage, which was made good with granite from a quarry close by.",
    "Local guides like to tell how a bishop once lost his hat here, although no document of the time mentions it.",
    "Every second year a regatta is held in the bay, and the winner's name is carved into an oak beam at the harbour.",
    "The archives hold a long correspondence about lamps, paint and rope, most of it between clerks who never met.",
    "Botanists know the place for a rare orchid that grows between the stones above the line of the spring tides.",
)


@dataclass(frozen=True, slots=True)
class Found:
    """A passage, or a sentence of one, as a knowledge base returns it."""

    passage_id: str
    document: str
    title: str
    text: str
    start: int
    end: int
    section: str = ""
    score: float = 0.0
    collection: str = "coast"


class World:
    """`bridges` is who designed which; `births` the town of each; `inhabitants` and `masters` are by town."""

    def __init__(self, seed: int = 7) -> None:
        drawn = random.Random(seed)
        self.towns = [start + end for start in _STARTS for end in _ENDS]
        drawn.shuffle(self.towns)
        people = [f"{first} {last}" for first in _FIRST for last in _LAST]
        drawn.shuffle(people)
        self.inhabitants = dict(zip(self.towns, drawn.sample(range(10_000, 99_999), len(self.towns)), strict=True))
        self.masters = dict(zip(self.towns[:60], people[:60], strict=True))
        self.bridges = {f"{town} Bridge": person for town, person in zip(self.towns[60:], people[60:], strict=False)}
        self.births = {person: drawn.choice(self.towns[:60]) for person in self.bridges.values()}
        self._drawn = drawn

    @cached_property
    def passages(self) -> list[Found]:
        """Every passage, one to a document."""
        told = [(bridge, self.designed(bridge)) for bridge in self.bridges]
        told += [(person, self.born(person)) for person in self.births]
        told += [(town, self.counted(town)) for town in self.towns]
        told += [(f"Port of {town}", self.mastered(town)) for town in self.masters]
        return [self._passage(n, title, sentence) for n, (title, sentence) in enumerate(told)]

    def designed(self, bridge: str) -> str:
        """The sentence that says who designed a bridge."""
        return f"The {bridge} was designed by {self.bridges[bridge]}."

    def born(self, person: str) -> str:
        """The sentence that says where a person was born."""
        return f"{person}, an engineer, was born in {self.births[person]}."

    def counted(self, town: str) -> str:
        """The sentence that says how many inhabitants a town has."""
        return f"{town} has {self.inhabitants[town]} inhabitants."

    def mastered(self, town: str) -> str:
        """The sentence that names a town's harbour master."""
        return f"The harbour master of {town} is {self.masters[town]}."

    def _passage(self, n: int, title: str, sentence: str) -> Found:
        text = " ".join([sentence, "All sources agree on this.", *self._drawn.sample(_FILLERS, 3)])
        return Found(f"p{n}", f"{title.lower().replace(' ', '-')}.md", title, text, 0, len(text))


class WorldSearcher:
    """Ranks the world's passages by the words they share with a query, rare words first. Satisfies `Searcher`."""

    def __init__(self, world: World) -> None:
        self._passages = world.passages
        self._words = [_words(f"{passage.title} {passage.text}") for passage in self._passages]
        self._frequency = Counter(word for words in self._words for word in words)

    def search(
        self, query: str, k: int = 5, *, collection: str | None = None, filters: Mapping[str, Any] | None = None
    ) -> list[Found]:
        """Return the `k` passages nearest to the query."""
        del collection, filters
        asked = _words(query)
        scores = [sum(1 / self._frequency[word] for word in asked & words) for words in self._words]
        order = sorted(range(len(scores)), key=lambda n: (-scores[n], n))[:k]
        return [replace(self._passages[n], score=scores[n]) for n in order]

    def rank_sentences(self, question: str, hits: Sequence[Found], k: int = 5) -> list[Found]:
        """Return the `k` sentences nearest to the question."""
        asked = _words(question)
        sentences = [sentence for hit in hits for sentence in _sentences(hit)]
        return sorted(sentences, key=lambda each: -len(asked & _words(each.text)))[:k]


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))


def _sentences(hit: Found) -> list[Found]:
    spans = [match.span() for match in re.finditer(r"[^.]+\.", hit.text)]
    return [replace(hit, text=hit.text[start:end].strip(), start=start, end=end) for start, end in spans]
