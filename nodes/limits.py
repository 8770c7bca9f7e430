"""What a run may use at most: one frozen record whose every field states its unit."""

from dataclasses import dataclass


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
    revisions: int = 1
    """Most times a plan is revised after its answer had too little evidence."""
    passages: int = 24
    """Most passages given to the solver."""
    solver_chars: int = 24_000
    """Most characters of passages given to the solver."""
    step_chars: int = 20_000
    """Longest value of a step whose tool declares no `max_chars`, in characters of its JSON or text."""
