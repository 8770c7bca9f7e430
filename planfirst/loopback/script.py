"""A server's models, pace and faults from a JSON file.

    {"pace":   {"first_token": 0.25, "tokens_per_second": 100},
     "models": {"planner": ["#E1 = clock()", {"status": 503, "message": "Overloaded."}, {"how": "hang", "after": 3}],
                "solver":  {"cases": [{"contains": "Evidence:", "answer": {"text": "Late. [1]", "cached_tokens": 40}},
                                      {"contains": "", "answer": "NOT ENOUGH EVIDENCE"}],
                            "context_tokens": 8192}},
     "faults": [{"fault": {"status": 429, "message": "Slow down.", "retry_after": 1}, "first": 2, "model": "planner"}]}

A model is a list of answers, given in order, or an object with `answers` or `cases`, of which the first that fits
answers each time. An answer is a text, or an object with the fields of `Reply`, `Status`, `Break` or `Spoil`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, TypeAdapter, ValidationError

from planfirst.loopback.faults import STRICT, Scheduled
from planfirst.loopback.models import Answer, Case, Model, cases
from planfirst.loopback.replies import Pace
from planfirst.loopback.server import LoopbackServer
from retrieval.errors import InputError


@dataclass(frozen=True, slots=True)
class _Model:
    answers: tuple[Answer, ...] = ()
    cases: tuple[Case, ...] = ()
    pace: Pace | None = None
    context_tokens: int | None = None

    __pydantic_config__: ClassVar = STRICT

    def __post_init__(self) -> None:
        if bool(self.answers) == bool(self.cases):
            raise ValueError("give a model either answers or cases")

    def model(self) -> Model:
        return Model(cases(*self.cases) if self.cases else self.answers, self.pace, self.context_tokens)


def _in_full(value: Any) -> Any:
    """A list of answers is short for an object of them."""
    return {"answers": value} if isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class _Script:
    models: dict[str, Annotated[_Model, BeforeValidator(_in_full)]]
    pace: Pace | None = None
    faults: tuple[Scheduled, ...] = ()

    __pydantic_config__: ClassVar = STRICT


def read_script(path: Path, port: int = 0) -> LoopbackServer:
    """Return the server that the file describes, not started yet.

    Raises:
        InputError: the file cannot be read, or is no such script.
    """
    try:
        script = TypeAdapter(_Script).validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"the script {path} cannot be read ({error.strerror}); name a JSON file") from error
    except ValidationError as error:
        # Of the ways in which an answer could be read, the one that got furthest is what was meant.
        problem = max(error.errors(include_url=False, include_input=False), key=lambda found: len(found["loc"]))
        place = ".".join(str(part) for part in problem["loc"]) or "the top"
        raise InputError(f"the script {path} is wrong at {place}: {problem['msg']}") from error
    models = {name: model.model() for name, model in script.models.items()}
    return LoopbackServer(models, pace=script.pace, faults=script.faults, port=port)
