"""Reads a question file: JSON Lines, one question with its gold answer a line. Every fault is named with its line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from nodes.errors import InputError
from planfirst.evaluation.matching import tokens

Kind = Literal[
    "single-hop", "comparison", "superlative", "arithmetic", "conjunction", "two-hop", "follow-up", "unanswerable"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
Part = Literal["dev", "holdout"]
PARTS: tuple[Part, ...] = get_args(Part)
SHOWN_FAULTS = 20


def _has_tokens(spelling: str) -> str:
    if not tokens(spelling):
        raise ValueError(f"{spelling!r} has no word and no number that a reply could hold")
    return spelling


Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
Spelling = Annotated[str, AfterValidator(_has_tokens)]


class Question(BaseModel):
    """One question of the set.

    `gold` are the parts that must all be in the reply, each a list of accepted spellings; empty where the documents do
    not say. `documents` name, relative to the corpus, where the answer stands. `after` are the user's earlier turns.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: Text
    kind: Kind
    question: Text
    gold: list[Annotated[list[Spelling], Field(min_length=1)]]
    documents: list[Text]
    holdout: bool
    after: list[Text] = Field(default_factory=list)

    @property
    def part(self) -> Part:
        """Which part of the set it belongs to; nobody looks at the holdout while tuning."""
        return "holdout" if self.holdout else "dev"

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if (self.kind == "unanswerable") == bool(self.gold):
            raise ValueError("gold must be empty for an unanswerable question, and for no other")
        if self.kind != "unanswerable" and not self.documents:
            raise ValueError("documents must name where the answer stands")
        if self.kind == "follow-up" and not self.after:
            raise ValueError("after must hold the earlier turns that a follow-up leans on")
        return self


def read_questions(path: Path) -> list[Question]:
    """Return the questions of a file in order; blank lines are let pass.

    Raises:
        InputError: the file cannot be read or holds no question, or with every fault of it, each with its line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); check the path") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8; save it as UTF-8") from error
    questions, faults, lines = list[Question](), list[str](), dict[str, int]()
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            question = Question.model_validate_json(line)
        except ValidationError as error:
            faults += [f"line {number}: {fault}" for fault in _faults(error)]
            continue
        if question.id in lines:
            faults.append(f"line {number}: the id {question.id!r} is taken by line {lines[question.id]}")
        lines.setdefault(question.id, number)
        questions.append(question)
    if faults:
        more = f"; and {len(faults) - SHOWN_FAULTS} more" if len(faults) > SHOWN_FAULTS else ""
        raise InputError(f"{path} cannot be used: {'; '.join(faults[:SHOWN_FAULTS])}{more}")
    if not questions:
        raise InputError(f"{path} holds no question")
    return questions


def _faults(error: ValidationError) -> Iterator[str]:
    """Yield what is wrong with a line, each fault with the key it is under."""
    for fault in error.errors(include_url=False):
        where = ".".join(map(str, fault["loc"]))
        yield f"{where}: {fault['msg']}" if where else fault["msg"]
