"""Finds in a table what a question asks for: the column that holds it, and the rows that meet its conditions.

Every word of the question has to be told: by the column's name, by a cell of the row, by the table's heading, or by a
line elsewhere that leads to the row. A word that nothing tells means that another table, or none, has the answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nodes.state import Source
from nodes.symbolic.asked import Asked
from nodes.symbolic.attributes import AMOUNTS, ATTRIBUTES
from nodes.symbolic.names import mentions, stands_in
from nodes.symbolic.place import Value
from nodes.symbolic.record_reading import attribute_stems, typed
from nodes.symbolic.records import Field
from nodes.symbolic.sheets import Sheet, SheetRow, cell_stems
from nodes.symbolic.telling import telling_stems
from nodes.symbolic.wanted import wanted
from nodes.symbolic.words import MODIFIERS, content_stems, stem, word_set

HEAD, HIT, UNIT, SHARE = 2.0, 1.0, 0.5, 0.5
"""What a column scores: for naming the attribute, for each word it tells, for its unit, for telling nothing else."""
IDLE = frozenset(map(stem, word_set(
    "fit have hold carry accommodate seat take contain list offer provide show report record state get pay cost "
    "charge need go come year long much people person thing one table document company time current currently "
    "number total amount money want serve sell run whole all together combined altogether each every per happen "
    "make do use name call stand lie belong going burn consume emit spend budget sleep cross last mark score "
    "rating grade value level treat work live travel figure again give given gave passenger customer visitor "
    "guest user big small high low life spent held took gave sold ran went came made paid kept"
))) | frozenset(map(stem, MODIFIERS))  # fmt: skip
"""Stems that need not be told."""
_DATE_STEMS = frozenset(map(stem, word_set("year date day time hour")))
_OTHER_AMOUNTS = frozenset(
    stem(word) for noun in (*AMOUNTS, *(noun for row in ATTRIBUTES for noun in row.nouns)) for word in noun.split()
)
_SCORES = frozenset(map(stem, word_set("mark score rating grade value level figure number amount")))
_MEASURED = frozenset(map(stem, word_set("overall total average mean")))
"""Words that tell one mark from another."""
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_GENERAL = frozenset(
    map(stem, word_set("people person spectator guest visitor customer game match item thing piece time"))
)
"""What is counted in many columns; which one is meant, another word has to tell."""
_PLAIN = re.compile(r"\s?[(,]")
"""Behind this, a name only says more of the thing: `Car up to 6 m, driver not included`."""
_DECIMAL = re.compile(r"(?<![\d.])\d{1,4}\.\d{1,4}(?:\.\d{1,4})?(?![\d.])")
"""A number that is asked for as a whole, as that of a version."""
_SINCE = re.compile(r"^since (?:when|what|which)|^how long (?:has|have)", re.IGNORECASE)
_PERSON = re.compile(r"(?:[A-Z][\w.'-]{0,30}\s){1,3}[A-Z][\w'-]{1,30}")


@dataclass(frozen=True, slots=True)
class Found:
    """Rows that meet the conditions, the column with the values, how well it fits, and lines that led to the rows."""

    rows: tuple[SheetRow, ...]
    key: str
    score: float
    led_by: tuple[Source, ...] = ()
    is_narrowed: bool = False
    """Whether the question's words chose these rows among others."""

    def value(self, asked: Asked, row: SheetRow) -> Value | None:
        """Return what the row says."""
        field = row.field(self.key)
        return typed(asked, field) if field and field.value else None


@dataclass(frozen=True, slots=True)
class Needs:
    """What rows have to tell besides the column: names, and stems; `subject` are stems of which one must be told."""

    names: tuple[str, ...]
    words: frozenset[str]
    subject: frozenset[str]
    optional: bool = False
    """Whether the rows need not name the subject, because the column has its unit."""


Line = tuple[str, Source]


