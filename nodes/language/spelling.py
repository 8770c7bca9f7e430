"""References as other notations spell them, `{{E1}}`, `<E1>`, `$E1`, `steps[0].output`, `E1`, and which of them count.

A name in brackets or behind a sign of its own is a reference wherever it stands. A bare name could as well be a word:
it is one only where the whole text is that name or a formula of names, or where the plan calls its steps by bare names;
and only steps that stand before are meant by it. `render` writes `u"..."` around text that merely looks like such a
reference. This module rewrites them to the plan language's own references, which `interpolation.py` reads.
"""

import re
from collections.abc import Container
from dataclasses import dataclass, field

from nodes.errors import Problem
from nodes.language.interpolation import PATH, dollars_to_hashes, interpolate, interpolate_exact, read_reference
from nodes.language.values import Reference, Template

_STEPS = "(?:steps?|tasks?|results?|outputs?|evidence)"
_INNER = re.compile(
    rf"\s*(?:\#?E_?(?P<e>[0-9]{{1,9}})|(?:\#?{_STEPS}[ _.-]?|[st]_?)\#?(?:E_?)?(?P<word>[0-9]{{1,9}})"
    rf"|{_STEPS}\[(?P<index>[0-9]{{1,9}})\]|{_STEPS}\[[\"']?\#?E?_?(?P<key>[0-9]{{1,9}})[\"']?\]"
    r"|\#?(?P<digits>[0-9]{1,9})|\#?(?P<name>[A-Za-z_][\w-]{0,60}))"
    rf"(?:\.(?:outputs?|results?|response)\b)?(?P<path>{PATH})\s*",
    re.ASCII | re.IGNORECASE,
)
"""A name and a path; `.output` and its like is the value as a whole."""

_WRAPPED = re.compile(
    r"(?<!\#)(?:\{\{(?P<a>[^{}\n]{1,120})\}\}|\$?\{(?P<b>[^{}\n]{1,120})\}|<(?P<c>[^<>\n]{1,120})>)"
    rf"|(?<![\w#$@])[$@](?P<d>[A-Za-z_]\w{{0,60}}(?!\w){PATH})",
    re.ASCII,
)
_BARE = re.compile(rf"(?<![\w#$@.{{<])E_?(?P<e>[0-9]{{1,9}})(?!\w)(?P<path>{PATH})", re.ASCII)
_FORMULA = re.compile(r"(?=.*[-+*/%^])(?:[0-9.,\s()*/+%^-]|(?<!\w)E_?[0-9]{1,9}(?!\w))+", re.ASCII)
_PHRASE = re.compile(
    r"\s*(?:the\s+)?(?:results?|outputs?|answers?|value)\s+(?:of|from)\s+(?P<inner>step\s\#?E?_?[0-9]{1,9}|\#?E_?[0-9]{1,9})[\s.]*",
    re.IGNORECASE,
)
_WHOLE_CHARS = 200
"""Longest text that is tried as one name."""

UNQUOTED = (
    r"\{\{[^{}\n\"]{1,120}\}\}|<[^<>\n\s\"]{1,120}>|\$?\{\s?\#?E_?[0-9][^{}\n\"]{0,100}\}"
    rf"|(?<![\w.#])[$@]?(?:[Ee]_?|s(?:tep)?_|step)[0-9]{{1,9}}(?!\w){PATH}(?!\s*(?:=(?!=)|[:(]))"
    rf"|(?<![\w.]){_STEPS}\[[^\]\n]{{1,20}}\]{PATH}|\#e?_?[0-9]{{1,9}}(?!\w){PATH}"
)
"""Such a reference outside quotes; to be compiled with re.ASCII."""


class Known:
    """The steps that stand before, by number, in order, and by the names they were given."""

    def __init__(self) -> None:
        self.order: list[int] = []
        self.numbers: set[int] = set()
        self.names: dict[str, int] = {}

    def add(self, number: int, name: str = "") -> None:
        """Take in a step."""
        if number not in self.numbers:
            self.order.append(number)
            self.numbers.add(number)
        if name:
            self.names[name] = number


