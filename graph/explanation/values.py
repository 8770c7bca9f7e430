"""What an explanation is made of: frozen values, every one JSON-able with `dataclasses.asdict`.

Steps are named by their ids without the hash sign (`E3`); `A1` is the answer to the first question of the conversation.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from graph.runs import Status
from nodes.state import Mode, StepStatus

Support = Literal["cited", "derived", "none", "no_claim"]
"""What a sentence of an answer rests on: passages it cites; only values of steps; nothing that the run gathered; or it
needs nothing, because it says that there is no answer."""
Match = Literal["marker", "working", "value"]
"""How a sentence was found to rest on a step: it cites the step, repeats its working, or states its value."""
AccountStatus = Literal["ok", "failed", "skipped", "denied", "waiting", "unfinished"]
"""A step's status; `waiting` is for a person, `unfinished` has no recorded result."""
SetbackKind = Literal[
    "note", "fallback", "retried", "failed", "denied", "skipped", "no_answer", "revised", "citations", "added"
]

_STATUSES: tuple[StepStatus, ...] = ("ok", "failed", "skipped", "denied")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the characters `[start:end]` of the document's stored text are exactly `quote`."""

    document: str
    title: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation as a sentence carries it: its marker `[n]`, its place, and how the run came by it.

    `found_by` are the steps that returned the passage, `read_by` those whose value was read from these characters.
    Both are empty where the passage was added by a search for the question itself.
    """

    n: int
    passage_id: str
    place: Place
    found_by: tuple[str, ...]
    read_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """One step on the way back from a value to the documents.

    `value` is the step's value as short text, `working` its computation. `places` are the sentences the value was read
    from; where there are none, `inputs` lead on. `own_figures` are numbers that the plan wrote into the computation and
    that the question does not have: they rest on the planner alone.
    """

    step: str
    tool: str
    purpose: str
    value: str
    working: str | None
    places: tuple[Place, ...]
    inputs: tuple[str, ...]
    own_figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """A step's value that a sentence rests on: `origins` begins with the step, then what it came from, each once."""

    step: str
    match: Match
    origins: tuple[Origin, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the answer, or a line of it, with its markers, and everything it rests on."""

    text: str
    support: Support
    citations: tuple[Cited, ...]
    bases: tuple[Basis, ...]


@dataclass(frozen=True, slots=True)
class StepAccount:
    """What a step was for and what came of it.

    `purpose` is a phrase such as `looked up the equatorial diameter of Jupiter`; `used_by` names the steps that took
    its value in, none where it was for the answer itself. `gave` is short text, `seconds` the time in the tool;
    `carried_from` is the run whose call that was, if another.
    """

    id: str
    tool: str
    args: dict[str, Any]
    purpose: str
    used_by: tuple[str, ...]
    status: AccountStatus
    gave: str | None
    error: str | None
    attempts: int
    seconds: float | None
    carried_from: str | None = None


@dataclass(frozen=True, slots=True)
class Setback:
    """Something that did not work, and what became of it, in one sentence; `steps` are those concerned."""

    kind: SetbackKind
    message: str
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an answer says what it says. `error` says how the run failed; `next` are commands to go on with it."""

    run_id: str
    question: str
    status: Status
    mode: Mode
    seconds: float
    sentences: tuple[Sentence, ...]
    steps: tuple[StepAccount, ...]
    setbacks: tuple[Setback, ...]
    error: str | None = None
    next: tuple[str, ...] = ()

    @property
    def unsupported(self) -> tuple[Sentence, ...]:
        """The sentences that rest on nothing that the run gathered."""
        return tuple(sentence for sentence in self.sentences if sentence.support == "none")

    def to_json(self) -> dict[str, Any]:
        """Return the explanation as JSON-able values."""
        return asdict(self)


def account_status(status: object) -> AccountStatus:
    """Return a stored status as a step's account has it; what this version does not know counts as unfinished."""
    return next((known for known in _STATUSES if known == status), "unfinished")
