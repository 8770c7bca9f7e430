"""What a run may use at most: frozen records whose every field states its unit."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Budgets:
    """What the answer to one question may take in all; None is no bound. At the bound the answer is partial.

    Tokens and money are counted after each call, from what the provider reported: calls that are under way together
    may go beyond, and what was not reported is not counted.
    """

    tokens: int | None = None
    """Prompt and completion tokens of all model calls."""
    cost: float | None = None
    """US dollars, by the price table."""
    seconds: float | None = None
    """Time at work; waiting for a person does not count."""
    model_calls: int | None = None
    """Calls of language models, failed ones too."""
    steps: int | None = None
    """Steps that are run, those of revised plans too."""
    tool_calls: int | None = None
    """Calls of tools, each attempt for itself."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one run. Reaching one raises, or reports, `LimitError` with the field's name as `kind`."""

    question_chars: int = 20_000
    """Longest question, in characters."""
    steps: int = 200
    """Most steps of one plan."""
    concurrency: int = 64
    """Most steps that run at the same time."""
    step_seconds: float = 60.0
    """Longest time for one attempt of a tool that declares no timeout of its own."""
    model_seconds: float = 120.0
    """Longest time for one call of a language model."""
    retry_seconds: float = 0.5
    """Wait before a language model that failed is asked again; it doubles, and Retry-After may lengthen it."""
    revisions: int = 1
    """Most times a plan is revised after its answer had too little evidence."""
    passages: int = 24
    """Most passages given to the solver."""
    solver_tokens: int = 8_000
    """Most tokens of evidence given to the solver, counted before the call as `nodes.tokens.at_most` does."""
    step_chars: int = 20_000
    """Longest value of a step whose tool declares no `max_chars`, in characters of its JSON or text."""
    budgets: Budgets = field(default_factory=Budgets)
