"""A sentence in its document: what it names, directly or by taking up the document's title."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from nodes.symbolic.asked import Asked
from nodes.symbolic.attributes import asking_stems
from nodes.symbolic.names import Mention, find_names, mentions
from nodes.symbolic.records import read_record
from nodes.symbolic.words import THINGS, content_stems, stem

_PRONOUN = re.compile(r"^(?:It|Its|They|Their|He|She|His|Her)\b")
_LEANS = re.compile(
    r"^(?:It|Its|They|Their|He|She|His|Her|This|These|That|Both)\b"
    r"|^(?:In|On|At|By|Since|From|After) [^,.;]{1,40},? (?:it|they|he|she)\b"
)
_HELD = re.compile(r"\b(?:of|on|in|at|to|from|by|for|with|over|near|under)\s(?:(?:the|a|an)\s)?$", re.IGNORECASE)
_GENERAL = re.compile(r"\b[Tt]he (?:" + "|".join(sorted(THINGS)) + r")\b(?! [A-Z])")


@dataclass(frozen=True, slots=True)
class Value:
    """A value as tools can use it (`text`), and as the sentence has it (`shown`)."""

    text: str
    shown: str


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence with the title of its document, and for each asked name all names that it goes by there.

    `before` is what comes before it, from the last sentence that does not itself lean on another; empty where that is
    not known. `heading` is the full title with the section's.
    """

    sentence: str
    title: str
    names: Mapping[str, tuple[str, ...]]
    before: str = ""
    heading: str = ""

    @property
    def lead(self) -> str:
        """What comes before, where this one leans on it with a pronoun; else nothing."""
        return self.before if _LEANS.search(self.sentence) else ""

    def forms(self, name: str) -> tuple[str, ...]:
        """Return what a name is called here."""
        return self.names.get(name, (name,))

    def mentioned(self, name: str) -> list[Mention]:
        """Return where the sentence mentions a name in any of its forms."""
        return [mention for form in self.forms(name) for mention in mentions(form, self.sentence)]

    def is_titled(self, name: str) -> bool:
        """Say whether the document is about the name, and nothing else."""
        return any(form.lower() == self.title.lower() for form in self.forms(name))

    def names_it(self, name: str) -> bool:
        """Say whether the sentence mentions a name, or surely means it by a pronoun or a general word."""
        return bool(self.mentioned(name)) or (self.is_titled(name) and self._means(name)) or self._stands_for(name)

    @property
    def subject(self) -> str:
        """What a pronoun at the beginning means: what the sentence before is about, else what the document is."""
        if not self.before or any(map(self.is_titled, self.names)):
            return self.title
        free = [each for each in find_names(self.before)[:3] if not _HELD.search(self.before[: each.start])]
        return free[0].name if free else self.title

    def _stands_for(self, name: str) -> bool:
        """Say whether the sentence begins with a pronoun for a name that the one before is about."""
        begins = _PRONOUN.search(self.sentence) is not None
        return begins and bool(self.before) and any(form.lower() == self.subject.lower() for form in self.forms(name))

    def covers(self, asked: Asked) -> bool:
        """Say whether the sentence has every word asked for, and names everything asked about."""
        return asked.words <= set(content_stems(self.sentence)) and all(self.names_it(name) for name in asked.names)

    def is_about(self, name: str, asked: Asked) -> bool:
        """Say whether the sentence is about a name, less strictly.

        In a short question, `the moons of Jupiter` are not Jupiter, unless it says so or asks with their word.
        """
        titled = any(form.lower() in self._titles() for form in self.forms(name))
        found = self.mentioned(name)
        if not found or (titled and self._takes_up()):
            return titled or self._taken_up(name) or self._is_in_title(name, asked)
        if len(asked.words) > 1 or any(_owned_part(asked.text, mention) for mention in mentions(name, asked.text)):
            return True
        heads = asked.words | (asking_stems(asked.attribute, "") if asked.attribute else {asked.counted})
        parts = [_owned_part(self.sentence, mention) for mention in found]
        return any(part is None or stem(part) in heads for part in parts)

    def concerns(self, name: str, asked: Asked) -> bool:
        """Say whether the sentence is about a name, or stands under a heading that has it, or in a row with it."""
        if self.is_about(name, asked):
            return True
        if self.mentioned(name):
            return read_record(self.sentence) is not None
        return self.heads(name)

    def heads(self, name: str) -> bool:
        """Say whether a name stands in the title or the section's heading."""
        return any(mentions(form, self.heading) for form in self.forms(name))

    def _titles(self) -> set[str]:
        return {self.title.lower(), *self.title.lower().split(" and ")}

    def _is_in_title(self, name: str, asked: Asked) -> bool:
        """Say whether the question spells the document's whole title, of which the name is a part."""
        return name in self.title and self.title.lower() in asked.text.lower()

    def _takes_up(self) -> bool:
        return bool(_PRONOUN.search(self.sentence) or _GENERAL.search(self.sentence))

    def _taken_up(self, name: str) -> bool:
        """Say whether the sentence takes up a name of the sentence before: by a pronoun, or as `the bridge`."""
        before = any(mentions(form, self.before) for form in self.forms(name))
        general = _GENERAL.search(self.sentence)
        nouns = "|".join(re.escape(word.lower()) for word in name.split())
        return before and bool(self.lead or general or re.search(rf"\b[Tt]he (?:{nouns})\b", self.sentence))

    def _means(self, name: str) -> bool:
        """A pronoun means what the sentence before is about; `the planet` means the title, unless that is another."""
        names, subjects = find_names(self.sentence), find_names(self.before)[:1]
        same = any(mentions(form, subject.name) for subject in subjects for form in self.forms(name))
        general = _GENERAL.search(self.sentence)
        if general and (not names or general.start() < names[0].start):
            return same or not subjects
        return bool(_PRONOUN.search(self.sentence)) and same


_HEAD_OF = re.compile(r"([\w-]{1,30}) of (?:the |a |an )?(?:[a-z-]{1,20} ){0,2}$")
_HEAD_OWNED = re.compile(r"[’']s?\s(?:[a-z-]{1,20}\s){0,2}?([a-z-]{1,30})\b")


def _owned_part(text: str, mention: Mention) -> str | None:
    """Return the word that owns a mention's phrase: `moons` in `the moons of Jupiter` and in `Jupiter's moons`."""
    found = _HEAD_OF.search(text[: mention.start]) or _HEAD_OWNED.match(text[mention.end :])
    return found[1] if found else None
