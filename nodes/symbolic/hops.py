"""Reads a value in two hops: one sentence leads from what the question names to another thing, which a second tells of.

`How long is the ferry that Ada Moe commands`: a row says that Ada Moe is captain of the Astrid, another how long the
Astrid is. Every word of the question has to be told by the one or the other; anything less is quoted.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from nodes.state import Passage
from nodes.symbolic.asked import Asked
from nodes.symbolic.evidence import CANDIDATES, Evidence, Told
from nodes.symbolic.names import find_names
from nodes.symbolic.ranking import RankedSentence, SentenceRanker, ranked
from nodes.symbolic.records import read_record
from nodes.symbolic.table import kinds_of
from nodes.symbolic.telling import telling_stems
from nodes.symbolic.wanted import wanted
from nodes.symbolic.words import THINGS, content_stems, stem

FIRSTS = 8
"""Best-ranked sentences that may lead on."""
BRIDGES = 4
"""Things led to that are looked up, best first."""
_THINGS = frozenset(map(stem, THINGS))
_DESCRIBED = re.compile(
    r"\b(?:the|an?) (?:[\w'-]{1,30} ){0,4}?([\w'-]{2,30}) (?:(?:in|on|at|by|for|to|from|after|with|under) )?"
    r"(?:that|who|whom|whose|which|where)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Bridge:
    """A thing that a sentence leads to, and what of the question the sentence leaves to be told."""

    sentence: RankedSentence
    name: str
    rest: frozenset[str]


async def read_in_two_hops(
    ranker: SentenceRanker, evidence: Evidence, passages: Sequence[Passage]
) -> tuple[RankedSentence, Told] | None:
    """Return the sentence that leads on and the value told of what it leads to; None where that is not sure."""
    asked = evidence.asked
    if not asked.indirect or asked.coordinated or (asked.kind == "text" and wanted(asked.text).answer == "other"):
        return None
    for bridge in _bridges(evidence, kinds_of(passages)):
        about = replace(asked, names=(bridge.name,), words=bridge.rest, indirect=False)
        sentences = await ranked(ranker, f"{asked.text} {bridge.name}", passages, CANDIDATES)
        others = [each for each in sentences if each.text != bridge.sentence.text]
        if told := Evidence(about, others, passages).value():
            return bridge.sentence, told
    return None


def _bridges(evidence: Evidence, kinds: Mapping[str, set[str]]) -> list[Bridge]:
    found: dict[str, Bridge] = {}
    for sentence in evidence.sentences[:FIRSTS]:
        names = {name.lower() for name in evidence.asked.names}
        has = evidence.judged(sentence).met
        told = evidence.asked.words & has
        if names <= has and (told or not evidence.asked.words):
            for name in _led_to(evidence.asked, sentence.text, kinds):
                found.setdefault(name.lower(), Bridge(sentence, name, evidence.asked.words - told - _THINGS))
    return list(found.values())[:BRIDGES]


def _led_to(asked: Asked, text: str, kinds: Mapping[str, set[str]]) -> Iterator[str]:
    """Yield the names in a sentence that the question does not have, and that are of the kind described.

    Of a row those are the cells of the column of that kind, or all where it has none; in prose a name is left out
    where passages say that it is something else.
    """
    said = asked.text.lower()
    described = _DESCRIBED.search(asked.text)
    kind = telling_stems(stem(described[1])) if described else frozenset[str]()
    if record := read_record(text):
        cells = [field for field in record.fields if not field.is_number and field.value]
        of_kind = [field for field in cells if kind & set(content_stems(field.key))]
        names = [field.value for field in of_kind or cells if len(field.value) <= 60]
    else:
        found = [name.name for name in find_names(text)]
        said_to_be = [{*content_stems(each), *kinds.get(each.lower(), kind)} for each in found]
        names = [each for each, nouns in zip(found, said_to_be, strict=True) if not kind or kind & nouns]
    yield from (name for name in names if name.lower() not in said)
