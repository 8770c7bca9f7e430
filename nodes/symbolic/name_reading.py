"""Reads a name from a sentence as a short answer: who did it, who is what to it, where it is, which of a kind.

The forms read are few and plain. A sentence that has the question's words in another form gives no name, and one that
gives two does not either: the caller quotes it instead.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from nodes.symbolic.asked import Asked
from nodes.symbolic.names import Mention, find_names, mentions
from nodes.symbolic.owners import held_by
from nodes.symbolic.place import Place, Value
from nodes.symbolic.support import told
from nodes.symbolic.telling import NATION, is_nations, telling_stems
from nodes.symbolic.wanted import Wanted, wanted
from nodes.symbolic.words import STOP_WORDS, stem, tokens

_LOWER = r"(?:(?!(?:of|by|in|to|for|and|with|from|at|on|that|which|who|as)\b)[a-z][\w'’-]{0,30}\s){0,5}?"
_KIND = rf"(?:(?:the|an?|his|her|its|their)\s)?(?:(?:{NATION})\s)?{_LOWER}"
_BY = re.compile(rf"(?!.{{0,80}}\b(?:which|who|whose|that|and (?:was|were|is))\b)[^.;:]{{0,80}}?\bby\s{_KIND}$")
_OBJECT = re.compile(
    r"\s(?:(?:the|an?|its)\s)?(?:(?!(?:of|by|in|to|for|and|with|from|at|on|that|how|whether|which)\b)[\w'’\"-]{1,30}\s){0,3}[\"“]?"
)
_BY_AT_ONCE = re.compile(rf"(?:\s\([^()]{{1,40}}\))?\sby\s{_KIND}$")
_PARTICIPLE = re.compile(r"(?:ed|[^s]en|wn|ght|ilt|pt|rn|lt|nt|un[gk]|ut|ade|old|eld)$")
_DID = re.compile(
    r"(?:,[^,.;]{1,80},)?\s(?:\([^()]{1,80}\)\s)?(?:(?:had|has|have|first|also|later|then|jointly|himself|herself|"
    r"originally|officially)\s){0,2}$"
)
_IS = re.compile(
    rf"(?:,[^,.;]{{1,80}},|\s\([^()]{{1,80}}\))?\s(?:is|was|became|remains|served as|has been)\s"
    rf"(?:[^\W\d_a-z][\w .-]{{1,40}}[’']s?\s)?{_KIND}$"
)
_IS_BEHIND = re.compile(rf"(?:\s(?:of|at|on|in|for)\s[^.;,:]{{1,80}}?)?\s(?:is|was|are|were|became)\s{_KIND}$")
_APPOSED = re.compile(rf",\s(?:then\s|now\s)?{_KIND}$")
_AGENT_NOUN = re.compile(r"\w{2,20}(?:er|or|ist|ian|ant|ress)s?")
_IN = re.compile(
    r"(?![^.;:]{0,80}\b(?:which|who|whose|where|and (?:was|were|is|then))\b)[^.;:]{0,60}?"
    r"\b(?:in|at|near|on|from|to|outside|off)\s(?:the\s)?(?:[a-z][\w-]{0,20}\s(?:of\s(?:the\s)?)?){0,3}$"
)
_BORN_IN = re.compile(r"\s[^.;:()]{0,30}\d{4},\s$")
_GO_ON = re.compile(r",\s|\s(?:in|of)\s(?:the\s)?")
_AND = re.compile(r"\s(?:and|&)\s|,\s(?:and\s)?")
_LYING = frozenset(stem(word) for word in ("located", "situated", "lies", "based", "headquartered", "stands"))


@dataclass(frozen=True, slots=True)
class _Reader:
    """One sentence, taken apart for a question: candidate names, and where words relate them to what is asked about."""

    asked: Asked
    place: Place
    want: Wanted

    @property
    def text(self) -> str:
        """The sentence."""
        return self.place.sentence

    def candidates(self) -> list[Mention]:
        """Return the names that may answer: not the question's own, no adjective of a nation."""
        own = [mention for name in self.asked.names for mention in self.place.mentioned(name)]
        spans = [(mention.start, mention.end) for mention in own]
        said = self.asked.text.lower()
        return [
            name
            for name in find_names(self.text)
            if not any(start < name.end and name.start < end for start, end in spans)
            and not re.search(rf"\b{re.escape(name.name.lower())}\b", said)
            and not is_nations(name.name, self.text[name.end :])
            and len(name.name) > 1
        ]

    def words_of(self, stems: Iterable[str]) -> list[re.Match[str]]:
        """Return where the sentence has a word that tells one of the stems."""
        telling = frozenset().union(*map(telling_stems, stems))
        return [word for word in tokens(self.text) if stem(word[0]) in telling]

    def is_object(self, word: re.Match[str]) -> bool:
        """Say whether something asked about is what a verb is done to: `discovered Titan`, not `moons of Saturn`."""
        starts = [mention.start for name in self.asked.names for mention in self.place.mentioned(name)]
        return any(_OBJECT.fullmatch(self.text[word.end() : start]) for start in starts if start > word.end())

    def is_undergone(self, word: re.Match[str]) -> bool:
        """Say whether something asked about undergoes a verb behind it: `Titan was discovered`, or it is the title."""
        found = [mention for name in self.asked.names for mention in self.place.mentioned(name)]
        before = [mention for mention in found if mention.end <= word.start()]
        asks = {
            held_by(self.asked.text, mention.start)
            for name in self.asked.names
            for mention in mentions(name, self.asked.text)
        }
        return not before or any(held_by(self.text, mention.start) in {None, *asks} for mention in before)

    def is_theirs(self, word: re.Match[str]) -> bool:
        """Say whether a role is that of something asked about: no other name follows its `of`, or owns it."""
        owner = re.search(r"([\w.-]+)[’']s?\s(?:[\w-]{1,20}\s){0,3}$", self.text[: word.start()])
        of = re.match(r"\s(?:of|at|for)\s(?:the\s)?", self.text[word.end() :])
        found = [mention for name in self.asked.names for mention in self.place.mentioned(name)]
        if owner and owner[1][:1].isupper() and not any(m.start <= owner.end(1) <= m.end + 2 for m in found):
            return False
        at = word.end() + of.end() if of else 0
        others = [name for name in find_names(self.text) if at <= name.start <= at + 30] if of else []
        return not others or any(others[0].start < m.end and m.start < others[0].end for m in found)

    def between(self, start: int, end: int) -> str:
        return self.text[start:end]