def query(asked: Asked, sheet: Sheet, elsewhere: Sequence[Line] = ()) -> Found | None:
    """Return what the table holds for the question, or None; `elsewhere` are lines that may lead to a row."""
    found: list[Found] = []
    if asked.kind == "text" and asked.text.lower().startswith(("how many", "how much")):
        return None
    for key in sheet.keys:
        scored = _fit(asked, sheet, key)
        if scored is None:
            continue
        score, needs = scored
        rows, led_by = _meeting(sheet, key, needs, elsewhere)
        values = tuple(row for row in rows if (field := row.field(key)) and field.value and typed(asked, field))
        if values:
            found.append(Found(values, key, score, led_by, is_narrowed=len(rows) < len(sheet.rows)))
    best = max((each.score for each in found), default=0.0)
    winners = [each for each in found if each.score == best]
    return winners[0] if len(winners) == 1 else None


def named_rows(asked: Asked, sheet: Sheet, key: str) -> tuple[SheetRow, ...]:
    """Return the rows that name what is measured, whatever the column."""
    needs = Needs(_proper(asked), _words(asked) - {stem("year")}, _subject(asked))
    return _meeting(sheet, key, needs, ())[0]


def _proper(asked: Asked) -> tuple[str, ...]:
    return (*(name for name in asked.names if name != name.lower()), *_DECIMAL.findall(asked.text))


def _fit(asked: Asked, sheet: Sheet, key: str) -> tuple[float, Needs] | None:
    """Return how well a column fits, and what is left for its rows to tell; None where it cannot be the one."""
    cells = [field for row in sheet.rows if (field := row.field(key)) and field.value]
    if not any(typed(asked, field) for field in cells):
        return None
    stems = frozenset(content_stems(key))
    if (years := set(_YEAR.findall(key))) and not years & set(_YEAR.findall(asked.text) or years):
        return None
    words = _words(asked)
    own = frozenset(content_stems(" ".join(asked.names)))
    hits = frozenset(word for word in frozenset(content_stems(asked.text)) - own | words if telling_stems(word) & stems)
    subject = _subject(asked)
    head = bool(frozenset().union(*map(telling_stems, subject)) & stems) if subject else _is_answer(asked, sheet, key)
    unit = _has_unit(asked, cells, stems)
    if not (head or hits or unit) or (asked.kind == "text" and wanted(asked.text).noun and not head):
        return None
    said = subject & frozenset(content_stems(asked.text))
    told = frozenset().union(*map(telling_stems, hits | subject)) | IDLE
    share = len(stems & told) / len(stems) if stems else 0.0
    needs = Needs(
        _proper(asked),
        words - hits,
        frozenset() if head else said if unit else subject,
        optional=unit,
    )
    return HEAD * head + HIT * len(hits) + UNIT * unit + SHARE * share, needs


def _words(asked: Asked) -> frozenset[str]:
    """Return the stems that have to be told; names in small letters are words."""
    plain = " ".join(name for name in asked.names if name == name.lower())
    scored = asked.attribute is not None and asked.attribute.noun in _SCORES
    parts = frozenset(content_stems(" ".join(_DECIMAL.findall(asked.text))))
    how = frozenset(content_stems(asked.text)) & _MEASURED if scored else frozenset()
    return (asked.words | frozenset(content_stems(plain))) - IDLE - {wanted(asked.text).noun} - parts | how


def _subject(asked: Asked) -> frozenset[str]:
    if asked.kind == "count":
        return frozenset({asked.counted}) - _GENERAL
    named = attribute_stems(asked.attribute) - _SCORES if asked.attribute else frozenset()
    return named & frozenset(content_stems(asked.text)) or named


def _is_answer(asked: Asked, sheet: Sheet, key: str) -> bool:
    """Say whether a column without a measured property holds what is asked for: a date, somebody, a thing of a kind."""
    stems, want = frozenset(content_stems(key)), wanted(asked.text)
    if asked.kind == "date":
        return bool(stems & _DATE_STEMS) or bool(_SINCE.search(asked.text) and "since" in key.lower())
    if want.noun in _SCORES:
        return all(field.is_number for row in sheet.rows if (field := row.field(key)))
    if want.noun:
        return bool(telling_stems(want.noun) & stems)
    if not asked.text.lower().startswith("who"):
        return False
    return all(_PERSON.fullmatch(field.value) for row in sheet.rows if (field := row.field(key)) and field.value)


