"""Exit codes of the command line, and the one place where an error becomes a sentence and a code."""

from enum import IntEnum

from nodes.errors import InputError, LimitError, PlanFirstError, UnknownRunError


class Exit(IntEnum):
    """What the process's exit code means."""

    OK = 0
    """It worked; that the documents do not say is an answer too."""
    FAILED = 1
    """It did not work; the message says what to do."""
    USAGE = 2
    """What was asked cannot be used: a wrong option, an empty question, an unknown run."""
    WAITING = 3
    """The run waits for a person, or is paused; `planfirst resume` goes on."""
    PARTIAL = 4
    """Some of it worked: a partial answer, files that could not be ingested, a run that has yet to stop as asked."""
    INTERRUPTED = 130
    """Ctrl-C: once, and the run is paused and can be resumed; twice, and it is cancelled."""


def code_of(error: PlanFirstError) -> Exit:
    """Return the exit code of an error."""
    return Exit.USAGE if isinstance(error, InputError | LimitError | UnknownRunError) else Exit.FAILED