def read_name(asked: Asked, place: Place) -> Value | None:
    """Return the one name in the sentence that answers, or several joined by `and`."""
    want = wanted(asked.text)
    find = _FINDERS.get(want.answer)
    if find is None or not asked.names or not _tells_all(asked, place, want):
        return None
    reader = _Reader(asked, place, want)
    found = list(dict.fromkeys(find(reader)))
    spans = _joined(reader.text, found)
    if len(spans) != 1:
        return None
    text = reader.text[spans[0][0] : spans[0][1]]
    return Value(text, text)


def _tells_all(asked: Asked, place: Place, want: Wanted) -> bool:
    """Say whether the sentence tells every word of the question and is about everything it names."""
    words = asked.words - {want.noun}
    return told(words, place) >= words and all(place.is_about(name, asked) for name in asked.names)


def _agents(reader: _Reader) -> Iterator[Mention]:
    relations = reader.words_of([reader.want.relation])
    for name in reader.candidates():
        if any(_acts(reader, name, word) for word in relations):
            yield name
    if reader.want.noun:
        yield from _of_kind(reader)


def _acts(reader: _Reader, name: Mention, word: re.Match[str]) -> bool:
    """`discovered by Galileo`, `Galileo discovered`, `the discoverer Galileo`, `Galileo was the discoverer`."""
    if word.end() <= name.start:
        gap = reader.between(word.end(), name.start)
        is_noun = _AGENT_NOUN.fullmatch(word[0]) is not None
        by = _BY.match(gap) if _PARTICIPLE.search(word[0]) else _BY_AT_ONCE.match(gap)
        if by is not None:
            return reader.is_undergone(word)
        return is_noun and reader.is_theirs(word) and (gap == " " or _IS_BEHIND.match(gap) is not None)
    if word.start() < name.end:
        return False
    gap = reader.between(name.end, word.start())
    if _AGENT_NOUN.fullmatch(word[0]):
        return reader.is_theirs(word) and (_IS.fullmatch(gap) is not None or _APPOSED.fullmatch(gap) is not None)
    return _DID.fullmatch(gap) is not None and reader.is_object(word)