def _has_unit(asked: Asked, cells: Sequence[Field], stems: frozenset[str]) -> bool:
    """Say whether a column's values have the unit asked for, and its name is not that of another measured thing."""
    if asked.kind != "quantity" or not any(asked.units) or (asked.attribute and asked.attribute.noun == "amount"):
        return False
    others = _OTHER_AMOUNTS - (attribute_stems(asked.attribute) if asked.attribute else frozenset())
    return not stems & others and any(typed(asked, field) for field in cells)


def _meeting(
    sheet: Sheet, key: str, needs: Needs, elsewhere: Sequence[Line]
) -> tuple[tuple[SheetRow, ...], tuple[Source, ...]]:
    """Return the rows that tell all that is needed, and the lines that lead to them; none where something is untold."""
    rows = sheet.rows
    heading, known = frozenset(content_stems(sheet.heading)), frozenset().union(*map(_key_stems, sheet.keys))
    missing_names, missing = list[str](), set[str]()
    for name in needs.names:
        having = tuple(row for row in rows if row.has_name(name, key))
        if having:
            rows = having
        elif not (stands_in(name, sheet.heading) or cell_stems(name) <= known):
            missing_names.append(name)
    if needs.subject:
        general = all(telling_stems(word) & heading for word in needs.subject)
        rows = rows if general else _of_subject(rows, needs, key)
    for word in needs.words:
        told = _told_in(rows, word, key, heading | known)
        rows = told or rows
        if told is None:
            missing.add(word)
    if not missing and not missing_names:
        return _closest(rows, needs), ()
    return _led_to(sheet, rows, Needs(tuple(missing_names), frozenset(missing), frozenset()), elsewhere)


def _of_subject(rows: tuple[SheetRow, ...], needs: Needs, key: str) -> tuple[SheetRow, ...]:
    """Return the rows that name what is measured in a cell, by its own words if any does so."""
    for stems in (needs.subject, frozenset().union(*map(telling_stems, needs.subject))):
        if having := tuple(row for row in rows if stems & row.stems(key)):
            return having
        if needs.optional:
            return rows
    return ()


def _told_in(rows: tuple[SheetRow, ...], word: str, key: str, general: frozenset[str]) -> tuple[SheetRow, ...] | None:
    """Return the rows that have a word: all, where the heading or a column's name has it; None where nothing does.

    The word itself is looked for first, then others for it.
    """
    for stems in (frozenset({word}), telling_stems(word)):
        if stems & general:
            return rows
        if having := tuple(row for row in rows if stems & row.stems(key)):
            return having
    return None


def _key_stems(key: str) -> frozenset[str]:
    return frozenset(content_stems(key))


def _closest(rows: tuple[SheetRow, ...], needs: Needs) -> tuple[SheetRow, ...]:
    """Return of several rows the one whose name is asked for and no longer, where there is one."""
    told = needs.words | frozenset().union(*map(cell_stems, needs.names))
    exact = tuple(row for row in rows if row.name and cell_stems(row.name) <= told)
    plain = tuple(row for row in rows if row.name and cell_stems(_PLAIN.split(row.name, maxsplit=1)[0]) <= told)
    return exact or plain or rows


def _led_to(
    sheet: Sheet, rows: tuple[SheetRow, ...], missing: Needs, elsewhere: Sequence[Line]
) -> tuple[tuple[SheetRow, ...], tuple[Source, ...]]:
    """Return the one row whose name stands in a line elsewhere that tells all that is missing."""
    own = {(row.source["document"], row.source["start"]) for row in sheet.rows}
    led: dict[str, tuple[SheetRow, Source]] = {}
    for text, source in elsewhere:
        if (source["document"], source["start"]) in own or not _tells(text, missing):
            continue
        for row in rows:
            if row.name and mentions(row.name, source["quote"]):
                led.setdefault(row.name, (row, source))
    if len(led) != 1:
        return (), ()
    ((row, source),) = led.values()
    return tuple(each for each in rows if each.name == row.name), (source,)


def _tells(text: str, missing: Needs) -> bool:
    stems = cell_stems(text)
    return all(mentions(name, text) for name in missing.names) and all(
        telling_stems(word) & stems for word in missing.words
    )
