"""The checks in order, each within its time and without harm to the others."""

import queue
import threading
from collections.abc import Iterator, Sequence

from nodes.errors import PlanFirstError
from nodes.tools.boundary import Finished, contained
from planfirst.doctor.environment import check_checkpoints, check_names, check_packages, check_python
from planfirst.doctor.home import check_home, check_runs
from planfirst.doctor.knowledge import check_embedder, check_knowledge
from planfirst.doctor.model import check_model, check_ollama
from planfirst.doctor.values import Case, Check, Finding

CHECKS: tuple[Check, ...] = (
    Check("Python", check_python),
    Check("packages", check_packages),
    Check("names", check_names),
    Check("home", check_home),
    Check("knowledge base", check_knowledge),
    Check("embedder", check_embedder, seconds=20.0),
    Check("runs", check_runs),
    Check("checkpoints", check_checkpoints),
    Check("model", check_model, seconds=30.0),
    Check("Ollama", check_ollama, seconds=0.8),
)


def examine(case: Case, checks: Sequence[Check] = CHECKS) -> Iterator[Finding]:
    """Yield what the checks find, in order, as soon as it is found.

    A check that fails or does not end is a finding itself, and the next one goes on.
    """
    for check in checks:
        yield from _bounded(check, case)


def _bounded(check: Check, case: Case) -> Sequence[Finding]:
    """Run a check on a thread that is abandoned when its time is up."""
    ended: queue.SimpleQueue[Finished[tuple[Finding, ...]]] = queue.SimpleQueue()

    def work() -> None:
        ended.put(contained(lambda: tuple(check.run(case))))

    threading.Thread(target=work, name=f"planfirst-doctor-{check.subject}", daemon=True).start()
    try:
        finished = ended.get(timeout=check.seconds)
    except queue.Empty:
        message = f"this check did not end within {check.seconds:g} s"
        return [Finding("problem", check.subject, message, "see whether its disk or its server answers, and try again")]
    if finished.error is None:
        return finished.value or ()
    return [_failed(check, finished.error)]


def _failed(check: Check, error: BaseException) -> Finding:
    """Turn an error into a finding; only PlanFirst's own messages are known to hold no secret."""
    if isinstance(error, PlanFirstError):
        message, _, mend = str(error).partition("; ")
        return Finding("problem", check.subject, message, mend or None)
    said = f"{type(error).__name__}" + (f": {error.strerror}" if isinstance(error, OSError) and error.strerror else "")
    return Finding("problem", check.subject, f"this check failed ({said})", "please report it with what you did")