def _roles(reader: _Reader) -> Iterator[Mention]:
    """`the chief executive is Siri`, `head coach Crum`, `Siri, the chief executive`, `Siri became chief executive`."""
    for name in reader.candidates():
        for word in filter(reader.is_theirs, reader.words_of([reader.want.relation])):
            before = reader.between(word.end(), name.start) if word.end() <= name.start else None
            behind = reader.between(name.end, word.start()) if word.start() >= name.end else None
            if before is not None and (before == " " or _IS_BEHIND.fullmatch(before) is not None):
                yield name
            if behind is not None and (_IS.fullmatch(behind) or _APPOSED.fullmatch(behind)):
                yield name


def _places(reader: _Reader) -> Iterator[Mention]:
    """`born in Pisa`, `born May 27, 1943, Flint, Michigan`, `located in the city of Chiang Rai`."""
    words = reader.asked.words - {reader.want.noun}
    relations = reader.words_of(words) if words else [word for word in tokens(reader.text) if stem(word[0]) in _LYING]
    last = {stem(word[0]): word for word in relations}
    for name in reader.candidates():
        before = [word for word in last.values() if word.end() <= name.start]
        if not before:
            continue
        gap = reader.between(max(word.end() for word in before), name.start)
        if _IN.match(gap) or _BORN_IN.match(gap):
            yield _gone_on(reader, name)
            return


def _gone_on(reader: _Reader, name: Mention) -> Mention:
    """Return a place with what it lies in: `Flint, Michigan`."""
    end = name.end
    for other in reader.candidates():
        if other.start >= end and re.fullmatch(r",\s|\sof\s(?:the\s)?", reader.text[end : other.start]):
            end = other.end
    return Mention(reader.text[name.start : end], name.start, end)


def _of_kind(reader: _Reader) -> Iterator[Mention]:
    """`the band L7`, `an Atlas V rocket`, `the University of Connecticut`."""
    noun = reader.want.noun
    for name in reader.candidates():
        before = re.search(r"([\w-]{2,40})\s$", reader.text[: name.start])
        behind = re.match(r"\s([\w-]{2,40})", reader.text[name.end :])
        beside = [found[1] for found in (before, behind) if found and found[1].islower()]
        within = [word for word in name.name.split() if word.lower() not in STOP_WORDS]
        if noun in map(stem, (*beside, *(within if len(within) > 1 else ()))):
            yield name


def _joined(text: str, names: list[Mention]) -> list[tuple[int, int]]:
    """Return the spans of the names, those joined by `and` as one; a name told twice counts once."""
    spans: list[tuple[int, int]] = []
    for name in sorted(names, key=lambda each: each.start):
        if spans and _AND.fullmatch(text[spans[-1][1] : name.start]):
            spans[-1] = (spans[-1][0], name.end)
        else:
            spans.append((name.start, name.end))
    return list({text[start:end]: (start, end) for start, end in spans}.values())


def _coordinated(find: Callable[[_Reader], Iterator[Mention]]) -> Callable[[_Reader], Iterator[Mention]]:
    """Add to the names that a finder yields those that follow joined by `and`."""

    def found(reader: _Reader) -> Iterator[Mention]:
        names = list(find(reader))
        yield from names
        end = max((name.end for name in names), default=0)
        for other in reader.candidates():
            if names and other.start >= end and re.fullmatch(r"\sand\s", reader.text[end : other.start]):
                end = other.end
                yield other

    return found


_FINDERS: dict[str, Callable[[_Reader], Iterator[Mention]]] = {
    "agent": _coordinated(_agents),
    "role": _coordinated(_roles),
    "place": _places,
    "named": _of_kind,
}
