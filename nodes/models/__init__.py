"""Language models in the roles of planner, worker and solver: any LangChain chat model.

From the ground up: `failures` (the table of errors), `call` (one call), `caller` (one model, tried again; a ladder of
several), `planner`, `worker`, `solver`, and `prompts`. The package knows neither settings nor clients.
"""

from nodes.models.breakers import Breakers, Circuit
from nodes.models.caller import Caller, Calling, Candidate, Ladder
from nodes.models.planner import ChatPlanner, PlanFormat
from nodes.models.prices import Price
from nodes.models.prompts import PROMPT_VERSION
from nodes.models.retries import Retries
from nodes.models.solver import ChatSolver
from nodes.models.worker import ChatWorker

__all__ = [
    "PROMPT_VERSION",
    "Breakers",
    "Caller",
    "Calling",
    "Candidate",
    "ChatPlanner",
    "ChatSolver",
    "ChatWorker",
    "Circuit",
    "Ladder",
    "PlanFormat",
    "Price",
    "Retries",
]
