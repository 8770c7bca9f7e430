"""What is logged of a run: its calls of models, on the logger `planfirst`. Questions and evidence are not."""

import logging
from dataclasses import asdict
from typing import Any

from nodes.events import ModelCalled

_log = logging.getLogger("planfirst")
_log.addHandler(logging.NullHandler())  # what is shown, and where, is the app's choice


def warn(message: str, *values: object) -> None:
    """Log what an operator should look at; a run goes on without it."""
    _log.warning(message, *values)


def told(run_id: str, call: ModelCalled) -> dict[str, Any]:
    """Log a call of a model, a failed one as a warning, and return it as the run's record keeps it."""
    level = logging.INFO if call.outcome == "ok" else logging.WARNING
    said = f": {call.error}" if call.error else ""
    _log.log(level, "run %s: %s %s %s in %.2f s%s", run_id, call.role, call.model, call.outcome, call.seconds, said)
    return asdict(call)
