"""Reads questions and paragraphs in the HotpotQA format and its common variants. Knows files, and nothing of agents."""

import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any, TypeVar

from pydantic import AliasChoices, BaseModel, Field, TypeAdapter, ValidationError

from nodes.errors import InputError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of the corpus under the title of its page."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class HotpotQuestion:
    """One question: `gold` are the titles of its supporting facts; `type` is as the file says, or empty."""

    question: str
    answer: str
    gold: frozenset[str]
    type: str


class _Facts(BaseModel):
    """Supporting facts in columns, as the data set's copy on the Hugging Face hub has them."""

    title: list[str]


class _Context(BaseModel):
    """A context in columns; see `_Facts`."""

    title: list[str]
    sentences: list[list[str]]


class _Record(BaseModel):
    """One entry of a questions file; keys that are not named here are let pass."""

    question: str = Field(min_length=1)
    answer: str = Field(min_length=1)
    supporting_facts: list[tuple[str, Any]] | _Facts
    context: list[tuple[str, list[str]]] | _Context = Field(default_factory=list)
    type: str = ""

    @property
    def titles(self) -> Iterable[str]:
        facts = self.supporting_facts
        return facts.title if isinstance(facts, _Facts) else (title for title, _ in facts)

    @property
    def paragraphs(self) -> Iterable[tuple[str, list[str]]]:
        held = self.context
        return zip(held.title, held.sentences, strict=False) if isinstance(held, _Context) else held


class _Page(BaseModel):
    """One entry of a corpus that is a list."""

    title: str
    text: str | list[str] = Field(validation_alias=AliasChoices("text", "sentences"))


_QUESTIONS = TypeAdapter(list[_Record])
_CORPUS: TypeAdapter[dict[str, str | list[str]] | list[_Page]] = TypeAdapter(dict[str, str | list[str]] | list[_Page])


def read_hotpotqa(questions: Path, corpus: Path | None) -> tuple[list[HotpotQuestion], list[Paragraph]]:
    """Read the questions and the paragraphs that they are asked over, each paragraph once.

    The corpus maps titles to sentences or to a text, or is a list of `{"title", "text"}`; without one, the contexts of
    all questions are pooled.

    Raises:
        InputError: a file cannot be read or is of another form, there are no questions, or no paragraphs.
    """
    records = _load(questions, _QUESTIONS, "a list of objects with question, answer and supporting_facts")
    if corpus is None:
        pairs: Iterable[tuple[str, str | Sequence[str]]] = (pair for record in records for pair in record.paragraphs)
    else:
        pairs = _pages(_load(corpus, _CORPUS, "an object from titles to sentences, or a list of title and text"))
    paragraphs = [Paragraph(same_title(title), _joined(text)) for title, text in pairs]
    paragraphs = [paragraph for paragraph in dict.fromkeys(paragraphs) if paragraph.text]
    if not records:
        raise InputError(f"{questions} holds no question")
    if not paragraphs:
        raise InputError(f"{corpus or questions} holds no paragraphs; name a file that does with --corpus")
    return [_question(record) for record in records], paragraphs


def same_title(title: str) -> str:
    """Return a title in the one spelling in which titles of both files are compared."""
    return unicodedata.normalize("NFC", unescape(title)).strip()


def _question(record: _Record) -> HotpotQuestion:
    gold = frozenset(map(same_title, record.titles))
    return HotpotQuestion(record.question, record.answer, gold, record.type)


def _pages(corpus: dict[str, str | list[str]] | list[_Page]) -> Iterable[tuple[str, str | Sequence[str]]]:
    return corpus.items() if isinstance(corpus, dict) else ((page.title, page.text) for page in corpus)


def _joined(text: str | Sequence[str]) -> str:
    """Return a paragraph as one text; the data set's sentences carry their own leading blanks, others' may not."""
    return " ".join((text if isinstance(text, str) else " ".join(text)).split())


def _load(path: Path, form: TypeAdapter[T], wanted: str) -> T:
    try:
        return form.validate_python(json.loads(path.read_bytes()))
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); check the path") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the whole file"
        raise InputError(f"{path} is not in the HotpotQA format ({wanted}): {where}: {first['msg']}") from error
    except ValueError as error:  # broken JSON or another encoding
        raise InputError(f"{path} is not JSON ({error}); give {wanted}") from error