@dataclass(frozen=True, slots=True)
class Spelling:
    """How one step may refer to others.

    `below` > 0: `$1` up to `$(below - 1)` are references inside text, and numbers in brackets are too. `bare`: bare
    names inside text are references. `json`: the step stands in JSON, where a name such as `step_1` that is all of a
    text is a reference too. `only`: the numbers of the steps that it says it needs, where it says so. `line`: where the
    step begins.
    """

    known: Known = field(default_factory=Known)
    below: int = 0
    bare: bool = False
    json: bool = False
    only: frozenset[int] | None = None
    line: int = 0

    def text(self, text: str) -> str | Template:
        """Read the references in text."""
        return interpolate(self._rewritten(text))

    def exact(self, text: str) -> str | Reference | Template:
        """As `text`, but text that is nothing else than one reference is that bare reference."""
        return interpolate_exact(self._rewritten(text))

    def doubt(self, text: str, line: int = 0) -> Problem | None:
        """Return the problem of text in which a bare name could mean an earlier step as well as a word."""
        if self.bare or "E" not in text or self._is_formula(text) or self._whole(text) is not None:
            return None
        name = next((f"E{match['e']}" for match in _BARE.finditer(text) if self._stands_before(int(match["e"]))), None)
        if name is None:
            return None
        text_stays = (
            'list the steps that this one needs under "depends_on"' if self.json else 'u"..." around plain text'
        )
        mend = f"write #{name} for what that step returns, or {text_stays}"
        return Problem(line or self.line, "ambiguous", f"`{name}` inside text could mean the step or the word", mend)

    def reference(self, token: str) -> Reference | None:
        """Return the reference that a token outside quotes is."""
        inner = token.strip("{}<>").lstrip("$@").strip("{}")
        return self._resolved(inner, digits=self.below > 0 or token[0] in "#$")

    def meant(self, name: str) -> Reference | None:
        """Return the reference to an earlier step that a name is which cannot be anything else."""
        reference = self._resolved(name.strip(), digits=True)
        return reference if reference is not None and self._stands_before(int(reference.name[1:])) else None

    def named(self, name: str) -> Reference | None:
        """Return the reference to the step that was given a name."""
        number = self.known.names.get(name)
        return None if number is None else Reference(f"E{number}")

    def _rewritten(self, text: str) -> str:
        whole = self._whole(text)
        if whole is not None:
            return _written(whole)
        text = dollars_to_hashes(text, self.below) if self.below else text
        if any(sign in text for sign in "{<$@"):
            text = _WRAPPED.sub(self._replaced, text)
        if "E" in text and (self.bare or self._is_formula(text)):
            text = _BARE.sub(self._replaced_bare, text)
        return text

    def _whole(self, text: str) -> Reference | None:
        """Return what text of nothing but a bare name, or of words for a step's result, refers to."""
        if len(text) > _WHOLE_CHARS:
            return None
        phrase = _PHRASE.fullmatch(text)
        inner = phrase["inner"] if phrase else text
        match = _INNER.fullmatch(inner)
        if match is None or (not phrase and not _could_be_whole(match, words=self.bare or self.json)):
            return None
        number = self._number(match)
        return self._at(number, match["path"]) if number is not None and self._stands_before(number) else None

    def _is_formula(self, text: str) -> bool:
        if _FORMULA.fullmatch(text) is None:
            return False
        return all(self._stands_before(int(match["e"])) for match in _BARE.finditer(text))

    def _stands_before(self, number: int) -> bool:
        return number in self.known.numbers and (self.only is None or number in self.only)

    def _replaced(self, match: re.Match[str]) -> str:
        reference = self._resolved(match[match.lastgroup or 0], digits=self.below > 0)
        return match[0] if reference is None else _written(reference)

    def _replaced_bare(self, match: re.Match[str]) -> str:
        number = int(match["e"])
        return _written(self._at(number, match["path"])) if self._stands_before(number) else match[0]

    def _resolved(self, inner: str, *, digits: bool) -> Reference | None:
        match = _INNER.fullmatch(inner)
        if match is None or (match["digits"] and not digits):
            return None
        if match["name"] and match["name"] not in self.known.names:
            return None
        number = self._number(match)
        if number is None or not (match["e"] or self._stands_before(number)):
            return None
        return None if self.only is not None and number not in self.only else self._at(number, match["path"])

    def _number(self, match: re.Match[str]) -> int | None:
        """Return the number of the step that is named."""
        if match["index"]:
            index = int(match["index"])
            return self.known.order[index] if index < len(self.known.order) else None
        if match["name"]:
            return self.known.names.get(match["name"])
        return int(match["e"] or match["word"] or match["key"] or match["digits"])

    @staticmethod
    def _at(number: int, path: str) -> Reference:
        return read_reference(f"#E{number}{path}")


def _written(reference: Reference) -> str:
    return f"#{{{str(reference)[1:]}}}"


def _could_be_whole(match: re.Match[str], *, words: bool) -> bool:
    """Tell whether a text that is only this name means a step: `E1` does everywhere, with `words` also `step 1`."""
    if match["name"] or match["digits"] or "#" in match[0]:
        return False
    return words or match["word"] is None


def _could_be_meant(match: re.Match[str], earlier: Container[int]) -> bool:
    """Tell whether a name in brackets can mean a step in a plan that calls its steps #E1, #E2, ..."""
    number = match["word"] or match["key"]
    return bool(match["e"] or match["index"]) or (number is not None and int(number) in earlier)


def looks_foreign(text: str, earlier: Container[int]) -> bool:
    """Tell whether text could be read as such a reference behind some steps, so that it has to be marked as text."""
    if "E" in text and any(int(match["e"]) in earlier for match in _BARE.finditer(text)):
        return True
    inner = (_INNER.fullmatch(match[match.lastgroup or 0]) for match in _WRAPPED.finditer(text))
    if any(match is not None and _could_be_meant(match, earlier) for match in inner):
        return True
    if len(text) > _WHOLE_CHARS:
        return False
    match = _INNER.fullmatch(text)
    whole = match is not None and _could_be_whole(match, words=False) and _could_be_meant(match, earlier)
    return whole or _PHRASE.fullmatch(text) is not None
